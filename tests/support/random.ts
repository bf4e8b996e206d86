/** Numbers that a seed determines, so that a failed run can be repeated. */
export type Random = {
  /** A whole number from 0 to before `limit`. */
  below(limit: number): number;
  /** True in `share` of the calls. */
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
};

/** mulberry32. */
export function seedRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (share) => next() < share,
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
  };
}
