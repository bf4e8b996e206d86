/**
 * Seeded randomness that gives the same numbers on every machine and Node version: only integer arithmetic,
 * `+ - * /` and tables. No Math.sin, exp, log or pow, whose last digits differ between engines.
 */

/** Creates an independent generator (sfc32) for `label`, so that a change in one part of the logs leaves the other parts alone. */
export function createRandom(/** @type {string} */ label) {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  for (const letter of label) {
    a = Math.imul(a ^ letter.charCodeAt(0), 0x85ebca6b) >>> 0;
    b = (Math.imul(b, 0xc2b2ae35) + a) >>> 0;
    c = (c ^ ((b << 7) | (b >>> 25))) >>> 0;
  }
  for (let i = 0; i < 16; i++) next();
  return { next, integer, chance, pick, text, hex, fromQuantiles, vary, shuffle };

  /** @returns a number in [0, 1) */
  function next() {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  /** @returns a whole number from `low` to `high`, both included */
  function integer(/** @type {number} */ low, /** @type {number} */ high) {
    return low + Math.floor(next() * (high - low + 1));
  }

  function chance(/** @type {number} */ probability) {
    return next() < probability;
  }

  /**
   * @template T
   * @param {readonly T[]} list not empty
   */
  function pick(list) {
    return /** @type {T} */ (list[Math.floor(next() * list.length)]);
  }

  function text(/** @type {string} */ alphabet, /** @type {number} */ length) {
    return Array.from({ length }, () => alphabet.charAt(Math.floor(next() * alphabet.length))).join('');
  }

  function hex(/** @type {number} */ length) {
    return text('0123456789abcdef', length);
  }

  /** Draws from a distribution given by its quantiles at equal steps (0 % … 100 %), straight lines between them. */
  function fromQuantiles(/** @type {readonly number[]} */ quantiles) {
    const position = next() * (quantiles.length - 1);
    const i = Math.floor(position);
    const [low, high] = quantiles.slice(i, i + 2);
    return Number(low) + (Number(high) - Number(low)) * (position - i);
  }

  /** Multiplies by a factor around 1, at most `spread` away, most often near 1. */
  function vary(/** @type {number} */ value, /** @type {number} */ spread) {
    return value * (1 + spread * (next() + next() + next() - 1.5) * (2 / 3));
  }

  /**
   * @template T
   * @param {readonly T[]} list
   */
  function shuffle(list) {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = integer(0, i);
      [out[i], out[j]] = [/** @type {T} */ (out[j]), /** @type {T} */ (out[i])];
    }
    return out;
  }
}

/**
 * Creates a sampler of `[item, weight]` pairs: a function of a number in [0, 1).
 * @template T
 * @param {readonly (readonly [T, number])[]} pairs not empty
 * @returns {(u: number) => T}
 */
export function createSampler(pairs) {
  /** @type {number[]} */
  const ends = [];
  let total = 0;
  for (const [, weight] of pairs) {
    total += weight;
    ends.push(total);
  }
  return (u) => {
    let [low, high] = [0, ends.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Number(ends[middle]) > u * total) high = middle;
      else low = middle + 1;
    }
    return /** @type {readonly [T, number]} */ (pairs[low])[0];
  };
}

/**
 * Weighs items by a Zipf distribution with exponent 1, its head flattened by `offset`.
 * @template T
 * @param {readonly T[]} items
 * @param {number} offset
 * @returns {[T, number][]}
 */
export function zipf(items, offset) {
  return items.map((item, rank) => [item, 1 / (rank + 1 + offset)]);
}
