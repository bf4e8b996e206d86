import { expect, test } from 'vitest';
import { readMoments } from './moments';

const nearMs = Date.UTC(2026, 10, 19, 12);
const read = (from: string, until: string) => readMoments(from, until, 'utc', nearMs);
const at = (hour: number, minute: number) => Date.UTC(2026, 10, 19, hour, minute);

test('a note is at no time, at a moment, or in a span', () => {
  expect(read(' ', '')).toEqual({ timeMs: null, endMs: null, problem: null });
  expect(read('08:20', '')).toEqual({ timeMs: at(8, 20), endMs: null, problem: null });
  expect(read('08:20', '19 Nov 2026, 09:00')).toEqual({ timeMs: at(8, 20), endMs: at(9, 0), problem: null });
});

test.each([
  ['soon', '', 'from', 'No time that can be read.'],
  ['08:20', 'later', 'until', 'No time that can be read.'],
  ['', '09:00', 'from', 'A span begins somewhere.'],
  ['09:00', '08:20', 'until', 'The end comes after the beginning.'],
])('"%s" until "%s" is told at its field', (from, until, field, text) => {
  expect(read(from, until).problem).toEqual({ field, text });
});
