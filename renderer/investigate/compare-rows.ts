import type { Change, Comparison } from '../../shared/compare';

/** Changes as a table with a heading. What is not there is an empty cell. */
export function compareTable(comparison: Comparison, changes: readonly Change[]): (string | number)[][] {
  const head = [
    ...comparison.keyLabels,
    'Kind',
    'Before',
    'During',
    'Change',
    'PercentOfChange',
    'RankBefore',
    'RankDuring',
  ];
  const rows = changes.map((change) => [
    ...change.keys,
    change.kind,
    change.before ?? '',
    change.during ?? '',
    change.change,
    change.percentOfChange ?? '',
    change.beforeRank ?? '',
    change.duringRank ?? '',
  ]);
  return [head, ...rows];
}
