import { formatClock, formatDate, splitTime, type Zone, zoneOffsetMs } from '../../shared/format';

/**
 * Round values from at or below `min` to at or above `max`, evenly spaced by 1, 2, 2.5 or 5 times a power of ten.
 * @param count spaces aimed at; the result has about as many, at least one
 */
export function valueTicks(min: number, max: number, count: number): number[] {
  const range = max - min;
  if (!(range > 0) || !Number.isFinite(range)) return [min, min + 1];
  const rough = range / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10;
  const step = factor * power;
  const first = Math.floor(min / step + 1e-9);
  const last = Math.ceil(max / step - 1e-9);
  // Multiplied, not added up, so that 0.1 steps do not drift.
  return Array.from({ length: last - first + 1 }, (_, at) =>
    Math.min(Number(((first + at) * step).toPrecision(12)), Number.MAX_VALUE),
  );
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;
const stepsMs = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14].map((n) => n * day),
];
const stepsMonths = [1, 2, 3, 6, 12, 24, 60, 120, 600];
/** 5 January 1970 was a Monday: weeks are counted from there. */
const firstMonday = 4 * day;

export type TimeTick = { ms: number; label: string };

/**
 * Round times between two instants, at most `countMax` of them, round in the zone shown. Where the date changes, the
 * label is the date.
 */
export function timeTicks(startMs: number, endMs: number, countMax: number, zone: Zone): TimeTick[] {
  const lengthMs = endMs - startMs;
  if (!(lengthMs > 0)) return [{ ms: startMs, label: labelOf(startMs, zone) }];
  const wanted = lengthMs / Math.max(countMax, 1);
  const step = stepsMs.find((one) => one >= wanted);
  const times = step === undefined ? monthStarts(startMs, endMs, wanted, zone) : stepTimes(startMs, endMs, step, zone);
  return times.map((ms) => ({ ms, label: labelOf(ms, zone) }));
}

/** Multiples of `step` on the zone's own clock; its offset may change on the way. */
function stepTimes(startMs: number, endMs: number, step: number, zone: Zone): number[] {
  const offset = zoneOffsetMs(startMs, zone);
  const origin = step >= week ? firstMonday : 0;
  const times: number[] = [];
  for (let local = Math.ceil((startMs + offset - origin) / step) * step + origin; ; local += step) {
    let ms = local - offset;
    // Days and hours stay at round clock times after a change of clocks.
    if (step >= hour) ms = local - zoneOffsetMs(ms, zone);
    if (ms > endMs) return times;
    if (ms >= startMs && ms !== times[times.length - 1]) times.push(ms);
  }
}

function monthStarts(startMs: number, endMs: number, wantedMs: number, zone: Zone): number[] {
  const step = stepsMonths.find((months) => months * 30 * day >= wantedMs) ?? 1200;
  const { year, month } = splitTime(startMs, zone);
  const times: number[] = [];
  for (let at = Math.floor((year * 12 + month) / step) * step; ; at += step) {
    const ms = monthStart(at, zone);
    if (ms > endMs || !Number.isFinite(ms)) return times;
    if (ms >= startMs) times.push(ms);
  }
}

/** Start of a month counted from year 0. The Date constructors read years below 100 as 1900 and more. */
function monthStart(at: number, zone: Zone): number {
  const date = zone === 'utc' ? new Date(Date.UTC(2000, 0, 1)) : new Date(2000, 0, 1);
  if (zone === 'utc') return date.setUTCFullYear(Math.floor(at / 12), at % 12, 1);
  return date.setFullYear(Math.floor(at / 12), at % 12, 1);
}

function labelOf(ms: number, zone: Zone): string {
  const { hour: hours, minute: minutes, second: seconds, milli, month, day: date } = splitTime(ms, zone);
  if (hours + minutes + seconds + milli > 0) return formatClock(ms, zone);
  return formatDate(ms, zone, month === 0 && date === 1);
}
