import { expect, test } from 'vitest';
import { type ChartData, othersId } from '../report/series';
import { crosshairAt, labelOf, makeDrawing, periodAt, seriesAt } from './drawing';

const minute = 60_000;
const times = [0, minute, 2 * minute];
const chart: ChartData = {
  startMs: times,
  periodMs: minute,
  series: [
    { id: 'a', rank: 1, keys: ['10.0.0.1', '443'], total: 9, percent: 60, values: [2, 3, 4] },
    { id: 'b', rank: 2, keys: ['10.0.0.2', '22'], total: 3, percent: 20, values: [1, 1, 1] },
  ],
  others: { count: 5, total: 3, percent: 20, values: [1, 1, 1] },
  totals: [4, 5, 6],
  gaps: [],
  index: new Map(times.map((ms, at) => [ms, at])),
  span: { startMs: 0, endMs: 3 * minute },
};
const colours = new Map([
  ['a', 0],
  ['b', 1],
]);

test('a label has the name of each key that has one, and shows what could not be seen', () => {
  const nameOf = (value: string) => (value === '443' ? 'web\u202e' : null);
  expect(labelOf(['10.0.0.1', '443'], nameOf)).toBe('10.0.0.1 · 443 (web\\u202e)');
  expect(labelOf(['', '443'])).toBe('(empty) · 443');
});

test('all contributors are drawn, the others last', () => {
  const { items, yTicks } = makeDrawing(chart, 'area', colours, new Set());
  expect(items.map((item) => [item.id, item.keys.join(' '), item.slot])).toEqual([
    ['a', '10.0.0.1 443', 0],
    ['b', '10.0.0.2 22', 1],
    [othersId, '', null],
  ]);
  expect(yTicks).toEqual([0, 2, 4, 6]);
});

test('an isolated contributor stands alone, in its colour, on its own scale', () => {
  const { items, yTicks } = makeDrawing(chart, 'area', colours, new Set(['b']));
  expect([items.map((item) => [item.id, item.slot]), yTicks[yTicks.length - 1]]).toEqual([[['b', 1]], 1]);
});

test('bars fill their periods, lines end with the last value', () => {
  const { xMax: bars } = makeDrawing(chart, 'bar', colours, new Set());
  const { xMin, xMax } = makeDrawing(chart, 'line', colours, new Set());
  expect([bars, xMin, xMax]).toEqual([3 * minute, 0, 2 * minute]);
});

test('the pointer finds the period and the series', () => {
  const bars = makeDrawing(chart, 'bar', colours, new Set());
  expect([periodAt(bars, 1.9 * minute, 2), crosshairAt(bars, 1)]).toEqual([1, 1.5 * minute]);
  expect([seriesAt(bars, 1, 2.5, 0), seriesAt(bars, 1, 3.5, 0), seriesAt(bars, 1, 99, 0)]).toEqual(['a', 'b', null]);
  const lines = makeDrawing(chart, 'line', colours, new Set());
  expect([periodAt(lines, 0, 2), seriesAt(lines, 2, 3.8, 0.5), seriesAt(lines, 2, 2.6, 0.5)]).toEqual([2, 'a', null]);
});

test('values of any size are drawn in a unit that the axis can hold', () => {
  const size = 1e300;
  const large = {
    ...chart,
    others: null,
    series: chart.series.map((one) => ({ ...one, values: one.values.map((value) => (value ?? 0) * size) })),
  };
  const { yTicks, yUnit, plotted } = makeDrawing(large, 'line', colours, new Set());
  expect([yTicks[yTicks.length - 1], yUnit]).toEqual([4e300, 1e300]);
  expect(plotted?.[0]?.top).toEqual([2, 3, 4]);
});
