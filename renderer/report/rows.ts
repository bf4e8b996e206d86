import type { EarlierTotals } from '../../shared/contributor';
import type { NameFinder } from '../../shared/names';
import type { Report } from '../../shared/report';
import { contributorId } from './series';

/** A contributor as the table shows it. `rank` is by the report's order, whatever the table is sorted by. */
export type Row = {
  id: string;
  rank: number;
  keys: string[];
  total: number;
  maximum: number;
  percent: number | null;
  /** Against the period before, as a share of what it was there; infinite for one that is new; null where nothing can be said. */
  change: number | null;
};

/** What the table is sorted by: the report's own order, a key by its index, or a value. */
export type SortColumn = 'rank' | 'total' | 'maximum' | 'percent' | 'change' | number;
export type Sort = { column: SortColumn; direction: 'ascending' | 'descending' };

export const reportOrder: Sort = { column: 'rank', direction: 'ascending' };

/** @param earlier what the same contributors had in the period before; null where that is not known */
export function listRows(report: Report, earlier: EarlierTotals | null = null): Row[] {
  return report.contributors.map((contributor, at) => ({
    id: contributorId(contributor.keys),
    rank: at + 1,
    keys: contributor.keys,
    total: contributor.total,
    maximum: contributor.maximum,
    percent: contributor.percentOfTotal,
    change: changeOf(contributor.total, earlier, at),
  }));
}

function changeOf(total: number, earlier: EarlierTotals | null, at: number): number | null {
  if (earlier === null || earlier.events === 0 || at >= earlier.totals.length) return null;
  const before = earlier.totals[at] ?? null;
  if (before === null) return Number.POSITIVE_INFINITY;
  return before === 0 ? null : (total - before) / Math.abs(before);
}

/** How many of the first rows hold a share (0 to 100) of the total; null where all of them hold less. */
export function countForShare(rows: readonly Row[], total: number, percent: number): number | null {
  let sum = 0;
  for (const [at, row] of rows.entries()) {
    sum += row.total;
    if (sum >= (total * percent) / 100) return at + 1;
  }
  return null;
}

/** Numbers inside texts count as numbers: `10.0.2.1` before `10.0.10.1`, `9` before `10`. */
const collator = new Intl.Collator('en', { numeric: true });

/** Rows in the order asked for; equal ones keep the report's order in both directions. */
export function sortRows(rows: readonly Row[], sort: Sort): Row[] {
  const sign = sort.direction === 'ascending' ? 1 : -1;
  const { column } = sort;
  const compare = (a: Row, b: Row): number => {
    if (typeof column === 'number') return collator.compare(a.keys[column] ?? '', b.keys[column] ?? '');
    const [one, other] = [a[column] ?? Number.NEGATIVE_INFINITY, b[column] ?? Number.NEGATIVE_INFINITY];
    return one === other ? 0 : one - other;
  };
  return [...rows].sort((a, b) => sign * compare(a, b) || a.rank - b.rank);
}

/** Next sort when a heading is clicked: values start with the largest, texts and ranks with the first. */
export function nextSort(current: Sort, column: SortColumn): Sort {
  if (current.column === column) {
    return { column, direction: current.direction === 'ascending' ? 'descending' : 'ascending' };
  }
  const textual = column === 'rank' || typeof column === 'number';
  return { column, direction: textual ? 'ascending' : 'descending' };
}

/** Rows in which every word of `search` stands in some key or in its name, in any case. */
export function searchRows<T extends { keys: readonly string[] }>(
  rows: readonly T[],
  search: string,
  nameOf: NameFinder = () => null,
): readonly T[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const texts = row.keys.flatMap((key) => [key, nameOf(key) ?? '']).map((text) => text.toLowerCase());
    return words.every((word) => texts.some((text) => text.includes(word)));
  });
}

/**
 * The rows as tab-separated text with a heading, for a spreadsheet. Tabs and line ends inside values become blanks. Names of
 * values stand in columns of their own behind the others.
 */
export function toTabSeparated(
  rows: readonly Row[],
  keyLabels: readonly string[],
  nameOf: NameFinder = () => null,
): string {
  const named = keyLabels.flatMap((label, at) => {
    return rows.some(({ keys }) => nameOf(keys[at] ?? '') !== null) ? [{ label, at }] : [];
  });
  const names = named.map(({ label }) => `${label} name`);
  const head = ['Rank', ...keyLabels, 'Total', 'Maximum', 'Percent of total', ...names];
  const lines = rows.map((row) => [
    String(row.rank),
    ...row.keys,
    String(row.total),
    String(row.maximum),
    row.percent === null ? '' : String(row.percent),
    ...named.map(({ at }) => nameOf(row.keys[at] ?? '') ?? ''),
  ]);
  return joinTabs([head, ...lines]);
}

/** Rows as tab-separated text. Tabs and line ends inside values become blanks. */
export function joinTabs(rows: readonly (readonly (string | number)[])[]): string {
  const clean = (cell: string | number) => defuse(String(cell).replace(/[\t\r\n]+/g, ' '));
  return rows.map((cells) => cells.map(clean).join('\t')).join('\n');
}

/** Spreadsheets run a cell that starts like a formula; numbers stay as they are. */
function defuse(text: string): string {
  return /^[=+\-@]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text;
}
