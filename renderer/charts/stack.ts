import type { Values } from '../report/series';

/** Lower and upper edge of each band, a value a period; null where there is a gap. */
export type Band = { base: Values; top: Values };

/**
 * Lays series on one another in the order given, the first at the bottom. Values below zero go downwards from zero, so
 * that a band never covers another.
 */
export function stackValues(rows: readonly Values[]): Band[] {
  const length = rows[0]?.length ?? 0;
  const above = new Float64Array(length);
  const below = new Float64Array(length);
  return rows.map((row) => {
    const base: Values = new Array(length);
    const top: Values = new Array(length);
    for (let at = 0; at < length; at++) {
      const value = row[at] ?? null;
      if (value === null) {
        base[at] = null;
        top[at] = null;
        continue;
      }
      const edge = value < 0 ? below : above;
      base[at] = edge[at] as number;
      edge[at] = (edge[at] as number) + value;
      top[at] = edge[at] as number;
    }
    return { base, top };
  });
}

/** Each row by itself, from zero. */
export function standAlone(rows: readonly Values[]): Band[] {
  return rows.map((row) => ({ base: row.map((value) => (value === null ? null : 0)), top: row }));
}

/** Smallest and largest edge of all bands; zero is always inside. */
export function bandLimits(bands: readonly Band[]): { min: number; max: number } {
  let min = 0;
  let max = 0;
  for (const { top } of bands) {
    for (const value of top) {
      if (value === null) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return { min, max };
}

/** The band that holds `value` at a period, by index; -1 where none does. */
export function findBand(bands: readonly Band[], period: number, value: number): number {
  return bands.findIndex(({ base, top }) => {
    const [from, to] = [base[period] ?? null, top[period] ?? null];
    if (from === null || to === null || from === to) return false;
    return value >= Math.min(from, to) && value <= Math.max(from, to);
  });
}

/** The band whose upper edge is nearest to `value` at a period and not further than `reach`, by index; else -1. */
export function findNearest(bands: readonly Band[], period: number, value: number, reach: number): number {
  let nearest = -1;
  let distance = reach;
  bands.forEach(({ top }, at) => {
    const edge = top[period] ?? null;
    if (edge === null || Math.abs(edge - value) > distance) return;
    distance = Math.abs(edge - value);
    nearest = at;
  });
  return nearest;
}
