import { formatNumber, formatPercent } from '../../shared/format';
import type { PageCell, PageChart, PageTable } from '../../shared/page';
import type { Table, TableColumn } from '../../shared/table';
import { colourNumber } from '../charts/colours';
import { type Drawing, labelOf } from '../charts/drawing';
import { contributorId, othersId } from '../report/series';

/** A table of a page. @param colours of the rows; null: none */
export function pageTable({ columns, rows }: Table, colours: readonly (number | null)[] = []): PageTable {
  return {
    headings: columns.map(({ name, kind }) => ({ text: printHeading(name), isNumber: kind !== 'text' })),
    rows: rows.map((row, at) => ({
      cells: row.map((cell, column) => pageCell(cell, columns[column]?.kind ?? 'text')),
      colour: colours[at] ?? null,
    })),
  };
}

/** Names of columns, as files have them, in words: `PercentOfTotal` becomes `Percent of total`. */
function printHeading(name: string): string {
  if (!/^(?:[A-Z][a-z]+){2,}$/.test(name)) return name;
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function pageCell(cell: string | number | null, kind: TableColumn['kind']): PageCell {
  if (kind === 'text' || typeof cell === 'string') return String(cell ?? '');
  if (cell === null) return { text: '', value: null };
  return { text: kind === 'percent' ? formatPercent(cell) : formatNumber(cell), value: cell };
}

/** The colour that a contributor has in a page. */
export function pageColour(slot: number | null): number {
  return slot === null ? 0 : colourNumber(slot);
}

/**
 * The lines of a drawing of contributors, each by itself.
 * @param names keys as they are told, in the order of the drawing's items
 * @param rows the contributors of the section's table, by ID
 */
export function pageSeries(
  drawing: Pick<Drawing, 'items'>,
  names: readonly string[][],
  rows: readonly string[],
): PageChart['series'] {
  const rowOf = new Map(rows.map((id, at) => [id, at]));
  return drawing.items.map(({ id, keys, slot, values }, at) => ({
    name: id === othersId ? 'All others' : labelOf(names[at] ?? keys),
    colour: pageColour(slot),
    row: rowOf.get(id) ?? null,
    values: [...values],
  }));
}

/** The contributors of some rows, as the series of a page name them. */
export function rowIds(rows: readonly { keys: string[] }[]): string[] {
  return rows.map(({ keys }) => contributorId(keys));
}
