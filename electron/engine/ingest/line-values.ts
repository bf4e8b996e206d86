import { DOUBLE, decimal, NO_NUMBER, OTHER_DOUBLE, readDecimal } from './decimal';
import { textKind } from './json-fields';

/** Neither an integer nor a double's own text: stored as it is. */
export const TEXT = 5;

/**
 * What the text from `start` to before `end` is as a value, as `textKind` has it: `TEXT`, `INTEGER`, `LONG_INTEGER` or
 * `DOUBLE`. The value of an `INTEGER` or `DOUBLE` is in `decimal`.
 */
export function readToken(bytes: Buffer, start: number, end: number): number {
  const first = bytes[start] as number;
  if (!(first <= NINE && (first >= ZERO || first === HYPHEN)) || end - start > maxNumberLength) return TEXT;
  const kind = readDecimal(bytes, start);
  if (kind === NO_NUMBER) {
    // It may be a double with an exponent; that is seldom, and ends in a digit.
    const last = bytes[end - 1] as number;
    if (!(last >= ZERO && last <= NINE) || bytes.subarray(start, end).indexOf(LOWER_E) === -1) return TEXT;
    const text = bytes.toString('latin1', start, end);
    if (textKind(text) !== 'double') return TEXT;
    decimal.value = Number(text);
    decimal.end = end;
    return DOUBLE;
  }
  return decimal.end === end && kind !== OTHER_DOUBLE ? kind : TEXT;
}

/** `-2.2250738585072014e-308` */
const maxNumberLength = 24;
const HYPHEN = 45;
const ZERO = 48;
const NINE = 57;
const LOWER_E = 101;
