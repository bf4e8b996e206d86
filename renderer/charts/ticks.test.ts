import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { timeTicks, valueTicks } from './ticks';

test.each([
  [0, 37_680, 4, [0, 10_000, 20_000, 30_000, 40_000]],
  [0, 1, 4, [0, 0.25, 0.5, 0.75, 1]],
  [0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
  [-3, 7, 4, [-5, -2.5, 0, 2.5, 5, 7.5]],
  [0, 0, 4, [0, 1]],
])('values %s to %s have round ticks', (min, max, count, ticks) => expect(valueTicks(min, max, count)).toEqual(ticks));

test('values beyond the integers still end', () => {
  const ticks = valueTicks(0, 1.7e308, 4);
  expect([ticks.length < 8, Number.isFinite(ticks[ticks.length - 1])]).toEqual([true, true]);
});

const labels = (start: number, end: number, count: number, zone: 'utc' | 'local' = 'utc') =>
  timeTicks(start, end, count, zone).map((tick) => tick.label);

test('times are round, weeks start on Monday, and the date stands where it changes', () => {
  const start = Date.UTC(2026, 10, 19, 20, 20);
  expect(labels(start, start + 6 * 3_600_000, 6)).toEqual(['21:00', '22:00', '23:00', '20 Nov', '01:00', '02:00']);
  expect(labels(start, start + 30_000, 6)).toEqual([
    '20:20',
    '20:20:05',
    '20:20:10',
    '20:20:15',
    '20:20:20',
    '20:20:25',
    '20:20:30',
  ]);
  expect(labels(start, start + 40 * 86_400_000, 4)).toEqual(['23 Nov', '7 Dec', '21 Dec']);
});

test('months and years start on their first day', () => {
  const start = Date.UTC(2026, 10, 19);
  expect(labels(start, start + 200 * 86_400_000, 8)).toEqual([
    '1 Dec',
    '1 Jan 2027',
    '1 Feb',
    '1 Mar',
    '1 Apr',
    '1 May',
    '1 Jun',
  ]);
  expect(labels(start, start + 4000 * 86_400_000, 4)).toEqual(['1 Jan 2030', '1 Jan 2035']);
});

test('a span without length has one tick', () => expect(labels(0, 0, 5)).toEqual(['1 Jan 1970']));

describe('in a zone with a change of clocks', () => {
  beforeAll(() => {
    vi.stubEnv('TZ', 'Europe/Berlin');
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  test('days begin at midnight on both sides of it', () => {
    const start = Date.UTC(2026, 9, 23, 22, 0);
    expect(labels(start, start + 3 * 86_400_000 + 3_600_000, 4, 'local')).toEqual([
      '24 Oct',
      '25 Oct',
      '26 Oct',
      '27 Oct',
    ]);
  });
});
