import type { Derivation } from './rule';

/** What a rule can work out of a field: `network(srcaddr, 24)`. See docs/rules.md, "Derived fields". */
export const derivedFunctions = ['network', 'reach', 'host', 'path'] as const;

/** The form `name(field, number, …)`, whatever name and numbers are. */
export type FieldCall = { name: string; field: string; numbers: string[] };

/** More numbers than any function takes are left in the field, where they are a mistake all the same. */
const mostNumbers = 3;

/** Splits a text that has the form of a call; null for one that has not. */
export function readFieldCall(text: string): FieldCall | null {
  const trimmed = text.trim();
  const open = trimmed.indexOf('(');
  const name = trimmed.slice(0, Math.max(open, 0)).trim();
  if (!trimmed.endsWith(')') || !/^[A-Za-z_]+$/.test(name)) return null;
  let field = trimmed.slice(open + 1, -1).trim();
  const numbers: string[] = [];
  for (let comma = field.lastIndexOf(','); comma >= 0 && numbers.length < mostNumbers; comma = field.lastIndexOf(',')) {
    const number = field.slice(comma + 1).trim();
    if (!/^[/+-]?[0-9.]*$/.test(number)) break;
    numbers.unshift(number);
    field = field.slice(0, comma).trim();
  }
  return { name, field, numbers };
}

/** A derived field as a rule writes it. */
export function writeFieldCall(derivation: Derivation, field: string): string {
  if (derivation.by !== 'network') return `${derivation.by}(${field})`;
  const { version4, version6 } = derivation;
  return `network(${field}, ${version4}${version6 === null ? '' : `, ${version6}`})`;
}

/** Prefixes of IPv6 addresses: whole groups, down to what one network usually has. */
export const version6Prefixes: readonly number[] = [16, 32, 48, 64];

/** The derivation that a call stands for; null where its name or its numbers are none that a rule may have. */
export function readDerivation({ name, numbers }: FieldCall): Derivation | null {
  if (name === 'reach' || name === 'host' || name === 'path') return numbers.length === 0 ? { by: name } : null;
  const [first, second] = numbers;
  const version4 = readPrefix(first);
  const version6 = readPrefix(second);
  if (name !== 'network' || numbers.length > 2 || version4 === null || version4 < 1 || version4 > 32) return null;
  if (second === undefined) return { by: 'network', version4, version6: null };
  return version6 !== null && version6Prefixes.includes(version6) ? { by: 'network', version4, version6 } : null;
}

/** A whole number without a sign, as it is usually written. */
function readPrefix(text: string | undefined): number | null {
  return text !== undefined && /^(?:0|[1-9][0-9]{0,2})$/.test(text) ? Number(text) : null;
}

/** A derived field in words: `network /24 of srcaddr`; any other text as it is. */
export function describeField(text: string): string {
  const call = readFieldCall(text);
  const derivation = call === null ? null : readDerivation(call);
  return call === null || derivation === null ? text : `${describeDerivation(derivation)} of ${call.field}`;
}

/** `network /24`, `private or public`, `host`, `folded path`. */
export function describeDerivation(derivation: Derivation): string {
  if (derivation.by === 'reach') return 'private or public';
  if (derivation.by === 'host') return 'host';
  if (derivation.by === 'path') return 'folded path';
  const { version4, version6 } = derivation;
  return version6 === null ? `network /${version4}` : `network /${version4} or /${version6}`;
}
