/**
 * Numbers, sizes, durations and times as people read them. The same text in the window and in the terminal, whatever
 * the machine's locale: English words, comma as thousands separator, decimal units, 24-hour clock, zone always named.
 */

/** What stands for a value that is not there. */
export const missing = '—';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const threeDecimals = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });

/**
 * A value in full: `1,284,307`, `0.25`, `1.5`. At most three decimals; values that those would hide, or with more than
 * fifteen digits before the point, are written as powers of ten (`4.2e-7`, `1.844674e+19`).
 */
export function formatNumber(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  if (size >= 1e15) return `${trimZeros(value.toExponential(6))}`;
  if (Number.isInteger(value)) return grouped.format(value);
  if (size < 0.001) return trimZeros(value.toExponential(2));
  return threeDecimals.format(value);
}

/** `toExponential` without the zeros at the end of the mantissa: `4.20e-7` is `4.2e-7`. */
function trimZeros(text: string): string {
  return text.replace(/\.?0+e/, 'e');
}

const scales = [
  { from: 1e15, by: 1e15, unit: 'P' },
  { from: 1e12, by: 1e12, unit: 'T' },
  { from: 1e9, by: 1e9, unit: 'G' },
  { from: 1e6, by: 1e6, unit: 'M' },
  { from: 1e3, by: 1e3, unit: 'k' },
];

/** A value for axes and lists, three digits: `12.4 M`, `612 k`, `4.81 k`, `37`, `0.25`. */
export function formatCompact(value: number): string {
  return formatScaled(value, 3);
}

function formatScaled(value: number, digits: number): string {
  if (!Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  if (size >= 1e18) return trimZeros(value.toExponential(2));
  // Rounding can carry over: 999,950 is "1 M", not "1000 k".
  for (const scale of scales) {
    if (roundTo(size, digits) < scale.from) continue;
    return `${toDigits(value / scale.by, digits)} ${scale.unit}`;
  }
  return size !== 0 && size < 0.001 ? trimZeros(value.toExponential(1)) : toDigits(value, digits);
}

function roundTo(value: number, digits: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(digits));
}

function toDigits(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

/** A value on an axis, with every digit that tells the ticks `step` apart, and no more: `37.25 k` where others are `37.5 k`. */
export function formatTick(value: number, step: number): string {
  if (value === 0) return '0';
  const digits = Math.ceil(Math.log10(Math.abs(value) / step)) + 2;
  return formatScaled(value, Math.min(Math.max(digits, 1), 12));
}

/** A share of 0 to 100 with one decimal: `18.1%`, `<0.1%`, `0%`. */
export function formatPercent(percent: number | null): string {
  if (percent === null || !Number.isFinite(percent)) return missing;
  if (percent === 0) return '0%';
  if (percent > 0 && percent < 0.1) return '<0.1%';
  if (percent === 100) return '100%';
  // A rest that is there must not be rounded away.
  if (percent > 99.9 && percent < 100) return '>99.9%';
  return `${oneDecimal.format(percent)}%`;
}

/** Decimal bytes, three digits: `0 B`, `812 B`, `4.2 kB`, `412.6 GB` from one hundred on with one decimal. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return missing;
  const size = Math.abs(bytes);
  if (size < 1000) return `${toDigits(bytes, 3)} B`;
  for (const scale of scales) {
    if (roundTo(size, 4) < scale.from) continue;
    const scaled = bytes / scale.by;
    return `${Math.abs(scaled) >= 100 ? dropZero(scaled.toFixed(1)) : toDigits(scaled, 3)} ${scale.unit}B`;
  }
  return `${toDigits(bytes, 3)} B`;
}

function dropZero(text: string): string {
  return text.replace(/\.0$/, '');
}

const units = [
  { seconds: 86_400, unit: 'd' },
  { seconds: 3600, unit: 'h' },
  { seconds: 60, unit: 'min' },
  { seconds: 1, unit: 's' },
];

/** A length of time by its two largest units: `184 ms`, `3.4 s`, `2 min 10 s`, `6 h`, `2 d 7 h`. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return missing;
  if (durationMs < 0) return `−${formatDuration(-durationMs)}`;
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 9950) return `${dropZero((durationMs / 1000).toFixed(1))} s`;
  let rest = Math.round(durationMs / 1000);
  const parts: string[] = [];
  for (const { seconds, unit } of units) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** A period, exactly: `10 s`, `5 min`, `1 h`, `90 min` rather than `1 h 30 min`, `1 d`. */
export function formatPeriod(periodSeconds: number): string {
  const exact = units.find(({ seconds }) => periodSeconds % seconds === 0) ?? { seconds: 1, unit: 's' };
  return `${grouped.format(periodSeconds / exact.seconds)} ${exact.unit}`;
}

/** `1 file`, `4 files`; the plural ends in `s` unless it is given. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${grouped.format(count)} ${count === 1 ? one : many}`;
}

/** The zone in which times are shown: UTC, or the machine's own. */
export type Zone = 'utc' | 'local';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Calendar parts of an instant in a zone; `month` from 0. */
export type TimeParts = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  milli: number;
};

