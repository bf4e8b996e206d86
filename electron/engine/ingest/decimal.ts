import { doubleText } from './double-text';

/** What `readDecimal` found. */
export const [NO_NUMBER, INTEGER, LONG_INTEGER, DOUBLE, OTHER_DOUBLE] = [0, 1, 2, 3, 4];

/** Of the number that `readDecimal` read last: its value (not for `LONG_INTEGER`), and the offset behind it. */
export const decimal = { value: 0, end: 0 };

/**
 * Reads digits, with a sign and a point where there are, at some nanoseconds a digit.
 *
 * `INTEGER`: at most 15 digits as BIGINT prints them; `LONG_INTEGER`: 16 to 18 of them. `DOUBLE`: exactly the text that
 * `doubleText` gives for the value. `OTHER_DOUBLE`: digits, a point and digits that are not. `NO_NUMBER`: all else,
 * also numbers with an exponent and longer ones, which `textKind` and `Number` are for.
 */
export function readDecimal(bytes: Uint8Array, start: number): number {
  let i = start;
  const isNegative = bytes[i] === HYPHEN;
  if (isNegative) i++;
  const first = i;
  let unit = (bytes[i] as number) - ZERO;
  if (!(unit >= 0 && unit <= 9)) return NO_NUMBER;
  const startsWithZero = unit === 0;
  // The first nine digits that count, and the eight that follow.
  let head = 0;
  let tail = 0;
  let digits = 0;
  do {
    if (digits < 9) head = head * 10 + unit;
    else if (digits < 17) tail = tail * 10 + unit;
    if (digits > 0 || unit > 0) digits++;
    unit = (bytes[++i] as number) - ZERO;
  } while (unit >= 0 && unit <= 9);
  const whole = i - first;
  if (startsWithZero && whole > 1) return NO_NUMBER;
  if (unit !== POINT - ZERO) {
    decimal.end = i;
    if (unit === LOWER_E - ZERO || unit === UPPER_E - ZERO || whole > 18) return NO_NUMBER;
    if (whole > 15) return LONG_INTEGER;
    if (startsWithZero && isNegative) return NO_NUMBER;
    const value = digits <= 9 ? head : head * (powers[digits - 9] as number) + tail;
    decimal.value = isNegative ? -value : value;
    return INTEGER;
  }
  const point = i;
  let last = -1;
  unit = (bytes[++i] as number) - ZERO;
  while (unit >= 0 && unit <= 9) {
    if (digits < 9) head = head * 10 + unit;
    else if (digits < 17) tail = tail * 10 + unit;
    if (digits > 0 || unit > 0) digits++;
    last = unit;
    unit = (bytes[++i] as number) - ZERO;
  }
  if (last === -1 || unit === LOWER_E - ZERO || unit === UPPER_E - ZERO) return NO_NUMBER;
  decimal.end = i;
  const scale = i - point - 1;
  if (digits > 17 || scale > 22) return readSlowly(bytes, start, i);
  const power = powers[scale] as number;
  if (digits <= 15) {
    // Both are exact, so the quotient is the nearest double, and so few digits are the shortest that give it.
    const value = (digits <= 9 ? head : head * (powers[digits - 9] as number) + tail) / power;
    decimal.value = isNegative ? -value : value;
    if (value < smallest && digits > 0) return OTHER_DOUBLE;
    return last !== 0 || scale === 1 ? DOUBLE : OTHER_DOUBLE;
  }
  if (last === 0 || !divide(head, powers[digits - 9] as number, tail, power, last)) return readSlowly(bytes, start, i);
  if (decimal.value < smallest) return readSlowly(bytes, start, i);
  if (isNegative) decimal.value = -decimal.value;
  return DOUBLE;
}

/** Doubles below it are printed with an exponent. */
const smallest = 1e-4;
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** For each exponent of a double, half the distance between two doubles that have it. */
const halfSteps = Float64Array.from({ length: 2048 }, (_, exponent) => 2 ** (exponent - 1076));
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

const HYPHEN = 45;
const POINT = 46;
const ZERO = 48;
const UPPER_E = 69;
const LOWER_E = 101;

/** The digits in one number, as the sum of two doubles; then their quotient, likewise. After T. J. Dekker, 1971. */
function divide(head: number, shift: number, tail: number, power: number, last: number): boolean {
  const product = head * shift;
  const productRest = restOfProduct(head, shift, product);
  const high = product + tail;
  const low = tail - (high - product) + productRest;
  const quotient = high / power;
  const back = quotient * power;
  const remainder = high - back - restOfProduct(quotient, power, back) + low;
  const more = remainder / power;
  const value = quotient + more;
  const rest = more - (value - quotient);
  // `value + rest` is the number that the digits mean, to about 100 bits. Is `value` the nearest double, are the digits
  // the nearest of their length to it, and is no number of fewer digits as near that it would be read as the same?
  double[0] = value;
  const upper = halves[1] as number;
  if ((upper & 0xfffff) === 0 && halves[0] === 0) return false;
  const half = halfSteps[(upper >>> 20) & 0x7ff] as number;
  const unit = 1 / power;
  if (Math.abs(rest) > half * 0.999999 || Math.abs(rest) > unit * 0.499999) return false;
  const limit = half * 1.000001;
  if (Math.abs(rest - last * unit) < limit || Math.abs(rest + (10 - last) * unit) < limit) return false;
  decimal.value = value;
  return true;
}

/** What `product`, the rounded product of two doubles, lacks of the exact one. */
function restOfProduct(a: number, b: number, product: number): number {
  const splitA = a * splitter;
  const highA = splitA - (splitA - a);
  const lowA = a - highA;
  const splitB = b * splitter;
  const highB = splitB - (splitB - b);
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}

const splitter = 2 ** 27 + 1;

function readSlowly(bytes: Uint8Array, start: number, end: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  decimal.value = Number(text);
  decimal.end = end;
  return doubleText(decimal.value) === text ? DOUBLE : OTHER_DOUBLE;
}
