import type { Catalog, FieldEntry, TableEntry } from '../workspace/catalog';
import { lastTokenColumn } from '../workspace/event-tables';
import type { Column, ColumnBlock } from './column-block';
import { DOUBLE, decimal, INTEGER, LONG_INTEGER } from './decimal';
import { isClfShape, timeOfText, timeOfTokens } from './event-time';
import { defaultFlowFields } from './flow-log';
import { readToken } from './line-values';
import type { TimeZone } from './time-zone';

type Slot = { field: FieldEntry; i: Column | null; d: Column | null; t: Column | null };

/** How a token stands in the line. */
const [BARE, QUOTED, BRACKETED] = [0, 1, 2];
const opening = ['', '"', '['];
const closing = ['', '"', ']'];

/** So many tokens' ways to stand fit into a number; a line with more keeps its text, unless they are all bare. */
const maxPatternTokens = 26;

/**
 * Reads events in Common Log Format from their bytes: those whose tokens stand between single blanks, and in which it is
 * plain where each quote and bracket closes. Any other event is for `tokenize`.
 */
export class TokenLineReader {
  readonly #slotsOfBlock = new WeakMap<ColumnBlock, (Slot | undefined)[]>();
  readonly #shapeIdsOfTable = new WeakMap<TableEntry, Map<number, number | null>>();
  readonly #starts = new Int32Array(lastTokenColumn);
  readonly #ends = new Int32Array(lastTokenColumn);
  /** Two bits a token. */
  #pattern = 0;
  #tokens = 0;
  #hasDelimiters = false;
  readonly #lastClf = Buffer.alloc(clfLength);
  #lastClfTime: number | null = null;

  constructor(private readonly catalog: Catalog) {}

  /**
   * Reads an event without its line end.
   * @param bytes UTF-8   @returns false where it is none that this reader takes
   */
  read(bytes: Buffer, start: number, end: number): boolean {
    let tokens = 0;
    let pattern = 0;
    let hasDelimiters = false;
    for (let at = start; ; at++) {
      if (tokens === lastTokenColumn || at >= end) return false;
      const first = bytes[at] as number;
      let from = at;
      let to = at;
      let how = BARE;
      if (first === QUOTE || first === OPENING_BRACKET) {
        how = first === QUOTE ? QUOTED : BRACKETED;
        from = at + 1;
        const closer = first === QUOTE ? QUOTE : CLOSING_BRACKET;
        to = from;
        while (to < end && bytes[to] !== closer) to++;
        if (to === end || (closer === QUOTE && bytes[to - 1] === BACKSLASH && to > from)) return false;
        at = to + 1;
        hasDelimiters = true;
      } else {
        while (isTokenByte[bytes[to] as number] === 1) to++;
        if (to === at || to > end) return false;
        at = to;
      }
      this.#starts[tokens] = from;
      this.#ends[tokens] = to;
      if (tokens < maxPatternTokens) pattern = pattern * 4 + how;
      tokens++;
      if (at === end) break;
      if (bytes[at] !== BLANK) return false;
    }
    this.#tokens = tokens;
    this.#pattern = pattern;
    this.#hasDelimiters = hasDelimiters;
    return true;
  }

