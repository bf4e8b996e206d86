import { expect, test } from 'vitest';
import { describeBreach } from './describe-breach';

const breach = { threshold: 'Busy', startMs: 0, endMs: 60_000, isOver: false, worst: 1234.5, contributor: ['a', 'b'] };

test('names the threshold, the value and the contributor, on one line each', () => {
  expect(describeBreach(breach, 'utc')).toEqual({
    title: 'Busy',
    body: '1,234.5 at 1 Jan 1970, 00:00 UTC, most from a · b',
  });
  const hostile = describeBreach({ ...breach, worst: null, contributor: [`x\n\u202ey${'z'.repeat(500)}`] }, 'utc');
  expect(hostile.body).toMatch(/^No value at .*, most from x yz+…$/);
  expect(hostile.body.length).toBeLessThan(200);
});
