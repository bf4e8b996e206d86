import { listKeys } from '../report/narrow';
import { readObject } from '../state/saved-view';

/**
 * The values that the filters of a rule compare some of its keys with: a contributor that is kept has them, whether or not
 * it has events in the time range.
 * @param places of the keys
 */
export function listFilterValues(definition: string, places: readonly number[]): string[] {
  const { Filters } = readObject(readObject(parse(definition)).Contribution);
  const keys = listKeys(definition).map((key) => JSON.stringify(key));
  const fields = new Set(places.map((at) => keys[at]));
  const found: string[] = [];
  const collect = (value: unknown, isOwn: boolean) => {
    if (isOwn && (typeof value === 'string' || typeof value === 'number')) found.push(String(value));
    if (value === null || typeof value !== 'object') return;
    const { Match: field, ...rest } = value as Record<string, unknown>;
    const isHere = isOwn || (field !== undefined && fields.has(JSON.stringify(field)));
    for (const inner of Object.values(rest)) collect(inner, isHere);
  };
  collect(Filters, false);
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** A text with pseudonyms in the place of values, where these stand as words of their own. */
export function hideValues(text: string, hidden: ReadonlyMap<string, string>): string {
  const values = [...hidden.keys()].filter((value) => value !== '' && text.includes(value));
  if (values.length === 0) return text;
  values.sort((a, b) => b.length - a.length);
  const pattern = values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const words = new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, 'gu');
  return text.replace(words, (value) => hidden.get(value) ?? value);
}
