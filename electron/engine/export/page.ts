import { createHash } from 'node:crypto';
import type { PageCell, PageContent, PageSection, PageTable } from '../../../shared/page';
import { pageScript } from './page-script';
import { pageStyle } from './page-style';

/**
 * One HTML page that needs nothing else: its tables sort, its charts tell values and zoom, offline. Whatever names from
 * logs hold, they are text in it, and the page may load and run nothing but its own script.
 */
export function printPage({ title, heading, texts, inStep, sections, command }: PageContent): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(pageScript)}'`,
    `style-src '${hashOf(pageStyle)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const charts = sections.flatMap((section) => section.charts);
  let next = 0;
  const bodies = sections.map((section) => {
    const body = printSection(section, next);
    next += section.charts.length;
    return body;
  });
  const data = {
    inStep,
    charts: charts.map(({ startMs, periodSeconds, series, limit }) => ({ startMs, periodSeconds, series, limit })),
  };
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
<h1>${escapeHtml(heading)}</h1>
${printTexts(texts)}<button type="button" class="reset" hidden>Show all of the time</button>
${bodies.join('\n')}
${command === null ? '' : `<div class="panel"><p>The same figures again:</p><code>${escapeHtml(command)}</code></div>\n`}<div class="tip" hidden></div>
<script type="application/json" id="data">${escapeJson(data)}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

function printSection({ title, texts, figures, charts, table }: PageSection, firstChart: number): string {
  const terms = figures.map(([name, figure]) => {
    return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(figure)}</dd></div>`;
  });
  const height = charts.length > 1 || title !== '' ? 200 : 300;
  const drawn = charts.map((chart, index) => {
    const said = chart.title === '' ? '' : `<p class="unit">${escapeHtml(chart.title)}</p>\n`;
    return `<div class="panel">${said}<svg class="chart" data-chart="${firstChart + index}" viewBox="0 0 960 ${height}" role="img" aria-label="${escapeHtml(chart.label)}"></svg></div>`;
  });
  const parts = [
    title === '' ? '' : `<h2>${escapeHtml(title)}</h2>\n`,
    printTexts(texts),
    terms.length === 0 ? '' : `<dl class="figures">${terms.join('')}</dl>\n`,
    drawn.join('\n'),
    table === null ? '' : `\n<div class="panel wide">${printTable(table)}</div>`,
  ];
  return `<section>\n${parts.join('')}\n</section>`;
}

function printTable({ headings, rows }: PageTable): string {
  const head = headings.map(({ text, isNumber }) => {
    const kind = isNumber ? ' class="number"' : '';
    return `<th${kind} scope="col"><button type="button">${escapeHtml(text)}</button></th>`;
  });
  const body = rows.map(({ cells, colour }, index) => {
    const dot =
      colour === null
        ? ''
        : `<svg class="dot" aria-hidden="true"><line x1="0" x2="10" y1="5" y2="5" class="s${colour}"/></svg> `;
    const printed = cells.map((cell, at) => printCell(cell, at === 0 ? dot : ''));
    return `<tr data-at="${index}">${printed.join('')}</tr>`;
  });
  return `<table class="ranking"><thead><tr>${head.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`;
}

function printCell(cell: PageCell, dot: string): string {
  if (typeof cell === 'string') return `<td>${dot}${escapeHtml(cell)}</td>`;
  return `<td class="number" data-value="${cell.value ?? ''}">${dot}${escapeHtml(cell.text)}</td>`;
}

function printTexts(texts: readonly string[]): string {
  return texts.map((text) => `<p>${escapeHtml(text)}</p>\n`).join('');
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
