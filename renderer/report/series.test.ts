import { expect, test } from 'vitest';
import type { Report } from '../../shared/report';
import { buildChartData, spreadMetric } from './series';

const minute = 60_000;

/** Three periods with events, then two without any, then one more; the second has no matching event. */
const report: Report = {
  ruleName: null,
  keyLabels: ['srcaddr'],
  aggregateOn: 'Sum',
  orderBy: 'Sum',
  periodSeconds: 60,
  timeRange: { startMs: null, endMs: null },
  dataRange: { firstMs: 0, lastMs: 5 * minute },
  logGroups: ['flow'],
  exact: true,
  total: 100,
  uniqueCount: 4,
  contributors: [
    { keys: ['a'], total: 50, maximum: 30, percentOfTotal: 50, periodStartMs: [0, 2 * minute], values: [20, 30] },
    { keys: ['b'], total: 20, maximum: 20, percentOfTotal: 20, periodStartMs: [5 * minute], values: [20] },
  ],
  metrics: {
    startMs: [0, 2 * minute, 5 * minute],
    uniqueContributors: [2, 1, 2],
    maxContributorValue: [20, 30, 20],
    sampleCount: [2, 1, 4],
    sum: [35, 35, 30],
    minimum: [15, 30, 5],
    maximum: [20, 30, 20],
  },
  coverage: { startMs: [0, minute, 2 * minute, 5 * minute], events: [5, 3, 9, 9] },
  ledger: { scanned: 26, matched: 7, untimed: 0, otherFormat: 0, filtered: 19, missingKey: 0, notNumeric: 0 },
  elapsedMs: 3,
};

test('silence is zero, missing logs are a gap', () => {
  const chart = buildChartData(report)!;
  expect(chart.startMs).toEqual([0, minute, 2 * minute, 3 * minute, 4 * minute, 5 * minute]);
  expect(chart.series.map((one) => one.values)).toEqual([
    [20, 0, 30, null, null, 0],
    [0, 0, 0, null, null, 20],
  ]);
  expect(chart.gaps).toEqual([{ startMs: 3 * minute, endMs: 5 * minute }]);
});

test('all others is what the drawn contributors leave', () => {
  expect(buildChartData(report)!.others).toEqual({
    count: 2,
    total: 30,
    percent: 30,
    values: [15, 0, 5, null, null, 10],
  });
});

test('contributors beyond those drawn join the others', () => {
  const chart = buildChartData(report, 1)!;
  expect([chart.series.length, chart.others?.count, chart.others?.total]).toEqual([1, 3, 50]);
});

test('a chosen range is shown in full, with gaps at its ends', () => {
  const chart = buildChartData({ ...report, timeRange: { startMs: -2 * minute, endMs: 8 * minute } })!;
  expect(chart.span).toEqual({ startMs: -2 * minute, endMs: 8 * minute });
  expect(chart.gaps).toEqual([
    { startMs: -2 * minute, endMs: 0 },
    { startMs: 3 * minute, endMs: 5 * minute },
    { startMs: 6 * minute, endMs: 8 * minute },
  ]);
});

test('a gap of years costs two periods, not millions', () => {
  const far = { ...report, timeRange: { startMs: null, endMs: 10_000_000 * minute } };
  expect(buildChartData(far)!.startMs.length).toBe(8);
});

test('without events and without a range there is nothing to draw', () => {
  expect(buildChartData({ ...report, coverage: { startMs: [], events: [] } })).toBeNull();
});

test('metrics: no event sums to zero but has no minimum or average', () => {
  const chart = buildChartData(report)!;
  expect(spreadMetric(chart, report.metrics, 'sum', 0)).toEqual([35, 0, 35, null, null, 30]);
  expect(spreadMetric(chart, report.metrics, 'average', null)).toEqual([17.5, null, 35, null, null, 7.5]);
});
