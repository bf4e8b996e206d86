import { createSubscriber } from 'svelte/reactivity';
import { colourCount } from './colours';

/** The colours and fonts that a canvas needs, as the style sheet gives them at present. */
export type Palette = {
  series: string[];
  other: string;
  otherFill: string;
  surface: string;
  grid: string;
  axis: string;
  text: string;
  line: string;
  sunken: string;
  danger: string;
  font: string;
  fillAlpha: number;
};

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    series: Array.from({ length: colourCount }, (_, at) => read(`--series-${at + 1}`)),
    other: read('--series-other'),
    otherFill: read('--series-other-fill'),
    surface: read('--surface-1'),
    grid: read('--grid'),
    axis: read('--axis'),
    text: read('--text-3'),
    line: read('--text-2'),
    sunken: read('--surface-sunken'),
    danger: read('--danger-mark'),
    font: `${read('--text-xs')} ${getComputedStyle(document.body).fontFamily}`,
    fillAlpha: Number(read('--series-fill-alpha')) || 1,
  };
}

/** Follows the theme: the attribute of the document, and the system's where there is none. */
class PaletteWatch {
  #palette: Palette | null = null;
  readonly #subscribe = createSubscriber((update) => {
    const changed = () => {
      this.#palette = null;
      update();
    };
    const observer = new MutationObserver(changed);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', changed);
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', changed);
      this.#palette = null;
    };
  });

  get current(): Palette {
    this.#subscribe();
    this.#palette ??= readPalette();
    return this.#palette;
  }
}

export const palette = new PaletteWatch();
