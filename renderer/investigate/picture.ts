import { formatTick, formatZone, type Zone } from '../../shared/format';
import type { Band } from '../charts/stack';
import { timeTicks } from '../charts/ticks';
import type { Span } from '../report/time-range';

/** A chart as a picture to hand on: shapes and texts, of which an SVG is written or a canvas is drawn. */

export type PictureSeries = {
  label: string;
  band: Band;
  kind: 'line' | 'area' | 'bar';
  colour: string;
  /** Of the filled area, 0 to 1. */
  alpha: number;
  dash: readonly number[];
};

export type PictureChart = {
  title: string;
  /** Time range and what else belongs to it. */
  subtitle: string;
  unit: string;
  times: readonly number[];
  periodMs: number;
  xMin: number;
  xMax: number;
  yTicks: readonly number[];
  gaps: readonly Span[];
  series: readonly PictureSeries[];
  zone: Zone;
  colours: { surface: string; text: string; muted: string; grid: string; axis: string };
  /** A value at the axis; by its digits where it is not given. */
  formatValue?: (value: number, step: number) => string;
};

export type Shape =
  | { kind: 'path'; d: string; fill: string | null; stroke: string | null; width: number; alpha: number; dash: string }
  | { kind: 'text'; x: number; y: number; text: string; size: number; weight: number; fill: string; end: boolean };

export type Picture = { width: number; height: number; surface: string; shapes: Shape[] };

const width = 1200;
const height = 450;
const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif';
const legendWidth = 320;
/** Longest name in the legend. */
const labelMax = 46;
const barShare = 0.72;

/** Lays a chart out on 1200 × 450. */
export function layOutChart(chart: PictureChart): Picture {
  const shapes: Shape[] = [];
  const { colours } = chart;
  const legend = chart.series.length > 1;
  const box = { left: 72, top: 78, right: legend ? width - legendWidth : width - 28, bottom: height - 40 };
  const [low = 0, high = 1] = [chart.yTicks[0], chart.yTicks[chart.yTicks.length - 1]];
  const x = (ms: number) =>
    round(box.left + ((ms - chart.xMin) / (chart.xMax - chart.xMin || 1)) * (box.right - box.left));
  const y = (value: number) => round(box.bottom - ((value - low) / (high - low || 1)) * (box.bottom - box.top));
  const text = (at: { x: number; y: number }, words: string, more: Partial<Extract<Shape, { kind: 'text' }>> = {}) =>
    shapes.push({ kind: 'text', ...at, text: words, size: 12, weight: 400, fill: colours.muted, end: false, ...more });
  const line = (d: string, stroke: string) =>
    shapes.push({ kind: 'path', d, fill: null, stroke, width: 1, alpha: 1, dash: '' });

  text({ x: 28, y: 32 }, chart.title, { size: 18, weight: 600, fill: colours.text });
  text({ x: 28, y: 52 }, chart.subtitle, { size: 13 });
  const step = (chart.yTicks[1] ?? 1) - (chart.yTicks[0] ?? 0);
  for (const tick of chart.yTicks) {
    line(`M${box.left} ${y(tick)}H${box.right}`, tick === 0 ? colours.axis : colours.grid);
    text({ x: box.left - 8, y: y(tick) + 4 }, (chart.formatValue ?? formatTick)(tick, step), { end: true });
  }
  text({ x: box.left + 6, y: box.top - 6 }, chart.unit);
  for (const gap of chart.gaps) {
    const [from, to] = [Math.max(x(gap.startMs), box.left), Math.min(x(gap.endMs), box.right)];
    if (to - from < 1) continue;
    shapes.push({
      kind: 'path',
      d: hatch(from, to, box),
      fill: null,
      stroke: colours.axis,
      width: 1,
      alpha: 0.45,
      dash: '',
    });
  }
  for (const series of chart.series) shapes.push(...drawSeries(series, chart, x, y));
  const ticks = timeTicks(chart.xMin, chart.xMax, Math.max(Math.floor((box.right - box.left) / 90), 1), chart.zone);
  for (const tick of ticks) if (x(tick.ms) < box.right - 60) text({ x: x(tick.ms), y: box.bottom + 18 }, tick.label);
  text({ x: box.right, y: box.bottom + 18 }, formatZone(chart.xMax, chart.zone), { end: true });
  if (legend) {
    chart.series.forEach((series, at) => {
      const top = box.top + at * 24;
      if (top > box.bottom - 12) return;
      const swatch = `M${box.right + 24} ${top}h12v12h-12z`;
      shapes.push({ kind: 'path', d: swatch, fill: series.colour, stroke: null, width: 0, alpha: 1, dash: '' });
      text({ x: box.right + 44, y: top + 11 }, cutMiddle(series.label), { fill: colours.text });
    });
  }
  return { width, height, surface: colours.surface, shapes };
}

type Scale = (value: number) => number;

