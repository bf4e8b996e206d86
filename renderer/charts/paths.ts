import type uPlot from 'uplot';
import type { Band } from './stack';

/** What a series draws at present; read at drawing time, so that data can change under the same plot. */
export type BandSource = () => Band | undefined;

/** Runs of neighbouring periods that have a value. */
function* runsOf(band: Band, from: number, to: number): Generator<[number, number]> {
  let start = -1;
  for (let at = from; at <= to; at++) {
    const has = (band.top[at] ?? null) !== null;
    if (has && start < 0) start = at;
    if (!has && start >= 0) {
      yield [start, at - 1];
      start = -1;
    }
  }
  if (start >= 0) yield [start, to];
}

/** Canvas positions of a period and of a value. */
function placesOf(plot: uPlot) {
  const times = plot.data[0] as ArrayLike<number>;
  return {
    timeOf: (at: number) => times[at] as number,
    x: (ms: number) => plot.valToPos(ms, 'x', true),
    y: (value: number) => plot.valToPos(value, 'y', true),
  };
}

/** A value with fewer than two neighbours would be a line of no length: it gets a point. */
const pointRadius = 2;

function addPoint(path: Path2D, x: number, y: number, radius: number): void {
  path.moveTo(x + radius, y);
  path.arc(x, y, radius, 0, 2 * Math.PI);
}

/** Straight segments between values; points where fewer than three stand together. */
export function linePaths(band: BandSource): uPlot.Series.PathBuilder {
  return (plot, _series, from, to) => {
    const edges = band();
    if (edges === undefined) return null;
    const { timeOf, x, y } = placesOf(plot);
    const stroke = new Path2D();
    const fill = new Path2D();
    const radius = pointRadius * devicePixelRatio;
    for (const [first, last] of runsOf(edges, from, to)) {
      for (let at = first; at <= last; at++) {
        const [left, top] = [x(timeOf(at)), y(edges.top[at] as number)];
        if (at === first) stroke.moveTo(left, top);
        else stroke.lineTo(left, top);
        if (last - first < 2) addPoint(fill, left, top, radius);
      }
    }
    return { stroke, fill, flags: 0 };
  };
}

/** A filled band between its two edges, with its upper edge as a hairline. A single period is as wide as one. */
export function areaPaths(band: BandSource, periodMs: () => number): uPlot.Series.PathBuilder {
  return (plot, _series, from, to) => {
    const edges = band();
    if (edges === undefined) return null;
    const { timeOf, x, y } = placesOf(plot);
    const stroke = new Path2D();
    const fill = new Path2D();
    for (const [first, last] of runsOf(edges, from, to)) {
      if (first === last) {
        const half = periodMs() / 4;
        const [left, right] = [x(timeOf(first) - half), x(timeOf(first) + half)];
        const [top, base] = [y(edges.top[first] as number), y(edges.base[first] as number)];
        fill.rect(left, Math.min(top, base), right - left, Math.abs(base - top));
        continue;
      }
      fill.moveTo(x(timeOf(first)), y(edges.top[first] as number));
      stroke.moveTo(x(timeOf(first)), y(edges.top[first] as number));
      for (let at = first + 1; at <= last; at++) {
        fill.lineTo(x(timeOf(at)), y(edges.top[at] as number));
        stroke.lineTo(x(timeOf(at)), y(edges.top[at] as number));
      }
      for (let at = last; at >= first; at--) fill.lineTo(x(timeOf(at)), y(edges.base[at] as number));
      fill.closePath();
    }
    return { stroke, fill, flags: 0 };
  };
}

/** Share of a period that its bar fills. */
export const barShare = 0.72;

/** A bar a period, in its middle, from lower to upper edge. */
export function barPaths(band: BandSource, periodMs: () => number): uPlot.Series.PathBuilder {
  return (plot, _series, from, to) => {
    const edges = band();
    if (edges === undefined) return null;
    const { timeOf, x, y } = placesOf(plot);
    const fill = new Path2D();
    const margin = ((1 - barShare) / 2) * periodMs();
    for (let at = from; at <= to; at++) {
      const [top, base] = [edges.top[at] ?? null, edges.base[at] ?? null];
      if (top === null || base === null || top === base) continue;
      const left = Math.round(x(timeOf(at) + margin));
      const right = Math.max(Math.round(x(timeOf(at) + periodMs() - margin)), left + 1);
      const [high, low] = [Math.min(y(top), y(base)), Math.max(y(top), y(base))];
      fill.rect(left, high, right - left, low - high);
    }
    return { stroke: null, fill, flags: 0 };
  };
}

/** A stroke over each period at its value, for a line beside bars. */
export function stepPaths(band: BandSource, periodMs: () => number): uPlot.Series.PathBuilder {
  return (plot, _series, from, to) => {
    const edges = band();
    if (edges === undefined) return null;
    const { timeOf, x, y } = placesOf(plot);
    const stroke = new Path2D();
    for (let at = from; at <= to; at++) {
      const value = edges.top[at] ?? null;
      if (value === null) continue;
      stroke.moveTo(x(timeOf(at)), y(value));
      stroke.lineTo(x(timeOf(at) + periodMs()), y(value));
    }
    return { stroke, fill: null, flags: 0 };
  };
}
