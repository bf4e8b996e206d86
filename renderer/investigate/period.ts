import type { Span } from '../report/time-range';

const minuteMs = 60_000;
/** Lengths of a period in minutes. */
const lengths = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 10_080];

/** A round length of a period, in seconds, of which at most about 90 make up a span. Not under a minute. */
export function periodFor(span: Span): number {
  const wanted = (span.endMs - span.startMs) / 90 / minuteMs;
  const length = lengths.find((one) => one >= wanted) ?? Math.ceil(wanted / 10_080) * 10_080;
  return length * 60;
}
