import type { Zone } from '../../shared/format';
import { parseMoment } from '../report/time-range';

export type Moments = {
  timeMs: number | null;
  endMs: number | null;
  problem: { field: 'from' | 'until'; text: string } | null;
};

/** What was typed as the time of a note: nothing, a moment, or both ends of a span. */
export function readMoments(from: string, until: string, zone: Zone, nearMs: number): Moments {
  const read = (text: string) => (text.trim() === '' ? null : parseMoment(text, zone, nearMs));
  const [timeMs, endMs] = [read(from), read(until)];
  const fail = (field: 'from' | 'until', text: string): Moments => ({ timeMs, endMs, problem: { field, text } });
  if (timeMs === null && from.trim() !== '') return fail('from', 'No time that can be read.');
  if (endMs === null && until.trim() !== '') return fail('until', 'No time that can be read.');
  if (endMs !== null && timeMs === null) return fail('from', 'A span begins somewhere.');
  if (endMs !== null && timeMs !== null && endMs <= timeMs) return fail('until', 'The end comes after the beginning.');
  return { timeMs, endMs, problem: null };
}
