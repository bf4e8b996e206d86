import type { NameFinder } from '../../shared/names';
import { type ChartData, othersId, type Values } from '../report/series';
import type { Span } from '../report/time-range';
import { showKey } from '../report/visible';
import type { ChartKind } from '../state/report.svelte';
import { type Band, bandLimits, findBand, findNearest, stackValues, standAlone } from './stack';
import { valueTicks } from './ticks';

/** A series as it is drawn. `slot` is its colour, null for all others. */
export type DrawnSeries = { id: string; rank: number | null; keys: string[]; slot: number | null; values: Values };

/** All that a chart shows at one moment. */
export type Drawing = {
  kind: ChartKind;
  periodMs: number;
  times: number[];
  items: DrawnSeries[];
  bands: Band[];
  /** Round values of the axis; the first and the last are its ends. */
  yTicks: number[];
  /** A power of ten in which uPlot counts: it draws no axis for numbers of more than 17 digits. Left out: 1. */
  yUnit?: number;
  /** The bands in that unit, where it is not 1. */
  plotted?: Band[];
  gaps: Span[];
  /** Ends of the time axis, epoch ms. */
  xMin: number;
  xMax: number;
};

/** Keys in one line, with their names: `10.0.0.1 (web-1) · 443`. */
export function labelOf(keys: readonly string[], nameOf: NameFinder = () => null): string {
  return keys
    .map((key) => {
      const name = nameOf(key);
      return name === null ? showKey(key) : `${showKey(key)} (${showKey(name)})`;
    })
    .join(' · ');
}

/** Chooses what is drawn: the isolated contributors, or all and the others. */
export function makeDrawing(
  chart: ChartData,
  kind: ChartKind,
  colours: ReadonlyMap<string, number>,
  isolated: ReadonlySet<string>,
): Drawing {
  const items: DrawnSeries[] = [];
  for (const one of chart.series) {
    if (isolated.size > 0 && !isolated.has(one.id)) continue;
    items.push({
      id: one.id,
      rank: one.rank,
      keys: one.keys,
      slot: colours.get(one.id) ?? 0,
      values: one.values,
    });
  }
  if (chart.others !== null && (isolated.size === 0 || isolated.has(othersId))) {
    items.push({ id: othersId, rank: null, keys: [], slot: null, values: chart.others.values });
  }
  const rows = items.map((item) => item.values);
  const bands = kind === 'line' ? standAlone(rows) : stackValues(rows);
  const { min, max } = bandLimits(bands);
  const yUnit = chooseUnit(Math.max(Math.abs(min), Math.abs(max)));
  return {
    kind,
    periodMs: chart.periodMs,
    times: chart.startMs,
    items,
    bands,
    yUnit,
    ...(yUnit !== 1 && { plotted: bands.map((band) => scaleBand(band, yUnit)) }),
    yTicks: valueTicks(min, max, 4),
    gaps: chart.gaps,
    ...timeLimits(chart, kind),
  };
}

/** Sizes that the axis can hold as they are. */
const plainSizes = { from: 1e-6, to: 1e12 };

function chooseUnit(size: number): number {
  if (size === 0 || (size >= plainSizes.from && size < plainSizes.to)) return 1;
  return 10 ** Math.max(Math.floor(Math.log10(size)), -300);
}

function scaleBand({ base, top }: Band, unit: number): Band {
  const scale = (values: Values) => values.map((value) => (value === null ? null : value / unit));
  return { base: scale(base), top: scale(top) };
}

/** Lines and areas reach from the first period's start to the last one's; bars fill their periods. */
export function timeLimits(chart: ChartData, kind: ChartKind): { xMin: number; xMax: number } {
  const { startMs, endMs } = chart.span;
  if (kind === 'bar') return { xMin: startMs, xMax: endMs };
  const last = endMs - chart.periodMs;
  if (last > startMs) return { xMin: startMs, xMax: last };
  return { xMin: startMs - chart.periodMs / 2, xMax: startMs + chart.periodMs / 2 };
}

/** Where a time lies between the limits, 0 to 1; at the nearer end where it is outside. */
export function shareOfTime({ xMin, xMax }: { xMin: number; xMax: number }, ms: number): number {
  return Math.min(Math.max((ms - xMin) / (xMax - xMin || 1), 0), 1);
}

/** Place in `times` of the period under a time, which in a bar chart is the one that began last. */
export function periodAt(drawing: Drawing, ms: number, closest: number): number {
  if (drawing.kind !== 'bar') return closest;
  const { times } = drawing;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((times[middle] as number) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Where the crosshair stands for a period, epoch ms. */
export function crosshairAt(drawing: Drawing, period: number): number {
  const ms = drawing.times[period] ?? 0;
  return drawing.kind === 'bar' ? ms + drawing.periodMs / 2 : ms;
}

/** Series under a place of the chart; null where there is none. `reach` is how far from a line still counts. */
export function seriesAt(drawing: Drawing, period: number, value: number, reach: number): string | null {
  const { bands, items } = drawing;
  const at = drawing.kind === 'line' ? findNearest(bands, period, value, reach) : findBand(bands, period, value);
  return items[at]?.id ?? null;
}
