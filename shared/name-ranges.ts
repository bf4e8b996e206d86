/** An address as a number. Of one version all are numbers, or all are bigints: what is compared is never mixed. */
type Place = number | bigint;

/** `length`: addresses of the range, less one. Both ends are inclusive. */
export type RangeName = { name: string; first: Place; last: Place; length: Place };

/** A binary tree over the sorted ranges: node 1 is the root, those below node n are 2n and 2n + 1, the leaves come last. */
type Tree = {
  ranges: readonly RangeName[];
  /** A power of two. */
  leaves: number;
  /** The last address of the ranges below each node, and the length of the shortest. */
  lasts: readonly Place[];
  shortest: readonly Place[];
};

/** Ranges that may lie in one another or overlap, sorted by their start. */
export class NameRanges {
  readonly #ranges: RangeName[] = [];
  #tree: Tree | null = null;

  add(range: RangeName): void {
    this.#ranges.push(range);
    this.#tree = null;
  }

  /** The name of the shortest range that all of another lies in; of the same range, the one added first. */
  find(first: Place, last: Place): string | null {
    this.#tree ??= buildTree(this.#ranges);
    const { ranges, leaves, lasts, shortest } = this.#tree;
    const count = countFrom(ranges, first);
    let best: RangeName | null = null;
    // Below a node that reaches far enough, and has a range that is shorter than the best. Near ones first: they are short.
    const waiting: [node: number, start: number, size: number][] = [[1, 0, leaves]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, start, size] = next;
      if (start >= count || (lasts[node] ?? -1) < last) continue;
      if (best !== null && (shortest[node] ?? 0) >= best.length) continue;
      if (size === 1) best = ranges[start] ?? best;
      else waiting.push([2 * node, start, size / 2], [2 * node + 1, start + size / 2, size / 2]);
    }
    return best?.name ?? null;
  }
}

function buildTree(added: readonly RangeName[]): Tree {
  // Of the same range the first comes last, where a search begins: a sort keeps the order of those that are alike.
  const ranges = [...added].reverse().sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  let leaves = 1;
  while (leaves < ranges.length) leaves *= 2;
  const lasts: Place[] = new Array<Place>(2 * leaves).fill(-1);
  const shortest: Place[] = new Array<Place>(2 * leaves).fill(Number.POSITIVE_INFINITY);
  for (const [at, { last, length }] of ranges.entries()) {
    lasts[leaves + at] = last;
    shortest[leaves + at] = length;
  }
  for (let node = leaves - 1; node > 0; node--) {
    const [left, right] = [2 * node, 2 * node + 1];
    const [leftLast = -1, rightLast = -1] = [lasts[left], lasts[right]];
    const [leftShortest = 0, rightShortest = 0] = [shortest[left], shortest[right]];
    lasts[node] = leftLast > rightLast ? leftLast : rightLast;
    shortest[node] = leftShortest < rightShortest ? leftShortest : rightShortest;
  }
  return { ranges, leaves, lasts, shortest };
}

/** How many of the sorted ranges start at an address or before it. */
function countFrom(ranges: readonly RangeName[], place: Place): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle];
    if (range !== undefined && range.first <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
