import { expect, test } from 'vitest';
import type { Change, ChangeKind, Comparison } from '../../shared/compare';
import type { ChartData } from '../report/series';
import { bridgeOf, suggestRanges, titleOfComparison } from './compare';

const minute = 60_000;

function change(key: string, before: number | null, during: number | null, whole: number): Change {
  const size = (during ?? 0) - (before ?? 0);
  const kind: ChangeKind = before === null ? 'new' : during === null ? 'gone' : size > 0 ? 'risen' : 'fallen';
  return {
    keys: [key],
    kind,
    before,
    during,
    beforeRank: null,
    duringRank: null,
    change: size,
    percentOfChange: (100 * size) / whole,
  };
}

const changes = [
  change('a', null, 90, 100),
  change('b', 10, 30, 100),
  change('c', 15, null, 100),
  change('d', 10, 15, 100),
];
const range = {
  startMs: 0,
  endMs: 60 * minute,
  uniqueCount: 3,
  matched: 10,
  series: { startMs: [], values: [], contributors: [] },
  gaps: [],
};
const comparison: Comparison = {
  keyLabels: ['$.k'],
  periodSeconds: 60,
  per: 'range',
  before: { ...range, total: 35 },
  during: { ...range, total: 135 },
  counts: { new: 1, gone: 1, risen: 2, fallen: 0, same: 0 },
  changes,
  elapsedMs: 1,
};

test('before, new, risen, fallen and gone add up to during', () => {
  const sums = bridgeOf(comparison);
  expect(sums.reduce((sum, part) => sum + part.sum, comparison.before.total)).toBe(comparison.during.total);
  expect(sums.every(({ isWhole }) => isWhole)).toBe(true);
  expect(bridgeOf({ ...comparison, counts: { ...comparison.counts, new: 2 } })[0]).toMatchObject({ isWhole: false });
});

test('the title names the change and who made most of it', () => {
  expect(titleOfComparison(comparison)).toBe('100 more, 90% of it from one new contributor');
  expect(titleOfComparison({ ...comparison, during: { ...comparison.during, total: 35 } })).toBe(
    'As many as before: 35',
  );
});

test('without a zoom the peak is compared with the time before it, and a zoomed range with the one before', () => {
  const totals = [1, 1, 1, 1, 1, 1, 50, 60, 40, 1, 1, 1];
  const chart = { startMs: totals.map((_, at) => at * minute), periodMs: minute, totals } as unknown as ChartData;
  const shown = { startMs: 0, endMs: 12 * minute };
  expect(suggestRanges(chart, shown, false)).toEqual({
    before: { startMs: 3 * minute, endMs: 6 * minute },
    during: { startMs: 6 * minute, endMs: 9 * minute },
  });
  expect(suggestRanges(chart, { startMs: 6 * minute, endMs: 8 * minute }, true).before).toEqual({
    startMs: 4 * minute,
    endMs: 6 * minute,
  });
});