/** Calendar parts of `timeMs` (epoch ms) in `zone`. */
export function splitTime(timeMs: number, zone: Zone): TimeParts {
  const shifted = new Date(timeMs + zoneOffsetMs(timeMs, zone));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    milli: shifted.getUTCMilliseconds(),
  };
}

/** How far `zone` is ahead of UTC at `timeMs`, in milliseconds. */
export function zoneOffsetMs(timeMs: number, zone: Zone): number {
  return zone === 'utc' ? 0 : -new Date(timeMs).getTimezoneOffset() * 60_000;
}

/** The zone's name at that time: `UTC`, `UTC+1`, `UTC+5:30`. */
export function formatZone(timeMs: number, zone: Zone): string {
  const minutes = Math.round(zoneOffsetMs(timeMs, zone) / 60_000);
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? '' : `:${pad(size % 60)}`;
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest}`;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

/** `19 Nov 2026`, or `19 Nov` without the year. */
export function formatDate(timeMs: number, zone: Zone, withYear = true): string {
  const { year, month, day } = splitTime(timeMs, zone);
  return `${day} ${months[month] ?? ''}${withYear ? ` ${year}` : ''}`;
}

/** Time of day with as many parts as it needs: `06:00`, `06:00:30`, `06:00:30.250`. */
export function formatClock(timeMs: number, zone: Zone): string {
  const { hour, minute, second, milli } = splitTime(timeMs, zone);
  const seconds = second === 0 && milli === 0 ? '' : `:${pad(second)}`;
  return `${pad(hour)}:${pad(minute)}${seconds}${milli === 0 ? '' : `.${pad(milli, 3)}`}`;
}

/** An instant without its zone: `19 Nov 2026, 06:00`. */
export function formatMoment(timeMs: number, zone: Zone): string {
  return `${formatDate(timeMs, zone)}, ${formatClock(timeMs, zone)}`;
}

/** An instant: `19 Nov 2026, 06:00 UTC`. */
export function formatTime(timeMs: number, zone: Zone): string {
  return `${formatMoment(timeMs, zone)} ${formatZone(timeMs, zone)}`;
}

/**
 * Start and end of a span without their zone; what both share stands once: `19 Nov 2026, 06:00 – 12:00`.
 *
 * @param withYear whether a year that both share is named; years that differ always are
 */
export function formatSpan(startMs: number, endMs: number, zone: Zone, withYear = true): string {
  const start = splitTime(startMs, zone);
  const end = splitTime(endMs, zone);
  if (start.year === end.year && start.month === end.month && start.day === end.day) {
    return `${formatDate(startMs, zone, withYear)}, ${formatClock(startMs, zone)} – ${formatClock(endMs, zone)}`;
  }
  const [from, to] = start.year === end.year ? [false, withYear] : [true, true];
  return `${formatDate(startMs, zone, from)}, ${formatClock(startMs, zone)} – ${formatDate(endMs, zone, to)}, ${formatClock(endMs, zone)}`;
}

/** Start and end of a span: `19 Nov 2026, 06:00 – 12:00 UTC`. Where the zone's offset changes inside, both are named. */
export function formatTimeRange(startMs: number, endMs: number, zone: Zone): string {
  const [from, to] = [formatZone(startMs, zone), formatZone(endMs, zone)];
  if (from === to) return `${formatSpan(startMs, endMs, zone)} ${to}`;
  return `${formatTime(startMs, zone)} – ${formatTime(endMs, zone)}`;
}

/** When something happened, seen from `nowMs`: `Today, 11:52`, `Yesterday, 17:20`, `3 Nov 2026`. Local time. */
export function formatRecent(timeMs: number, nowMs: number): string {
  const dayOf = (ms: number) => Math.floor((ms + zoneOffsetMs(ms, 'local')) / 86_400_000);
  const age = dayOf(nowMs) - dayOf(timeMs);
  const { hour, minute } = splitTime(timeMs, 'local');
  const clock = `${pad(hour)}:${pad(minute)}`;
  if (age === 0) return `Today, ${clock}`;
  if (age === 1) return `Yesterday, ${clock}`;
  return formatDate(timeMs, 'local');
}
