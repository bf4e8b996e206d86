import { expect, test } from 'vitest';
import { findRollUp, rollUp } from './roll-up';

const rule = (...Keys: string[]) => JSON.stringify({ LogFormat: 'CLF', Contribution: { Keys, Filters: [] } });
const rows = (...keys: string[][]) => keys.map((one) => ({ keys: one }));
const keysOf = (text: string) => (JSON.parse(text) as { Contribution: { Keys: string[] } }).Contribution.Keys;

test('keys that show addresses can be rolled up, and back', () => {
  const before = rule('srcaddr', 'dstport');
  const found = findRollUp(before, rows(['10.0.0.1', '443'], ['10.0.0.2', '22'], ['-', '22']));
  expect(found).toMatchObject({ keys: [0], value: 'single' });
  expect(found?.choices.map(({ label }) => label)).toEqual(['single', '/24', '/16', '/8', 'private or public']);
  const rolled = rollUp(before, [0], found?.choices[1]?.derivation ?? null);
  expect(keysOf(rolled)).toEqual(['network(srcaddr, 24, 64)', 'dstport']);
  const now = findRollUp(rolled, rows(['10.0.0.0/24', '443']));
  expect(now).toMatchObject({ keys: [0], value: '/24' });
  expect(rollUp(rolled, [0], null)).toBe(before);
  expect(keysOf(rollUp(rolled, [0], now?.choices[2]?.derivation ?? null))[0]).toBe('network(srcaddr, 16, 48)');
});

test('addresses are told apart as private or public, and back', () => {
  const before = rule('srcaddr', '$.ip');
  const found = findRollUp(before, rows(['10.0.0.1', '8.8.8.8']));
  const reach = found?.choices.find(({ label }) => label === 'private or public');
  const rolled = rollUp(before, found?.keys ?? [], reach?.derivation ?? null);
  expect(keysOf(rolled)).toEqual(['reach(srcaddr)', 'reach($.ip)']);
  const now = findRollUp(rolled, rows(['private', 'public']));
  expect(now).toMatchObject({ keys: [0, 1], value: 'private or public' });
  expect(now?.choices).toHaveLength(5);
  expect(keysOf(rollUp(rolled, [0, 1], now?.choices[1]?.derivation ?? null))[0]).toBe('network(srcaddr, 24, 64)');
  expect(rollUp(rolled, [0, 1], null)).toBe(before);
});

test('IPv6 has prefixes of its own, in step with those of IPv4', () => {
  const labels = (...values: string[]) =>
    findRollUp(rule('$.ip'), rows(...values.map((value) => [value])))?.choices.map(({ label }) => label);
  expect(labels('2001:db8::1', 'fe80::1%eth0')).toEqual(['single', '/64', '/48', '/32', 'private or public']);
  expect(labels('2001:db8::1', '10.0.0.1:443')).toEqual([
    'single',
    '/24 · /64',
    '/16 · /48',
    '/8 · /32',
    'private or public',
  ]);
});

test('several addresses are rolled up together', () => {
  const found = findRollUp(rule('srcaddr', 'dstaddr'), rows(['10.0.0.1', '10.0.0.2']));
  expect(found?.keys).toEqual([0, 1]);
});

test('another prefix of the rule is a choice, too', () => {
  const found = findRollUp(rule('network(srcaddr, 20)'), rows(['10.0.0.0/20']));
  expect(found?.value).toBe('/20');
  expect(found?.choices.map(({ label }) => label)).toContain('/20');
});

test('a rule that leaves IPv6 alone is at the choice of its prefix while no such address is shown', () => {
  const definition = rule('network(srcaddr, 24)');
  expect(findRollUp(definition, rows(['10.0.0.0/24']))?.value).toBe('/24');
  const mixed = findRollUp(definition, rows(['10.0.0.0/24'], ['2001:db8::1']));
  expect(mixed?.value).toBe('/24');
  expect(mixed?.choices.map(({ label }) => label)).toEqual([
    'single',
    '/24 · /64',
    '/16 · /48',
    '/8 · /32',
    'private or public',
    '/24',
  ]);
});

test.each([
  ['no addresses', rule('dstport'), rows(['443'])],
  ['few addresses among other values', rule('who'), rows(['10.0.0.1'], ['alice'], ['bob'])],
  ['no contributors', rule('srcaddr'), rows()],
  ['a time', rule('at'), rows(['12:30:15'], ['12:30'])],
  ['an address beside its own network', rule('srcaddr', 'network(srcaddr, 24)'), rows(['10.0.0.1', '10.0.0.0/24'])],
  ['no rule', '{', rows(['10.0.0.1'])],
])('nothing to roll up: %s', (_, definition, contributors) => {
  expect(findRollUp(definition, contributors)).toBeNull();
});
