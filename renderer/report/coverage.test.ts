import { expect, test } from 'vitest';
import type { CoverageLane } from '../../shared/coverage';
import { describeGaps, drawLane } from './coverage';

const minute = 60_000;
const lane = (...minutes: number[]): CoverageLane => ({
  firstMs: (minutes[0] ?? 0) * minute,
  lastMs: (minutes.at(-1) ?? 0) * minute,
  total: minutes.length,
  startMs: minutes.map((at) => at * minute),
  events: minutes.map(() => 1),
});
const span = (from: number, to: number) => ({ startMs: from * minute, endMs: to * minute });

test('periods side by side are one stretch, and what lies between them is a gap; before the first and after the last is none', () => {
  const coverage = { periodSeconds: 60, span: span(0, 10), groups: [] };
  expect(drawLane(lane(1, 2, 3, 6), coverage)).toEqual({
    covered: [
      { fromPercent: 10, widthPercent: 30, span: span(1, 4) },
      { fromPercent: 60, widthPercent: 10, span: span(6, 7) },
    ],
    gaps: [{ fromPercent: 40, widthPercent: 20, span: span(4, 6) }],
  });
});

test('a lane is cut to the span shown', () => {
  const coverage = { periodSeconds: 60, span: { startMs: 0.5 * minute, endMs: 1.5 * minute }, groups: [] };
  expect(drawLane(lane(0, 1), coverage)).toEqual({
    covered: [{ fromPercent: 0, widthPercent: 100, span: span(0, 2) }],
    gaps: [],
  });
  expect(drawLane(lane(), coverage)).toEqual({ covered: [], gaps: [] });
  expect(drawLane(lane(1), { ...coverage, span: null })).toEqual({ covered: [], gaps: [] });
});

test('gaps are named, many of them counted', () => {
  expect(describeGaps([], 'utc')).toBeNull();
  expect(describeGaps([span(620, 635)], 'utc')).toBe('No events of these log groups 1 Jan, 10:20 – 10:35');
  expect(describeGaps([span(0, 1), span(2, 3), span(4, 5), span(6, 7)], 'utc')).toBe(
    'No events of these log groups 1 Jan, 00:00 – 00:01; 1 Jan, 00:02 – 00:03; 1 Jan, 00:04 – 00:05 and in 1 more gap',
  );
});
