import { expect, test } from 'vitest';
import type { Report } from '../../shared/report';
import { openTables, tokenRule, tokenTable } from '../support/report-on';

/** Values that trip up string splicing, LIKE patterns, casts and three-valued logic. */
const values = [
  '',
  ' ',
  '-',
  'null',
  'NULL',
  "'; DROP TABLE event_0; --",
  'say "hi"',
  'back\\slash',
  '100%',
  '100x',
  'a_b',
  'axb',
  'Ab',
  'ab',
  'two\nlines',
  'nul\0byte',
  'nulbyte',
  'ä',
  'a\u0308',
  '日本語',
  '🦆',
  '?',
  '$1',
  '0',
  '-0',
  '007',
  '7',
  '+7',
  '7.0',
  '.5',
  '1e3',
  '1e400',
  'NaN',
  'Infinity',
  ' 7',
  '1_000',
  '9007199254740993',
  '10.0.0.1',
  '10.255.255.255',
  '11.0.0.0',
  '010.0.0.1',
  '10.0.0.256',
  '2001:DB8::1',
  '2001:db9::',
  '::ffff:10.0.0.1',
  'fe80::1%eth0',
];

const numbers = ['0', '-0', '007', '7', '+7', '7.0', '.5', '1e3', '9007199254740993'];
const without = (...left: string[]) => values.filter((value) => !left.includes(value));

const cases: [operator: string, operand: unknown, matching: string[]][] = [
  ['In', ['ab', 'Null'], ['ab']],
  ['In', ['', "'; DROP TABLE event_0; --", '?', '$1'], ['', "'; DROP TABLE event_0; --", '?', '$1']],
  ['In', ['nul\0byte', 'two\nlines', '🦆'], ['two\nlines', 'nul\0byte', '🦆']],
  ['In', ['ä'], ['ä']],
  ['In', ['7', '-0'], ['-0', '7']],
  ['In', [7], ['7']],
  ['NotIn', ['ab', 'NULL', ''], without('ab', 'NULL', '')],
  ['NotIn', ['nothing'], values],
  ['StartsWith', ['100%'], ['100%']],
  ['StartsWith', ['a_', 'A'], ['a_b', 'Ab']],
  ['StartsWith', [''], values],
  ['StartsWith', ['10.'], ['10.0.0.1', '10.255.255.255', '10.0.0.256']],
  ['EndsWith', ['%', '_b'], ['100%', 'a_b']],
  ['EndsWith', ['\\slash', 'byte'], ['back\\slash', 'nul\0byte', 'nulbyte']],
  ['EndsWith', [''], values],
  ['Contains', ['_', '%'], ["'; DROP TABLE event_0; --", '100%', 'a_b', '1_000', 'fe80::1%eth0']],
  ['Contains', ['"', '\\', '\n', '\0'], ['say "hi"', 'back\\slash', 'two\nlines', 'nul\0byte']],
  ['Contains', ['本'], ['日本語']],
  ['Contains', [''], values],
  ['Matches', ['^a.b$'], ['a_b', 'axb']],
  ['Matches', ['(?i)^ab$'], ['Ab', 'ab']],
  ['Matches', ['two.lines'], []],
  ['Matches', ['(?s)two.lines', '^$'], ['', 'two\nlines']],
  ['Matches', ['^\\p{Han}+$', '^[^\\x00-\\x7f]$'], ['ä', '日本語', '🦆']],
  ['Matches', ['^[0-9]{2,}$'], ['007', '9007199254740993']],
  ['InCidr', ['10.0.0.0/8'], ['10.0.0.1', '10.255.255.255']],
  ['InCidr', ['0.0.0.0/0'], ['10.0.0.1', '10.255.255.255', '11.0.0.0']],
  ['InCidr', ['10.0.0.1', '11.0.0.0/31'], ['10.0.0.1', '11.0.0.0']],
  ['InCidr', ['2001:db8:ffff::/32'], ['2001:DB8::1']],
  ['InCidr', ['::/0', '11.0.0.0/8'], ['11.0.0.0', '2001:DB8::1', '2001:db9::', '::ffff:10.0.0.1', 'fe80::1%eth0']],
  ['EqualTo', 7, ['007', '7', '+7', '7.0']],
  ['EqualTo', 0, ['0', '-0']],
  ['EqualTo', 9007199254740992, ['9007199254740993']],
  ['NotEqualTo', 7, numbers.filter((number) => !['007', '7', '+7', '7.0'].includes(number))],
  ['GreaterThan', 7, ['1e3', '9007199254740993']],
  ['GreaterThan', -1e300, numbers],
  ['GreaterThanOrEqualTo', 7, ['007', '7', '+7', '7.0', '1e3', '9007199254740993']],
  ['LessThan', 0.5, ['0', '-0']],
  ['LessThan', 1e300, numbers],
  ['LessThanOrEqualTo', 0.5, ['0', '-0', '.5']],
  ['IsPresent', true, values],
];

