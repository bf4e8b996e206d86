import type { StoredRule } from '../../shared/rule';
import { wholeRange } from '../report/time-range';
import { firstQuestion } from '../state/report.svelte';
import { readObject } from '../state/saved-view';
import type { SavedTile } from './saved';

/** What a dashboard of AWS gives: the widgets with an `insightRule` whose rule is known, and the names of the others. */
export type ImportedDashboard = { tiles: SavedTile[]; unknown: string[]; others: number };

/**
 * The widgets of an AWS dashboard body, or of the answer to `get-dashboard`, that show Contributor Insights rules.
 * @param rules the rules that can be named, by the workspace and the gallery
 * @returns null where the text is no such JSON
 */
export function importDashboard(
  text: string,
  rules: readonly (StoredRule & { stored: boolean })[],
): ImportedDashboard | null {
  const widgets = readWidgets(text);
  if (widgets === null) return null;
  const found: ImportedDashboard = { tiles: [], unknown: [], others: 0 };
  for (const widget of widgets) {
    const properties = readObject(readObject(widget).properties);
    const insight = readObject(properties.insightRule);
    const name = insight.ruleName;
    if (typeof name !== 'string') {
      found.others++;
      continue;
    }
    const rule = rules.find((one) => one.name === name);
    if (rule === undefined) {
      found.unknown.push(name);
      continue;
    }
    const { title, period, view, stacked } = properties;
    const count = insight.maxContributorCount;
    found.tiles.push({
      title: typeof title === 'string' && title !== '' ? title : name,
      rule: { name, definition: rule.definition, stored: rule.stored },
      question: {
        ...firstQuestion,
        range: wholeRange,
        periodSeconds: typeof period === 'number' && period > 0 ? Math.round(period) : null,
        maxContributorCount: typeof count === 'number' ? Math.min(Math.max(Math.round(count), 1), 100) : 10,
        orderBy: insight.orderBy === 'Maximum' ? 'Maximum' : 'Sum',
      },
      kind: view === 'bar' ? 'bar' : stacked === true ? 'area' : 'line',
    });
  }
  return found;
}

function readWidgets(text: string): unknown[] | null {
  const body = readObject(parse(text));
  // `get-dashboard` has the body as a text of its own.
  const { widgets } = typeof body.DashboardBody === 'string' ? readObject(parse(body.DashboardBody)) : body;
  return Array.isArray(widgets) ? widgets : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
