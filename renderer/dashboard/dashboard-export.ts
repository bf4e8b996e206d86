import { formatNumber, formatTime, formatTimeRange } from '../../shared/format';
import type { NameFinder } from '../../shared/names';
import type { PageContent, PageSection } from '../../shared/page';
import { printUnique, reportSection } from '../../shared/report-section';
import type { Table } from '../../shared/table';
import { labelOf } from '../charts/drawing';
import type { ExportOptions, ExportSubject } from '../investigate/exports';
import { hideContributors, listContributors } from '../investigate/expression';
import type { MetricMath } from '../investigate/metric-math.svelte';
import { pageTable } from '../investigate/page-content';
import { renameBy, renameKeys } from '../investigate/pseudonyms';
import { pageForm } from '../investigate/subjects';
import { readSentence } from '../rules/sentence';
import type { Engine } from '../state/engine';
import type { ReportTab } from '../state/report.svelte';
import type { Dashboard } from './dashboard.svelte';
import { hideValues, listFilterValues } from './hidden-values';
import type { DashboardTile } from './tiles.svelte';

/** Series of a metric that are drawn: as many as there are colours. */
const mostDrawn = 10;

type Known = {
  /** Names of values; a pseudonym has none. */
  nameOf: NameFinder;
  /** The rules that expressions can name. */
  rules: readonly { name: string; definition: string }[];
};

const nobody: Known = { nameOf: () => null, rules: [] };

/** A whole dashboard to hand on. */
export function dashboardSubject(engine: Engine, dashboard: Dashboard, known: Known = nobody): ExportSubject {
  const fields = listFields(dashboard, known);
  const page = pageForm(engine, (options, signal) => writePage(engine, dashboard, options, known, signal));
  return {
    title: dashboard.name,
    keyLabels: fields.map(({ label }) => label),
    example: fields.map(({ keys, at }) => keys[at] ?? ''),
    logGroups: [],
    pseudonyms: (signal) =>
      Promise.all(
        fields.map(async ({ label, rule, keys, at }) => {
          const [renamed] = await renameBy(engine, rule, [label], signal)([keys]);
          return renamed?.[at] ?? '';
        }),
      ),
    forms: [
      {
        ...page,
        group: 'Whole dashboard',
        inside: 'Every tile with its title, its figures, its chart and its table.',
        redacts: fields.length === 0 ? 'nothing' : 'keys',
      },
    ],
  };
}

/** A key that can be redacted: of which rule it is, and a contributor as an example. */
type Field = { label: string; rule: ReportTab['ruleChoice']; keys: string[]; at: number };

/** The keys of all reports, and of the contributors that expressions name. */
function listFields({ tiles }: Dashboard, { rules }: Known): Field[] {
  const all = tiles.flatMap((tile): Field[] => {
    if (tile.kind === 'metric') {
      return listNamed(tile.math, rules).flatMap(({ rule, labels, keys }) =>
        labels.map((label, at) => ({ label, rule, keys, at })),
      );
    }
    const { report, ruleChoice: rule } = tile.tab;
    const keys = report?.contributors[0]?.keys ?? [];
    return (report?.keyLabels ?? []).map((label, at) => ({ label, rule, keys, at }));
  });
  return all.filter(({ label }, at) => all.findIndex((other) => other.label === label) === at);
}

/** The contributors that expressions name, with the keys of their rules. */
function listNamed({ written }: MetricMath, rules: Known['rules']) {
  return written.flatMap(({ expression }) =>
    listContributors(expression).map(({ rule: name, keys }) => {
      const definition = rules.find((rule) => rule.name === name)?.definition ?? '';
      return { rule: { definition }, labels: readSentence(definition)?.keys ?? [], keys };
    }),
  );
}

async function writePage(
  engine: Engine,
  dashboard: Dashboard,
  { redact }: ExportOptions,
  { nameOf, rules }: Known,
  signal: AbortSignal,
): Promise<PageContent> {
  const hidden = new Map<string, string>();
  const sections: PageSection[] = [];
  for (const tile of dashboard.tiles) {
    for (const { rule, labels, keys } of tile.kind === 'metric' ? listNamed(tile.math, rules) : []) {
      const own = redact.filter((label) => labels.includes(label));
      const [told] = await renameBy(engine, rule, own, signal)([keys]);
      keys.forEach((key, at) => void hide(hidden, key, told?.[at]));
    }
    const section =
      tile.kind === 'metric'
        ? metricSection(tile.math, redact.length > 0)
        : await tileSection(engine, tile.tab, { redact, nameOf, hidden }, signal);
    sections.push({ ...section, title: redact.length > 0 ? hideTitle(tile) : tile.title });
  }
  // A contributor that is kept as a metric has given its tile the name.
  const tell = (text: string) => hideValues(text, hidden);
  const { span, name } = dashboard;
  return {
    title: tell(name),
    heading: tell(name),
    texts: span === null ? [] : [formatTimeRange(span.startMs, span.endMs, 'utc')],
    inStep: 'time',
    sections: sections.map((section) => ({ ...section, title: tell(section.title) })),
    command: null,
  };
}

