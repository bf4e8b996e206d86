/**
 * Text of a finite double as DuckDB's `CAST(x AS DOUBLE)::VARCHAR` prints it: the shortest that reads back as the same
 * double, always with a point or an exponent (`12.0`, `1.5`, `1e+16`, `1e-05`, `-0.0`).
 */
export function doubleText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e16 || (size < 1e-4 && size !== 0)) {
    // JavaScript writes exponents of one digit, DuckDB of two at least.
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  if (Number.isInteger(value)) return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  return String(value);
}

/** Whether a text is exactly what `doubleText` gives for the number it reads as, so that a double can stand for it. */
export function isDoubleText(text: string): boolean {
  const { length } = text;
  if (length > maxDoubleLength) return false;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  let i = start;
  while (isDigit(text.charCodeAt(i))) i++;
  const point = i;
  if (point === start || point === length) return false;
  const leadingZero = text.charCodeAt(start) === ZERO;
  if (leadingZero && point > start + 1) return false;
  if (text.charCodeAt(point) === POINT) {
    i++;
    while (isDigit(text.charCodeAt(i))) i++;
    const fractionDigits = i - point - 1;
    if (fractionDigits === 0) return false;
    if (i === length && length - start <= 16) {
      // Up to 15 significant digits survive the way through a double, so such a text is the shortest of its double,
      // unless it ends in zeros or is so small that an exponent is due.
      if (text.charCodeAt(i - 1) === ZERO) return fractionDigits === 1;
      if (!leadingZero || !text.startsWith('0000', point + 1)) return true;
    }
  }
  if (i < length && text.charCodeAt(i) !== LOWER_E) return false;
  const value = Number(text);
  return Number.isFinite(value) && doubleText(value) === text;
}

/** `-2.2250738585072014e-308` */
const maxDoubleLength = 24;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const LOWER_E = 101;

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= 57;
}
