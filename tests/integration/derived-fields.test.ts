import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pseudonymOf, redactReport } from '../../electron/engine/export/redact';
import { duckdb } from '../../electron/engine/rules/dialect';
import { parseRule } from '../../electron/engine/rules/parse';
import { join, sql } from '../../electron/engine/workspace/sql';
import { readDerivation, readFieldCall } from '../../shared/derived-field';
import type { Derivation } from '../../shared/rule';
import { deriveText } from '../support/derive-text';
import { openTables, tokenRule, tokenTable } from '../support/report-on';
import { openTemporaryDatabase } from '../support/temporary-database';

let temporary: Awaited<ReturnType<typeof openTemporaryDatabase>>;
beforeAll(async () => {
  temporary = await openTemporaryDatabase();
});
afterAll(() => temporary.close());

function derivationOf(call: string): Derivation {
  const found = readFieldCall(call);
  const derivation = found === null ? null : readDerivation(found);
  if (derivation === null) throw new Error(`${call} is no derived field.`);
  return derivation;
}

async function derive(texts: readonly string[], derivation: Derivation): Promise<unknown[]> {
  const rows = join(
    texts.map((text, index) => sql`(${index}, ${text})`),
    ', ',
  );
  const found = await temporary.db.read(
    sql`SELECT ${duckdb.derive(sql`x`, derivation)} AS derived FROM (VALUES ${rows}) AS row(number, x) ORDER BY number`,
  );
  return found.map(({ derived }) => derived);
}

