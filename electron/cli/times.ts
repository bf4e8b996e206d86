import { InvalidArgumentError } from 'commander';
import { UserError } from '../../shared/problem';
import { timeOfText } from '../engine/ingest/event-time';

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * A time as an option gives it, in epoch ms UTC: ISO 8601 (a date alone is its start, no offset is UTC), an epoch in
 * seconds to nanoseconds by its digits, `now`, or relative to now such as `-3h`.
 * @throws InvalidArgumentError with what is taken
 */
export function parseTimeOption(text: string): number {
  const now = Date.now();
  if (text === 'now') return now;
  const relative = /^([+-])(\d{1,9})([smhdw])$/.exec(text);
  if (relative) {
    const span = Number(relative[2]) * (unitMs[relative[3] ?? ''] ?? 0);
    return relative[1] === '-' ? now - span : now + span;
  }
  const completed = /^\d{4}-\d\d-\d\d$/.test(text)
    ? `${text}T00:00:00Z`
    : text.replace(/^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(Z|[+-]\d\d:?\d\d)?$/, '$1:00$2');
  const time = timeOfText(completed);
  if (time === null) {
    throw new InvalidArgumentError('It is no time. Use ISO 8601 (2026-11-19T06:00Z), an epoch, -3h or now.');
  }
  return time;
}

/** A whole number within limits. @throws InvalidArgumentError */
export function parseWholeOption(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is no whole number from ${least} to ${most.toLocaleString('en-GB')}.`);
  };
}

/** @throws UserError `args/invalid` where a time range ends before it starts */
export function refuseEmptyRange({ startTime, endTime }: { startTime?: number; endTime?: number }): void {
  if (startTime === undefined || endTime === undefined || startTime < endTime) return;
  const message = 'The time range is empty: it ends before it starts.';
  const hint = 'The end is exclusive: give an --end-time after the --start-time.';
  throw new UserError([{ code: 'args/invalid', place: '--end-time', message, hint }]);
}
