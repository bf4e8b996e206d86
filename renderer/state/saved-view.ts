import type { TimeRange } from '../../shared/report';
import { readPage, type SavedPage } from '../investigate/saved-page';
import { reportOrder, type Sort, type SortColumn } from '../report/rows';
import { wholeRange } from '../report/time-range';
import { type ChartKind, firstQuestion, type Question, type ReportRule } from './report.svelte';

/** An open report, as it is kept in the workspace. */
export type SavedTab = { rule: ReportRule; question: Question; kind: ChartKind; sort: Sort; search: string };

/** What the window shows of a workspace, kept in it. */
export type SavedView = {
  tabs: SavedTab[];
  /** Place of the shown tab; -1: none. */
  active: number;
  page:
    | { kind: 'report' | 'sources' | 'samples' }
    | { kind: 'explore'; group: string }
    | { kind: 'dashboard'; at: number }
    | SavedPage;
  zone: 'utc' | 'local';
  sidebarOpen: boolean;
  sidebarPx: number;
  panelPx: number;
};

/** How wide the sidebar, and what is shown beside a report, may be dragged, in px. */
export const sidebarWidths = { min: 200, max: 400, usual: 248 };
export const panelWidths = { min: 380, max: 720, usual: 460 };

/** Where a workspace keeps its view. */
export const viewKey = 'view';

const kinds: readonly ChartKind[] = ['line', 'area', 'bar'];
const columns: readonly SortColumn[] = ['rank', 'total', 'maximum', 'percent', 'change'];

/** A view as a workspace has it: it may be of another version, or damaged. Null where there is none. */
export function readView(value: unknown): SavedView | null {
  if (value === null || typeof value !== 'object') return null;
  const { tabs, active, page, zone, sidebarOpen, sidebarPx, panelPx } = readObject(value);
  const known = Array.isArray(tabs) ? tabs.flatMap(readTab) : [];
  return {
    tabs: known,
    active: Math.min(Math.max(readNumber(active, -1), -1), known.length - 1),
    page: readShown(page),
    zone: zone === 'local' ? 'local' : 'utc',
    sidebarOpen: sidebarOpen !== false,
    sidebarPx: readWidth(sidebarPx, sidebarWidths),
    panelPx: readWidth(panelPx, panelWidths),
  };
}

function readShown(value: unknown): SavedView['page'] {
  const investigated = readPage(value);
  if (investigated !== null) return investigated;
  const { kind, group, at } = readObject(value);
  if (kind === 'explore' && typeof group === 'string') return { kind, group };
  if (kind === 'dashboard') return { kind, at: readNumber(at, 0) };
  return { kind: kind === 'sources' || kind === 'samples' ? kind : 'report' };
}

function readTab(value: unknown): SavedTab[] {
  const { rule, question, kind, sort, search } = readObject(value);
  const known = readRule(rule);
  if (known === null) return [];
  return [
    {
      rule: known,
      question: readQuestion(question),
      kind: kinds.find((one) => one === kind) ?? 'area',
      sort: readSort(sort),
      search: typeof search === 'string' ? search : '',
    },
  ];
}

function readSort(value: unknown): Sort {
  const { column, direction } = readObject(value);
  const known = typeof column === 'number' ? column : columns.find((one) => one === column);
  if (known === undefined) return reportOrder;
  return { column: known, direction: direction === 'descending' ? 'descending' : 'ascending' };
}

/** What to ask of a rule. */
export function readQuestion(value: unknown): Question {
  const { range, periodSeconds, maxContributorCount, orderBy, unique } = readObject(value);
  return {
    range: readRange(range),
    periodSeconds: typeof periodSeconds === 'number' ? periodSeconds : null,
    maxContributorCount: Math.min(
      Math.max(readNumber(maxContributorCount, firstQuestion.maxContributorCount), 1),
      10_000,
    ),
    orderBy: orderBy === 'Maximum' ? 'Maximum' : 'Sum',
    unique: unique === 'approximate' ? 'approximate' : 'exact',
  };
}

/** A time range; the whole where there is none. */
export function readRange(value: unknown): TimeRange {
  const { startMs, endMs } = readObject(value);
  const known = { startMs: readTime(startMs), endMs: readTime(endMs) };
  return known.startMs !== null && known.endMs !== null && known.endMs <= known.startMs ? wholeRange : known;
}

function readTime(value: unknown): number | null {
  return Number.isSafeInteger(value) ? (value as number) : null;
}

/** What a report is on; null where it has no rule. */
export function readRule(value: unknown): ReportRule | null {
  const { name, definition, stored } = readObject(value);
  if (typeof name !== 'string' || typeof definition !== 'string') return null;
  return { name, definition, stored: stored === true };
}

/** The members of an object; none of anything else. */
export function readObject(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

function readWidth(value: unknown, { min, max, usual }: typeof sidebarWidths): number {
  return Math.min(Math.max(readNumber(value, usual), min), max);
}

function readNumber(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : otherwise;
}
