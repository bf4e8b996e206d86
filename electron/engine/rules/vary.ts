import { parse } from 'jsonc-parser';
import { replaceAt } from './edit';

type Body = { Contribution: { Keys: string[]; Filters?: unknown[] } };

/** The body of a valid rule, and the same without a byte order mark. */
function readBody(definition: string): { text: string; body: Body } {
  const text = definition.replace(/^\ufeff/, '');
  return { text, body: parse(text) as Body };
}

/** A valid rule body without its filters: all events that its keys can be read from. */
export function withoutFilters(definition: string): string {
  return replaceAt(readBody(definition).text, ['Contribution', 'Filters'], []);
}

/**
 * A valid rule body for one contributor alone.
 * @param keys one value for each key of the rule
 */
export function onlyContributor(definition: string, keys: readonly string[]): string {
  const { text, body } = readBody(definition);
  const { Keys, Filters = [] } = body.Contribution;
  const own = Keys.map((key, index) => ({ Match: key, In: [keys[index] ?? ''] }));
  return replaceAt(text, ['Contribution', 'Filters'], [...Filters, ...own]);
}