  /** Time that the event read last tells, as `timeOfTokens` has it: epoch ms UTC, or null. */
  timeOf(bytes: Buffer, header: readonly string[] | null, zone: TimeZone | null): number | null {
    const tokens = this.#tokens;
    if (header !== null && header.length === tokens) {
      return this.#timeOfField(bytes, header.indexOf('start')) ?? this.#timeOfField(bytes, header.indexOf('end'));
    }
    if (tokens === defaultFlowFields.length && this.#isDefaultFlowRecord(bytes)) {
      return this.#timeOfField(bytes, startField) ?? this.#timeOfField(bytes, endField);
    }
    for (let token = 0; token < tokens; token++) {
      const start = this.#starts[token] as number;
      if ((this.#ends[token] as number) - start !== clfLength || bytes[start + 2] !== SLASH) continue;
      if (this.#lastClf.compare(bytes, start, start + clfLength) === 0) return this.#lastClfTime;
      const text = bytes.toString('latin1', start, start + clfLength);
      if (!isClfShape(text)) continue;
      bytes.copy(this.#lastClf, 0, start, start + clfLength);
      this.#lastClfTime = timeOfText(text);
      return this.#lastClfTime;
    }
    const first = this.#textOf(bytes, 0);
    if (tokens === 1) return timeOfText(first, zone);
    const second = this.#textOf(bytes, 1);
    const time = timeOfText(`${first} ${second}`, zone) ?? timeOfText(first, zone) ?? timeOfText(second, zone);
    if (time !== null || first !== 'tls' || tokens < 4) return time;
    return timeOfTokens([first, second, this.#textOf(bytes, 2), this.#textOf(bytes, 3)], null);
  }

  /** Writes the fields of the event read last, and its text where they don't give it back. The caller ends the row. */
  write(block: ColumnBlock, bytes: Buffer, view: DataView, start: number, end: number): void {
    const { row, table } = block;
    let slots = this.#slotsOfBlock.get(block);
    if (slots === undefined) {
      slots = [];
      this.#slotsOfBlock.set(block, slots);
    }
    for (let token = 0; token < this.#tokens; token++) {
      let slot = slots[token];
      if (slot === undefined) {
        slot = { field: this.catalog.field(table, String(token + 1)), i: null, d: null, t: null };
        slots[token] = slot;
      }
      const from = this.#starts[token] as number;
      const to = this.#ends[token] as number;
      switch (readToken(bytes, from, to)) {
        case INTEGER:
          slot.i ??= block.column(slot.field, 'i');
          slot.i.addInteger(row, decimal.value);
          break;
        case LONG_INTEGER:
          slot.i ??= block.column(slot.field, 'i');
          slot.i.addDigits(row, bytes.toString('latin1', from, to));
          break;
        case DOUBLE:
          slot.d ??= block.column(slot.field, 'd');
          slot.d.addDouble(row, decimal.value);
          break;
        default:
          slot.t ??= block.column(slot.field, 't');
          slot.t.addBytes(row, bytes, view, from, to);
      }
    }
    if (!this.#hasDelimiters) return;
    const shapeId = this.#tokens <= maxPatternTokens ? this.#shapeIdOf(table) : null;
    if (shapeId === null) block.message.addBytes(row, bytes, view, start, end);
    else block.shape.addInteger(row, shapeId);
  }

  #timeOfField(bytes: Buffer, token: number): number | null {
    if (token === -1) return null;
    const from = this.#starts[token] as number;
    const to = this.#ends[token] as number;
    if (to - from === 10 && readToken(bytes, from, to) === INTEGER && decimal.value > 0) return decimal.value * 1000;
    return timeOfText(bytes.toString('utf8', from, to));
  }

  #isDefaultFlowRecord(bytes: Buffer): boolean {
    const start = this.#starts[0] as number;
    if (bytes[start] !== TWO || (this.#ends[0] as number) - start !== 1) return false;
    const last = this.#tokens - 1;
    const status = this.#starts[last] as number;
    const length = (this.#ends[last] as number) - status;
    if (length === 2) return bytes[status] === UPPER_O && bytes[status + 1] === UPPER_K;
    const text = length === 6 || length === 8 ? bytes.toString('latin1', status, status + length) : '';
    return text === 'NODATA' || text === 'SKIPDATA';
  }

  #textOf(bytes: Buffer, token: number): string {
    return bytes.toString('utf8', this.#starts[token], this.#ends[token]);
  }

  #shapeIdOf(table: TableEntry): number | null {
    let ids = this.#shapeIdsOfTable.get(table);
    if (ids === undefined) {
      ids = new Map();
      this.#shapeIdsOfTable.set(table, ids);
    }
    // The leading digit tells patterns of different lengths apart.
    const key = this.#pattern + 4 ** this.#tokens;
    const known = ids.get(key);
    if (known !== undefined) return known;
    const ways: number[] = [];
    for (let rest = this.#pattern, count = this.#tokens; count > 0; count--) {
      ways.unshift(rest % 4);
      rest = Math.floor(rest / 4);
    }
    const pieces = [...ways, BARE].map((way, index) => {
      const before = index === 0 ? '' : (closing[ways[index - 1] ?? BARE] ?? '');
      const blank = index === 0 || index === ways.length ? '' : ' ';
      return before + blank + (index === ways.length ? '' : (opening[way] ?? ''));
    });
    const fields = ways.map((_, index) => this.catalog.field(table, String(index + 1)));
    const id = this.catalog.shape(table, pieces, fields);
    ids.set(key, id);
    return id;
  }
}

const clfLength = 26;
const startField = defaultFlowFields.indexOf('start');
const endField = defaultFlowFields.indexOf('end');

const BLANK = 32;
const QUOTE = 34;
const SLASH = 47;
const TWO = 50;
const UPPER_K = 75;
const UPPER_O = 79;
const OPENING_BRACKET = 91;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;

/** All but what separates tokens: blank, tab, LF and CR. */
const isTokenByte = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 32 || byte === 9 || byte === 10 || byte === 13 ? 0 : 1,
);
