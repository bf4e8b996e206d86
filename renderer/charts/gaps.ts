import type uPlot from 'uplot';
import type { Span } from '../report/time-range';
import type { Palette } from './palette.svelte';

const words = 'No events';
const stripePx = 6;

/** Hatches the spans without events over the height of the plot, and says so where there is room. */
export function drawGaps(plot: uPlot, gaps: readonly Span[], palette: Palette): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  for (const gap of gaps) {
    const left = Math.max(plot.valToPos(gap.startMs, 'x', true), bbox.left);
    const right = Math.min(plot.valToPos(gap.endMs, 'x', true), bbox.left + bbox.width);
    if (right - left < 1) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.strokeStyle = palette.axis;
    ctx.globalAlpha = 0.45;
    ctx.lineWidth = ratio;
    ctx.beginPath();
    const step = stripePx * ratio * Math.SQRT2;
    // Stripes start at multiples of the step, so that they stay where they are when the plot grows.
    const first = Math.floor((left - bbox.height) / step) * step;
    for (let x = first; x < right; x += step) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
    drawWords(ctx, (left + right) / 2, bbox.top + bbox.height / 2, right - left, bbox.height, ratio, palette);
    ctx.restore();
  }
}

function drawWords(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  ratio: number,
  palette: Palette,
): void {
  ctx.font = scaleFont(palette.font, ratio);
  const length = ctx.measureText(words).width + 8 * ratio;
  const thick = 15 * ratio;
  const flat = width > length + 8 * ratio;
  if (!flat && (width < thick || height < length)) return;
  ctx.translate(x, y);
  if (!flat) ctx.rotate(-Math.PI / 2);
  ctx.fillStyle = palette.surface;
  ctx.fillRect(-length / 2, -thick / 2, length, thick);
  ctx.fillStyle = palette.text;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillText(words, 0, 0);
}

/** A CSS font in canvas pixels. */
export function scaleFont(font: string, ratio: number): string {
  return font.replace(/^([\d.]+)px/, (_, size: string) => `${Number(size) * ratio}px`);
}
