import { expect, test } from 'vitest';
import { listRuns } from './leaders';

test('periods with the same leader join; another leader and a silent period part them', () => {
  const leaders = [
    { startMs: 0, keys: ['a'], value: 1 },
    { startMs: 10, keys: ['a'], value: 5 },
    { startMs: 20, keys: ['b'], value: 2 },
    { startMs: 40, keys: ['b'], value: 3 },
  ];
  expect(listRuns(leaders, 10)).toEqual([
    { keys: ['a'], startMs: 0, endMs: 20, periods: 2, most: 5 },
    { keys: ['b'], startMs: 20, endMs: 30, periods: 1, most: 2 },
    { keys: ['b'], startMs: 40, endMs: 50, periods: 1, most: 3 },
  ]);
});
