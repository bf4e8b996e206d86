import type { BinaryOperator } from './parse';

/** A value for each period of the grid, NaN where there is none. */
export type Points = readonly number[];

/** What an expression can be: a number (NaN: none, such as 1 / 0), a series, or several series. */
export type Value = number | Points | { list: readonly Points[] };

const operations: Record<BinaryOperator, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? Number.NaN : a / b),
  '^': (a, b) => a ** b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

/** What can't be drawn is no point: a division by zero, a root of a negative number, a value beyond a double. */
export function pointOf(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}

/**
 * Carries out an operator. Where one of two series has no point, it counts as 0; where neither has one, there is none.
 * @returns null for two lists of different lengths
 */
export function combine(operator: BinaryOperator, left: Value, right: Value): Value | null {
  if (isList(left) && isList(right)) {
    if (left.list.length !== right.list.length) return null;
    return { list: left.list.map((points, index) => pair(operator, points, right.list[index] ?? [])) };
  }
  if (isList(left)) return { list: left.list.map((points) => withSeries(operator, points, right as number | Points)) };
  if (isList(right)) return { list: right.list.map((points) => withSeries(operator, left, points)) };
  if (typeof left === 'number' && typeof right === 'number') return operate(operator, left, right);
  return withSeries(operator, left, right);
}

/** Whether a value is several series. */
export function isList(value: Value): value is { list: readonly Points[] } {
  return typeof value !== 'number' && 'list' in value;
}

function operate(operator: BinaryOperator, a: number, b: number): number {
  // Comparisons would make a 0 of what is not there.
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  return pointOf(operations[operator](a, b));
}

/** One of the two is a series. */
function withSeries(operator: BinaryOperator, left: number | Points, right: number | Points): Points {
  if (typeof left !== 'number' && typeof right !== 'number') return pair(operator, left, right);
  if (typeof left !== 'number') return left.map((point) => operate(operator, point, right as number));
  return typeof right === 'number' ? [] : right.map((point) => operate(operator, left, point));
}

function pair(operator: BinaryOperator, left: Points, right: Points): Points {
  return left.map((a, index) => {
    const b = right[index] ?? Number.NaN;
    if (Number.isNaN(a) && Number.isNaN(b)) return Number.NaN;
    return operate(operator, Number.isNaN(a) ? 0 : a, Number.isNaN(b) ? 0 : b);
  });
}
