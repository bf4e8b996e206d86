import {
  derivedFunctions,
  type FieldCall,
  readDerivation,
  readFieldCall,
  version6Prefixes,
  writeFieldCall,
} from '../../../shared/derived-field';
import type { Problem } from '../../../shared/problem';
import type { Derivation, FieldReference } from '../../../shared/rule';
import { findNear } from './suggest';

type Report = (problem: Problem) => void;
type Text = { place: string; value: string };

/**
 * The derived field that a text names.
 * @param readInside reads the field that it is worked out of
 * @returns `undefined` where the text is no call at all, null where it is a wrong one; that is reported
 */
export function readDerivedField(
  { place, value }: Text,
  readInside: (inside: Text, report: Report) => FieldReference | null,
  report: Report,
): FieldReference | null | undefined {
  const call = readFieldCall(value) ?? readUnclosed(value);
  if (call === null) return undefined;
  const name = findNear(call.name, derivedFunctions);
  if (name === null) return undefined;
  const refuse = (message: string, hint: string): null => {
    report({ code: 'rule/bad-derived-field', place, message, hint });
    return null;
  };
  const shown = JSON.stringify(value);
  const derivation = readDerivation(call);
  const meant = derivation ?? guessDerivation(name, call);
  const write = (field: string) => JSON.stringify(writeFieldCall(meant, field === '' ? 'FIELD' : field));
  const remedy = `Write ${write(call.field)}.`;
  if (call.name !== name) {
    return refuse(`There is no function ${JSON.stringify(call.name)}.`, `Did you mean ${write(call.field)}?`);
  }
  if (call.field === '') return refuse(`${shown} does not say which field it is worked out of.`, remedy);
  if (!value.trim().endsWith(')')) return refuse(`${shown} has no closing parenthesis.`, remedy);
  if (derivation === null) return refuse(`${shown} ${describeFault(call)}.`, remedy);
  if (readFieldCall(call.field) !== null && isFunction(call.field)) {
    return refuse(
      `${shown} is worked out of another derived field; it takes a plain one.`,
      'Name a field of the events.',
    );
  }
  const field = readInside({ place, value: call.field }, (problem) => report(rewriteHint(problem, write)));
  return field === null ? null : { ...field, derivation };
}

function isFunction(text: string): boolean {
  return (derivedFunctions as readonly string[]).includes(readFieldCall(text)?.name ?? '');
}

/** `network($.a, 24`, of one of the functions only: anything else may well be an alias. */
function readUnclosed(value: string): FieldCall | null {
  const call = value.includes('(') ? readFieldCall(`${value})`) : null;
  return call !== null && (derivedFunctions as readonly string[]).includes(call.name) ? call : null;
}

/** The nearest call that is right. */
function guessDerivation(name: string, { numbers }: FieldCall): Derivation {
  if (name === 'reach' || name === 'host' || name === 'path') return { by: name };
  const [first = null, second = null] = numbers.map((text) => {
    const digits = /[0-9]+/.exec(text)?.[0];
    return digits === undefined ? null : Number(digits);
  });
  const isVersion4 = first !== null && first >= 1 && first <= 32;
  const isVersion6 = first !== null && !isVersion4 && version6Prefixes.includes(first);
  return {
    by: 'network',
    version4: isVersion4 ? first : 24,
    version6: second !== null ? nearestPrefix(second) : isVersion6 ? first : null,
  };
}

function nearestPrefix(wanted: number): number {
  return version6Prefixes.reduce((best, one) => (Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best), 64);
}

function describeFault({ name, numbers }: FieldCall): string {
  if (name !== 'network') return `has a number; "${name}" takes a field alone`;
  if (numbers.length === 0) return 'does not say how many bits of an address count';
  if (numbers.length > 2) return 'has more than two prefixes, one for IPv4 and one for IPv6';
  const isFirstRight = readDerivation({ name, field: '', numbers: numbers.slice(0, 1) }) !== null;
  return isFirstRight
    ? `has the IPv6 prefix ${JSON.stringify(numbers[1])}, where ${version6Prefixes.join(', ')} are possible`
    : `has the IPv4 prefix ${JSON.stringify(numbers[0])}, which goes from 1 to 32`;
}

/** What a hint tells to write is the field alone, where the whole call stands. */
function rewriteHint(problem: Problem, write: (field: string) => string): Problem {
  const [, before, quoted, after] = /^(Did you mean |Write )("(?:[^"\\]|\\.)*")([?.])$/s.exec(problem.hint ?? '') ?? [];
  if (quoted === undefined) return problem;
  return { ...problem, hint: `${before}${write(JSON.parse(quoted) as string)}${after}` };
}
