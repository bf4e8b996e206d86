import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCompact,
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatPeriod,
  formatRecent,
  formatSpan,
  formatTick,
  formatTime,
  formatTimeRange,
  formatZone,
} from './format';

test.each([
  [1284307, '1,284,307'],
  [0, '0'],
  [-4812, '-4,812'],
  [1.5, '1.5'],
  [0.25, '0.25'],
  [1234.56789, '1,234.568'],
  [0.00000042, '4.2e-7'],
  [18446744073709552000, '1.844674e+19'],
  [null, '—'],
  [Number.NaN, '—'],
])('a value in full: %s is %s', (value, text) => expect(formatNumber(value)).toBe(text));

test.each([
  [12418960, '12.4 M'],
  [612000, '612 k'],
  [4812, '4.81 k'],
  [999950, '1 M'],
  [999, '999'],
  [37, '37'],
  [0, '0'],
  [0.25, '0.25'],
  [-1500, '-1.5 k'],
  [2.5e9, '2.5 G'],
])('a value in a list: %s is %s', (value, text) => expect(formatCompact(value)).toBe(text));

test.each([
  [0, 10000, '0'],
  [40000, 10000, '40 k'],
  [37250, 250, '37.25 k'],
  [1000250, 250, '1.00025 M'],
  [0.3, 0.1, '0.3'],
])('ticks stay apart: %s in steps of %s is %s', (value, step, text) => expect(formatTick(value, step)).toBe(text));

test.each([
  [18.06, '18.1%'],
  [0.04, '<0.1%'],
  [0, '0%'],
  [100, '100%'],
  [99.97, '>99.9%'],
  [null, '—'],
])('a share: %s is %s', (value, text) => expect(formatPercent(value)).toBe(text));

test.each([
  [0, '0 B'],
  [812, '812 B'],
  [4200, '4.2 kB'],
  [412_600_000_000, '412.6 GB'],
  [17_000_000_000, '17 GB'],
  [999_990, '1 MB'],
])('bytes: %s is %s', (value, text) => expect(formatBytes(value)).toBe(text));

test.each([
  [184.2, '184 ms'],
  [999.7, '1 s'],
  [3400, '3.4 s'],
  [15_000, '15 s'],
  [130_000, '2 min 10 s'],
  [21_600_000, '6 h'],
  [3_600_005, '1 h'],
  [198_000_000, '2 d 7 h'],
])('durations: %s ms is %s', (value, text) => expect(formatDuration(value)).toBe(text));

test.each([
  [10, '10 s'],
  [300, '5 min'],
  [5400, '90 min'],
  [86400, '1 d'],
  [100, '100 s'],
])('periods are exact: %s s is %s', (value, text) => expect(formatPeriod(value)).toBe(text));

test('counts name one and many', () => {
  expect([formatCount(1, 'file'), formatCount(1200, 'file'), formatCount(2, 'entry', 'entries')]).toEqual([
    '1 file',
    '1,200 files',
    '2 entries',
  ]);
});

describe('times', () => {
  const start = Date.UTC(2026, 10, 19, 6, 0);
  beforeEach(() => {
    vi.stubEnv('TZ', 'Europe/Berlin');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('carry their zone', () => {
    expect(formatTime(start, 'utc')).toBe('19 Nov 2026, 06:00 UTC');
    expect(formatTime(start, 'local')).toBe('19 Nov 2026, 07:00 UTC+1');
  });

  test('show seconds and milliseconds only where there are any', () => {
    expect(formatClock(start + 30_250, 'utc')).toBe('06:00:30.250');
    expect(formatClock(start + 30_000, 'utc')).toBe('06:00:30');
  });

  test('a range says once what both ends share', () => {
    expect(formatTimeRange(start, start + 6 * 3_600_000, 'utc')).toBe('19 Nov 2026, 06:00 – 12:00 UTC');
    expect(formatTimeRange(start, start + 30 * 3_600_000, 'utc')).toBe('19 Nov, 06:00 – 20 Nov 2026, 12:00 UTC');
    expect(formatTimeRange(start, start + 60 * 86_400_000, 'utc')).toBe('19 Nov 2026, 06:00 – 18 Jan 2027, 06:00 UTC');
  });

  test('a short span names years that differ', () => {
    const year = 365 * 86_400_000;
    expect(formatSpan(start, start + 86_400_000, 'utc', false)).toBe('19 Nov, 06:00 – 20 Nov, 06:00');
    expect(formatSpan(start - year, start, 'utc', false)).toBe('19 Nov 2025, 06:00 – 19 Nov 2026, 06:00');
  });

  test('a range over the change of clocks names both offsets', () => {
    const before = Date.UTC(2026, 9, 24, 22, 0);
    expect(formatTimeRange(before, before + 86_400_000, 'local')).toBe(
      '25 Oct 2026, 00:00 UTC+2 – 25 Oct 2026, 23:00 UTC+1',
    );
  });

  test('offsets of half an hour are kept', () => {
    vi.stubEnv('TZ', 'Asia/Kolkata');
    expect(formatZone(start, 'local')).toBe('UTC+5:30');
  });

  test('recent days have words', () => {
    const now = Date.UTC(2026, 10, 19, 12, 0);
    expect([now - 3_600_000, now - 86_400_000, now - 20 * 86_400_000].map((ms) => formatRecent(ms, now))).toEqual([
      'Today, 12:00',
      'Yesterday, 13:00',
      '30 Oct 2026',
    ]);
  });
});
