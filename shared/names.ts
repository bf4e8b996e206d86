import { type AddressRange, parseAddress, parseAddressRange, parseVersion4 } from './address';
import { NameRanges } from './name-ranges';
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

/** A value with its name behind it, where it has one: `10.0.0.1 (web-1)`. */
export function withName(value: string, nameOf: NameFinder): string {
  const name = nameOf(value);
  return name === null ? value : `${value} (${name})`;
}

/**
 * A span of addresses, both ends inclusive; `length`: how many there are, less one. Those of version 4 are numbers, which
 * take a fraction of the time, those of version 6 bigints.
 */
export type NamedRange = { version: 4 | 6; first: number | bigint; last: number | bigint; length: number | bigint };

/** Reads an address, a network (`10.0.0.0/8`) or a span (`10.0.0.1-10.0.0.9`). @returns null where the text is none */
export function readNamedRange(text: string): NamedRange | null {
  const address = parseVersion4(text);
  if (address !== null) return { version: 4, first: address, last: address, length: 0 };
  const dash = text.indexOf('-');
  if (dash === -1) {
    const network = parseAddressRange(text);
    return network === null ? null : toRange(network);
  }
  const [from, to] = [text.slice(0, dash).trimEnd(), text.slice(dash + 1).trimStart()];
  const [low, high] = [parseVersion4(from), parseVersion4(to)];
  if (low !== null && high !== null) {
    return low <= high ? { version: 4, first: low, last: high, length: high - low } : null;
  }
  const [first, last] = [parseAddress(from), parseAddress(to)];
  if (first === null || last === null || first.version !== last.version || first.hex > last.hex) return null;
  return toRange({ version: first.version, first: first.hex, last: last.hex });
}

function toRange(range: AddressRange): NamedRange {
  const [first, last] = [BigInt(`0x${range.first}`), BigInt(`0x${range.last}`)];
  if (range.version === 6) return { version: 6, first, last, length: last - first };
  return { version: 4, first: Number(first), last: Number(last), length: Number(last - first) };
}

/** Values that are looked up again and again: rows, legend, search. */
const mostKept = 50_000;

/**
 * Finds names. A value that is listed itself has that name; otherwise an address, also one with a port, or a network has the
 * name of the narrowest range that all of it lies in. The first lookup after names were added sorts their ranges.
 */
export class NameIndex {
  readonly #exact = new Map<string, string>();
  readonly #ranges = { 4: new NameRanges(), 6: new NameRanges() };
  readonly #known = new Map<string, string | null>();

  /** Adds entries. Of two names for the same range, the first counts. */
  add(entries: readonly NameEntry[]): void {
    this.#known.clear();
    for (const [value, name] of entries) {
      if (!this.#exact.has(value)) this.#exact.set(value, name);
      const range = isNoAddress(value) ? null : readNamedRange(value);
      if (range === null) continue;
      const { version, first, last, length } = range;
      this.#ranges[version].add({ name, first, last, length });
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

  #findRange(value: string): string | null {
    const range = isNoAddress(value) ? null : readNamedRange(withoutPort(value));
    return range === null ? null : this.#ranges[range.version].find(range.first, range.last);
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
