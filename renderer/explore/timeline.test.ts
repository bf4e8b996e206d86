import { describe, expect, test } from 'vitest';
import { boundaryAt, dragBrush, makeTimeline, placeAt } from './timeline';

const minute = 60_000;
const timeline = makeTimeline(
  {
    periodSeconds: 60,
    dataRange: { firstMs: 0, lastMs: 10 * minute - 1 },
    startMs: [0, minute, 4 * minute, 9 * minute],
    events: [5, 6, 7, 8],
    remaining: [1, 0, 2, 0],
  },
  { startMs: 0, endMs: 10 * minute },
);

test('a period without events is nought, and runs of them are gaps', () => {
  expect(timeline.events).toEqual([5, 6, 0, 0, 7, 0, 0, 0, 0, 8]);
  expect(timeline.remaining).toEqual([1, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
  expect(timeline.gaps).toEqual([
    { startMs: 2 * minute, endMs: 4 * minute },
    { startMs: 5 * minute, endMs: 9 * minute },
  ]);
});

test('places and times answer each other, at the boundaries of periods', () => {
  expect(boundaryAt(timeline, 0.26)).toBe(3 * minute);
  expect(boundaryAt(timeline, -1)).toBe(0);
  expect(boundaryAt(timeline, 2)).toBe(10 * minute);
  expect(placeAt(timeline, 3 * minute)).toBeCloseTo(0.3);
  expect(placeAt(timeline, 99 * minute)).toBe(1);
});

describe('dragging', () => {
  const brush = { startMs: 2 * minute, endMs: 5 * minute };

  test('draws a new brush in either direction, at least a period long', () => {
    expect(dragBrush(timeline, 'new', brush, 7 * minute, 6 * minute)).toEqual({
      startMs: 6 * minute,
      endMs: 7 * minute,
    });
    expect(dragBrush(timeline, 'new', null, 7 * minute, 7 * minute)).toEqual({
      startMs: 7 * minute,
      endMs: 8 * minute,
    });
    expect(dragBrush(timeline, 'new', null, 10 * minute, 10 * minute)).toEqual({
      startMs: 9 * minute,
      endMs: 10 * minute,
    });
  });

  test('moves an end, past the other one too', () => {
    expect(dragBrush(timeline, 'end', brush, 5 * minute, 8 * minute)).toEqual({
      startMs: 2 * minute,
      endMs: 8 * minute,
    });
    expect(dragBrush(timeline, 'start', brush, 2 * minute, 9 * minute)).toEqual({
      startMs: 5 * minute,
      endMs: 9 * minute,
    });
    expect(dragBrush(timeline, 'start', brush, 2 * minute, 5 * minute)).toEqual({
      startMs: 5 * minute,
      endMs: 6 * minute,
    });
  });

  test('moves the whole brush as far as the timeline goes', () => {
    expect(dragBrush(timeline, 'whole', brush, 3 * minute, 4 * minute)).toEqual({
      startMs: 3 * minute,
      endMs: 6 * minute,
    });
    expect(dragBrush(timeline, 'whole', brush, 3 * minute, 99 * minute)).toEqual({
      startMs: 7 * minute,
      endMs: 10 * minute,
    });
    expect(dragBrush(timeline, 'whole', brush, 3 * minute, -9 * minute)).toEqual({ startMs: 0, endMs: 3 * minute });
  });
});
