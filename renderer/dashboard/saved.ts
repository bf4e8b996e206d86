import { metricIdPattern } from '../../shared/metric';
import type { TimeRange } from '../../shared/report';
import { comparisons, type Threshold } from '../../shared/threshold';
import type { Expression } from '../investigate/metric-math.svelte';
import type { ChartKind, Question, ReportRule } from '../state/report.svelte';
import { readObject, readQuestion, readRange, readRule } from '../state/saved-view';

/** A report on a dashboard. Its range and period are those of the dashboard. */
export type SavedReportTile = { title: string; rule: ReportRule; question: Question; kind: ChartKind };

/** Metric math on a dashboard; `limit` is drawn, what is beyond it stands out. */
export type SavedMetricTile = {
  title: string;
  expressions: Expression[];
  limit: number | null;
  comparison: Threshold['comparison'];
};

export type SavedTile = SavedReportTile | SavedMetricTile;

export type SavedDashboard = { name: string; range: TimeRange; periodSeconds: number | null; tiles: SavedTile[] };

/** Where a workspace keeps its dashboards. */
export const dashboardsKey = 'dashboards';

const kinds: readonly ChartKind[] = ['line', 'area', 'bar'];

/** Dashboards as a workspace has them; what can't be read is left out. */
export function readDashboards(value: unknown): SavedDashboard[] {
  const { dashboards } = readObject(value);
  if (!Array.isArray(dashboards)) return [];
  return dashboards.map((one) => {
    const { name, range, periodSeconds, tiles } = readObject(one);
    return {
      name: typeof name === 'string' && name !== '' ? name : 'Dashboard',
      range: readRange(range),
      periodSeconds: typeof periodSeconds === 'number' ? periodSeconds : null,
      tiles: Array.isArray(tiles) ? tiles.flatMap(readTile) : [],
    };
  });
}

function readTile(value: unknown): SavedTile[] {
  const { title, rule, question, kind, expressions, limit, comparison } = readObject(value);
  if (Array.isArray(expressions)) {
    return [
      {
        title: typeof title === 'string' ? title : 'Metric math',
        expressions: readExpressions(expressions),
        limit: typeof limit === 'number' && Number.isFinite(limit) ? limit : null,
        comparison: comparisons.find((one) => one === comparison) ?? '>',
      },
    ];
  }
  const known = readRule(rule);
  if (known === null) return [];
  return [
    {
      title: typeof title === 'string' ? title : known.name,
      rule: known,
      question: readQuestion(question),
      kind: kinds.find((one) => one === kind) ?? 'area',
    },
  ];
}

/** IDs name the lines of the bar, so that none may stand twice. */
function readExpressions(values: readonly unknown[]): Expression[] {
  const taken = new Set<string>();
  return values.flatMap((value) => {
    const { id, text, drawn } = readObject(value);
    if (typeof id !== 'string' || typeof text !== 'string') return [];
    if (!metricIdPattern.test(id) || id.length > 255 || taken.has(id)) return [];
    taken.add(id);
    return [{ id, text, drawn: drawn !== false }];
  });
}
