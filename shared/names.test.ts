import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddressRange } from './address';
import { createNameFinder, type NameEntry, readNamedRange } from './names';

const find = createNameFinder([
  ['10.0.0.0/8', 'corporate'],
  ['10.0.1.0/24', 'web servers'],
  ['10.0.1.7', 'web-7'],
  ['10.0.1.16-10.0.1.20', 'canaries'],
  ['2001:db8::/32', 'documentation'],
  ['2001:DB8:0::1', 'first'],
  ['048213775190', 'payments'],
  ['443', 'https'],
  ['10.0.1.0/25', 'lower half'],
  ['10.0.1.7:8443', 'admin port of web-7'],
]);

test.each([
  ['10.0.1.7', 'web-7'],
  ['10.0.1.8', 'lower half'],
  ['10.0.1.200', 'web servers'],
  ['10.0.1.16', 'canaries'],
  ['10.0.1.20', 'canaries'],
  ['10.0.1.21', 'lower half'],
  ['10.200.0.1', 'corporate'],
  ['11.0.0.1', null],
  ['10.0.1.7:443', 'web-7'],
  ['10.0.1.7:8443', 'admin port of web-7'],
  ['10.0.1.0/24', 'web servers'],
  ['10.0.0.0/16', 'corporate'],
  ['10.0.1.128/25', 'web servers'],
  ['10.0.1.16/31', 'canaries'],
  ['10.0.1.20/31', 'lower half'],
  ['0.0.0.0/0', null],
  ['2001:db8::1', 'first'],
  ['2001:db8::2', 'documentation'],
  ['[2001:db8::2]:443', 'documentation'],
  ['2001:db8::/64', 'documentation'],
  ['::ffff:10.0.1.7', null],
  ['048213775190', 'payments'],
  ['48213775190', null],
  ['443', 'https'],
  ['', null],
  ['-', null],
  ['010.0.1.7', null],
  ['constructor', null],
])('%j is %j', (value, name) => {
  expect(find(value)).toBe(name);
  // The second time it is remembered.
  expect(find(value)).toBe(name);
});

test('without names nothing has one', () => {
  expect(createNameFinder([])('10.0.0.1')).toBeNull();
});

test.each(['10.0.0.9-10.0.0.1', '10.0.0.1-2001:db8::1', '10.0.0.1-', '10.0.0.0/8-10.0.0.9', 'a-b', '2026-11-19'])(
  '%j is no range',
  (text) => expect(readNamedRange(text)).toBeNull(),
);

const address = fc.integer({ min: 0, max: 255 }).map((last) => `10.0.0.${last}`);
const range = fc.oneof(
  address,
  fc.tuple(address, fc.integer({ min: 22, max: 32 })).map(([start, prefix]) => `${start}/${prefix}`),
  fc.tuple(address, address).map(([one, other]) => {
    const [first, last] = [one, other].sort((a, b) => Number(a.slice(7)) - Number(b.slice(7)));
    return `${first}-${last}`;
  }),
);

test('the narrowest range around a value names it, as a search through all of them finds', () => {
  const property = fc.property(
    fc.uniqueArray(range, { maxLength: 12 }),
    fc.oneof(
      address,
      range.filter((text) => !text.includes('-')),
    ),
    (ranges, value) => {
      const entries = ranges.map((text): NameEntry => [text, text]);
      const found = createNameFinder(entries)(value);
      const looked = parseAddressRange(value);
      if (looked === null) throw new Error(`${value} is no address.`);
      const [first, last] = [BigInt(`0x${looked.first}`), BigInt(`0x${looked.last}`)];
      const around = entries.flatMap(([text]) => {
        const one = readNamedRange(text);
        return one !== null && one.first <= first && last <= one.last ? [{ text, size: BigInt(one.length) }] : [];
      });
      const least = around.reduce((size, one) => (one.size < size ? one.size : size), 1n << 40n);
      if (ranges.includes(value)) expect(found).toBe(value);
      else if (around.length === 0) expect(found).toBeNull();
      else expect(around.filter(({ size }) => size === least).map(({ text }) => text)).toContain(found);
    },
  );
  fc.assert(property, { numRuns: 2000, seed: 20231114 });
});

test('ranges that cross: the narrowest that all of the value lies in, of the same range the first', () => {
  const many = createNameFinder([
    ['10.0.0.0-10.0.0.19', 'twenty'],
    ['10.0.0.0 - 10.0.0.19', 'twenty again'],
    ['10.0.0.10-10.0.0.39', 'thirty'],
    ['2001:db8::-2001:db8::ff', 'low'],
    ['2001:db8::80-2001:db8::1ff', 'high'],
  ]);
  const values = [
    '10.0.0.12',
    '10.0.0.20',
    '10.0.0.16/29',
    '10.0.0.8/29',
    '10.0.0.0/26',
    '2001:db8::90',
    '2001:db8::100',
  ];
  expect(values.map(many)).toEqual(['twenty', 'thirty', 'thirty', 'twenty', null, 'low', 'high']);
});

test.each<[string, NameEntry[], string, string]>([
  ['spans of version 4', listSpans(200_000), '2.3.4.5', `span ${131072 + 3 * 256 + 4}`],
  ['wide spans of version 6', listWide(2000), '::7d0', 'wide 1999'],
])('many %s: the narrowest one names a value', (_, entries, value, name) => {
  const many = createNameFinder(entries);
  expect(many(value)).toBe(name);
  expect(many(value.includes(':') ? '::' : '200.1.1.1')).toBeNull();
});

function listSpans(count: number): NameEntry[] {
  return Array.from({ length: count }, (_, at) => {
    const start = `${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
    return [`${start}.0-${start}.200`, `span ${at}`];
  });
}

/** Each lies in the one before it. */
function listWide(count: number): NameEntry[] {
  const top = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff';
  return Array.from({ length: count }, (_, at) => [
    `::${(at + 1).toString(16)}-${top}:${(0xfffe - at).toString(16)}`,
    `wide ${at}`,
  ]);
}
