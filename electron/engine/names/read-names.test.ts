import { expect, test } from 'vitest';
import { printProblem, UserError } from '../../../shared/problem';
import { readNames } from './read-names';

const read = (text: string) => readNames('hosts.csv', Buffer.from(text));

test('a value and its name on each line; quoted, with CRLF, a byte order mark, blanks and further columns', () => {
  const text = '\ufeff10.0.0.0/8,Office\r\n"048213775190" ,"Payments, ""live""",x\r\n\r\n2001:db8::1,first';
  expect(read(text)).toEqual({
    label: 'hosts.csv',
    entries: [
      ['10.0.0.0/8', 'Office'],
      ['048213775190', 'Payments, "live"'],
      ['2001:db8::1', 'first'],
    ],
    skipped: 0,
    problems: [],
  });
});

test.each([
  ['address,name\n10.0.0.1,web\n', [['10.0.0.1', 'web']]],
  ['Name,Address\nweb,10.0.0.1\n', [['10.0.0.1', 'web']]],
  ['id,owner, NAME \n7,ops,web\n', [['7', 'web']]],
  [
    '10.0.0.1,web\naddress,name\n',
    [
      ['10.0.0.1', 'web'],
      ['address', 'name'],
    ],
  ],
])('the heading of %j is no entry, and tells where the name stands', (text, entries) => {
  expect(read(text).entries).toEqual(entries);
});

test('a line that is wrong is told by its number and left out; all others count', () => {
  const names = read(
    [
      '10.0.0.1,one',
      '"10.0.0.2,two',
      '10.0.0.3,three',
      '10.0.0.0/33,wide',
      '10.0.0.300,none',
      '10.0.0.9 - 10.0.0.1,backwards',
      ',nothing',
      '10.0.0.4',
      '10.0.0.1,uno',
      '10.0.0.1,one',
      `10.0.0.5,${'x'.repeat(201)}`,
      `10.0.0.6,${'x'.repeat(10_000)}`,
      '10.0.0.7-10.0.0.8,span',
      '2026-11-19,a day',
      '1.2.3,version',
      '10.0.0.10, "a, b"',
    ].join('\n'),
  );
  expect(names.entries).toEqual([
    ['10.0.0.1', 'one'],
    ['10.0.0.3', 'three'],
    ['10.0.0.7-10.0.0.8', 'span'],
    ['2026-11-19', 'a day'],
    ['1.2.3', 'version'],
  ]);
  expect(names.skipped).toBe(10);
  expect(names.problems.map(({ place, message }) => `${place} ${message}`)).toEqual([
    'hosts.csv:2 A quote is not closed, or the line is too long.',
    'hosts.csv:4 "10.0.0.0/33" is no address and no range.',
    'hosts.csv:5 "10.0.0.300" is no address and no range.',
    'hosts.csv:6 "10.0.0.9 - 10.0.0.1" is no address and no range.',
    'hosts.csv:7 The line has a name and nothing that it names.',
    'hosts.csv:8 "10.0.0.4" has no name.',
    'hosts.csv:9 "10.0.0.1" is named "one" by line 1, which counts.',
    'hosts.csv:11 A name has at most 200 characters.',
    'hosts.csv:12 A quote is not closed, or the line is too long.',
    'hosts.csv:16 A quote stands at once behind its comma.',
  ]);
});

test('of many lines that are wrong the first hundred are told, and all counted', () => {
  const names = read(`${'x\n'.repeat(1000)}10.0.0.1,one`);
  expect([names.entries.length, names.skipped, names.problems.length]).toEqual([1, 1000, 100]);
});

test.each([
  ['', 'hosts.csv: No line of the file names anything.'],
  ['10.0.0.1\n10.0.0.2', 'hosts.csv:1: "10.0.0.1" has no name.'],
  ['10.0.0.1;web', 'hosts.csv:1: "10.0.0.1;web" has no name.'],
  ['1\0,\0a', 'hosts.csv: The file is no text in UTF-8.'],
  [
    Array.from({ length: 200_001 }, (_, at) => `${at},n`).join('\n'),
    'hosts.csv: The file has more than 200,000 names.',
  ],
])('%# is refused as a whole', (text, message) => {
  let problems: string[] = [];
  try {
    read(text);
  } catch (cause) {
    if (cause instanceof UserError) problems = cause.problems.map(printProblem);
  }
  expect(problems.join('\n')).toContain(message);
});
