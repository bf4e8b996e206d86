import { printCsv } from './csv';
import type { Report } from './report';

/** The ranking as CSV, a row a contributor. */
export function printReportCsv(report: Report): string {
  const header = ['Rank', ...report.keyLabels, 'Sum', 'Maximum', 'PercentOfTotal'];
  const rows = report.contributors.map((contributor, index) => [
    index + 1,
    ...contributor.keys,
    contributor.total,
    contributor.maximum,
    contributor.percentOfTotal ?? '',
  ]);
  return printCsv([header, ...rows]);
}
