import { expect, test } from 'vitest';
import { nextSort, type Row, reportOrder, searchRows, sortRows, toTabSeparated } from './rows';

const rows: Row[] = [
  { id: '1', rank: 1, keys: ['10.0.10.1', '443'], total: 50, maximum: 9, percent: 50, change: null },
  { id: '2', rank: 2, keys: ['10.0.2.1', '22'], total: 30, maximum: 30, percent: 30, change: null },
  { id: '3', rank: 3, keys: ['=cmd()', '22'], total: 30, maximum: 5, percent: 20, change: null },
];
const ids = (sorted: readonly Row[]) => sorted.map((row) => row.id).join('');

test('sorting by a key reads numbers inside it', () => {
  expect(ids(sortRows(rows, { column: 0, direction: 'ascending' }))).toBe('321');
});

test('equal values keep the order of the report in both directions', () => {
  expect(ids(sortRows(rows, { column: 'total', direction: 'ascending' }))).toBe('231');
  expect(ids(sortRows(rows, { column: 'total', direction: 'descending' }))).toBe('123');
});

test('ranks stay those of the report', () => {
  expect(sortRows(rows, { column: 'maximum', direction: 'descending' }).map((row) => row.rank)).toEqual([2, 1, 3]);
});

test('a heading sorts values from the largest, texts from the first, and turns on the second click', () => {
  const once = nextSort(reportOrder, 'total');
  expect([once.direction, nextSort(once, 'total').direction, nextSort(once, 0).direction]).toEqual([
    'descending',
    'ascending',
    'ascending',
  ]);
});

test('search wants every word in some key', () => {
  expect([ids(searchRows(rows, ' 10.0 22 ')), ids(searchRows(rows, 'CMD')), ids(searchRows(rows, ''))]).toEqual([
    '2',
    '3',
    '123',
  ]);
});

const nameOf = (value: string) => ({ '443': 'https', '10.0.2.1': 'Web, first' })[value] ?? null;

test('search finds names, too, and the value itself still', () => {
  const found = ['HTTPS', 'web 22', '10.0.2.1 first', 'https 22'].map((text) => ids(searchRows(rows, text, nameOf)));
  expect(found).toEqual(['1', '2', '2', '']);
});

test('copied rows have names behind the other columns, for keys that have some', () => {
  const lines = toTabSeparated(rows.slice(1), ['srcaddr', 'dstport'], nameOf).split('\n');
  expect(lines[0]).toBe('Rank\tsrcaddr\tdstport\tTotal\tMaximum\tPercent of total\tsrcaddr name');
  expect(lines.slice(1).map((line) => line.split('\t').at(-1))).toEqual(['Web, first', '']);
});

test('copied rows are tab-separated, and no cell is a formula', () => {
  expect(toTabSeparated(rows.slice(2), ['srcaddr', 'dstport'])).toBe(
    "Rank\tsrcaddr\tdstport\tTotal\tMaximum\tPercent of total\n3\t'=cmd()\t22\t30\t5\t20",
  );
});
