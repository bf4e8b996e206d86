import { formatNumber, formatPercent, formatPeriod } from './format';
import { type NameFinder, withName } from './names';
import type { PageChart, PageSection, PageTable } from './page';
import type { Report } from './report';

/** Contributors drawn in the chart of a page: as many as there are colours. */
const mostDrawn = 10;

/** Longer charts are drawn from the periods with events only. */
const mostPeriods = 20_000;

/** A count of contributors, marked where it is approximate. */
export function printUnique({ exact, uniqueCount }: Report): string {
  return `${exact ? '' : '~'}${formatNumber(uniqueCount)}`;
}

/** A report as a part of a page: its figures, the chart of the first ones, and the ranking. @param nameOf names of keys */
export function reportSection(report: Report, nameOf: NameFinder = () => null): PageSection {
  return {
    title: '',
    texts: [],
    figures: [
      ['Unique contributors', printUnique(report)],
      ['Total', formatNumber(report.total)],
      ['Events matched', formatNumber(report.ledger.matched)],
      ['Events scanned', formatNumber(report.ledger.scanned)],
      ['Period', formatPeriod(report.periodSeconds)],
    ],
    charts: [chartOf(report, nameOf)],
    table: tableOf(report, nameOf),
  };
}

function tableOf({ keyLabels, contributors, orderBy, aggregateOn }: Report, nameOf: NameFinder): PageTable {
  const value = orderBy === 'Maximum' ? 'Maximum' : aggregateOn === 'Count' ? 'Events' : 'Sum';
  return {
    headings: [
      { text: '#', isNumber: true },
      ...keyLabels.map((text) => ({ text, isNumber: false })),
      { text: value, isNumber: true },
      { text: '% of total', isNumber: true },
    ],
    rows: contributors.map(({ keys, maximum, total, percentOfTotal }, index) => {
      const amount = orderBy === 'Maximum' ? maximum : total;
      return {
        cells: [
          { text: String(index + 1), value: index + 1 },
          ...keys.map((key) => withName(key, nameOf)),
          { text: formatNumber(amount), value: amount },
          { text: formatPercent(percentOfTotal), value: percentOfTotal },
        ],
        colour: index < mostDrawn ? index + 1 : null,
      };
    }),
  };
}

/** Points of the drawn contributors; null where the log groups have no event at all. */
function chartOf({ contributors, coverage, periodSeconds }: Report, nameOf: NameFinder): PageChart {
  const periodMs = periodSeconds * 1000;
  const first = coverage.startMs[0] ?? 0;
  const last = coverage.startMs[coverage.startMs.length - 1] ?? -1;
  const count = Math.round((last - first) / periodMs) + 1;
  const covered = new Set(coverage.startMs);
  const startMs =
    count > mostPeriods || count < 1
      ? coverage.startMs
      : Array.from({ length: count }, (_, index) => first + index * periodMs);
  return {
    title: '',
    label: 'Contributors over time; the table has their totals',
    startMs,
    periodSeconds,
    limit: null,
    series: contributors.slice(0, mostDrawn).map(({ keys, periodStartMs, values }, row) => {
      const points = new Map(periodStartMs.map((start, index) => [start, values[index] ?? 0]));
      return {
        name: keys.map((key) => withName(key, nameOf)).join(' · '),
        colour: row + 1,
        row,
        values: startMs.map((start) => points.get(start) ?? (covered.has(start) ? 0 : null)),
      };
    }),
  };
}
