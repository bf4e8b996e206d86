import { describe, expect, test } from 'vitest';
import { closeRange, countPeriods, listPresets, parseMoment, shiftSpan, snapSpan, zoomSpan } from './time-range';

const at = (hour: number, minute = 0, second = 0) => Date.UTC(2026, 10, 19, hour, minute, second);
const span = { startMs: at(6), endMs: at(12) };

test('presets count back from the minute of the last event', () => {
  const presets = listPresets(at(0), at(12, 43, 10), 'utc');
  expect(presets.slice(0, 2)).toEqual([
    { label: 'Last 15 min', hint: '12:29 – 12:44', span: { startMs: at(12, 29), endMs: at(12, 44) } },
    { label: 'Last 1 h', hint: '11:44 – 12:44', span: { startMs: at(11, 44), endMs: at(12, 44) } },
  ]);
});

test('presets far longer than the logs are not offered', () => {
  const labels = listPresets(at(10), at(12), 'utc').map((preset) => preset.label);
  expect(labels).toEqual(['Last 15 min', 'Last 1 h', 'Last 3 h']);
});

test('open ends are those of the logs, at whole minutes', () => {
  expect(closeRange({ startMs: null, endMs: null }, { firstMs: at(1, 0, 10), lastMs: at(2, 0, 30) })).toEqual({
    startMs: at(1),
    endMs: at(2, 1),
  });
  expect(closeRange({ startMs: null, endMs: null }, null)).toBeNull();
});

test('shifting keeps the length and touches the old range', () => {
  expect(shiftSpan(span, -1)).toEqual({ startMs: at(0), endMs: at(6) });
  expect(shiftSpan(span, 1)).toEqual({ startMs: at(12), endMs: at(18) });
});

test('zooming keeps the middle', () => {
  expect(zoomSpan(span, 'in')).toEqual({ startMs: at(7, 30), endMs: at(10, 30) });
  expect(zoomSpan(span, 'out')).toEqual({ startMs: at(3), endMs: at(15) });
});

test('a dragged range grows to whole periods', () => {
  expect(snapSpan({ startMs: at(6, 2), endMs: at(6, 11) }, 300)).toEqual({ startMs: at(6), endMs: at(6, 15) });
  expect(snapSpan({ startMs: at(6, 5), endMs: at(6, 5) }, 300)).toEqual({ startMs: at(6, 5), endMs: at(6, 10) });
});

test('periods are counted with those that are cut', () => {
  expect(countPeriods({ startMs: at(6, 2), endMs: at(7, 2) }, 300)).toBe(13);
});

describe('a typed time', () => {
  test.each([
    ['19 Nov 2026, 06:00', at(6)],
    ['19 nov 06:00:30', at(6, 0, 30)],
    ['19 November', at(0)],
    ['08:20', at(8, 20)],
    ['yesterday 14:00', at(14) - 86_400_000],
    ['2026-11-19 06:00', at(6)],
    ['2026-11-19T06:00Z', at(6)],
    ['2026-11-19T06:00:00.250+01:00', at(5) + 250],
    ['2026-11-19', at(0)],
    ['1795068000', 1795068000000],
    ['1795068000123', 1795068000123],
  ])('%s is understood', (text, ms) => expect(parseMoment(text, 'utc', at(12))).toBe(ms));

  test.each(['', 'noon', '25:00', '06:60', '31 Nov 2026', '19 Foo 2026', '2026-13-01'])('%s is refused', (text) =>
    expect(parseMoment(text, 'utc', at(12))).toBeNull(),
  );
});
