import type { TimeRange } from '../../shared/report';
import type { ChartKind, Question, ReportRule } from '../state/report.svelte';
import { readObject, readQuestion, readRange, readRule } from '../state/saved-view';

/** A report on a dashboard. Its range and period are those of the dashboard. */
export type SavedTile = { title: string; rule: ReportRule; question: Question; kind: ChartKind };

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
  const { title, rule, question, kind } = readObject(value);
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
