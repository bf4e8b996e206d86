import type { Change, ChangeKind, Comparison } from '../../shared/compare';
import { formatNumber } from '../../shared/format';
import type { Report } from '../../shared/report';
import { type ChartData, contributorId } from '../report/series';
import { type Span, shiftSpan } from '../report/time-range';

/** What the kinds of changes add up to, and how many contributors there are of each. */
export type Bridge = { kind: ChangeKind; count: number; sum: number; isWhole: boolean }[];

const kinds: readonly ChangeKind[] = ['new', 'risen', 'fallen', 'gone'];

/** Before + new + risen + fallen + gone = during. `isWhole` is false for a sum over the listed ones only. */
export function bridgeOf({ changes, counts }: Comparison): Bridge {
  return kinds.map((kind) => {
    const own = changes.filter((change) => change.kind === kind);
    const sum = own.reduce((total, { change }) => total + change, 0);
    return { kind, count: counts[kind], sum, isWhole: own.length === counts[kind] };
  });
}

/** The finding as a title: `275,193 more, 84% of it from one new contributor`. */
export function titleOfComparison(comparison: Comparison): string {
  const { before, during, changes } = comparison;
  const change = during.total - before.total;
  if (before.matched === 0 && during.matched === 0) return 'Nothing matched in either range';
  if (change === 0) return `As many as before: ${formatNumber(during.total)}`;
  const first = `${formatNumber(Math.abs(change))} ${change > 0 ? 'more' : 'fewer'}`;
  const top = changes[0];
  const share = top?.percentOfChange ?? 0;
  if (top === undefined || share < 10) return first;
  const who: Record<ChangeKind, string> = {
    new: 'one new contributor',
    gone: 'one that is gone',
    risen: 'one contributor',
    fallen: 'one contributor',
    same: 'one contributor',
  };
  return `${first}, ${Math.round(share)}% of it from ${who[top.kind]}`;
}

/**
 * Two ranges worth comparing: the shown one with the one before it where the report is zoomed; else the stretch around
 * the highest period, in which it is above half its height, with the same length before it.
 */
export function suggestRanges(chart: ChartData | null, shown: Span, isZoomed: boolean): { before: Span; during: Span } {
  const half = (): { before: Span; during: Span } => {
    const middleMs = Math.round((shown.startMs + shown.endMs) / 2 / 60_000) * 60_000;
    return {
      before: { startMs: shown.startMs, endMs: middleMs },
      during: { startMs: middleMs, endMs: Math.max(shown.endMs, middleMs + 1) },
    };
  };
  if (isZoomed) return { before: shiftSpan(shown, -1), during: shown };
  if (chart === null) return half();
  const values = chart.totals.map((value) => value ?? 0);
  const top = values.reduce((best, value, at) => (value > (values[best] ?? 0) ? at : best), 0);
  const most = values[top] ?? 0;
  const sorted = [...values].sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const bar = usual + (most - usual) / 4;
  let [first, last] = [top, top];
  while ((values[first - 1] ?? 0) > bar) first--;
  while ((values[last + 1] ?? 0) > bar) last++;
  const during = {
    startMs: chart.startMs[first] ?? shown.startMs,
    endMs: (chart.startMs[last] ?? shown.endMs) + chart.periodMs,
  };
  const before = shiftSpan(during, -1);
  return before.startMs < shown.startMs - chart.periodMs ? half() : { before, during };
}

/** The contributors drawn in both charts: those that changed most, then the largest, as many as there are colours. */
export function chooseDrawn(changes: readonly Change[], reports: readonly Report[], limit: number): string[] {
  const drawn = new Set<string>();
  const listed = new Set(reports.flatMap((report) => report.contributors.map(({ keys }) => contributorId(keys))));
  for (const { keys } of changes) {
    const id = contributorId(keys);
    if (drawn.size < Math.ceil(limit / 2) && listed.has(id)) drawn.add(id);
  }
  const largest = reports
    .flatMap((report) => report.contributors)
    .sort((a, b) => b.total - a.total)
    .map(({ keys }) => contributorId(keys));
  for (const id of largest) if (drawn.size < limit) drawn.add(id);
  return [...drawn];
}

/** A report in which only some contributors are listed; all others are the rest. */
export function keepOnly(report: Report, ids: readonly string[]): Report {
  const own = new Map(report.contributors.map((one) => [contributorId(one.keys), one]));
  return { ...report, contributors: ids.flatMap((id) => own.get(id) ?? []) };
}

/** How long the gaps of a range are together, in milliseconds. */
export function lengthOf(gaps: readonly Span[]): number {
  return gaps.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** A change with its sign. */
export function printChange(change: number, print: (size: number) => string = formatNumber): string {
  return `${change > 0 ? '+' : change < 0 ? '−' : ''}${print(Math.abs(change))}`;
}
