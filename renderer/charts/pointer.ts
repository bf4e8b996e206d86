import type uPlot from 'uplot';
import type { Span } from '../report/time-range';
import { crosshairAt, type Drawing, periodAt } from './drawing';

/** What the pointer does in every chart of a report. */
export type PointerSetup = {
  /** Read when the pointer moves. */
  drawing: () => Drawing;
  /** Charts with the same key share the crosshair. */
  syncKey: string;
  /** A span was dragged. */
  select: (span: Span) => void;
  /** Double click. */
  back: () => void;
};

/** Only the crosshair goes from chart to chart, not the drag. */
function isMove(type: string): boolean {
  return type === 'mousemove' || type === 'mouseleave';
}

/** A crosshair that stands on periods, follows in all charts of the key, and drags spans. */
export function pointerCursor({ drawing, syncKey, back }: PointerSetup): uPlot.Cursor {
  return {
    y: false,
    points: { show: false },
    drag: { x: true, y: false, setScale: false, dist: 4 },
    sync: { key: syncKey, setSeries: false, scales: ['x', null], filters: { pub: isMove, sub: isMove } },
    dataIdx: (_plot, _series, closest, ms) => periodAt(drawing(), ms, closest),
    move: (plot, left, top) => snap(plot, left, top, drawing()),
    bind: {
      dblclick: () => () => {
        back();
        return null;
      },
    },
  };
}

/** Puts the crosshair on the period that the tooltip tells of. */
function snap(plot: uPlot, left: number, top: number, drawing: Drawing): [number, number] {
  // While a span is dragged the edge follows the pointer.
  if (left < 0 || plot.select.width > 0) return [left, top];
  const period = periodAt(drawing, plot.posToVal(left, 'x'), plot.posToIdx(left));
  return [plot.valToPos(crosshairAt(drawing, period), 'x'), top];
}

/** Hook for `setSelect`: tells the span that was dragged and takes the mark away. */
export function takeSelection(plot: uPlot, select: (span: Span) => void): void {
  const { left, width } = plot.select;
  if (width <= 0) return;
  const span = { startMs: plot.posToVal(left, 'x'), endMs: plot.posToVal(left + width, 'x') };
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  select(span);
}
