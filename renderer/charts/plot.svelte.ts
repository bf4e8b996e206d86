import type { Attachment } from 'svelte/attachments';
import uPlot from 'uplot';

/** Everything but the size, which is the element's own. */
export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/**
 * A uPlot that fills an element. New options build it anew; data and size are pushed to the one that is there.
 * `watch` runs with each new plot and may start effects that live as long as it does. A plot that takes the place of another
 * has the pointer where that had it: a pointer that rests tells nothing by itself.
 */
export function plot(
  options: () => PlotOptions,
  data: () => uPlot.AlignedData,
  watch: (chart: uPlot) => void = () => {},
): Attachment<HTMLElement> {
  let pointer: { left: number; top: number } | null = null;
  return (box) => {
    const chart = new uPlot({ ...options(), ...sizeOf(box) }, [[]], box);
    $effect(() => {
      const values = data();
      // At once, so that the scales are there when the pointer is looked up.
      chart.batch(() => chart.setData(values));
      if (pointer !== null) chart.setCursor(pointer);
      pointer = null;
    });
    watch(chart);
    const resized = new ResizeObserver(() => chart.setSize(sizeOf(box)));
    resized.observe(box);
    return () => {
      resized.disconnect();
      const { left = -1, top = -1 } = chart.cursor;
      pointer = left < 0 ? null : { left, top };
      chart.destroy();
    };
  };
}

function sizeOf(box: HTMLElement): { width: number; height: number } {
  return { width: Math.max(box.clientWidth, 1), height: Math.max(box.clientHeight, 1) };
}
