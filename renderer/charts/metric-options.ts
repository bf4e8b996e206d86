import type { Span } from '../report/time-range';
import type { Drawing } from './drawing';
import { drawGaps } from './gaps';
import type { Palette } from './palette.svelte';
import { areaPaths } from './paths';
import type { PlotOptions } from './plot.svelte';
import { pointerCursor, takeSelection } from './pointer';
import { bandLimits } from './stack';

export type MetricChartSetup = {
  /** One band, on the time axis of the large chart. Read at drawing time. */
  drawing: () => Drawing;
  palette: Palette;
  syncKey: string;
  hover: (period: number | null) => void;
  select: (span: Span) => void;
  back: () => void;
};

/** Options of a small chart: one grey area, no axes. */
export function metricOptions(setup: MetricChartSetup): PlotOptions {
  const { drawing, palette, hover, select } = setup;
  const limits = (): [number, number] => {
    const { min, max } = bandLimits(drawing().bands);
    return max > min ? [min, max] : [0, 1];
  };
  const paths = areaPaths(
    () => drawing().bands[0],
    () => drawing().periodMs,
  );
  return {
    pxAlign: false,
    padding: [2, 0, 1, 0],
    legend: { show: false },
    scales: { x: { time: false, range: () => [drawing().xMin, drawing().xMax] }, y: { range: limits } },
    axes: [{ show: false }, { show: false }],
    series: [
      {},
      { points: { show: false }, auto: false, width: 1.25, stroke: palette.line, fill: palette.sunken, paths },
    ],
    cursor: pointerCursor(setup),
    hooks: {
      drawAxes: [(plot) => drawGaps(plot, drawing().gaps, palette)],
      setCursor: [(plot) => hover(plot.cursor.idx ?? null)],
      setSelect: [(plot) => takeSelection(plot, select)],
    },
  };
}
