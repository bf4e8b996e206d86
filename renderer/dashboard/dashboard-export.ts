import { formatNumber, formatTime, formatTimeRange } from '../../shared/format';
import type { NameFinder } from '../../shared/names';
import type { PageContent, PageSection } from '../../shared/page';
import { printUnique, reportSection } from '../../shared/report-section';
import type { Table } from '../../shared/table';
import type { ExportOptions, ExportSubject } from '../investigate/exports';
import { hideContributors, listContributors } from '../investigate/expression';
import type { MetricMath } from '../investigate/metric-math.svelte';
import { pageTable } from '../investigate/page-content';
import { HiddenValues, renameBy, renameKeys } from '../investigate/redaction';
import { pageForm } from '../investigate/subjects';
import { readSentence } from '../rules/sentence';
import type { Engine } from '../state/engine';
import type { ReportTab } from '../state/report.svelte';
import type { Dashboard } from './dashboard.svelte';
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
  const hidden = new HiddenValues();
  const sections: TellSection[] = [];
  for (const tile of dashboard.tiles) {
    for (const { rule, labels, keys } of tile.kind === 'metric' ? listNamed(tile.math, rules) : []) {
      const own = redact.filter((label) => labels.includes(label));
      hidden.add([{ keys }], await renameKeys([{ keys }], renameBy(engine, rule, own, signal)));
    }
    const section =
      tile.kind === 'metric'
        ? metricSection(tile.math, redact.length > 0)
        : await tileSection(engine, tile.tab, { redact, nameOf, hidden }, signal);
    const title = redact.length > 0 ? hideTitle(tile) : tile.title;
    sections.push((tell) => ({ ...section(tell), title: tell(title) }));
  }
  // A contributor that is kept as a metric has given its tile the name, and a rule may be called after one.
  const tell = (text: string) => hidden.hideIn(text);
  const { span, name } = dashboard;
  return {
    title: tell(name),
    heading: tell(name),
    texts: span === null ? [] : [formatTimeRange(span.startMs, span.endMs, 'utc')],
    inStep: 'time',
    sections: sections.map((section) => section(tell)),
    command: null,
  };
}

/** A section, once all values are known that are redacted on the page. @param tell hides them in what the user wrote */
type TellSection = (tell: (text: string) => string) => PageSection;

/** What may name a contributor that was not counted yet, or is none of the report's, is left out. */
function hideTitle(tile: DashboardTile): string {
  if (tile.kind === 'metric') return hideContributors(tile.title);
  return tile.tab.report === null ? tile.tab.rule.name : tile.title;
}

type Telling = {
  redact: readonly string[];
  nameOf: NameFinder;
  /** Takes the redacted values with their pseudonyms. */
  hidden: HiddenValues;
};

async function tileSection(
  engine: Engine,
  tab: ReportTab,
  { redact, nameOf, hidden }: Telling,
  signal: AbortSignal,
): Promise<TellSection> {
  const { report, ruleChoice, rule } = tab;
  if (report === null) {
    const [first, ...more] = tab.problems.map(({ message }) => message);
    if (first === undefined) return () => ({ ...nothing, texts: ['Not counted yet.'] });
    // What a problem is about may be a name.
    return () => ({ ...nothing, texts: redact.length > 0 ? ['Could not be counted.'] : [first, ...more] });
  }
  const own = redact.filter((label) => report.keyLabels.includes(label));
  const rename = renameBy(engine, ruleChoice, own, signal);
  const contributors = await renameKeys(report.contributors, rename);
  hidden.add(report.contributors, contributors);
  await hidden.addFilters(rule.definition, rename);
  const top = `Top ${formatNumber(contributors.length)} of ${printUnique(report)} unique contributors`;
  const section = reportSection({ ...report, contributors }, nameOf);
  return (tell) => ({ ...section, texts: [`${tell(rule.name)}: ${top}`] });
}

const nothing: PageSection = { title: '', texts: [], figures: [], charts: [], table: null };

function metricSection(math: MetricMath, hides: boolean): TellSection {
  const { result, times, limit, comparison, drawnSeries } = math;
  const printExpressions: (tell: (text: string) => string) => string[] = (tell) =>
    math.written.map(({ id, expression }) => `${id} = ${tell(hides ? hideIn(math, id, expression) : expression)}`);
  if (result === null || result.span === null) {
    const messages = math.problems.map(({ message }) => message);
    const told = hides && messages.length > 0 ? ['Could not be worked out.'] : messages;
    return (tell) => ({ ...nothing, texts: [...printExpressions(tell), ...told] });
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
  const limits = limit === null ? [] : [`Limit: ${comparison} ${formatNumber(limit)}`];
  return (tell) => ({
    ...nothing,
    texts: [...printExpressions(tell), ...limits],
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
  });
}

/** What is no expression yet may name anything. */
function hideIn(math: MetricMath, id: string, expression: string): string {
  return math.problemsAt(id).length > 0 ? '…' : hideContributors(expression);
}