const cases: [call: string, text: string, expected: string][] = [
  ['network(x, 24)', '10.1.2.3', '10.1.2.0/24'],
  ['network(x, 16)', '10.1.2.3', '10.1.0.0/16'],
  ['network(x, 8)', '255.1.2.3', '255.0.0.0/8'],
  ['network(x, 32)', '10.1.2.3', '10.1.2.3/32'],
  ['network(x, 20)', '10.1.255.3', '10.1.240.0/20'],
  ['network(x, 1)', '200.1.2.3', '128.0.0.0/1'],
  ['network(x, 31)', '10.1.2.3', '10.1.2.2/31'],
  ['network(x, 24)', '10.1.2.3:443', '10.1.2.0/24'],
  ['network(x, 24)', '010.0.0.1', '010.0.0.1'],
  ['network(x, 24)', '10.0.0.256', '10.0.0.256'],
  ['network(x, 24)', ' 10.0.0.1', ' 10.0.0.1'],
  ['network(x, 24)', '10.0.0.1\n', '10.0.0.1\n'],
  ['network(x, 24)', '10.0.0', '10.0.0'],
  ['network(x, 24)', '10.0.0.1.2', '10.0.0.1.2'],
  ['network(x, 24)', '10.0.0.0/8', '10.0.0.0/8'],
  ['network(x, 24)', '', ''],
  ['network(x, 24)', '-', '-'],
  ['network(x, 24)', '2001:db8::1', '2001:db8::1'],
  ['network(x, 24, 64)', '2001:db8::1', '2001:db8::/64'],
  ['network(x, 24, 64)', '2001:0DB8:0:1::ffff', '2001:db8:0:1::/64'],
  ['network(x, 24, 48)', '2001:db8:a:b:c:d:e:f', '2001:db8:a::/48'],
  ['network(x, 24, 32)', '2001:db8:a:b:c:d:1.2.3.4', '2001:db8::/32'],
  ['network(x, 24, 16)', '2001:db8::', '2001::/16'],
  ['network(x, 24, 64)', '::', '::/64'],
  ['network(x, 24, 64)', '::1', '::/64'],
  ['network(x, 24, 64)', '0:0:1::1', '0:0:1::/64'],
  ['network(x, 24, 64)', '10:0:10::', '10:0:10::/64'],
  ['network(x, 24, 64)', '::ffff:10.0.0.1', '::/64'],
  ['network(x, 24, 64)', 'fe80::1%eth0', 'fe80::/64'],
  ['network(x, 24, 64)', '[2001:db8::1]:443', '2001:db8::/64'],
  ['network(x, 24, 64)', '10.1.2.3:443', '10.1.2.0/24'],
  ['network(x, 24, 64)', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7'],
  ['network(x, 24, 64)', '1::2::3', '1::2::3'],
  ['network(x, 24, 64)', 'fe80::1%', 'fe80::1%'],
  ...[
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
  ].map((text): [string, string, string] => ['reach(x)', text, 'private']),
  ...[
    '::1',
    '::',
    'fd00::1',
    'FC00::',
    'fe80::1%eth0',
    'febf::1',
    '::ffff:10.0.0.1',
    '[fd00::1]:443',
    '10.0.0.1:443',
  ].map((text): [string, string, string] => ['reach(x)', text, 'private']),
  ...['11.0.0.1', '172.32.0.0', '172.15.0.1', '100.128.0.0', '100.63.0.1', '169.253.0.1', '203.0.113.9:443'].map(
    (text): [string, string, string] => ['reach(x)', text, 'public'],
  ),
  ...['2001:db8::1', 'fec0::1', '::2', '1::', '::ffff:8.8.8.8', '[2001:db8::1]:443'].map(
    (text): [string, string, string] => ['reach(x)', text, 'public'],
  ),
  ...['', '-', '10.0.0.256', '010.0.0.1', '10.0.0.0/8', '[10.0.0.1]', '1::2::3', 'example.com:443', '10.0.0.1\n'].map(
    (text): [string, string, string] => ['reach(x)', text, text],
  ),
  ['host(x)', 'https://user:secret@Example.COM:8443/a?b#c', 'example.com'],
  ['host(x)', 'http://example.com', 'example.com'],
  ['host(x)', 'https://example.com?q=a@b', 'example.com'],
  ['host(x)', 'https://[2001:db8::1]:443/', '[2001:db8::1]'],
  ['host(x)', 'GET https://example.com:443/index.html HTTP/1.1', 'example.com'],
  ['host(x)', '/redirect?to=https://example.com/', '/redirect?to=https://example.com/'],
  ['host(x)', 'example.com:443', 'example.com:443'],
  ['host(x)', '', ''],
  ['path(x)', '/users/17/orders/4?page=2', '/users/{id}/orders/{id}'],
  ['path(x)', '/1/2/3', '/{id}/{id}/{id}'],
  ['path(x)', '/v2/items/0badcafe', '/v2/items/{id}'],
  ['path(x)', '/items/3F2504E0-4F89-11D3-9A0C-0305E82C3301/', '/items/{id}/'],
  ['path(x)', '/bad/cafe/decade', '/bad/cafe/decade'],
  ['path(x)', '//a//17', '//a//{id}'],
  ['path(x)', 'GET /users/17?x=1 HTTP/1.1', '/users/{id}'],
  ['path(x)', 'GET https://example.com:443/users/17#top HTTP/1.1', '/users/{id}'],
  ['path(x)', 'https://example.com', '/'],
  ['path(x)', 'https://example.com?x=/17', '/'],
  ['path(x)', '', ''],
  ['path(x)', '-', '-'],
];

test.each(cases)('%s of %j is %j', async (call, text, expected) => {
  expect(await derive([text], derivationOf(call))).toEqual([expected]);
  expect(deriveText(text, derivationOf(call))).toBe(expected);
});

const part = fc.constantFrom(
  ...['0', '1', '17', '255', '256', '010', '.', '..', ':', '::', '/', '//', '?', '#', '@', ' ', '%', '[', ']', 'ffff'],
  ...[
    'db8',
    '2001',
    '10.0.0.1',
    '1.2.3',
    'fe80::1',
    'https://',
    'GET ',
    ' HTTP/1.1',
    'Example.com',
    'é',
    '🦆',
    '\n',
    '\0',
  ],
  ...['deadbeef', '3f2504e0-4f89-11d3-9a0c-0305e82c3301', "'", '\\1', '$'],
);
const anyText = fc.oneof(
  fc.array(part, { maxLength: 9 }).map((parts) => parts.join('')),
  fc.ipV4(),
  fc.ipV6(),
  fc.tuple(fc.ipV6(), fc.constantFrom('%eth0', '%', ':443', ']:1')).map((parts) => parts.join('')),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
);

test('any text is derived as the description says', async () => {
  const calls = [
    ...Array.from({ length: 32 }, (_, index) => `network(x, ${index + 1}, ${16 * (1 + (index % 4))})`),
    ...['network(x, 24)', 'reach(x)', 'host(x)', 'path(x)'],
  ].map(derivationOf);
  const texts = fc.sample(anyText, { numRuns: 1500, seed: 20231114 });
  for (const derivation of calls) {
    const expected = texts.map((text) => deriveText(text, derivation));
    expect(await derive(texts, derivation)).toEqual(expected);
  }
}, 120_000);

test('a derived key makes one contributor of what it derives alike, and filters see it, too', async () => {
  const run = await openTables([
    tokenTable([0, '10.0.0.1'], [0, '10.0.0.2'], [0, '10.0.1.1'], [0, '192.0.2.7'], [0, 'fe80::1'], [0, undefined]),
  ]);
  const ranked = async (filters: unknown[]) =>
    (await run(tokenRule(['network(1, 24)'], { filters }))).contributors.map(({ keys, total }) => [...keys, total]);
  expect(await ranked([])).toEqual([
    ['10.0.0.0/24', 2],
    ['10.0.1.0/24', 1],
    ['192.0.2.0/24', 1],
    ['fe80::1', 1],
  ]);
  expect(await ranked([{ Match: 'network(1, 16)', In: ['10.0.0.0/16'] }])).toEqual([
    ['10.0.0.0/24', 2],
    ['10.0.1.0/24', 1],
  ]);
});

test('where a field is redacted, so is what is worked out of it', async () => {
  const definition = tokenRule(['network(1, 24)', '2']);
  const { rule } = parseRule(definition);
  const run = await openTables([tokenTable([0, '10.0.0.1', 'a'])]);
  if (rule === null) throw new Error('The rule of the test is broken.');
  const redacted = redactReport(await run(definition), rule, { secret: 's', fields: new Set(['1']) });
  expect(redacted.contributors.map(({ keys }) => keys)).toEqual([[pseudonymOf('10.0.0.0/24', 's'), 'a']]);
});
