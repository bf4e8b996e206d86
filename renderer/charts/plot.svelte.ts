import type { Attachment } from 'svelte/attachments';
import uPlot from 'uplot';

/** Everything but the size, which is the element's own. */
export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/**
 * A uPlot that fills an element. New options build it anew; data and size are pushed to the one that is there.
 * `watch` runs with each new plot and may start effects that live as long as it does.
 */
export function plot(
  options: () => PlotOptions,
  data: () => uPlot.AlignedData,
  watch: (chart: uPlot) => void = () => {},
): Attachment<HTMLElement> {
  return (box) => {
    const chart = new uPlot({ ...options(), ...sizeOf(box) }, [[]], box);
    $effect(() => chart.setData(data()));
    watch(chart);
    const resized = new ResizeObserver(() => chart.setSize(sizeOf(box)));
    resized.observe(box);
    return () => {
      resized.disconnect();
      chart.destroy();
    };
  };
}

function sizeOf(box: HTMLElement): { width: number; height: number } {
  return { width: Math.max(box.clientWidth, 1), height: Math.max(box.clientHeight, 1) };
}
