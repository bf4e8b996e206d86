/**
 * The hash that zstd puts behind a frame: XXH64 with seed 0. Its arithmetic has 64 bits, and BigInt is too slow for it: each
 * number is a pair of 32-bit halves.
 */
export class Xxh64 {
  readonly #lanes = new Int32Array(8);
  readonly #pending = new Uint8Array(32);
  #held = 0;
  #total = 0;

  constructor() {
    add(this.#lanes, 0, P1H, P1L, P2H, P2L);
    add(this.#lanes, 2, P2H, P2L, 0, 0);
    add(this.#lanes, 4, 0, 0, 0, 0);
    add(this.#lanes, 6, ~P1H, ~P1L, 0, 1);
  }

  /** Takes the next bytes. */
  update(bytes: Uint8Array): void {
    this.#total += bytes.length;
    let at = 0;
    if (this.#held > 0) {
      const wanted = Math.min(32 - this.#held, bytes.length);
      this.#pending.set(bytes.subarray(0, wanted), this.#held);
      this.#held += wanted;
      at = wanted;
      if (this.#held < 32) return;
      this.#mix(this.#pending, 0);
      this.#held = 0;
    }
    for (; at + 32 <= bytes.length; at += 32) this.#mix(bytes, at);
    this.#pending.set(bytes.subarray(at));
    this.#held = bytes.length - at;
  }

  /** The lower 32 bits of the hash of all bytes so far. */
  low32(): number {
    const lanes = this.#lanes;
    const hash = new Int32Array(2);
    if (this.#total >= 32) {
      const turns = [1, 7, 12, 18];
      for (let lane = 0; lane < 4; lane++) {
        const turned = Int32Array.of(lanes[lane * 2] as number, lanes[lane * 2 + 1] as number);
        rotate(turned, turns[lane] as number);
        add(hash, 0, hash[0] as number, hash[1] as number, turned[0] as number, turned[1] as number);
      }
      for (let lane = 0; lane < 4; lane++) {
        const round = new Int32Array(2);
        mixLane(round, 0, lanes[lane * 2] as number, lanes[lane * 2 + 1] as number);
        xor(hash, round);
        multiply(hash, 0, hash[0] as number, hash[1] as number, P1H, P1L);
        add(hash, 0, hash[0] as number, hash[1] as number, P4H, P4L);
      }
    } else add(hash, 0, P5H, P5L, 0, 0);
    add(hash, 0, hash[0] as number, hash[1] as number, Math.floor(this.#total / 0x1_0000_0000), this.#total | 0);
    this.#finish(hash);
    return (hash[1] as number) >>> 0;
  }

  #finish(hash: Int32Array): void {
    const bytes = this.#pending;
    const end = this.#held;
    let at = 0;
    const round = new Int32Array(2);
    for (; at + 8 <= end; at += 8) {
      round.fill(0);
      mixLane(round, 0, read32(bytes, at + 4), read32(bytes, at));
      xor(hash, round);
      rotate(hash, 27);
      multiply(hash, 0, hash[0] as number, hash[1] as number, P1H, P1L);
      add(hash, 0, hash[0] as number, hash[1] as number, P4H, P4L);
    }
    if (at + 4 <= end) {
      multiply(round, 0, 0, read32(bytes, at), P1H, P1L);
      xor(hash, round);
      rotate(hash, 23);
      multiply(hash, 0, hash[0] as number, hash[1] as number, P2H, P2L);
      add(hash, 0, hash[0] as number, hash[1] as number, P3H, P3L);
      at += 4;
    }
    for (; at < end; at++) {
      multiply(round, 0, 0, bytes[at] as number, P5H, P5L);
      xor(hash, round);
      rotate(hash, 11);
      multiply(hash, 0, hash[0] as number, hash[1] as number, P1H, P1L);
    }
    for (const [shift, high, low] of [
      [33, P2H, P2L],
      [29, P3H, P3L],
      [32, 0, 1],
    ] as const) {
      const [h, l] = [hash[0] as number, hash[1] as number];
      // x ^= x >>> shift
      if (shift >= 32) hash[1] = l ^ (h >>> (shift - 32));
      else {
        hash[0] = h ^ (h >>> shift);
        hash[1] = l ^ ((l >>> shift) | (h << (32 - shift)));
      }
      multiply(hash, 0, hash[0] as number, hash[1] as number, high, low);
    }
  }

  #mix(bytes: Uint8Array, at: number): void {
    const lanes = this.#lanes;
    mixLane(lanes, 0, read32(bytes, at + 4), read32(bytes, at));
    mixLane(lanes, 2, read32(bytes, at + 12), read32(bytes, at + 8));
    mixLane(lanes, 4, read32(bytes, at + 20), read32(bytes, at + 16));
    mixLane(lanes, 6, read32(bytes, at + 28), read32(bytes, at + 24));
  }
}

const [P1H, P1L] = [0x9e3779b1 | 0, 0x85ebca87 | 0];
const [P2H, P2L] = [0xc2b2ae3d | 0, 0x27d4eb4f | 0];
const [P3H, P3L] = [0x165667b1 | 0, 0x9e3779f9 | 0];
const [P4H, P4L] = [0x85ebca77 | 0, 0xc2b2ae63 | 0];
const [P5H, P5L] = [0x27d4eb2f | 0, 0x165667c5 | 0];

function read32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** target = a + b. The high half of each number stands before the low one. */
function add(target: Int32Array, at: number, ah: number, al: number, bh: number, bl: number): void {
  const low = (al >>> 0) + (bl >>> 0);
  target[at] = ah + bh + (low > 0xffffffff ? 1 : 0);
  target[at + 1] = low;
}

/** target = a × b, of which 64 bits are kept. */
function multiply(target: Int32Array, at: number, ah: number, al: number, bh: number, bl: number): void {
  const [a0, a1] = [al & 0xffff, al >>> 16];
  const [b0, b1] = [bl & 0xffff, bl >>> 16];
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16);
  const carried = a0 * b1 + (middle & 0xffff);
  const high = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(carried / 0x10000);
  target[at] = high + Math.imul(ah, bl) + Math.imul(al, bh);
  target[at + 1] = (carried << 16) | (low & 0xffff);
}

/** lane = rotate(lane + value × P2, 31) × P1 */
function mixLane(lanes: Int32Array, at: number, vh: number, vl: number): void {
  const [lh, ll] = [lanes[at] as number, lanes[at + 1] as number];
  multiply(lanes, at, vh, vl, P2H, P2L);
  add(lanes, at, lanes[at] as number, lanes[at + 1] as number, lh, ll);
  const [h, l] = [lanes[at] as number, lanes[at + 1] as number];
  multiply(lanes, at, (h << 31) | (l >>> 1), (l << 31) | (h >>> 1), P1H, P1L);
}

function rotate(value: Int32Array, bits: number): void {
  const [h, l] = [value[0] as number, value[1] as number];
  value[0] = (h << bits) | (l >>> (32 - bits));
  value[1] = (l << bits) | (h >>> (32 - bits));
}

function xor(value: Int32Array, other: Int32Array): void {
  value[0] = (value[0] as number) ^ (other[0] as number);
  value[1] = (value[1] as number) ^ (other[1] as number);
}
