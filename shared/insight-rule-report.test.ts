import { expect, test } from 'vitest';
import { toInsightRuleReport, toTimestamp } from './insight-rule-report';
import type { Report } from './report';

const report: Report = {
  ruleName: 'bytes',
  keyLabels: ['srcaddr', 'dstaddr'],
  aggregateOn: 'Sum',
  orderBy: 'Sum',
  periodSeconds: 60,
  timeRange: { startMs: 1_700_000_000_000, endMs: null },
  dataRange: { firstMs: 1_700_000_000_000, lastMs: 1_700_000_100_000 },
  logGroups: ['flow-logs'],
  exact: true,
  total: 40,
  uniqueCount: 2,
  contributors: [
    {
      keys: ['10.0.0.1', '10.0.0.2'],
      total: 30,
      maximum: 20,
      percentOfTotal: 75,
      periodStartMs: [1_699_999_980_000, 1_700_000_040_000],
      values: [10, 20],
    },
  ],
  metrics: {
    startMs: [1_699_999_980_000, 1_700_000_040_000],
    uniqueContributors: [1, 2],
    maxContributorValue: [10, 20],
    sampleCount: [1, 4],
    sum: [10, 30],
    minimum: [10, 2],
    maximum: [10, 15],
  },
  coverage: { startMs: [1_699_999_980_000, 1_700_000_040_000], events: [3, 4] },
  ledger: { scanned: 10, matched: 5, untimed: 1, otherFormat: 1, filtered: 1, missingKey: 1, notNumeric: 1 },
  elapsedMs: 12.5,
};

test('has the shape of GetInsightRuleReport, with what AWS does not have apart', () => {
  expect(toInsightRuleReport(report, [])).toEqual({
    KeyLabels: ['srcaddr', 'dstaddr'],
    AggregationStatistic: 'Sum',
    AggregateValue: 40,
    ApproximateUniqueCount: 2,
    Contributors: [
      {
        Keys: ['10.0.0.1', '10.0.0.2'],
        ApproximateAggregateValue: 30,
        Datapoints: [
          { Timestamp: '2023-11-14T22:13:00.000Z', ApproximateValue: 10 },
          { Timestamp: '2023-11-14T22:14:00.000Z', ApproximateValue: 20 },
        ],
      },
    ],
    MetricDatapoints: [],
    Insights: {
      EventsScanned: 10,
      EventsMatched: 5,
      Excluded: { Untimed: 1, OtherFormat: 1, Filtered: 1, MissingKey: 1, NotNumeric: 1 },
      Exact: true,
      ElapsedMilliseconds: 12.5,
      TimeRange: { Start: '2023-11-14T22:13:20.000Z', End: null },
      Contributors: [{ PercentOfTotal: 75 }],
    },
  });
});

test('has the metrics asked for, in one order', () => {
  const asked = toInsightRuleReport(report, ['Average', 'UniqueContributors', 'Sum']).MetricDatapoints;
  expect(JSON.stringify(asked)).toBe(
    JSON.stringify([
      { Timestamp: '2023-11-14T22:13:00.000Z', UniqueContributors: 1, Sum: 10, Average: 10 },
      { Timestamp: '2023-11-14T22:14:00.000Z', UniqueContributors: 2, Sum: 30, Average: 7.5 },
    ]),
  );
  const all = toInsightRuleReport(report, [
    'UniqueContributors',
    'MaxContributorValue',
    'SampleCount',
    'Sum',
    'Minimum',
    'Maximum',
    'Average',
  ]).MetricDatapoints;
  expect(all[1]).toEqual({
    Timestamp: '2023-11-14T22:14:00.000Z',
    UniqueContributors: 2,
    MaxContributorValue: 20,
    SampleCount: 4,
    Sum: 30,
    Minimum: 2,
    Maximum: 15,
    Average: 7.5,
  });
});

test.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [-1, '1969-12-31T23:59:59.999Z'],
  [253_402_300_800_000, '+010000-01-01T00:00:00.000Z'],
  [-62_198_755_200_000, '-000001-01-01T00:00:00.000Z'],
  [8.64e15 + 60_000, '+275760-09-13T00:00:00.000Z'],
])('writes %d ms as %s', (timeMs, text) => {
  expect(toTimestamp(timeMs)).toBe(text);
});
