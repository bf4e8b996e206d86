import type { Threshold } from '../../../shared/threshold';
import type { Points } from '../metrics/arithmetic';

/** A stretch: the first and last period in which a threshold is breached, by their places in the grid. */
export type Stretch = { from: number; to: number; worst: number | null };

type Settings = Pick<Threshold, 'comparison' | 'limit' | 'breaching' | 'periods' | 'missing'>;

/** The stretches of time in which at least `breaching` of the last `periods` periods were beyond the limit. */
export function findBreaches(points: Points, settings: Settings): Stretch[] {
  const stretches: Stretch[] = [];
  let current: Stretch | null = null;
  for (const [index, point] of points.entries()) {
    const isBreached = isBreachedAt(points, index, settings, current !== null);
    if (isBreached) {
      current ??= { from: index, to: index, worst: worstOf(points, index, settings) };
      current.to = index;
      current.worst = pickWorse(current.worst, isBeyond(point, settings) ? point : null, settings);
    } else if (current !== null) {
      stretches.push(current);
      current = null;
    }
  }
  return current === null ? stretches : [...stretches, current];
}

function isBreachedAt(points: Points, index: number, settings: Settings, wasBreached: boolean): boolean {
  const { breaching, periods, missing } = settings;
  if (missing === 'ignore' && Number.isNaN(points[index])) return wasBreached;
  let beyond = 0;
  for (let at = Math.max(0, index - periods + 1); at <= index; at++) {
    const point = points[at] ?? Number.NaN;
    if (Number.isNaN(point) ? missing === 'breaching' : isBeyond(point, settings)) beyond += 1;
  }
  return beyond >= breaching;
}

function isBeyond(point: number, { comparison, limit }: Settings): boolean {
  switch (comparison) {
    case '>':
      return point > limit;
    case '>=':
      return point >= limit;
    case '<':
      return point < limit;
    case '<=':
      return point <= limit;
  }
}

/** The worst value of the periods that made it fire. */
function worstOf(points: Points, index: number, settings: Settings): number | null {
  const window = points.slice(Math.max(0, index - settings.periods + 1), index + 1);
  return window
    .filter((point) => isBeyond(point, settings))
    .reduce<number | null>((worst, point) => pickWorse(worst, point, settings), null);
}

function pickWorse(a: number | null, b: number | null, { comparison }: Settings): number | null {
  if (a === null || b === null) return a ?? b;
  return comparison.startsWith('>') ? Math.max(a, b) : Math.min(a, b);
}
