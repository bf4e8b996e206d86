import { printCsv } from './csv';
import type { NameFinder } from './names';
import type { Report } from './report';
import { keyColumns, listCells, type Table } from './table';

/**
 * The ranking as a table, a row a contributor.
 * @param nameOf names of values: each key that has some among those listed gets a further column, behind all others
 */
export function tableOfReport({ keyLabels, contributors }: Report, nameOf: NameFinder = () => null): Table {
  const named = keyLabels.flatMap((label, at) => {
    const names = contributors.map(({ keys }) => nameOf(keys[at] ?? ''));
    return names.some((name) => name !== null) ? [{ label: `${label} name`, names }] : [];
  });
  return {
    columns: [
      { name: 'Rank', kind: 'integer' },
      ...keyColumns(keyLabels),
      { name: 'Sum', kind: 'number' },
      { name: 'Maximum', kind: 'number' },
      { name: 'PercentOfTotal', kind: 'percent' },
      ...keyColumns(named.map(({ label }) => label)),
    ],
    rows: contributors.map(({ keys, total, maximum, percentOfTotal }, index) => {
      const names = named.map((column) => column.names[index] ?? null);
      return [index + 1, ...keys, total, maximum, percentOfTotal, ...names];
    }),
  };
}

/** The ranking as CSV, a row a contributor. */
export function printReportCsv(report: Report, nameOf?: NameFinder): string {
  return printCsv(listCells(tableOfReport(report, nameOf)));
}
