import { expect, test } from 'vitest';
import { bandLimits, findBand, findNearest, stackValues, standAlone } from './stack';

const rows = [
  [1, 2, null],
  [3, 0, null],
  [-2, 1, null],
];

test('bands lie on one another, the first at the bottom, gaps stay gaps', () => {
  expect(stackValues(rows)).toEqual([
    { base: [0, 0, null], top: [1, 2, null] },
    { base: [1, 2, null], top: [4, 2, null] },
    { base: [0, 2, null], top: [-2, 3, null] },
  ]);
});

test('limits hold every edge and zero', () => {
  expect(bandLimits(stackValues(rows))).toEqual({ min: -2, max: 4 });
  expect(bandLimits(standAlone([[5, 7]]))).toEqual({ min: 0, max: 7 });
  expect(bandLimits([])).toEqual({ min: 0, max: 0 });
});

test('a place in the chart belongs to the band that holds it', () => {
  const bands = stackValues(rows);
  expect([findBand(bands, 0, 0.5), findBand(bands, 0, 3), findBand(bands, 0, -1), findBand(bands, 0, 9)]).toEqual([
    0, 1, 2, -1,
  ]);
  expect([findBand(bands, 1, 2.5), findBand(bands, 2, 0)]).toEqual([2, -1]);
});

test('a line is found from near by only', () => {
  const bands = standAlone([[10], [20]]);
  expect([findNearest(bands, 0, 18, 5), findNearest(bands, 0, 11, 5), findNearest(bands, 0, 40, 5)]).toEqual([
    1, 0, -1,
  ]);
});
