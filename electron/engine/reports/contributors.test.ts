import { expect, onTestFinished, test } from 'vitest';
import { createPlainTable } from '../../../tests/support/plain-table';
import { tokenRule, tokenTable } from '../../../tests/support/report-on';
import { openTemporaryDatabase } from '../../../tests/support/temporary-database';
import { parseRule } from '../rules/parse';
import { describeContributor, findLeaders, readEarlier } from './contributors';

const minute = 60_000;

/** Lines `time key1 key2 bytes` in one table. */
async function open(rows: [number | null, string, string, string][], sumOf?: string) {
  const { db, close } = await openTemporaryDatabase();
  onTestFinished(close);
  const tables = [await createPlainTable(db, 'event_0', tokenTable(...rows))];
  const { rule } = parseRule(tokenRule(['1', '2'], sumOf === undefined ? {} : { sumOf }));
  if (rule === null) throw new Error('The rule of the test is broken.');
  return { db, tables, rule };
}

const rows: [number | null, string, string, string][] = [
  [0, 'a', 'x', '5'],
  [1000, 'b', 'x', '9'],
  [2000, 'a', 'x', '3'],
  [minute + 1, 'b', 'x', '1'],
  [minute + 2, 'c', "it's\n\u202e", '1'],
  [3 * minute, 'a', 'x', '1'],
  [3 * minute + 1, 'a', 'x', 'none'],
  [null, 'a', 'x', '100'],
];
const whole = { startMs: null, endMs: null };

test('a contributor has its values, its rank in each period and over all, and its first and last event', async () => {
  const { db, tables, rule } = await open(rows, '3');
  expect(await describeContributor(db, tables, rule, ['a', 'x'], { ...whole, periodSeconds: 60 })).toEqual({
    total: 9,
    events: 3,
    rank: 2,
    firstMs: 0,
    lastMs: 3 * minute,
    startMs: [0, 3 * minute],
    values: [8, 1],
    ranks: [2, 1],
  });
});

test('a contributor that has no event in the range has nothing, and no rank', async () => {
  const { db, tables, rule } = await open(rows);
  const range = { startMs: minute, endMs: 2 * minute, periodSeconds: 60 };
  expect(await describeContributor(db, tables, rule, ['a', 'x'], range)).toMatchObject({
    events: 0,
    rank: 0,
    values: [],
  });
});

test('the leaders are those with the largest value a period, of equal ones the first by its keys', async () => {
  const { db, tables, rule } = await open(rows);
  expect(await findLeaders(db, tables, rule, { ...whole, periodSeconds: 60 })).toEqual([
    { startMs: 0, keys: ['a', 'x'], value: 2 },
    { startMs: minute, keys: ['b', 'x'], value: 1 },
    { startMs: 3 * minute, keys: ['a', 'x'], value: 2 },
  ]);
});

test('totals of another range come in the order asked for, whatever the keys hold', async () => {
  const { db, tables, rule } = await open(rows);
  const wanted = [
    ['c', "it's\n\u202e"],
    ['nobody', ''],
    ['a', 'x'],
  ];
  expect(await readEarlier(db, tables, rule, wanted, { startMs: null, endMs: 2 * minute })).toEqual({
    totals: [1, null, 2],
    total: 5,
    uniqueCount: 3,
    events: 5,
  });
});
