import type uPlot from 'uplot';
import { formatBytes, formatTick, formatZone, type Zone } from '../../shared/format';
import type { Span } from '../report/time-range';
import { colourNumber, isDashed } from './colours';
import { type Drawing, type DrawnSeries, seriesAt } from './drawing';
import { drawGaps } from './gaps';
import type { Palette } from './palette.svelte';
import { areaPaths, barPaths, linePaths } from './paths';
import type { PlotOptions } from './plot.svelte';
import { pointerCursor, takeSelection } from './pointer';
import { timeTicks } from './ticks';

/** What the pointer does in a chart. */
export type ChartHandlers = {
  /** The pointer is over a period and perhaps a series; nulls when it left. */
  hover: (period: number | null, seriesId: string | null) => void;
  click: (seriesId: string | null, add: boolean) => void;
  select: (span: Span) => void;
  back: () => void;
};

export type ReportChartSetup = {
  /** Read at drawing time. */
  drawing: () => Drawing;
  palette: Palette;
  zone: Zone;
  bytes: boolean;
  syncKey: string;
  handlers: ChartHandlers;
};

/** Room for the values of the y axis, and below for the times. */
export const gutterPx = 54;
export const footPx = 22;
/** How far from a line the pointer still means it. */
const reachPx = 24;
const dimAlpha = 0.28;
const tickSpacePx = 80;
/** Room that the zone's name takes at the right end of the time axis. */
const zoneSpacePx = 52;

/** Options of the large chart. Its data are the times and the plain values; stacking happens in the path builders. */
export function reportOptions(setup: ReportChartSetup): PlotOptions {
  const { drawing, palette, handlers } = setup;
  const { items } = drawing();
  return {
    pxAlign: false,
    padding: [6, 0, 0, 0],
    legend: { show: false },
    focus: { alpha: dimAlpha },
    scales: {
      x: { time: false, range: () => [drawing().xMin, drawing().xMax] },
      y: { range: () => valueLimits(drawing()) },
    },
    axes: [timeAxis(setup), valueAxis(setup)],
    series: [{}, ...items.map((item, at) => seriesOptions(item, at, setup))],
    cursor: pointerCursor({ drawing, syncKey: setup.syncKey, select: handlers.select, back: handlers.back }),
    hooks: {
      drawAxes: [(plot) => drawGaps(plot, drawing().gaps, palette)],
      setCursor: [
        (plot) => {
          const { idx } = plot.cursor;
          handlers.hover(idx ?? null, idx === null || idx === undefined ? null : seriesUnder(plot, idx, drawing()));
        },
      ],
      setSelect: [(plot) => takeSelection(plot, handlers.select)],
      ready: [
        (plot) => {
          plot.over.addEventListener('click', (event) => {
            // The second click of a double click belongs to that.
            if (event.detail > 1) return;
            const period = plot.cursor.idx ?? null;
            const id = period === null ? null : seriesUnder(plot, period, drawing());
            handlers.click(id, event.ctrlKey || event.metaKey);
          });
        },
      ],
    },
  };
}

function valueLimits(drawing: Drawing): [number, number] {
  const { yTicks, yUnit = 1 } = drawing;
  return [(yTicks[0] as number) / yUnit, (yTicks[yTicks.length - 1] as number) / yUnit];
}

function seriesUnder(plot: uPlot, period: number, drawing: Drawing): string | null {
  const top = plot.cursor.top ?? -1;
  if (top < 0) return null;
  const valueAt = (y: number) => plot.posToVal(y, 'y') * (drawing.yUnit ?? 1);
  const value = valueAt(top);
  const reach = Math.abs(valueAt(top - reachPx) - value);
  return seriesAt(drawing, period, value, reach);
}

function seriesOptions(item: DrawnSeries, at: number, setup: ReportChartSetup): uPlot.Series {
  const { drawing, palette } = setup;
  const { kind } = drawing();
  const band = () => (drawing().plotted ?? drawing().bands)[at];
  const periodMs = () => drawing().periodMs;
  const colour = item.slot === null ? palette.other : (palette.series[colourNumber(item.slot) - 1] ?? palette.other);
  const shared = { label: item.id, points: { show: false }, auto: false };
  if (kind === 'line') {
    const dash = item.slot !== null && isDashed(item.slot) ? { dash: [5, 3] } : {};
    return { ...shared, ...dash, width: 1.5, stroke: colour, fill: colour, paths: linePaths(band) };
  }
  const fill = item.slot === null ? palette.otherFill : withAlpha(colour, palette.fillAlpha);
  if (kind === 'bar') return { ...shared, width: 0, fill, paths: barPaths(band, periodMs) };
  const edge = item.slot === null ? palette.other : palette.surface;
  return { ...shared, width: item.slot === null ? 1 : 0.75, stroke: edge, fill, paths: areaPaths(band, periodMs) };
}

/** `#rrggbb` with an alpha of 0 to 1. */
export function withAlpha(colour: string, alpha: number): string {
  const hex = Math.round(Math.min(Math.max(alpha, 0), 1) * 255)
    .toString(16)
    .padStart(2, '0');
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}${hex}` : colour;
}

function timeAxis({ palette, zone, drawing }: ReportChartSetup): uPlot.Axis {
  const ticksOf = (plot: uPlot, min: number, max: number) => {
    const width = plot.bbox.width / devicePixelRatio;
    return timeTicks(min, max, Math.max(Math.floor(width / tickSpacePx), 1), zone);
  };
  return {
    stroke: palette.text,
    font: palette.font,
    size: footPx,
    gap: 6,
    grid: { show: false },
    ticks: { show: false },
    border: { show: true, stroke: palette.axis, width: 1 },
    splits: (plot, _axis, min, max) => ticksOf(plot, min, max).map((tick) => tick.ms),
    values: (plot, splits) => {
      const { xMin, xMax } = drawing();
      const labels = new Map(ticksOf(plot, xMin, xMax).map((tick) => [tick.ms, tick.label]));
      const width = plot.bbox.width / devicePixelRatio;
      return splits.map((ms) => (plot.valToPos(ms, 'x') > width - zoneSpacePx ? '' : (labels.get(ms) ?? '')));
    },
  };
}

function valueAxis({ palette, drawing, bytes }: ReportChartSetup): uPlot.Axis {
  return {
    stroke: palette.text,
    font: palette.font,
    size: gutterPx,
    gap: 8,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { show: false },
    splits: () => drawing().yTicks.map((tick) => tick / (drawing().yUnit ?? 1)),
    values: (_plot, splits) => {
      const { yUnit = 1 } = drawing();
      const step = ((splits[1] ?? 1) - (splits[0] ?? 0)) * yUnit;
      return splits.map((split) => {
        const value = Math.max(Math.min(split * yUnit, Number.MAX_VALUE), -Number.MAX_VALUE);
        return bytes && step >= 1 ? formatBytes(value) : formatTick(value, step);
      });
    },
  };
}

/** Zone at the right end of the time axis. */
export function zoneLabel(drawing: Drawing, zone: Zone): string {
  return formatZone(drawing.xMax, zone);
}
