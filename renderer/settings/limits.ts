import { formatNumber } from '../../shared/format';

/** What was typed for a limit: the number, null where nothing stands there, or why it is none. */
export type TypedLimit = { value: number | null; problem: null } | { value: null; problem: string };

/** Reads a whole number between bounds; groups of digits may be set apart by commas. */
export function readLimit(text: string, least: number, most: number): TypedLimit {
  const plain = text.trim().replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, '');
  if (plain === '') return { value: null, problem: null };
  const value = /^\d{1,9}$/.test(plain) ? Number(plain) : Number.NaN;
  if (value >= least && value <= most) return { value, problem: null };
  return { value: null, problem: `A whole number from ${formatNumber(least)} to ${formatNumber(most)}.` };
}
