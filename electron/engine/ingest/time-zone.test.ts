import { describe, expect, test } from 'vitest';
import { timeOfText } from './event-time';
import { createTimeZone } from './time-zone';

describe('createTimeZone', () => {
  test.each([
    ['Europe/London', '2023-11-14T22:13:20', '2023-11-14T22:13:20.000Z'],
    ['Europe/London', '2023-07-14T22:13:20', '2023-07-14T21:13:20.000Z'],
    ['Asia/Kolkata', '2023-11-14T22:13:20', '2023-11-14T16:43:20.000Z'],
    ['Pacific/Apia', '2011-12-31T00:00:00', '2011-12-30T10:00:00.000Z'],
    ['Australia/Lord_Howe', '2024-04-07T01:45:00', '2024-04-06T14:45:00.000Z'],
    ['UTC', '2023-11-14T22:13:20', '2023-11-14T22:13:20.000Z'],
    ['america/new_york', '1999-12-31T23:59:59', '2000-01-01T04:59:59.000Z'],
  ])('in %s %s is %s', (name, local, utc) => {
    expect(toUtc(name, local)).toBe(utc);
  });

  test('takes the first of two instants where clocks are put back', () => {
    expect(toUtc('Europe/London', '2023-10-29T00:59:59')).toBe('2023-10-28T23:59:59.000Z');
    expect(toUtc('Europe/London', '2023-10-29T01:30:00')).toBe('2023-10-29T00:30:00.000Z');
    expect(toUtc('Europe/London', '2023-10-29T02:00:00')).toBe('2023-10-29T02:00:00.000Z');
  });

  test('reads a time that clocks skip as if they had not been put forward yet', () => {
    expect(toUtc('America/New_York', '2024-03-10T01:59:59')).toBe('2024-03-10T06:59:59.000Z');
    expect(toUtc('America/New_York', '2024-03-10T02:30:00')).toBe('2024-03-10T07:30:00.000Z');
    expect(toUtc('America/New_York', '2024-03-10T03:00:00')).toBe('2024-03-10T07:00:00.000Z');
  });

  test('agrees with itself through a year, quarter by quarter', () => {
    const zone = createTimeZone('America/New_York');
    const shown = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    for (let ms = Date.UTC(2024, 0, 1); ms < Date.UTC(2025, 0, 1); ms += 11 * 900_000) {
      const local = shown.format(ms).replace(' ', 'T');
      const utc = zone?.toUtc(Date.parse(`${local}Z`));
      expect(utc === undefined ? null : shown.format(utc).replace(' ', 'T')).toBe(local);
    }
  });

  test('knows no zone of another name', () => {
    expect(['', 'Europe/Atlantis', '+99:00', 'local'].map(createTimeZone)).toEqual([null, null, null, null]);
  });
});

test('a time zone counts for stamps without an offset only', () => {
  const zone = createTimeZone('Europe/Berlin');
  const stamps = [
    '2023-11-14 22:13:20,5',
    '2023-11-14T22:13:20Z',
    '2023-11-14T22:13:20+05:00',
    '14/Nov/2023:22:13:20 +0000',
    '1700000000',
  ];
  expect(stamps.map((text) => timeOfText(text, zone) ?? Number.NaN).map((ms) => new Date(ms).toISOString())).toEqual([
    '2023-11-14T21:13:20.500Z',
    '2023-11-14T22:13:20.000Z',
    '2023-11-14T17:13:20.000Z',
    '2023-11-14T22:13:20.000Z',
    '2023-11-14T22:13:20.000Z',
  ]);
});

function toUtc(name: string, local: string): string | null {
  const zone = createTimeZone(name);
  return zone === null ? null : new Date(zone.toUtc(Date.parse(`${local}Z`))).toISOString();
}
