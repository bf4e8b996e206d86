import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DOUBLE, decimal, INTEGER, LONG_INTEGER, NO_NUMBER, OTHER_DOUBLE, readDecimal } from './decimal';
import { doubleText } from './double-text';
import { textKind } from './json-fields';

function read(text: string): { kind: number; value: number; end: number } {
  decimal.end = -1;
  const kind = readDecimal(Buffer.from(text), 0);
  return { kind, value: decimal.value, end: decimal.end };
}

const digits = fc.array(fc.constantFrom(...'0123456789'), { minLength: 1, maxLength: 19 }).map((list) => list.join(''));
const anyText = fc
  .tuple(fc.constantFrom('', '-'), digits, fc.option(digits))
  .map(([sign, whole, fraction]) => sign + whole + (fraction === null ? '' : `.${fraction}`));
/** As programs print them: the shortest digits, and those of `%.17g` and the like. */
const printed = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 })
  .chain((value) =>
    fc.constantFrom(
      String(value),
      value.toPrecision(15),
      value.toPrecision(16),
      value.toPrecision(17),
      value.toFixed(6),
    ),
  );

test('a decimal number has the value and the kind that the slow way gives it', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, printed), (text) => {
      const { kind, value, end } = read(text);
      if (kind === NO_NUMBER) return;
      expect(end).toBe(text.length);
      if (kind !== LONG_INTEGER) expect(Object.is(value, Number(text))).toBe(true);
      const slow = textKind(text);
      if (kind === INTEGER || kind === LONG_INTEGER) expect(slow).toBe('integer');
      else {
        expect(kind).toBe(doubleText(value) === text ? DOUBLE : OTHER_DOUBLE);
        expect(slow).toBe(kind === DOUBLE ? 'double' : 'text');
      }
    }),
    { numRuns: 20_000, seed: 20261124 },
  );
});

test.each(['', '-', '.', '.5', '5.', '007', '-0', '1e5', '1.5e5', '1234567890123456789', 'x'])(
  '%j is left to the slow way',
  (text) => {
    expect(read(text).kind).toBe(NO_NUMBER);
  },
);
