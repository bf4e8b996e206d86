import { formatClock, formatDate, formatDuration, splitTime, type TimeParts, type Zone } from '../../shared/format';
import type { TimeRange } from '../../shared/report';

/** Both ends known, epoch ms; `endMs` is not included. */
export type Span = { startMs: number; endMs: number };

export const wholeRange: TimeRange = { startMs: null, endMs: null };

/** Whether two time ranges begin and end alike. */
export function isSameRange(a: TimeRange, b: TimeRange): boolean {
  return a.startMs === b.startMs && a.endMs === b.endMs;
}

/** What shows a time range that can be changed: a report, or the exploration of a log group. */
export type Ranged = {
  readonly question: { range: TimeRange; periodSeconds: number | null };
  readonly span: Span | null;
  /** The log groups shown, and where their events begin and end within the range. */
  readonly report: { logGroups: string[]; dataRange: { firstMs: number; lastMs: number } | null } | null;
  goTo(range: TimeRange): Promise<void>;
  shift(direction: -1 | 1): Promise<void>;
};

/** Log groups, and where their events begin and end; null where they have none. */
export function joinLogs(
  groups: readonly { name: string; firstMs: number | null; lastMs: number | null }[],
): Ranged['report'] {
  const firsts = groups.flatMap(({ firstMs }) => firstMs ?? []);
  const lasts = groups.flatMap(({ lastMs }) => lastMs ?? []);
  if (firsts.length === 0 || lasts.length === 0) return null;
  const dataRange = { firstMs: Math.min(...firsts), lastMs: Math.max(...lasts) };
  return { logGroups: groups.map(({ name }) => name), dataRange };
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A range counted back from the last event. `hint` says where it starts. */
export type Preset = { label: string; hint: string; span: Span };

const presetLengthsMs = [15 * minuteMs, hourMs, 3 * hourMs, 6 * hourMs, 24 * hourMs, 7 * dayMs];

/**
 * Ranges that end with the last event (`lastMs`, epoch ms), at the end of its minute, so that it is inside.
 * Presets longer than twice the logs are left out: they would all show the whole.
 */
export function listPresets(firstMs: number, lastMs: number, zone: Zone): Preset[] {
  const endMs = endOfLogs(lastMs);
  const useful = presetLengthsMs.filter((lengthMs) => lengthMs < 2 * Math.max(endMs - firstMs, 1));
  return useful.map((lengthMs) => {
    const span = { startMs: endMs - lengthMs, endMs };
    return { label: `Last ${formatDuration(lengthMs)}`, hint: describePreset(span, zone), span };
  });
}

/** End of the minute that holds the last event. */
export function endOfLogs(lastMs: number): number {
  return (Math.floor(lastMs / minuteMs) + 1) * minuteMs;
}

function describePreset(span: Span, zone: Zone): string {
  const sameDay = formatDate(span.startMs, zone) === formatDate(span.endMs, zone);
  if (sameDay) return `${formatClock(span.startMs, zone)} – ${formatClock(span.endMs, zone)}`;
  return `${formatDate(span.startMs, zone, false)}, ${formatClock(span.startMs, zone)}`;
}

/** The range with open ends taken from the logs, at whole minutes; null where the logs have no timed event and an end is open. */
export function closeRange(range: TimeRange, logs: { firstMs: number; lastMs: number } | null): Span | null {
  const startMs = range.startMs ?? (logs === null ? undefined : Math.floor(logs.firstMs / minuteMs) * minuteMs);
  const endMs = range.endMs ?? (logs === null ? undefined : endOfLogs(logs.lastMs));
  if (startMs === undefined || endMs === undefined || endMs <= startMs) return null;
  return { startMs, endMs };
}

/** The range of the same length before (-1) or after (1). */
export function shiftSpan(span: Span, direction: -1 | 1): Span {
  const lengthMs = span.endMs - span.startMs;
  return { startMs: span.startMs + direction * lengthMs, endMs: span.endMs + direction * lengthMs };
}

/** Half (`in`) or double (`out`) the length around the same middle, at least a second long. */
export function zoomSpan(span: Span, direction: 'in' | 'out'): Span {
  const middleMs = (span.startMs + span.endMs) / 2;
  const lengthMs = Math.max((span.endMs - span.startMs) * (direction === 'in' ? 0.5 : 2), 1000);
  const startMs = Math.floor(middleMs - lengthMs / 2);
  return { startMs, endMs: startMs + Math.ceil(lengthMs) };
}

/** Grows a span to whole periods, so that no datapoint is cut. */
export function snapSpan(span: Span, periodSeconds: number): Span {
  const periodMs = periodSeconds * 1000;
  const startMs = Math.floor(span.startMs / periodMs) * periodMs;
  const endMs = Math.ceil(span.endMs / periodMs) * periodMs;
  return { startMs, endMs: Math.max(endMs, startMs + periodMs) };
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Reads a time as people type it: `19 Nov 2026, 06:00`, `19 Nov`, `08:20`, `yesterday 14:00`, `2026-11-19 06:00`,
 * `2026-11-19T06:00Z`, or an epoch in seconds or milliseconds.
 * @param nearMs epoch ms of the last event: supplies the day, or the year, that is left out
 * @returns epoch ms, or null when the text is none of these or no such time exists
 */
export function parseMoment(text: string, zone: Zone, nearMs: number): number | null {
  const clean = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (/^-?\d{9,10}$/.test(clean)) return Number(clean) * 1000;
  if (/^-?\d{12,13}$/.test(clean)) return Number(clean);
  const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[t ,]+(\d\d?:\d\d(?::\d\d(?:\.\d{1,3})?)?))?(z| ?utc|[+-]\d\d:?\d\d)?$/.exec(
    clean,
  );
  if (iso !== null) return readIso(iso, zone);
  const near = splitTime(nearMs, zone);
  const worded = /^(today|yesterday)?,? ?(\d\d?:\d\d(?::\d\d(?:\.\d{1,3})?)?)?$/.exec(clean);
  if (worded !== null && clean !== '') {
    const day = worded[1] === 'yesterday' ? near.day - 1 : near.day;
    return join({ ...near, day }, worded[2], zone);
  }
  const dated = /^(\d\d?) ([a-z]{3})[a-z]*\.? ?(\d{4})?,? ?(\d\d?:\d\d(?::\d\d(?:\.\d{1,3})?)?)?$/.exec(clean);
  if (dated === null) return null;
  const month = monthNames.indexOf(dated[2] ?? '');
  if (month < 0) return null;
  return join({ ...near, year: Number(dated[3] ?? near.year), month, day: Number(dated[1]) }, dated[4], zone, true);
}

function readIso(match: RegExpExecArray, zone: Zone): number | null {
  const date = { year: Number(match[1]), month: Number(match[2]) - 1, day: Number(match[3]) };
  const offset = match[5]?.trim();
  if (offset === undefined) return join(date, match[4], zone, true);
  const utcMs = join(date, match[4], 'utc', true);
  const signed = /^([+-])(\d\d):?(\d\d)$/.exec(offset);
  if (utcMs === null || signed === null) return utcMs;
  const offsetMs = (Number(signed[2]) * 60 + Number(signed[3])) * minuteMs;
  return utcMs - (signed[1] === '-' ? -offsetMs : offsetMs);
}

/** Epoch ms of a day and a clock text (midnight where it is absent). With `strict`, a 31 Nov is refused, not moved on. */
function join(
  date: Pick<TimeParts, 'year' | 'month' | 'day'>,
  clock: string | undefined,
  zone: Zone,
  strict = false,
): number | null {
  const [hour = 0, minute = 0, second = 0] = (clock ?? '0:00').split(':').map(Number);
  if (hour > 24 || minute > 59 || second >= 60) return null;
  const milli = Math.round((second % 1) * 1000);
  const whole = Math.floor(second);
  const ms =
    zone === 'utc'
      ? Date.UTC(date.year, date.month, date.day, hour, minute, whole, milli)
      : new Date(date.year, date.month, date.day, hour, minute, whole, milli).getTime();
  const midnight = new Date(Date.UTC(date.year, date.month, date.day));
  if (strict && (midnight.getUTCDate() !== date.day || midnight.getUTCMonth() !== date.month)) return null;
  return Number.isFinite(ms) ? ms : null;
}

/** Periods offered, in seconds. */
export const periodChoices = [1, 10, 60, 300, 900, 3600, 21_600, 86_400];

/** Longest series that is still worth drawing. */
export const periodCountMax = 5000;

/** How many periods a span holds. */
export function countPeriods(span: Span, periodSeconds: number): number {
  const snapped = snapSpan(span, periodSeconds);
  return (snapped.endMs - snapped.startMs) / (periodSeconds * 1000);
}
