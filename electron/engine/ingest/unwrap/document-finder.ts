import { JsonScanner } from './json-scanner';
import type { Ending, ScanState } from './types';

/** Documents larger than this are not held whole. */
export const maxDocumentBytes = 64 * 1024 * 1024;

/** What comes next in a text of JSON documents; `start` and `end` are offsets in the bytes that were searched. */
export type Found =
  | { kind: 'document'; start: number; end: number }
  /** What starts here is no JSON. */
  | { kind: 'malformed'; start: number }
  /** The bytes end in the document that starts here. */
  | { kind: 'unfinished'; start: number }
  /** An object or array larger than the limit; `scan` is the scanner's state at `end`. */
  | { kind: 'too-large'; start: number; end: number; scan: ScanState }
  | { kind: 'nothing' };

/** Finds the JSON values that stand one after another, with white space and commas or nothing between them. */
export class DocumentFinder {
  readonly #limit: number;
  readonly #scanner = new JsonScanner();
  /** The document that the last bytes ended in, and how far it was scanned; positions in the file. */
  #unfinished = { start: -1, scanned: 0 };
  /**
   * The last failure: where it was seen, and the objects and arrays that were open there. A search that starts at one of
   * them must fail likewise; to know that keeps the time linear where every line opens what is never closed.
   */
  #failure = { at: -1, open: new Set<number>() };

  /** @param limit largest size of a document in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Where the member of the document found last ends whose value, an object or array, starts at `start`; undefined where that
   * is not known. Offsets in bytes that start at position `base` of the file.
   */
  memberEnd(start: number, base: number): number | undefined {
    const end = this.#scanner.memberEnds.get(base + start);
    return end === undefined ? undefined : end - base;
  }

  /** Looks for the next document from `from` on. @param base position of `bytes[0]` in the file */
  find(bytes: Buffer, base: number, from: number, ending: Ending): Found {
    const start = skipBetweenDocuments(bytes, from);
    if (start === bytes.length) return { kind: 'nothing' };
    if (this.#failure.open.has(base + start)) return { kind: 'malformed', start };

    let scanFrom = start;
    if (this.#unfinished.start === base + start) scanFrom = this.#unfinished.scanned - base;
    else this.#scanner.begin();
    this.#unfinished.start = -1;

    const scanEnd = Math.min(bytes.length, start + this.#limit);
    const result = this.#scanner.scan(bytes, scanFrom, scanEnd, base);
    if (result === 'done') return { kind: 'document', start, end: this.#scanner.at };
    if (result === 'more') {
      if (scanEnd === start + this.#limit) {
        const scan = this.#scanner.save();
        return scan.containers === '' ? { kind: 'malformed', start } : { kind: 'too-large', start, end: scanEnd, scan };
      }
      if (ending !== 'final') {
        this.#unfinished = { start: base + start, scanned: base + scanEnd };
        return { kind: 'unfinished', start };
      }
      if (this.#scanner.finish(base)) return { kind: 'document', start, end: this.#scanner.at };
    }
    const at = base + this.#scanner.at;
    if (at >= this.#failure.at) this.#failure = { at, open: new Set(this.#scanner.openStarts()) };
    return { kind: 'malformed', start };
  }
}

/** Offset of the first byte from `start` on that is neither white space nor a comma; the length where there is none. */
export function skipBetweenDocuments(bytes: Buffer, start: number): number {
  let i = start;
  while (i < bytes.length) {
    const byte = bytes[i];
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9 && byte !== 44) return i;
    i++;
  }
  return i;
}
