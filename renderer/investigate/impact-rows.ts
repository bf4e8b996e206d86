import type { Impact } from '../../shared/impact';
import { keyColumns, type Table, type TableColumn } from '../../shared/table';
import { contributorId } from '../report/series';

/** A contributor as the list of an impact shows it. Shares are 0 to 100; null where nothing can be said. */
export type ImpactRow = {
  id: string;
  keys: string[];
  /** What it has of the rule; null for one that is not affected. */
  value: number | null;
  /** Of what the rule counts in all. */
  share: number | null;
  baseValue: number | null;
  /** How much of its own is affected. */
  ownShare: number | null;
  /** Different values of another field. */
  fanOut: number | null;
};

/** The contributors that are affected, or those that are not. */
export function listImpactRows(
  impact: Impact,
  list: 'affected' | 'unaffected',
  fanOut: ReadonlyMap<string, number> | null,
): ImpactRow[] {
  if (list === 'unaffected') {
    return impact.unaffected.map(({ keys, baseValue }) => {
      return { id: contributorId(keys), keys, value: null, share: null, baseValue, ownShare: null, fanOut: null };
    });
  }
  const { total } = impact.overall;
  return impact.affected.map(({ keys, value, baseValue }) => {
    const id = contributorId(keys);
    const share = total === 0 ? null : (100 * value) / total;
    const ownShare = baseValue === null || baseValue === 0 ? null : (100 * value) / baseValue;
    return { id, keys, value, share, baseValue, ownShare, fanOut: fanOut?.get(id) ?? null };
  });
}

/** The rows as a table. @param fanName the field whose values are counted; empty: none */
export function impactTable(impact: Impact, rows: readonly ImpactRow[], fanName: string): Table {
  const fanColumns: TableColumn[] = fanName === '' ? [] : [{ name: `Distinct ${fanName}`, kind: 'integer' }];
  return {
    columns: [
      { name: 'Rank', kind: 'integer' },
      ...keyColumns(impact.keyLabels),
      { name: 'Value', kind: 'number' },
      { name: 'PercentOfTotal', kind: 'percent' },
      { name: 'BaseValue', kind: 'number' },
      { name: 'OwnPercent', kind: 'percent' },
      ...fanColumns,
    ],
    rows: rows.map(({ keys, value, share, baseValue, ownShare, fanOut }, at) => {
      const cells = [at + 1, ...keys, value, share, baseValue, ownShare];
      return fanName === '' ? cells : [...cells, fanOut];
    }),
  };
}
