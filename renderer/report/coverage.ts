import type { Coverage, CoverageLane } from '../../shared/coverage';
import { formatSpan, type Zone } from '../../shared/format';
import type { Span } from './time-range';

/** A stretch of a lane, in percent of the span shown. */
export type Stretch = { fromPercent: number; widthPercent: number; span: Span };

/** A lane as it is drawn: where it has events, and where it has none between its first and its last. */
export type DrawnLane = { covered: Stretch[]; gaps: Stretch[] };

/** Puts the periods of a lane together to stretches. */
export function drawLane(lane: CoverageLane, coverage: Coverage): DrawnLane {
  const { span, periodSeconds } = coverage;
  const drawn: DrawnLane = { covered: [], gaps: [] };
  if (span === null) return drawn;
  const periodMs = periodSeconds * 1000;
  const shownMs = Math.max(span.endMs - span.startMs, 1);
  const toStretch = (startMs: number, endMs: number): Stretch => {
    const from = Math.max(startMs, span.startMs);
    return {
      fromPercent: (100 * (from - span.startMs)) / shownMs,
      widthPercent: (100 * (Math.min(endMs, span.endMs) - from)) / shownMs,
      span: { startMs, endMs },
    };
  };
  const [first] = lane.startMs;
  if (first === undefined) return drawn;
  let from = first;
  let to = first;
  for (const startMs of lane.startMs) {
    if (startMs > to) {
      drawn.covered.push(toStretch(from, to));
      drawn.gaps.push(toStretch(to, startMs));
      from = startMs;
    }
    to = startMs + periodMs;
  }
  drawn.covered.push(toStretch(from, to));
  return drawn;
}

/** Gaps that are named one by one. */
const namedGaps = 3;

/** What to say of the gaps of a report: `No events of these log groups from 10:20 to 10:35`; null without any. */
export function describeGaps(gaps: readonly Span[], zone: Zone): string | null {
  if (gaps.length === 0) return null;
  const named = gaps.slice(0, namedGaps).map(({ startMs, endMs }) => formatSpan(startMs, endMs, zone, false));
  const more = gaps.length - named.length;
  const rest = more === 0 ? '' : ` and in ${more} more ${more === 1 ? 'gap' : 'gaps'}`;
  return `No events of these log groups ${named.join('; ')}${rest}`;
}
