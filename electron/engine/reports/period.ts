const second = 1;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Lengths of a period that people count in, in seconds. The longest is what a report takes at most. */
const roundPeriods = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 30, 91, 182, 365].map((count) => count * day),
];

const mostPeriods = 120;

/**
 * A round length of a period, in seconds, of which about 60 to 120 make up a span. Not under a minute, as in CloudWatch,
 * unless the span is shorter than ten.
 */
export function choosePeriod(spanMs: number): number {
  const least = spanMs < 10 * minute * 1000 ? second : minute;
  const wanted = Math.max(least, spanMs / 1000 / mostPeriods);
  return roundPeriods.find((seconds) => seconds >= wanted) ?? 365 * day;
}
