import { formatNumber, formatPercent, formatPeriod, formatTimeRange } from '../../../shared/format';
import { type NameFinder, withName } from '../../../shared/names';
import type { Ledger, Report } from '../../../shared/report';
import { printTable } from './table';

/** The report for reading: a finding, the ranking, and where the events went. */
export function printReportTable(report: Report, title: string, nameOf: NameFinder = () => null): string {
  const { contributors, uniqueCount, exact } = report;
  const unique = `${exact ? '' : '~'}${formatNumber(uniqueCount)}`;
  const range =
    report.dataRange === null
      ? ''
      : formatTimeRange(report.dataRange.firstMs, 1000 * Math.ceil((report.dataRange.lastMs + 1) / 1000), 'utc');
  const value = report.orderBy === 'Maximum' ? 'Maximum' : report.aggregateOn === 'Count' ? 'Events' : 'Sum';
  const rows = contributors.map((contributor, index) => [
    String(index + 1),
    ...contributor.keys.map((key) => (key === '' ? '(empty)' : withName(key, nameOf))),
    formatNumber(report.orderBy === 'Maximum' ? contributor.maximum : contributor.total),
    formatPercent(contributor.percentOfTotal),
  ]);
  const table = printTable(
    [
      { heading: '#', align: 'right' },
      ...report.keyLabels.map((heading) => ({ heading, align: 'left' as const })),
      { heading: value, align: 'right' },
      { heading: '% of total', align: 'right' },
    ],
    rows,
  );
  const facts = [range, `period ${formatPeriod(report.periodSeconds)}`, `total ${formatNumber(report.total)}`];
  return [
    `${title}: top ${formatNumber(contributors.length)} of ${unique} unique contributors`,
    facts.filter((fact) => fact !== '').join(' · '),
    ...(exact ? [] : ['Unique counts are approximate: typically within 10 %, no guarantee.']),
    '',
    table.trimEnd(),
    '',
    printLedger(report.ledger),
    ...(report.doublesLeftOut ? [`${formatNumber(report.doublesLeftOut)} doubles left out`] : []),
    '',
  ].join('\n');
}

/** The ledger as one line that adds up. */
function printLedger(ledger: Ledger): string {
  const parts: [number, string][] = [
    [ledger.matched, 'matched'],
    [ledger.untimed, 'without a time'],
    [ledger.otherFormat, 'other format'],
    [ledger.filtered, 'filtered out'],
    [ledger.missingKey, 'key missing'],
    [ledger.notNumeric, 'not a number'],
  ];
  return `${formatNumber(ledger.scanned)} scanned = ${parts.map(([count, what]) => `${formatNumber(count)} ${what}`).join(' + ')}`;
}

/** The step that lost the events of a report in which nothing matched, in words. */
export function explainEmpty(report: Report): string {
  const { ledger } = report;
  if (ledger.scanned === 0) {
    return report.logGroups.length === 0
      ? 'No event matches: none of the loaded log groups has a name that the rule takes.'
      : 'No event matches: the log groups have no event in this time range.';
  }
  const steps: [number, string][] = [
    [ledger.untimed, 'have no time'],
    [ledger.otherFormat, 'are of the other log format'],
    [ledger.filtered, 'are left out by the filters'],
    [ledger.missingKey, 'lack a key'],
    [ledger.notNumeric, 'have no number where the rule sums up'],
  ];
  const lost = steps.filter(([count]) => count > 0).map(([count, what]) => `${formatNumber(count)} ${what}`);
  return `No event matches: of ${formatNumber(ledger.scanned)} scanned, ${lost.join(', ')}.`;
}
