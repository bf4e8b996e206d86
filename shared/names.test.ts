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
        return one !== null && one.first <= first && last <= one.last ? [{ text, size: one.last - one.first }] : [];
      });
      const least = around.reduce((size, one) => (one.size < size ? one.size : size), 1n << 40n);
      if (ranges.includes(value)) expect(found).toBe(value);
      else if (around.length === 0) expect(found).toBeNull();
      else expect(around.filter(({ size }) => size === least).map(({ text }) => text)).toContain(found);
    },
  );
  fc.assert(property, { numRuns: 2000, seed: 20231114 });
});

test('a value is found among a hundred thousand ranges', () => {
  const entries = Array.from(
    { length: 100_000 },
    (_, at): NameEntry => [`${1 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}.0/24`, `net ${at}`],
  );
  const many = createNameFinder(entries);
  expect(many('2.3.4.5')).toBe(`net ${65536 + 3 * 256 + 4}`);
  expect(many('200.1.1.1')).toBeNull();
});
