import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Xxh64 } from './xxh64';

/** Straight from the description of the algorithm, in numbers that are large enough. */
function reference(bytes: Uint8Array): number {
  const mask = (1n << 64n) - 1n;
  const [p1, p2, p3, p4, p5] = [
    0x9e3779b185ebca87n,
    0xc2b2ae3d27d4eb4fn,
    0x165667b19e3779f9n,
    0x85ebca77c2b2ae63n,
    0x27d4eb2f165667c5n,
  ];
  const rotate = (value: bigint, bits: bigint) => ((value << bits) | (value >> (64n - bits))) & mask;
  const round = (lane: bigint, value: bigint) => (rotate((lane + value * p2) & mask, 31n) * p1) & mask;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let hash = p5;
  let at = 0;
  if (bytes.length >= 32) {
    const lanes = [(p1 + p2) & mask, p2, 0n, (0n - p1) & mask];
    for (; at + 32 <= bytes.length; at += 32) {
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] ?? 0n, view.getBigUint64(at + i * 8, true));
    }
    const turns = [1n, 7n, 12n, 18n];
    hash = lanes.reduce((sum, lane, i) => (sum + rotate(lane, turns[i] ?? 0n)) & mask, 0n);
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * p1 + p4) & mask;
  }
  hash = (hash + BigInt(bytes.length)) & mask;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4) & mask;
  }
  if (at + 4 <= bytes.length) {
    hash = (rotate(hash ^ ((BigInt(view.getUint32(at, true)) * p1) & mask), 23n) * p2 + p3) & mask;
    at += 4;
  }
  for (; at < bytes.length; at++) hash = (rotate(hash ^ ((BigInt(bytes[at] ?? 0) * p5) & mask), 11n) * p1) & mask;
  hash = ((hash ^ (hash >> 33n)) * p2) & mask;
  hash = ((hash ^ (hash >> 29n)) * p3) & mask;
  return Number((hash ^ (hash >> 32n)) & 0xffffffffn);
}

test.each([
  ['', 0x51d8e999],
  ['a', 0xa98c6e5b],
  ['abc', 0xad770999],
])('the hash of %j ends in what its authors publish', (text, low) => {
  const hash = new Xxh64();
  hash.update(Buffer.from(text));
  expect(hash.low32()).toBe(low);
  expect(reference(Buffer.from(text))).toBe(low);
});

test('agrees with a plain reading of the algorithm, however the bytes come', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1 }),
      (bytes, sizes) => {
        const hash = new Xxh64();
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          hash.update(bytes.subarray(at, at + size));
          at += size;
        }
        expect(hash.low32()).toBe(reference(bytes));
      },
    ),
    { numRuns: 300 },
  );
});
