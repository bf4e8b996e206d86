import type { EventHistogram } from '../../shared/explore';
import type { Span } from '../report/time-range';

/** Events a period over a span, with a zero for each period without any. */
export type Timeline = {
  span: Span;
  periodMs: number;
  events: number[];
  remaining: number[];
  /** Runs of periods without an event of the log group. */
  gaps: Span[];
};

/** Longest row of bars that is made; a span beyond it has no bars. */
const periodsMax = 10_000;

/** Spreads a histogram over a span of whole periods. */
export function makeTimeline(histogram: EventHistogram, span: Span): Timeline {
  const periodMs = histogram.periodSeconds * 1000;
  const count = Math.round((span.endMs - span.startMs) / periodMs);
  const periods = count > periodsMax ? 0 : Math.max(count, 0);
  const events = new Array<number>(periods).fill(0);
  const remaining = new Array<number>(periods).fill(0);
  histogram.startMs.forEach((startMs, index) => {
    const at = Math.round((startMs - span.startMs) / periodMs);
    if (at < 0 || at >= periods) return;
    events[at] = histogram.events[index] ?? 0;
    remaining[at] = histogram.remaining[index] ?? 0;
  });
  return { span, periodMs, events, remaining, gaps: listGaps(events, span.startMs, periodMs) };
}

function listGaps(events: readonly number[], startMs: number, periodMs: number): Span[] {
  const gaps: Span[] = [];
  let from = -1;
  for (let at = 0; at <= events.length; at++) {
    const isEmpty = at < events.length && events[at] === 0;
    if (isEmpty && from < 0) from = at;
    if (isEmpty || from < 0) continue;
    gaps.push({ startMs: startMs + from * periodMs, endMs: startMs + at * periodMs });
    from = -1;
  }
  return gaps;
}

/** The period boundary that is nearest to a place of the timeline: 0 is its left end, 1 its right. */
export function boundaryAt({ span, periodMs }: Timeline, place: number): number {
  const inside = Math.min(Math.max(place, 0), 1);
  const periods = Math.round((inside * (span.endMs - span.startMs)) / periodMs);
  return span.startMs + periods * periodMs;
}

/** Where a time stands: 0 is the left end, 1 the right. */
export function placeAt({ span }: Timeline, timeMs: number): number {
  return Math.min(Math.max((timeMs - span.startMs) / (span.endMs - span.startMs), 0), 1);
}

/** What a drag does: a new brush, or the present one moved, or one of its ends. */
export type Grip = 'new' | 'start' | 'end' | 'whole';

/**
 * The brush while it is dragged from one boundary to another; at least one period long.
 * @param brush as it was when the drag began
 */
export function dragBrush(timeline: Timeline, grip: Grip, brush: Span | null, fromMs: number, toMs: number): Span {
  const { span, periodMs } = timeline;
  if (grip === 'new' || brush === null) {
    const [startMs, endMs] = [Math.min(fromMs, toMs), Math.max(fromMs, toMs)];
    return endMs > startMs ? { startMs, endMs } : growInside(startMs, span, periodMs);
  }
  if (grip === 'whole') {
    const lengthMs = brush.endMs - brush.startMs;
    const least = Math.max(brush.startMs + toMs - fromMs, span.startMs);
    const startMs = Math.min(least, span.endMs - lengthMs);
    return { startMs, endMs: startMs + lengthMs };
  }
  const fixed = grip === 'start' ? brush.endMs : brush.startMs;
  const [startMs, endMs] = [Math.min(fixed, toMs), Math.max(fixed, toMs)];
  return endMs > startMs ? { startMs, endMs } : growInside(startMs, span, periodMs);
}

function growInside(startMs: number, span: Span, periodMs: number): Span {
  return startMs + periodMs <= span.endMs
    ? { startMs, endMs: startMs + periodMs }
    : { startMs: startMs - periodMs, endMs: startMs };
}

/** Bars as one path in a field of 1000 by 1000, the highest of which is `most`. */
export function drawBars(values: readonly number[], most: number): string {
  const unit = 1000 / Math.max(values.length, 1);
  const gap = Math.min(unit * 0.2, 3);
  return values
    .map((value, index) => {
      if (value === 0 || most <= 0) return '';
      const top = 1000 - Math.max((1000 * value) / most, 8);
      return `M${(index * unit + gap / 2).toFixed(2)} 1000V${top.toFixed(1)}h${(unit - gap).toFixed(2)}V1000z`;
    })
    .join('');
}
