import { expect, test } from 'vitest';
import type { Impact } from '../../shared/impact';
import { buildImpactChart, nameContributors, worstOf } from './impact';
import { impactTable, listImpactRows } from './impact-rows';

const minute = 60_000;
const periods = [0, 1, 4].map((at) => ({ startMs: at * minute, affected: at, base: 10, percent: 10 * at }));
const figures = { affected: 1, base: 10, percent: 10, total: 8 };
const impact: Impact = {
  keyLabels: ['$.customerId'],
  periodSeconds: 60,
  timeRange: { startMs: null, endMs: null },
  overall: figures,
  periods,
  without: null,
  worst: periods[2] ?? null,
  affected: [{ keys: ['a'], value: 8, baseValue: 16 }],
  unaffected: [{ keys: ['b'], baseValue: 3 }],
  unaffectedCount: 9,
  outsideCount: 0,
  elapsedMs: 1,
};

test('periods without a base are a gap, at both ends of which the line breaks', () => {
  const chart = buildImpactChart(impact);
  expect(chart?.times).toEqual([0, minute, 2 * minute, 3 * minute, 4 * minute]);
  expect(chart?.percent).toEqual([0, 10, null, null, 40]);
  expect(chart?.gaps).toEqual([{ startMs: 2 * minute, endMs: 4 * minute }]);
  expect(buildImpactChart({ ...impact, periods: [] })).toBeNull();
});

test('a range that is asked for is shown whole, also where it has no events', () => {
  const chart = buildImpactChart({ ...impact, timeRange: { startMs: -2 * minute, endMs: 6 * minute } });
  expect(chart?.span).toEqual({ startMs: -2 * minute, endMs: 6 * minute });
  expect(chart?.gaps).toHaveLength(3);
});

test('the list says what share of its own each affected contributor has', () => {
  const rows = listImpactRows(impact, 'affected', new Map([['["a"]', 5]]));
  expect(rows).toMatchObject([{ value: 8, share: 100, ownShare: 50, fanOut: 5 }]);
  expect(impactTable(impact, rows, 'dstport').rows[0]).toEqual([1, 'a', 8, 100, 16, 50, 5]);
  expect(listImpactRows(impact, 'unaffected', null)).toMatchObject([{ keys: ['b'], baseValue: 3, value: null }]);
});

test('the worst moment is the first of the highest, and contributors are called by their key', () => {
  expect(worstOf(periods)?.startMs).toBe(4 * minute);
  expect(nameContributors(['$.customerId'])).toBe('customers');
  expect(nameContributors(['$.a', '$.b'])).toBe('contributors');
});
