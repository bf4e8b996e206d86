import type { Change, Comparison } from '../../shared/compare';
import { keyColumns, type Table } from '../../shared/table';

/** Changes as a table. */
export function compareTable({ keyLabels }: Comparison, changes: readonly Change[]): Table {
  return {
    columns: [
      ...keyColumns(keyLabels),
      { name: 'Kind', kind: 'text' },
      { name: 'Before', kind: 'number' },
      { name: 'During', kind: 'number' },
      { name: 'Change', kind: 'number' },
      { name: 'PercentOfChange', kind: 'percent' },
      { name: 'RankBefore', kind: 'integer' },
      { name: 'RankDuring', kind: 'integer' },
    ],
    rows: changes.map(({ keys, kind, before, during, change, percentOfChange, beforeRank, duringRank }) => {
      return [...keys, kind, before, during, change, percentOfChange, beforeRank, duringRank];
    }),
  };
}
