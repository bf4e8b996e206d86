import { parseJson } from '../../shared/json';
import { metricIdPattern } from '../../shared/metric';
import type { StoredRule } from '../../shared/rule';
import { cutTitle, listRules, nameExpression, nextId } from '../investigate/expression';
import type { Expression } from '../investigate/metric-math.svelte';
import { wholeRange } from '../report/time-range';
import { firstQuestion } from '../state/report.svelte';
import { readObject } from '../state/saved-view';
import type { SavedMetricTile, SavedReportTile, SavedTile } from './saved';

/**
 * What a dashboard of AWS gives: the widgets with an `insightRule`, or with expressions over rules alone, whose rules are
 * known; the names of the other rules; how many widgets are about something else.
 */
export type ImportedDashboard = { tiles: SavedTile[]; unknown: string[]; others: number };

type KnownRule = StoredRule & { stored: boolean };

/**
 * The widgets of an AWS dashboard body, or of the answer to `get-dashboard`, that show Contributor Insights rules.
 * @param rules the rules that can be named, by the workspace and the gallery
 * @returns null where the text is no such JSON
 */
export function importDashboard(text: string, rules: readonly KnownRule[]): ImportedDashboard | null {
  const widgets = readWidgets(text);
  if (widgets === null) return null;
  const found: ImportedDashboard = { tiles: [], unknown: [], others: 0 };
  for (const widget of widgets) {
    const properties = readObject(readObject(widget).properties);
    const { ruleName } = readObject(properties.insightRule);
    const tile = typeof ruleName === 'string' ? readReport(ruleName, properties, rules) : readMetrics(properties);
    if (tile === null) {
      found.others++;
      continue;
    }
    const named =
      typeof ruleName === 'string'
        ? [ruleName]
        : 'expressions' in tile
          ? tile.expressions.flatMap((one) => listRules(one.text))
          : [];
    const unknown = named.filter((name) => rules.every((rule) => rule.name !== name));
    if (unknown.length === 0) found.tiles.push(tile);
    for (const name of unknown) if (!found.unknown.includes(name)) found.unknown.push(name);
  }
  return found;
}

function readReport(
  name: string,
  { title, period, view, stacked, insightRule }: Record<string, unknown>,
  rules: readonly KnownRule[],
): SavedReportTile {
  const { maxContributorCount: count, orderBy } = readObject(insightRule);
  const rule = rules.find((one) => one.name === name);
  return {
    title: readTitle(title, name),
    rule: { name, definition: rule?.definition ?? '', stored: rule?.stored ?? false },
    question: {
      ...firstQuestion,
      range: wholeRange,
      periodSeconds: typeof period === 'number' && period > 0 ? Math.round(period) : null,
      maxContributorCount: typeof count === 'number' ? Math.min(Math.max(Math.round(count), 1), 100) : 10,
      orderBy: orderBy === 'Maximum' ? 'Maximum' : 'Sum',
    },
    kind: view === 'bar' ? 'bar' : stacked === true ? 'area' : 'line',
  };
}

/** Expressions over rules; null where the widget has metrics that are not in the logs, or none at all. */
function readMetrics({ title, metrics, annotations }: Record<string, unknown>): SavedMetricTile | null {
  if (!Array.isArray(metrics) || metrics.length === 0) return null;
  const entries = metrics.map((metric: unknown) => readObject(Array.isArray(metric) ? metric[0] : null));
  // Later entries can use the IDs of all, those that AWS left out have none.
  const taken = entries.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  const expressions: Expression[] = [];
  for (const { expression, id, visible } of entries) {
    if (typeof expression !== 'string') return null;
    const own = typeof id === 'string' && metricIdPattern.test(id) ? id : nextId(taken);
    taken.push(own);
    expressions.push({ id: own, text: expression, drawn: visible !== false });
  }
  if (expressions.every(({ text }) => listRules(text).length === 0)) return null;
  const { horizontal } = readObject(annotations);
  const { value } = readObject(Array.isArray(horizontal) ? horizontal[0] : null);
  const named = expressions[expressions.length - 1]?.text ?? '';
  return {
    title: readTitle(title, nameExpression(named)),
    expressions,
    limit: typeof value === 'number' ? value : null,
    comparison: '>',
  };
}

function readTitle(title: unknown, otherwise: string): string {
  return cutTitle(typeof title === 'string' && title !== '' ? title : otherwise);
}

function readWidgets(text: string): unknown[] | null {
  const body = readObject(parseJson(text));
  // `get-dashboard` has the body as a text of its own.
  const { widgets } = typeof body.DashboardBody === 'string' ? readObject(parseJson(body.DashboardBody)) : body;
  return Array.isArray(widgets) ? widgets : null;
}
