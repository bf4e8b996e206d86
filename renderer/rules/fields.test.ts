import { expect, test } from 'vitest';
import type { GroupField } from '../../shared/workspace';
import {
  findField,
  formatOfGroups,
  groupOfArn,
  joinField,
  kindOf,
  labelField,
  mergeFields,
  networkOf,
  searchFields,
  suggestDerivations,
  takesGroup,
} from './fields';

const field = (reference: string, more: Partial<GroupField> = {}): GroupField => ({
  reference,
  alias: null,
  format: reference.startsWith('$') ? 'JSON' : 'CLF',
  type: 'text',
  examples: [],
  ...more,
});

test.each([
  ['a path is its own name', field('$.a'), {}, { label: '$.a', alias: null }],
  ['a position that the rule names', field('4', { alias: 'srcaddr' }), { '4': 'from' }, { label: 'from', alias: null }],
  [
    'a position that the logs name',
    field('4', { alias: 'srcaddr' }),
    {},
    { label: 'srcaddr', alias: { position: '4', name: 'srcaddr' } },
  ],
  ['a name that another position has', field('4', { alias: 'a' }), { '5': 'a' }, { label: '4', alias: null }],
  ['a position without a name', field('4'), {}, { label: '4', alias: null }],
])('%s', (_, found, aliases, expected) => expect(labelField(found, aliases)).toEqual(expected));

test('a field is found by path, alias or position', () => {
  const fields = [field('$.a'), field('4')];
  expect(findField(fields, '$.a', 'JSON', {})).toBe(fields[0]);
  expect(findField(fields, 'from', 'CLF', { '4': 'from' })).toBe(fields[1]);
  expect(findField(fields, '4', 'CLF', {})).toBe(fields[1]);
  expect(findField(fields, '$.a', 'CLF', {})).toBeUndefined();
});

test('what is worked out of a field is found by that field, and the engine is asked for what is worked out', () => {
  const fields = [field('4', { alias: 'srcaddr', examples: ['10.0.0.1'] })];
  expect(findField(fields, 'network(from, 24)', 'CLF', { '4': 'from' })).toMatchObject({
    reference: 'network(4, 24)',
    examples: ['10.0.0.1'],
  });
  expect(findField(fields, 'host(x)', 'CLF', { '4': 'host(x)' })).toBe(fields[0]);
  expect(findField(fields, 'network(from, 99)', 'CLF', { '4': 'from' })).toBeUndefined();
});

test.each([
  ['addresses', ['10.0.0.1'], ['network(f, 24)', 'network(f, 16)', 'reach(f)']],
  ['addresses of both versions', ['10.0.0.1', '2001:db8::1'], ['network(f, 24, 64)', 'network(f, 16, 48)', 'reach(f)']],
  ['URLs', ['https://example.com/a'], ['host(f)', 'path(f)']],
  ['requests', ['GET /a HTTP/1.1'], ['path(f)']],
  ['paths', ['/users/17'], ['path(f)']],
  ['words', ['a/b', 'GET'], []],
])('of %s these are offered', (_, examples, expected) => {
  const found = field('$.f', { examples });
  expect(suggestDerivations(found).map((derivation) => joinField('f', derivation))).toEqual(expected);
});

test('a network of a field without examples is one of IPv4', () => {
  expect(networkOf(undefined, 16)).toEqual({ by: 'network', version4: 16, version6: null });
});

test.each([
  [['10.0.0.1', '-'], 'text', 'address'],
  [['2001:db8::1', '::1'], 'text', 'address'],
  [['1795068000', '1795068059'], 'number', 'time'],
  [['2026-11-19T06:00:00Z'], 'text', 'time'],
  [['443', '22'], 'number', 'number'],
  [['-'], 'text', 'text'],
  [[], 'text', 'text'],
] as const)('%j of type %s are of the kind %s', (examples, type, kind) => {
  expect(kindOf(field('1', { examples: [...examples], type }))).toBe(kind);
});

test('fields of several log groups are one where they are named alike', () => {
  const merged = mergeFields([
    [field('4', { alias: 'a', type: 'number', examples: ['1'] })],
    [field('4', { alias: 'b', type: 'text', examples: ['1', 'x'] }), field('5')],
  ]);
  expect(merged).toEqual([field('4', { examples: ['1', 'x'] }), field('5')]);
});

test('the search finds names first, then examples', () => {
  const fields = [field('$.host', { examples: ['ip-10'] }), field('$.ip')];
  expect(searchFields(fields, 'IP', {}).map((one) => one.reference)).toEqual(['$.ip', '$.host']);
});

test('the format that most events have', () => {
  const json = { format: 'JSON', events: 5 } as const;
  expect(formatOfGroups([json, { format: 'CLF', events: 9 }])).toBe('CLF');
  expect(formatOfGroups([{ format: 'mixed', events: 9 }, json])).toBe('JSON');
  expect(formatOfGroups([])).toBeNull();
});

test('patterns and ARNs of log groups', () => {
  expect([takesGroup('a*', 'abc'), takesGroup('a', 'abc'), takesGroup('*', 'abc')]).toEqual([true, false, true]);
  expect(groupOfArn('arn:aws:logs:eu-west-2:048213775190:log-group:/a/b:*')).toBe('/a/b');
  expect(groupOfArn('/a/b')).toBe('/a/b');
});
