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
  let i = text.charCodeAt(0) === MINUS ? 1 : 0;
  const integerStart = i;
  while (isDigit(text.charCodeAt(i))) i++;
  const integerDigits = i - integerStart;
  if (integerDigits === 0) return false;
  const leadingZero = text.charCodeAt(integerStart) === ZERO;
  if (leadingZero && integerDigits > 1) return false;
  if (text.charCodeAt(i) === POINT) {
    const fractionStart = ++i;
    while (isDigit(text.charCodeAt(i))) i++;
    const fractionDigits = i - fractionStart;
    if (i === text.length && integerDigits + fractionDigits <= 15) {
      // Up to 15 significant digits survive the way through a double, so such a text is the shortest of its double,
      // unless it ends in zeros or is so small that an exponent is due.
      if (fractionDigits === 0) return false;
      if (text.charCodeAt(i - 1) === ZERO) return fractionDigits === 1;
      if (!leadingZero || !text.startsWith('0000', fractionStart)) return true;
    }
  }
  if (i === text.length && integerDigits === text.length - integerStart) return false;
  if (text.length > 25 || !/^[-+.0-9e]+$/.test(text)) return false;
  const value = Number(text);
  return Number.isFinite(value) && doubleText(value) === text;
}

const MINUS = 45;
const POINT = 46;
const ZERO = 48;

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= 57;
}
