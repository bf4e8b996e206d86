import { expect, test } from 'vitest';
import { choosePeriod } from './period';

const minutes = 60_000;
const hours = 60 * minutes;
const days = 24 * hours;

test.each([
  [0, 1],
  [90_000, 1],
  [5 * minutes, 5],
  [10 * minutes - 1, 5],
  [10 * minutes, 60],
  [2 * hours, 60],
  [3 * hours, 120],
  [24 * hours, 900],
  [7 * days, 7200],
  [365 * days, 7 * 86_400],
  [100_000 * days, 31_536_000],
])('a span of %d ms has periods of %d s', (spanMs, seconds) => {
  expect(choosePeriod(spanMs)).toBe(seconds);
});

test('spans from two hours to a year have 48 to 120 periods', () => {
  for (let spanMs = 2 * hours; spanMs < 365 * days; spanMs *= 1.01) {
    const periods = spanMs / 1000 / choosePeriod(spanMs);
    expect(periods).toBeLessThanOrEqual(120);
    expect(periods).toBeGreaterThanOrEqual(33);
  }
});
