import { expect, test } from 'vitest';
import { readLimit } from './limits';

test.each([
  ['256', 256],
  [' 1,500 ', 1500],
  ['16000', 16_000],
  ['', null],
  ['  ', null],
])('%j is taken as %j', (text, value) => {
  expect(readLimit(text, 256, 16_000)).toEqual({ value, problem: null });
});

test.each(['255', '16001', '-300', '1.5', '1e3', '300 MB', '1,5', '9999999999999'])('%j is no limit', (text) => {
  expect(readLimit(text, 256, 16_000).problem).toBe('A whole number from 256 to 16,000.');
});
