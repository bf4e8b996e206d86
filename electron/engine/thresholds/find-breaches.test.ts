import { expect, test } from 'vitest';
import { findBreaches } from './find-breaches';

const none = Number.NaN;
const above5 = { comparison: '>', limit: 5, breaching: 1, periods: 1, missing: 'missing' } as const;

test.each([
  {
    name: 'each stretch once',
    points: [1, 6, 9, 7, 5, 6],
    gives: [
      [1, 3, 9],
      [5, 5, 6],
    ],
  },
  { name: 'the limit itself is not above it', points: [5, 5], gives: [] },
  { name: 'at least', points: [4, 5], more: { comparison: '>=' }, gives: [[1, 1, 5]] },
  { name: 'below', points: [6, 4, 2, 6], more: { comparison: '<' }, gives: [[1, 2, 2]] },
  { name: 'at most', points: [5, 6], more: { comparison: '<=' }, gives: [[0, 0, 5]] },
  {
    name: '2 of 3: fires with the second, holds while two are in the window',
    points: [6, 1, 8, 1, 1, 6],
    more: { breaching: 2, periods: 3 },
    gives: [[2, 2, 8]],
  },
  {
    name: '3 of 3 does not fire for two',
    points: [6, 6, 1, 6, 6, 6],
    more: { breaching: 3, periods: 3 },
    gives: [[5, 5, 6]],
  },
  {
    name: 'missing ones do not breach, and do not keep it',
    points: [6, none, 6],
    gives: [
      [0, 0, 6],
      [2, 2, 6],
    ],
  },
  {
    name: 'missing ones are ignored: the state stays',
    points: [none, 6, none, none, 4, none],
    more: { missing: 'ignore' },
    gives: [[1, 3, 6]],
  },
  { name: 'missing ones breach', points: [1, none, none, 1], more: { missing: 'breaching' }, gives: [[1, 2, null]] },
  {
    name: 'missing ones are fine',
    points: [6, none, 6],
    more: { missing: 'notBreaching' },
    gives: [
      [0, 0, 6],
      [2, 2, 6],
    ],
  },
])('$name', ({ points, more, gives }) => {
  const found = findBreaches(points, { ...above5, ...more } as Parameters<typeof findBreaches>[1]);
  expect(found.map(({ from, to, worst }) => [from, to, worst])).toEqual(gives);
});
