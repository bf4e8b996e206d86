import { type Json, readTree, setAt, valueAt } from '../editor/rule-text';

const filtersPath = ['Contribution', 'Filters'];

/** A rule body that lets only one contributor through; as it is where it can't be read. */
export function onlyThis(definition: string, keys: readonly string[]): string {
  return listKeys(definition).reduce<string>(
    (text, key, at) => addFilter(text, { Match: key, In: [keys[at] ?? ''] }),
    definition,
  );
}

/** A rule body that leaves one contributor out. With several keys it is enough that one of them differs. */
export function withoutThis(definition: string, keys: readonly string[]): string {
  const conditions = listKeys(definition).map((key, at): Json => ({ Match: key, NotIn: [keys[at] ?? ''] }));
  const [first] = conditions;
  if (first === undefined) return definition;
  return addFilter(definition, conditions.length === 1 ? first : { Any: conditions });
}

/** A rule body without its filter number `index`, from 0. */
export function withoutFilter(definition: string, index: number): string {
  const filters = listFilters(definition);
  return setAt(
    definition,
    filtersPath,
    filters.filter((_, at) => at !== index),
  );
}

/** A rule body with one more filter; as it is where it has that one already. */
export function addFilter(definition: string, filter: Json): string {
  const filters = listFilters(definition);
  // What is there already need not be said again.
  if (filters.some((one) => JSON.stringify(one) === JSON.stringify(filter))) return definition;
  if (filters.length === 0) return setAt(definition, filtersPath, [filter]);
  return setAt(definition, [...filtersPath, filters.length], filter);
}

function listFilters(definition: string): Json[] {
  return listAt(definition, filtersPath);
}

/** The keys of a rule body as they are written; none where it can't be read. */
export function listKeys(definition: string): Json[] {
  return listAt(definition, ['Contribution', 'Keys']);
}

function listAt(definition: string, path: string[]): Json[] {
  const tree = readTree(definition);
  const value = tree === null ? undefined : valueAt(tree, path);
  return Array.isArray(value) ? value : [];
}