/** What may name a contributor that was not counted yet, or is none of the report's, is left out. */
function hideTitle(tile: DashboardTile): string {
  if (tile.kind === 'metric') return hideContributors(tile.title);
  return tile.tab.report === null ? tile.tab.rule.name : tile.title;
}

type Telling = {
  redact: readonly string[];
  nameOf: NameFinder;
  /** Takes the redacted values with their pseudonyms. */
  hidden: Map<string, string>;
};

async function tileSection(
  engine: Engine,
  tab: ReportTab,
  { redact, nameOf, hidden }: Telling,
  signal: AbortSignal,
): Promise<PageSection> {
  const { report, ruleChoice, rule } = tab;
  if (report === null) {
    const problems = tab.problems.map(({ message }) => message);
    return { ...nothing, texts: problems.length > 0 ? problems : ['Not counted yet.'] };
  }
  const own = redact.filter((label) => report.keyLabels.includes(label));
  const rename = renameBy(engine, ruleChoice, own, signal);
  const contributors = await renameKeys(report.contributors, rename);
  report.contributors.forEach(({ keys }, row) => {
    keys.forEach((key, at) => void hide(hidden, key, contributors[row]?.keys[at]));
  });
  const places = own.map((label) => report.keyLabels.indexOf(label));
  const [place] = places;
  if (place !== undefined) {
    const values = listFilterValues(rule.definition, places);
    const told = await rename(values.map((value) => report.keyLabels.map((_, at) => (at === place ? value : ''))));
    values.forEach((value, row) => void hide(hidden, value, told[row]?.[place]));
  }
  const top = `Top ${formatNumber(contributors.length)} of ${printUnique(report)} unique contributors`;
  return { ...reportSection({ ...report, contributors }, nameOf), texts: [`${rule.name}: ${top}`] };
}

/** Notes a value with its pseudonym, and as it is shown in titles. */
function hide(hidden: Map<string, string>, value: string, told: string | undefined): void {
  if (told !== undefined && told !== value) hidden.set(value, told).set(labelOf([value]), told);
}

const nothing: PageSection = { title: '', texts: [], figures: [], charts: [], table: null };

function metricSection(math: MetricMath, hides: boolean): PageSection {
  const { result, times, limit, comparison, drawnSeries } = math;
  const expressions = math.written.map(
    ({ id, expression }) => `${id} = ${hides ? hideIn(math, id, expression) : expression}`,
  );
  if (result === null || result.span === null) {
    return { ...nothing, texts: [...expressions, ...math.problems.map(({ message }) => message)] };
  }
  const table: Table = {
    columns: [
      { name: 'Series', kind: 'text' },
      { name: 'Last', kind: 'number' },
      { name: 'Least', kind: 'number' },
      { name: 'Largest', kind: 'number' },
      { name: 'Largest at', kind: 'text' },
    ],
    rows: drawnSeries.map(({ label, startMs, values }) => {
      const top = values.reduce((best, value, at) => (value > (values[best] ?? value) ? at : best), 0);
      const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
      const last = values[values.length - 1] ?? null;
      const at = startMs[top];
      return [
        label,
        last,
        last === null ? null : least,
        values[top] ?? null,
        at === undefined ? '' : formatTime(at, 'utc'),
      ];
    }),
  };
  return {
    ...nothing,
    texts: limit === null ? expressions : [...expressions, `Limit: ${comparison} ${formatNumber(limit)}`],
    charts: [
      {
        title: '',
        label: 'Metric math over time; the table has the last and the largest values',
        startMs: [...times],
        periodSeconds: result.periodSeconds,
        limit,
        series: drawnSeries.slice(0, mostDrawn).map((series, row) => {
          return { name: series.label, colour: row + 1, row, values: math.spread(series) };
        }),
      },
    ],
    table: pageTable(
      table,
      drawnSeries.map((_, row) => (row < mostDrawn ? row + 1 : null)),
    ),
  };
}

/** What is no expression yet may name anything. */
function hideIn(math: MetricMath, id: string, expression: string): string {
  return math.problemsAt(id).length > 0 ? '…' : hideContributors(expression);
}
