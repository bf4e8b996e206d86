import { expect, test } from 'vitest';
import { findNear } from './suggest';

const known = ['srcaddr', 'dstaddr', 'dstport', 'bytes', 'In'];

test.each([
  ['dstport ', 'dstport'],
  ['DSTPORT', 'dstport'],
  ['dstprot', 'dstport'],
  ['srcadr', 'srcaddr'],
  ['byte', 'bytes'],
  ['in', 'In'],
])('finds what %j was meant to be', (wrong, meant) => {
  expect(findNear(wrong, known)).toBe(meant);
});

test.each(['', 'xy', 'pod', 'toString', 'completely different', 'b'.repeat(100_000)])(
  'finds nothing near %.20j',
  (wrong) => {
    expect(findNear(wrong, known)).toBeNull();
  },
);