/** The first keys of a report's contributors. */
function firstKeys({ contributors }: Report): (string | undefined)[] {
  return contributors.map(({ keys }) => keys[0]);
}

test('each operator matches these of the hostile values', async () => {
  const run = await openTables([tokenTable(...values.map((value): [number, string] => [0, value]), [0, undefined])]);
  const matched = [];
  for (const [operator, operand] of cases) {
    const filters = [{ Match: '1', [operator]: operand }];
    const found = new Set(firstKeys(await run(tokenRule(['1'], { filters }), { maxContributorCount: 100 })));
    matched.push([operator, operand, values.filter((value) => found.has(value))]);
  }
  expect(matched).toEqual(cases);
});

test('an absent field matches nothing but its absence, be it in some events or in all', async () => {
  const run = await openTables([tokenTable([0, undefined, 'without'], [0, '7', 'with'])]);
  const matched = [];
  for (const [operator, operand] of [...cases, ['IsPresent', false] as const]) {
    const somewhere = await run(tokenRule(['2'], { filters: [{ Match: '1', [operator]: operand }] }));
    const nowhere = await run(tokenRule(['2'], { filters: [{ Match: '9', [operator]: operand }] }));
    if (firstKeys(somewhere).includes('without') || nowhere.uniqueCount > 0) matched.push([operator, operand]);
  }
  expect(matched).toEqual([['IsPresent', false]]);
});

/** The values of a column of integers, and the operators that are compiled differently for one. */
const integers = ['-9223372036854775808', '-7', '0', '7', '443', '9007199254740993', '9223372036854775807'];

const integerCases: [operator: string, operand: unknown, matching: string[]][] = [
  ['In', ['7', '007', '7.0', 'x', '9223372036854775807', '9223372036854775808'], ['7', '9223372036854775807']],
  ['In', ['x'], []],
  ['NotIn', ['7', '0443', '-0'], integers.filter((value) => value !== '7')],
  ['NotIn', ['x'], integers],
  ['EqualTo', 7, ['7']],
  ['NotEqualTo', 7, integers.filter((value) => value !== '7')],
  ['EqualTo', 9007199254740992, ['9007199254740993']],
  ['GreaterThan', 6.5, ['7', '443', '9007199254740993', '9223372036854775807']],
  ['GreaterThan', 443, ['9007199254740993', '9223372036854775807']],
  ['LessThan', 1e300, integers],
  ['LessThanOrEqualTo', -7, ['-9223372036854775808', '-7']],
  ['GreaterThanOrEqualTo', 2 ** 63, ['9223372036854775807']],
  ['StartsWith', ['4', '-'], ['-9223372036854775808', '-7', '443']],
  ['EndsWith', ['3'], ['443', '9007199254740993']],
  ['Contains', ['4'], ['-9223372036854775808', '443', '9007199254740993', '9223372036854775807']],
  ['Matches', ['^[0-9]$'], ['0', '7']],
  ['InCidr', ['0.0.0.0/0'], []],
  ['IsPresent', true, integers],
];

test('each operator matches these values of a column of integers', async () => {
  const run = await openTables([tokenTable(...integers.map((value): [number, string] => [0, value]), [0, undefined])]);
  const matched = [];
  for (const [operator, operand] of integerCases) {
    const found = new Set(firstKeys(await run(tokenRule(['1'], { filters: [{ Match: '1', [operator]: operand }] }))));
    matched.push([operator, operand, integers.filter((value) => found.has(value))]);
  }
  expect(matched).toEqual(integerCases);
});

test('all filters have to match, and one of those in Any', async () => {
  const run = await openTables([
    tokenTable([0, '10.0.0.1', '443'], [0, '10.0.0.1', '80'], [0, '10.0.0.2', '443'], [0, '192.0.2.1', '80']),
  ]);
  const filters = [
    { Match: '1', StartsWith: ['10.'] },
    {
      Any: [
        { Match: '2', EqualTo: 80 },
        { Match: '1', EndsWith: ['.2'] },
        { Match: '7', IsPresent: true },
      ],
    },
  ];
  const { contributors } = await run(tokenRule(['1', '2'], { filters }));
  expect(contributors.map(({ keys }) => keys)).toEqual([
    ['10.0.0.1', '80'],
    ['10.0.0.2', '443'],
  ]);
});

test('takes lists of thousands of values', async () => {
  const run = await openTables([tokenTable([0, 'v4999'], [0, 'v5000'], [0, '10.0.77.7'])]);
  const In = Array.from({ length: 5000 }, (_, index) => `v${index}`);
  const InCidr = Array.from({ length: 3000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
  const report = await run(
    tokenRule(['1'], {
      filters: [
        {
          Any: [
            { Match: '1', In },
            { Match: '1', InCidr },
          ],
        },
      ],
    }),
  );
  expect(firstKeys(report)).toEqual(['10.0.77.7', 'v4999']);
});
