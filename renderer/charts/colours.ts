/** Number of colours; series beyond repeat them. */
export const colourCount = 10;

/**
 * Which colour each contributor has. It gets the lowest free one when it first comes into the top N and keeps it while
 * it stays there, whatever its rank; one that left and comes back gets its old colour if nobody has it now.
 */
export class ColourBook {
  readonly #slots = new Map<string, number>();
  #held = new Set<string>();

  /** Gives every id, in rank order, a slot of its own from 0 on. Call it once for each new report. */
  assign(ids: readonly string[]): Map<string, number> {
    const taken = new Set<number>();
    const given = new Map<string, number>();
    const take = (id: string, slot: number) => {
      taken.add(slot);
      given.set(id, slot);
    };
    const old = (id: string) => this.#slots.get(id);
    for (const id of ids) {
      const slot = old(id);
      if (slot !== undefined && this.#held.has(id)) take(id, slot);
    }
    for (const id of ids) {
      const slot = old(id);
      if (slot !== undefined && !given.has(id) && !taken.has(slot)) take(id, slot);
    }
    let next = 0;
    for (const id of ids) {
      if (given.has(id)) continue;
      while (taken.has(next)) next++;
      take(id, next);
    }
    for (const [id, slot] of given) this.#slots.set(id, slot);
    this.#held = new Set(ids);
    return given;
  }
}

/** Number of the colour token of a slot: `--series-1` to `--series-10`. */
export function colourNumber(slot: number): number {
  return (slot % colourCount) + 1;
}

/** Lines 6 to 10 of each round of colours are dashed. */
export function isDashed(slot: number): boolean {
  return slot % colourCount >= 5;
}
