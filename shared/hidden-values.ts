import { parseJson } from './json';
import { createFieldReader, listKeyFields } from './rule-fields';

/**
 * The values that the filters of a rule compare some of its keys with, or what these are worked out of: a contributor that
 * is kept has them, whether or not it has events in the time range.
 * @param definition rule body
 * @param places of the keys
 */
export function listFilterValues(definition: string, places: readonly number[]): string[] {
  const read = createFieldReader(definition);
  const keys = listKeyFields(definition);
  const sources = new Set(places.map((at) => keys[at]?.source));
  const found: string[] = [];
  const collect = (value: unknown, isOwn: boolean) => {
    if (isOwn && (typeof value === 'string' || typeof value === 'number')) found.push(String(value));
    if (value === null || typeof value !== 'object') return;
    const { Match: field, ...rest } = value as Record<string, unknown>;
    const isHere = isOwn || (typeof field === 'string' && sources.has(read(field).source));
    for (const inner of Object.values(rest)) collect(inner, isHere);
  };
  const body = parseJson(definition) as { Contribution?: { Filters?: unknown } } | null;
  collect(body?.Contribution?.Filters, false);
  return found;
}

/** Characters of a title that is kept at most. Longer ones are cut. */
export const longestTitle = 200;

/** Of a cut value, fewer characters than these tell nothing. */
const leastOfValue = 3;

/**
 * A text with pseudonyms in the place of values, where these stand as words of their own.
 * @param hidden pseudonym of each value
 */
export function hideValues(text: string, hidden: ReadonlyMap<string, string>): string {
  const whole = hideCutValue(text, hidden);
  const values = [...hidden.keys()].filter((value) => value !== '' && whole.includes(value));
  if (values.length === 0) return whole;
  values.sort((a, b) => b.length - a.length);
  const pattern = values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const words = new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, 'gu');
  return whole.replace(words, (value) => hidden.get(value) ?? value);
}

/** The same for the beginning of a value at the end of a text that was cut. */
function hideCutValue(text: string, hidden: ReadonlyMap<string, string>): string {
  if (!text.endsWith('…') && text.length !== longestTitle) return text;
  const cut = text.endsWith('…') ? text.slice(0, -1) : text;
  for (const { index } of cut.slice(-longestTitle).matchAll(/(?<![\p{L}\p{N}])[^\s]/gu)) {
    const at = Math.max(cut.length - longestTitle, 0) + index;
    const rest = cut.slice(at);
    if (rest.length < leastOfValue) break;
    if (hidden.has(rest)) return text;
    const value = [...hidden.keys()].find((one) => one.startsWith(rest));
    if (value !== undefined) return `${cut.slice(0, at)}${hidden.get(value) ?? ''}…`;
  }
  return text;
}
