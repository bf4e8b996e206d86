import { createHash } from 'node:crypto';
import { formatNumber, formatPercent, formatPeriod, formatTimeRange } from '../../../shared/format';
import type { Report } from '../../../shared/report';
import { pageScript } from './page-script';
import { pageStyle } from './page-style';

/** Contributors drawn in the chart of a page: as many as there are colours. */
const mostDrawn = 10;

/** Longer charts are drawn from the periods with events only. */
const mostPeriods = 20_000;

export type PageFacts = {
  title: string;
  /** The command line that gives the same figures; null where there is none. */
  command: string | null;
  /** Notes of the user, as text. */
  notes?: readonly string[];
};

/**
 * A report as one HTML page that needs nothing else: its table sorts, its chart tells values and zooms, offline. Whatever
 * names from logs hold, they are text in it, and the page may load and run nothing but its own script.
 */
export function printReportPage(report: Report, { title, command, notes = [] }: PageFacts): string {
  const value = report.orderBy === 'Maximum' ? 'Maximum' : report.aggregateOn === 'Count' ? 'Events' : 'Sum';
  const unique = `${report.exact ? '' : '~'}${formatNumber(report.uniqueCount)}`;
  const range = report.dataRange;
  const figures: [string, string][] = [
    ['Unique contributors', unique],
    ['Total', formatNumber(report.total)],
    ['Events matched', formatNumber(report.ledger.matched)],
    ['Events scanned', formatNumber(report.ledger.scanned)],
    ['Period', formatPeriod(report.periodSeconds)],
  ];
  const headings = [
    heading('#', true),
    ...report.keyLabels.map((label) => heading(label, false)),
    heading(value, true),
    heading('% of total', true),
  ];
  const rows = report.contributors.map((contributor, index) => {
    const amount = report.orderBy === 'Maximum' ? contributor.maximum : contributor.total;
    const dot =
      index < mostDrawn
        ? `<svg class="dot" aria-hidden="true"><line x1="0" x2="10" y1="5" y2="5" class="s${index + 1}"/></svg> `
        : '';
    const cells = [
      `<td class="number" data-value="${index + 1}">${dot}${index + 1}</td>`,
      ...contributor.keys.map((key) => `<td>${escapeHtml(key)}</td>`),
      `<td class="number" data-value="${amount}">${escapeHtml(formatNumber(amount))}</td>`,
      `<td class="number" data-value="${contributor.percentOfTotal ?? ''}">${escapeHtml(formatPercent(contributor.percentOfTotal))}</td>`,
    ];
    return `<tr data-at="${index}">${cells.join('')}</tr>`;
  });
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(pageScript)}'`,
    `style-src '${hashOf(pageStyle)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<h1>${escapeHtml(title)}: top ${formatNumber(report.contributors.length)} of ${unique} unique contributors</h1>
<p>${range === null ? 'No events.' : escapeHtml(formatTimeRange(range.firstMs, 1000 * Math.ceil((range.lastMs + 1) / 1000), 'utc'))}${
    report.logGroups.length === 0 ? '' : ` · ${escapeHtml(report.logGroups.join(', '))}`
  }</p>
${report.exact ? '' : '<p>Unique counts are approximate: typically within 10 %, no guarantee.</p>\n'}<dl class="figures">${figures
    .map(([name, figure]) => `<div><dt>${name}</dt><dd>${escapeHtml(figure)}</dd></div>`)
    .join('')}</dl>
${notes.map((note) => `<p>${escapeHtml(note)}</p>\n`).join('')}<div class="panel"><button type="button" class="reset" hidden>Show all of the time</button>
<svg class="chart" viewBox="0 0 960 300" role="img" aria-label="Contributors over time; the table has their totals"></svg></div>
<div class="panel wide"><table class="ranking"><thead><tr>${headings.join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>
${command === null ? '' : `<div class="panel"><p>The same figures again:</p><code>${escapeHtml(command)}</code></div>\n`}<div class="tip" hidden></div>
<script type="application/json" id="data">${escapeJson(chartData(report))}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

function heading(text: string, isNumber: boolean): string {
  return `<th${isNumber ? ' class="number"' : ''} scope="col"><button type="button">${escapeHtml(text)}</button></th>`;
}

/** Text as it stands in an element or a quoted attribute. */
function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  // Control characters are no text of HTML; what turns the direction of text would move what stands beside it.
  return text
    .replace(/[&<>"']/g, (character) => names[character] ?? character)
    .replace(/(?![\t\n\r])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** JSON that can stand in a script element: nothing in it ends the element or starts a comment. */
function escapeJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Points of the drawn contributors; null where the log groups have no event at all. */
function chartData({ contributors, coverage, periodSeconds }: Report) {
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
    startMs,
    periodSeconds,
    series: contributors.slice(0, mostDrawn).map(({ keys, periodStartMs, values }) => {
      const points = new Map(periodStartMs.map((start, index) => [start, values[index] ?? 0]));
      return {
        name: keys.join(' · '),
        values: startMs.map((start) => points.get(start) ?? (covered.has(start) ? 0 : null)),
      };
    }),
  };
}
