import { binStart, type Spread } from '../../shared/explore';
import { valueTicks } from '../charts/ticks';

/** Bars of a distribution, side by side on the scale. `these` and `all` are shares of the highest bar of each, 0 to 1. */
export type SpreadBars = {
  bars: { from: number; to: number; events: number; these: number; all: number }[];
  /** The first bar holds the number 0, which a logarithmic scale has no place for. */
  hasZero: boolean;
};

/** At most so many bars. */
const barsMax = 30;

/**
 * Brings a spread, and that of all events where there is one, to few bars on one scale.
 * @param all of the same field; ignored where it has another scale
 */
export function makeBars(spread: Spread, all: Spread | null): SpreadBars {
  const ground = all !== null && isSameScale(spread, all) ? all : null;
  const spreads = ground === null ? [spread] : [spread, ground];
  const bins = spreads.flatMap((one) => one.bins);
  const hasZero = spreads.some((one) => one.zeros > 0);
  const first = bins.reduce((least, bin) => Math.min(least, bin), Number.POSITIVE_INFINITY);
  const last = bins.reduce((most, bin) => Math.max(most, bin), Number.NEGATIVE_INFINITY);
  const step = bins.length === 0 ? 1 : chooseStep(first, last);
  const start = Math.floor(first / step);
  const count = bins.length === 0 ? 0 : Math.floor(last / step) - start + 1;
  const fill = (one: Spread | null) => {
    const events = new Array<number>(count).fill(0);
    one?.bins.forEach((bin, at) => {
      const index = Math.floor(bin / step) - start;
      events[index] = (events[index] ?? 0) + (one.events[at] ?? 0);
    });
    return hasZero ? [one?.zeros ?? 0, ...events] : events;
  };
  const [these, behind] = [fill(spread), fill(ground)];
  const [theseMost, allMost] = [Math.max(...these, 1), Math.max(...behind, 1)];
  return {
    hasZero,
    bars: these.map((events, index) => {
      const bin = start + index - (hasZero ? 1 : 0);
      const isZero = hasZero && index === 0;
      return {
        from: isZero ? 0 : binStart(spread.scale, bin * step),
        to: isZero ? 0 : binStart(spread.scale, (bin + 1) * step),
        events,
        these: events / theseMost,
        all: (behind[index] ?? 0) / allMost,
      };
    }),
  };
}

/** Bins to a bar: a power of two, so that bars begin at doublings. */
function chooseStep(first: number, last: number): number {
  let step = 1;
  while (Math.floor(last / step) - Math.floor(first / step) + 1 > barsMax) step *= 2;
  return step;
}

function isSameScale({ scale: a }: Spread, { scale: b }: Spread): boolean {
  if (a.kind === 'linear' && b.kind === 'linear') return a.width === b.width;
  return a.kind === b.kind;
}

/** Round numbers for the scale of some bars, each with its place: 0 is the left end, 1 the right. */
export function listTicks(
  shown: SpreadBars,
  scale: Spread['scale'],
  countMax: number,
): { value: number; place: number }[] {
  const [first] = shown.hasZero ? shown.bars.slice(1) : shown.bars;
  const last = shown.bars[shown.bars.length - 1];
  if (first === undefined || last === undefined) return [];
  const isInside = (value: number) => value >= first.from && value <= last.to;
  const powers = scale.kind === 'log' ? listPowers(first.from, last.to, countMax).filter(isInside) : [];
  const values = powers.length > 1 ? powers : valueTicks(first.from, last.to, countMax - 1).filter(isInside);
  return values.map((value) => ({ value, place: placeOf(shown, scale, value) }));
}

/** Powers of ten between two numbers, or with 2 and 5 times them where these are few; every other one where they are many. */
function listPowers(from: number, to: number, countMax: number): number[] {
  const [low, high] = [Math.ceil(Math.log10(from)), Math.floor(Math.log10(to))];
  const decades = high - low + 1;
  if (decades < 3) {
    return Array.from({ length: decades + 2 }, (_, index) => low - 1 + index).flatMap((power) =>
      [1, 2, 5].map((factor) => Number(`${factor}e${power}`)),
    );
  }
  const step = Math.ceil(decades / countMax);
  return Array.from({ length: Math.ceil(decades / step) }, (_, index) => Number(`1e${low + index * step}`));
}

/** Where a number stands across the bars: 0 is their left end, 1 their right. */
export function placeOf({ bars, hasZero }: SpreadBars, scale: Spread['scale'], number: number): number {
  if (bars.length === 0) return 0;
  if (hasZero && number === 0) return 0.5 / bars.length;
  const ends = bars[hasZero ? 1 : 0];
  const last = bars[bars.length - 1];
  if (ends === undefined || last === undefined) return 0;
  const read = (value: number) => (scale.kind === 'log' ? Math.log2(value) : value);
  const share = (read(number) - read(ends.from)) / (read(last.to) - read(ends.from));
  const from = hasZero ? 1 / bars.length : 0;
  return Math.min(Math.max(from + share * (1 - from), 0), 1);
}
