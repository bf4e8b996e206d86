import { parseAddress, parseAddressRange } from './address';
import type { Problem } from './problem';

/** What a line of the user's own list names: an address, a range, an account number or any other exact value; and its name. */
export type NameEntry = [value: string, name: string];

/** More names are not kept. */
export const mostNames = 200_000;

/** Bytes of a file with names at most. */
export const mostNamesBytes = 32 * 1024 * 1024;

/** The names of a workspace, as they were read from a file. */
export type Names = {
  /** The file's own name. */
  label: string;
  entries: NameEntry[];
  /** Lines that were left out; the first of them are in `problems`. */
  skipped: number;
  problems: Problem[];
};

/** The name of a value, null where it has none. */
export type NameFinder = (value: string) => string | null;

/** `length`: addresses of the whole range, less one. */
type Named = { name: string; length: bigint };

/** Parts of ranges that have a power of two of addresses, as networks do, by what stands before the last `hostBits`. */
type BlockSize = { version: 4 | 6; hostBits: bigint; blocks: Map<bigint, Named> };

/** A value with its name behind it, where it has one: `10.0.0.1 (web-1)`. */
export function withName(value: string, nameOf: NameFinder): string {
  const name = nameOf(value);
  return name === null ? value : `${value} (${name})`;
}

/** A span of addresses, both ends inclusive. */
export type NamedRange = { version: 4 | 6; first: bigint; last: bigint };

/** Reads an address, a network (`10.0.0.0/8`) or a span (`10.0.0.1-10.0.0.9`). @returns null where the text is none */
export function readNamedRange(text: string): NamedRange | null {
  const network = parseAddressRange(text);
  if (network !== null) {
    return { version: network.version, first: BigInt(`0x${network.first}`), last: BigInt(`0x${network.last}`) };
  }
  const [, from = '', to = ''] = /^([^-\s]+)\s*-\s*([^-\s]+)$/.exec(text) ?? [];
  const [first, last] = [parseAddress(from), parseAddress(to)];
  if (first === null || last === null || first.version !== last.version || first.hex > last.hex) return null;
  return { version: first.version, first: BigInt(`0x${first.hex}`), last: BigInt(`0x${last.hex}`) };
}

/** Values that are looked up again and again: rows, legend, search. */
const mostKept = 50_000;

/**
 * Finds names. A value that is listed itself has that name; otherwise an address, also one with a port, or a network has the
 * name of the narrowest range that all of it lies in. A lookup takes the same time however many names there are.
 */
export class NameIndex {
  readonly #exact = new Map<string, string>();
  readonly #sizes: BlockSize[] = [];
  readonly #known = new Map<string, string | null>();

  /** Adds entries. Of two names for the same range, the first counts. */
  add(entries: readonly NameEntry[]): void {
    this.#known.clear();
    for (const [value, name] of entries) {
      if (!this.#exact.has(value)) this.#exact.set(value, name);
      const range = isNoAddress(value) ? null : readNamedRange(value);
      if (range !== null) this.#addRange(range, name);
    }
  }

  /** @returns null for a value that has no name */
  find(value: string): string | null {
    const before = this.#known.get(value);
    if (before !== undefined) return before;
    const found = this.#exact.get(value) ?? this.#findRange(value);
    if (this.#known.size >= mostKept) this.#known.clear();
    this.#known.set(value, found);
    return found;
  }

  #addRange(range: NamedRange, name: string): void {
    const length = range.last - range.first;
    for (const { hostBits, network } of splitRange(range)) {
      const { blocks } = this.#sizeOf(range.version, hostBits);
      const known = blocks.get(network);
      if (known === undefined || length < known.length) blocks.set(network, { name, length });
    }
  }

  #sizeOf(version: 4 | 6, hostBits: bigint): BlockSize {
    const known = this.#sizes.find((size) => size.hostBits === hostBits && size.version === version);
    if (known !== undefined) return known;
    const size: BlockSize = { version, hostBits, blocks: new Map() };
    this.#sizes.push(size);
    return size;
  }

  #findRange(value: string): string | null {
    const range = isNoAddress(value) ? null : readNamedRange(withoutPort(value));
    if (range === null) return null;
    let best: Named | null = null;
    for (const { version, hostBits, blocks } of this.#sizes) {
      if (version !== range.version) continue;
      const network = range.first >> hostBits;
      const found = network === range.last >> hostBits ? blocks.get(network) : undefined;
      if (found !== undefined && (best === null || found.length < best.length)) best = found;
    }
    return best?.name ?? null;
  }
}

/** A function that finds the names of some entries. */
export function createNameFinder(entries: readonly NameEntry[]): NameFinder {
  const index = new NameIndex();
  index.add(entries);
  return (value) => index.find(value);
}

/** Most values are none. */
function isNoAddress(value: string): boolean {
  return !value.includes('.') && !value.includes(':');
}

/** A port of IPv6 is told from a group by brackets alone. */
function withoutPort(value: string): string {
  const [, inBrackets, version4] = /^(?:\[([^\]]*)\]|([0-9.]+))(?::[0-9]{1,5})?$/.exec(value) ?? [];
  return inBrackets ?? version4 ?? value;
}

/** The fewest blocks that make up a range: each as large as its start and the rest allow. */
function splitRange({ first, last }: NamedRange): { network: bigint; hostBits: bigint }[] {
  const blocks: { network: bigint; hostBits: bigint }[] = [];
  for (let start = first; start <= last; ) {
    let length = 1n;
    let hostBits = 0n;
    while ((start & length) === 0n && start + 2n * length - 1n <= last) {
      length *= 2n;
      hostBits += 1n;
    }
    blocks.push({ network: start >> hostBits, hostBits });
    start += length;
  }
  return blocks;
}
