import { expect, test } from 'vitest';
import type { Spread } from '../../shared/explore';
import { listTicks, makeBars, placeOf } from './bars';

function spreadOf(part: Partial<Spread>): Spread {
  return { scale: { kind: 'log' }, min: 1, max: 1, median: 1, bins: [], events: [], zeros: 0, ...part };
}

test('bins that are next to each other fill bars of one doubling or more, and no event is lost', () => {
  const bins = Array.from({ length: 300 }, (_, index) => index);
  const { bars } = makeBars(spreadOf({ bins, events: bins.map(() => 2) }), null);
  expect(bars.length).toBeLessThanOrEqual(30);
  expect(bars.reduce((sum, bar) => sum + bar.events, 0)).toBe(600);
  expect(bars[0]).toMatchObject({ from: 1, to: 4, these: 1, all: 0 });
  expect(bars.every((bar, index) => index === 0 || bar.from === bars[index - 1]?.to)).toBe(true);
});

test('bars reach over all events, in front of which these stand, each by their own highest', () => {
  const all = spreadOf({ bins: [0, 8, 16], events: [100, 50, 10] });
  const { bars } = makeBars(spreadOf({ bins: [16], events: [5] }), all);
  expect(bars[0]).toMatchObject({ these: 0, all: 1 });
  expect(bars.at(-1)).toMatchObject({ events: 5, these: 1, all: 0.1 });
});

test('another scale is not mixed in', () => {
  const linear = spreadOf({ scale: { kind: 'linear', width: 5 }, bins: [-2, 3], events: [1, 4] });
  const { bars } = makeBars(linear, spreadOf({ bins: [900], events: [7] }));
  expect(bars).toHaveLength(6);
  expect(bars[0]).toMatchObject({ from: -10, to: -5, events: 1 });
});

test('zeros have a bar of their own before the others', () => {
  const spread = spreadOf({ bins: [8, 9], events: [3, 1], zeros: 6 });
  const shown = makeBars(spread, null);
  expect(shown.hasZero).toBe(true);
  expect(shown.bars.map(({ from, events }) => [from, events])).toEqual([
    [0, 6],
    [2, 3],
    [2 ** (9 / 8), 1],
  ]);
  expect(placeOf(shown, spread.scale, 0)).toBeCloseTo(1 / 6);
  expect(placeOf(shown, spread.scale, 2)).toBeCloseTo(1 / 3);
});

test('a spread without positive numbers has no bars but that of the zeros', () => {
  expect(makeBars(spreadOf({}), null).bars).toEqual([]);
  expect(makeBars(spreadOf({ zeros: 4 }), null).bars).toEqual([{ from: 0, to: 0, events: 4, these: 1, all: 0 }]);
});

test('the scale has round numbers: powers of ten, or more of them where these are few', () => {
  const wide = spreadOf({ bins: [0, 160], events: [1, 1] });
  expect(listTicks(makeBars(wide, null), wide.scale, 4).map(({ value }) => value)).toEqual([1, 100, 10_000, 1_000_000]);
  const narrow = spreadOf({ bins: [28, 48], events: [1, 1] });
  expect(listTicks(makeBars(narrow, null), narrow.scale, 4).map(({ value }) => value)).toEqual([20, 50]);
  const short = spreadOf({ bins: [28, 40], events: [1, 1] });
  expect(listTicks(makeBars(short, null), short.scale, 4).map(({ value }) => value)).toEqual([20, 30]);
  const linear = spreadOf({ scale: { kind: 'linear', width: 5 }, bins: [-20, 19], events: [1, 1] });
  const ticks = listTicks(makeBars(linear, null), linear.scale, 4);
  expect(ticks.map(({ value }) => value)).toEqual([-100, 0, 100]);
  expect(ticks.map(({ place }) => place)).toEqual([0, 0.5, 1]);
});
