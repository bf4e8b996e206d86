import { readDerivation, readFieldCall, writeFieldCall } from '../../shared/derived-field';
import type { Derivation, LogFormat } from '../../shared/rule';
import type { GroupField } from '../../shared/workspace';

/** What the values of a field look like. */
export type FieldKind = 'number' | 'address' | 'time' | 'text';

/** How a rule names a found field; `alias` is what has to be added to its `Fields` first. */
export type FieldLabel = { label: string; alias: { position: string; name: string } | null };

/**
 * The name of a found field in a rule.
 * @param aliases position to alias, as the rule has them
 */
export function labelField(field: GroupField, aliases: Readonly<Record<string, string>>): FieldLabel {
  if (field.format === 'JSON') return { label: field.reference, alias: null };
  const given = aliases[field.reference];
  if (given !== undefined && given !== '') return { label: given, alias: null };
  const isTaken = Object.values(aliases).includes(field.alias ?? '');
  if (field.alias === null || isTaken || /^[0-9]*$/.test(field.alias)) return { label: field.reference, alias: null };
  return { label: field.alias, alias: { position: field.reference, name: field.alias } };
}

/** A field as a rule names it, taken apart: what is worked out, if anything, and of which field. */
export function splitField(
  label: string,
  aliases: Readonly<Record<string, string>>,
): { field: string; derivation: Derivation | null } {
  const call = Object.values(aliases).includes(label) ? null : readFieldCall(label);
  const derivation = call === null ? null : readDerivation(call);
  return call === null || derivation === null ? { field: label, derivation: null } : { field: call.field, derivation };
}

/** The same put together. */
export function joinField(field: string, derivation: Derivation | null): string {
  return derivation === null ? field : writeFieldCall(derivation, field);
}

/**
 * The found field that a rule means by a name; undefined where none is known. Its reference says, too, what is worked out
 * of it, so that the engine gives the values of that.
 */
export function findField(
  fields: readonly GroupField[],
  label: string,
  format: string | null,
  aliases: Readonly<Record<string, string>>,
): GroupField | undefined {
  const { field, derivation } = splitField(label, aliases);
  const found = findPlainField(fields, field, format, aliases);
  return found === undefined || derivation === null
    ? found
    : { ...found, reference: joinField(found.reference, derivation) };
}

/** What is often worked out of a field, by its examples: networks and reach of addresses, hosts and paths of requests. */
export function suggestDerivations(field: GroupField): Derivation[] {
  if (kindOf(field) === 'address') return [networkOf(field, 24), networkOf(field, 16), { by: 'reach' }];
  const some = (pattern: RegExp) => field.examples.some((example) => pattern.test(example));
  if (some(/^(?:[A-Z]+ )?[a-z][a-z0-9+.-]*:\/\/[^/]/i)) return [{ by: 'host' }, { by: 'path' }];
  return some(/^(?:[A-Z]+ )?\/[^/]/) ? [{ by: 'path' }] : [];
}

/** A network of a field's addresses: those of IPv6, where it has some, in step with those of IPv4. */
export function networkOf(field: GroupField | undefined, version4: 24 | 16): Derivation {
  const has6 = field?.examples.some((example) => /:.*:/.test(example)) === true;
  return { by: 'network', version4, version6: has6 ? (version4 === 24 ? 64 : 48) : null };
}

function findPlainField(
  fields: readonly GroupField[],
  label: string,
  format: string | null,
  aliases: Readonly<Record<string, string>>,
): GroupField | undefined {
  const own = fields.filter((field) => field.format === format);
  if (format === 'JSON') return own.find((field) => field.reference === label);
  const position = Object.keys(aliases).find((one) => aliases[one] === label) ?? label;
  return own.find((field) => field.reference === position);
}

/** The kind of a field by its type and examples. */
export function kindOf(field: GroupField): FieldKind {
  const values = field.examples.filter((example) => example !== '-');
  const all = (pattern: RegExp) => values.length > 0 && values.every((value) => pattern.test(value));
  if (all(/^(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?$|^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i)) return 'address';
  if (all(/^\d{4}-\d\d-\d\d[T ]/) || all(/^1[0-9]{9}(?:\d{3})?(?:\.\d+)?$/)) return 'time';
  return field.type;
}

/** The fields of one format, from all log groups of a rule, each once. */
export function mergeFields(lists: readonly (readonly GroupField[])[]): GroupField[] {
  const merged = new Map<string, GroupField>();
  for (const field of lists.flat()) {
    const name = `${field.format} ${field.reference}`;
    const known = merged.get(name);
    merged.set(name, known === undefined ? field : joinFields(known, field));
  }
  return [...merged.values()];
}

const examplesMax = 5;

function joinFields(a: GroupField, b: GroupField): GroupField {
  return {
    ...a,
    alias: a.alias === b.alias ? a.alias : null,
    type: a.type === b.type ? a.type : 'text',
    examples: [...new Set([...a.examples, ...b.examples])].slice(0, examplesMax),
  };
}

/** Fields whose name or example holds a text; those whose name does come first. */
export function searchFields(
  fields: readonly GroupField[],
  search: string,
  aliases: Readonly<Record<string, string>>,
): GroupField[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return [...fields];
  const isNamed = (field: GroupField) =>
    [field.reference, field.alias ?? '', labelField(field, aliases).label].some((name) =>
      name.toLowerCase().includes(wanted),
    );
  const named = fields.filter(isNamed);
  const byExample = fields.filter(
    (field) => !isNamed(field) && field.examples.some((example) => example.toLowerCase().includes(wanted)),
  );
  return [...named, ...byExample];
}

/** The format that most log groups of a rule have; null where they are mixed or unknown. */
export function formatOfGroups(groups: readonly { format: LogFormat | 'mixed'; events: number }[]): LogFormat | null {
  const count = (format: LogFormat) =>
    groups.filter((group) => group.format === format).reduce((sum, group) => sum + group.events, 0);
  const [json, clf] = [count('JSON'), count('CLF')];
  if (json === clf) return null;
  return json > clf ? 'JSON' : 'CLF';
}

/** Whether a rule's log group pattern takes a group. */
export function takesGroup(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** The log group's name in an ARN; other texts as they are. */
export function groupOfArn(text: string): string {
  return /^arn:[^:]+:logs:.*?:log-group[:/](.*?)(?::\*)?$/s.exec(text)?.[1] ?? text;
}