function drawSeries(series: PictureSeries, chart: PictureChart, x: Scale, y: Scale): Shape[] {
  const { base, top } = series.band;
  const at = (index: number) => chart.times[index] ?? 0;
  if (series.kind === 'bar') {
    const margin = ((1 - barShare) / 2) * chart.periodMs;
    let d = '';
    top.forEach((value, index) => {
      const from = base[index] ?? 0;
      if (value === null || value === from) return;
      const [left, right] = [x(at(index) + margin), x(at(index) + chart.periodMs - margin)];
      d += `M${left} ${y(from)}V${y(value)}H${Math.max(right, left + 1)}V${y(from)}Z`;
    });
    return [{ kind: 'path', d, fill: series.colour, stroke: null, width: 0, alpha: series.alpha, dash: '' }];
  }
  const shapes: Shape[] = [];
  for (const [first, last] of runsOf(top)) {
    const edge: string[] = [];
    for (let index = first; index <= last; index++) edge.push(`${x(at(index))} ${y(top[index] ?? 0)}`);
    // A value alone would be a line of no length.
    if (first === last) edge.push(`${x(at(first) + chart.periodMs / 4)} ${y(top[first] ?? 0)}`);
    if (series.kind === 'area') {
      const back: string[] = [];
      for (let index = last; index >= first; index--) back.push(`${x(at(index))} ${y(base[index] ?? 0)}`);
      const d = `M${edge.join('L')}L${back.join('L')}Z`;
      shapes.push({ kind: 'path', d, fill: series.colour, stroke: null, width: 0, alpha: series.alpha, dash: '' });
    }
    const dash = series.dash.join(' ');
    shapes.push({
      kind: 'path',
      d: `M${edge.join('L')}`,
      fill: null,
      stroke: series.colour,
      width: 1.5,
      alpha: 1,
      dash,
    });
  }
  return shapes;
}

function* runsOf(values: Band['top']): Generator<[number, number]> {
  let start = -1;
  for (let at = 0; at <= values.length; at++) {
    const has = (values[at] ?? null) !== null;
    if (has && start < 0) start = at;
    if (!has && start >= 0) {
      yield [start, at - 1];
      start = -1;
    }
  }
}

function hatch(from: number, to: number, { top, bottom }: { top: number; bottom: number }): string {
  const size = bottom - top;
  let d = '';
  for (let start = Math.floor((from - size) / 9) * 9; start < to; start += 9) {
    const [left, right] = [Math.max(start, from), Math.min(start + size, to)];
    if (right > left)
      d += `M${round(left)} ${round(bottom - (left - start))}L${round(right)} ${round(bottom - (right - start))}`;
  }
  return d;
}

function cutMiddle(text: string): string {
  if (text.length <= labelMax) return text;
  return `${text.slice(0, labelMax / 2)}…${text.slice(1 - labelMax / 2)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The picture as SVG. Texts stay texts, whatever markup they hold. */
export function printSvg({ width, height, surface, shapes }: Picture): string {
  const drawn = shapes.map((shape) => {
    if (shape.kind === 'text') {
      const { x, y, size, weight, fill, end } = shape;
      return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${escapeXml(fill)}"${end ? ' text-anchor="end"' : ''}>${escapeXml(shape.text)}</text>`;
    }
    const stroke = shape.stroke === null ? '' : ` stroke="${escapeXml(shape.stroke)}" stroke-width="${shape.width}"`;
    const dash = shape.dash === '' ? '' : ` stroke-dasharray="${shape.dash}"`;
    const fill = shape.fill === null ? 'none' : escapeXml(shape.fill);
    return `<path d="${shape.d}" fill="${fill}"${stroke}${dash}${shape.alpha === 1 ? '' : ` opacity="${shape.alpha}"`}/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escapeXml(fontFamily)}">
<rect width="${width}" height="${height}" fill="${escapeXml(surface)}"/>
${drawn.join('\n')}
</svg>
`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeXml(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => entities[character] ?? character)
      // XML knows no control characters, not even escaped, and no halves of surrogate pairs.
      .replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
  );
}

/** Draws the picture; the canvas has its size times `scale`. */
export function drawPicture(context: CanvasRenderingContext2D, picture: Picture, scale: number): void {
  context.scale(scale, scale);
  context.fillStyle = picture.surface;
  context.fillRect(0, 0, picture.width, picture.height);
  for (const shape of picture.shapes) {
    if (shape.kind === 'text') {
      context.font = `${shape.weight} ${shape.size}px ${fontFamily}`;
      context.fillStyle = shape.fill;
      context.textAlign = shape.end ? 'right' : 'left';
      context.fillText(shape.text, shape.x, shape.y);
      continue;
    }
    const path = new Path2D(shape.d);
    context.globalAlpha = shape.alpha;
    if (shape.fill !== null) {
      context.fillStyle = shape.fill;
      context.fill(path);
    }
    if (shape.stroke !== null) {
      context.strokeStyle = shape.stroke;
      context.lineWidth = shape.width;
      context.setLineDash(shape.dash === '' ? [] : shape.dash.split(' ').map(Number));
      context.stroke(path);
    }
    context.globalAlpha = 1;
  }
}

/** The picture as PNG, twice its size. */
export async function printPng(picture: Picture): Promise<Uint8Array> {
  const canvas = document.createElement('canvas');
  canvas.width = picture.width * 2;
  canvas.height = picture.height * 2;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('There is no canvas to draw on.');
  drawPicture(context, picture, 2);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('The picture could not be made.');
  return new Uint8Array(await blob.arrayBuffer());
}
