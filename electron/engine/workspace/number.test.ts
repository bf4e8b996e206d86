import { expect, test } from 'vitest';
import { openTemporaryDatabase } from '../../../tests/support/temporary-database';
import { numberOf, readNumber } from './number';
import { sql } from './sql';

const numbers: [string, number][] = [
  ['0', 0],
  ['5.', 5],
  ['.5', 0.5],
  ['+7', 7],
  ['-7.25', -7.25],
  ['007', 7],
  ['1e3', 1000],
  ['1.E+2', 100],
  ['.5e-1', 0.05],
  ['9007199254740993', 9007199254740992],
  ['123456789012345678901234567890', 1.2345678901234568e29],
  ['1.7976931348623157e308', Number.MAX_VALUE],
  ['4.9e-324', Number.MIN_VALUE],
  ['1e-400', 0],
  ['0e99999999999999999999', 0],
  [`0.1${'0'.repeat(800)}1`, 0.1],
];

const others = [
  '',
  ' ',
  '-',
  '+',
  '.',
  '-.',
  'e5',
  '1e',
  '1e+',
  ' 1',
  '1 ',
  '5\n',
  '\t5',
  '1_000',
  '1,000',
  '1e5_0',
  '0x1A',
  '0b1',
  '1f',
  '++5',
  '5\0',
  '１２',
  '٣',
  'NaN',
  'nan',
  'Infinity',
  '-inf',
  'true',
  '1e400',
  '-1e400',
  '1.7976931348623159e308',
  '1e99999999999999999999',
  '9'.repeat(310),
];

test('DuckDB reads the numbers that JavaScript reads, and no other text', async () => {
  const { db, close } = await openTemporaryDatabase();
  const texts = [...numbers.map(([text]) => text), ...others];
  const read: unknown[] = [];
  for (const text of texts) {
    const [row] = await db.read(
      sql`SELECT ${numberOf(sql`text`)} AS number FROM (SELECT CAST(${text} AS VARCHAR) AS text)`,
    );
    read.push(row?.number);
  }
  await close();
  const expected = [...numbers.map(([, number]) => number), ...others.map(() => null)];
  expect(read).toEqual(expected);
  expect(texts.map(readNumber)).toEqual(expected);
});
