import type { Catalog, FieldEntry, TableEntry } from '../workspace/catalog';
import { replaceLoneSurrogates } from './bytes';
import type { Column, ColumnBlock } from './column-block';
import { DOUBLE, decimal, INTEGER, LONG_INTEGER, NO_NUMBER, OTHER_DOUBLE, readDecimal } from './decimal';
import { doubleText } from './double-text';
import { jsonTimePaths, timeOfText } from './event-time';
import { isEdgeAt, type JsonEdge, JsonGraph, type JsonNode, type JsonShape } from './json-graph';
import { readToken, TEXT } from './line-values';
import type { PathTable } from './path-table';
import type { TimeZone } from './time-zone';

/** A string with escapes. */
const ESCAPED = 6;

const maxLeaves = 4096;

/** The columns of a field that were used so far. */
type Slot = { field: FieldEntry; i: Column | null; d: Column | null; t: Column | null };

/** A slot a value, null where it has no column; then the event has gaps, and no shape in the table. */
type ShapePlan = { slots: (Slot | null)[]; shapeId: number | null; hasGaps: boolean };

/** Plans by the shapes' serials, and the slots by path. */
type BlockWriter = { plans: (ShapePlan | undefined)[]; slots: Map<number, Slot | null> };

/**
 * Reads JSON events whose shape is known, from their bytes. It takes only what it is sure about; any other event is for
 * `readJsonObject`, and with each of those more is known.
 */
export class JsonLineReader {
  readonly #graph: JsonGraph;
  readonly #leafOfRank = new Int32Array(jsonTimePaths.length);
  readonly #writersOfBlock = new WeakMap<ColumnBlock, BlockWriter>();
  readonly #starts = new Int32Array(maxLeaves);
  readonly #ends = new Int32Array(maxLeaves);
  readonly #kinds = new Uint8Array(maxLeaves);
  readonly #values = new Float64Array(maxLeaves);
  #leaves = 0;
  #shape: JsonShape;
  /** The shape and the columns do not give the bytes back. */
  #isLossy = false;
  #hasTimes = false;
  #lastTimeText = '';
  #lastZone: TimeZone | null = null;
  #lastTime: number | null = null;
  #fruitless = 0;

  /** @param fieldOf the field of a path in a table; null where it gets no column */
  constructor(
    paths: PathTable,
    private readonly catalog: Catalog,
    private readonly fieldOf: (table: TableEntry, path: number) => FieldEntry | null,
  ) {
    this.#graph = new JsonGraph(paths, new Map(jsonTimePaths.map((steps, rank) => [paths.intern(steps), rank])));
    this.#shape = this.#graph.rootShape;
  }

  /**
   * Reads an event without its line end.
   * @param view of the same bytes, which are UTF-8
   * @returns false where it is none that this reader knows
   */
  read(bytes: Buffer, view: DataView, start: number, end: number): boolean {
    const starts = this.#starts;
    const ends = this.#ends;
    const kinds = this.#kinds;
    const values = this.#values;
    let node: JsonNode = this.#graph.root;
    let shape: JsonShape = this.#graph.rootShape;
    let leaves = 0;
    let isLossy = false;
    if (this.#hasTimes) this.#leafOfRank.fill(0);
    this.#hasTimes = false;
    for (let at = start; ; ) {
      let edge = shape.likelyEdge;
      if (edge !== null && fitsEdge(edge, bytes, view, at, end)) shape = shape.likely as JsonShape;
      else {
        edge = findEdge(node, bytes, view, at, end);
        const next = edge && this.#graph.step(shape, edge);
        if (edge === null || next === null) return false;
        shape = next;
      }
      at += edge.length;
      if (edge.path === -1) break;
      if (leaves === maxLeaves) return false;
      const first = bytes[at] as number;
      let kind = TEXT;
      let to = at;
      if (edge.isString) {
        to = endOfPlain(bytes, view, at);
        if (bytes[to] === QUOTE) {
          if (first <= NINE && to > at) {
            kind = readToken(bytes, at, to);
            if (kind === DOUBLE || kind === INTEGER) values[leaves] = decimal.value;
          }
        } else {
          to = endOfEscaped(bytes, to, end);
          if (to === -1) return false;
          kind = ESCAPED;
          isLossy = true;
        }
      } else if (first === LOWER_T || first === LOWER_F) {
        to = at + (first === LOWER_T ? 4 : 5);
        if (bytes.toString('latin1', at, to) !== (first === LOWER_T ? 'true' : 'false')) return false;
      } else {
        kind = readDecimal(bytes, at);
        if (kind === NO_NUMBER) return false;
        to = decimal.end;
        values[leaves] = decimal.value;
        if (kind === OTHER_DOUBLE) {
          if (!Number.isFinite(decimal.value)) return false;
          isLossy = true;
        }
      }
      if (to >= end) return false;
      starts[leaves] = at;
      ends[leaves] = to;
      kinds[leaves] = kind;
      leaves++;
      if (edge.timeRank !== -1) {
        this.#leafOfRank[edge.timeRank] = leaves;
        this.#hasTimes = true;
      }
      at = to;
      node = edge.next;
    }
    this.#leaves = leaves;
    this.#shape = shape;
    this.#isLossy = isLossy;
    return true;
  }

  /** Time that the event read last tells: epoch ms UTC, or null. @param zone see `timeOfText` */
  timeOf(bytes: Buffer, zone: TimeZone | null): number | null {
    if (!this.#hasTimes) return null;
    for (const found of this.#leafOfRank) {
      if (found === 0) continue;
      const leaf = found - 1;
      const length = (this.#ends[leaf] as number) - (this.#starts[leaf] as number);
      const value = this.#values[leaf] as number;
      let time: number | null;
      if (this.#kinds[leaf] === INTEGER && length === 13 && value > 0) time = value;
      else if (this.#kinds[leaf] === INTEGER && length === 10 && value > 0) time = value * 1000;
      else {
        const text = this.#textOf(bytes, leaf);
        if (text !== this.#lastTimeText || zone !== this.#lastZone) {
          this.#lastTimeText = text;
          this.#lastZone = zone;
          this.#lastTime = timeOfText(text, zone);
        }
        time = this.#lastTime;
      }
      if (time !== null) return time;
    }
    return null;
  }

  /** Writes the fields of the event read last, and its text where they don't give it back. The caller ends the row. */
  write(block: ColumnBlock, bytes: Buffer, view: DataView, start: number, end: number): void {
    const { row } = block;
    const { slots, shapeId, hasGaps } = this.#planOf(block, this.#shape);
    const starts = this.#starts;
    const ends = this.#ends;
    const kinds = this.#kinds;
    const values = this.#values;
    for (let leaf = 0; leaf < this.#leaves; leaf++) {
      const slot = slots[leaf] as Slot | null;
      if (slot === null) continue;
      switch (kinds[leaf]) {
        case TEXT:
          slot.t ??= block.column(slot.field, 't');
          slot.t.addBytes(row, bytes, view, starts[leaf] as number, ends[leaf] as number);
          break;
        case INTEGER:
          slot.i ??= block.column(slot.field, 'i');
          slot.i.addInteger(row, values[leaf] as number);
          break;
        case LONG_INTEGER:
          slot.i ??= block.column(slot.field, 'i');
          slot.i.addDigits(row, this.#textOf(bytes, leaf));
          break;
        case ESCAPED:
          slot.t ??= block.column(slot.field, 't');
          slot.t.addText(row, this.#textOf(bytes, leaf));
          break;
        default:
          slot.d ??= block.column(slot.field, 'd');
          slot.d.addDouble(row, values[leaf] as number);
      }
    }
    if (hasGaps) block.leaveGap();
    if (this.#isLossy || shapeId === null) block.message.addBytes(row, bytes, view, start, end);
    else block.shape.addInteger(row, shapeId);
  }

  /** Learns the shape of an event that `readJsonObject` accepted, where that is worth trying. */
  learn(line: Buffer): void {
    if (this.#fruitless > 100 && this.#fruitless++ % 64 !== 0) return;
    if (this.#graph.learn(line)) this.#fruitless = 0;
    else this.#fruitless++;
  }

  #textOf(bytes: Buffer, leaf: number): string {
    const start = this.#starts[leaf] as number;
    const end = this.#ends[leaf] as number;
    switch (this.#kinds[leaf]) {
      case ESCAPED:
        return replaceLoneSurrogates(JSON.parse(bytes.toString('utf8', start - 1, end + 1)) as string);
      case OTHER_DOUBLE:
        return doubleText(this.#values[leaf] as number);
      case TEXT:
        return bytes.toString('utf8', start, end);
      default:
        return bytes.toString('latin1', start, end);
    }
  }

  /** Where the values of a shape go in a block. */
  #planOf(block: ColumnBlock, shape: JsonShape): ShapePlan {
    let writer = this.#writersOfBlock.get(block);
    if (writer === undefined) {
      writer = { slots: new Map(), plans: [] };
      this.#writersOfBlock.set(block, writer);
    }
    const known = writer.plans[shape.serial];
    if (known !== undefined) return known;
    const pieces: string[] = [];
    const slots: (Slot | null)[] = [];
    for (let at: JsonShape | null = shape; at?.edge; at = at.before) {
      pieces.push(at.edge.bytes.toString());
      if (at.edge.path !== -1) slots.push(this.#slotOf(writer, block.table, at.edge.path));
    }
    const fields = slots.map((slot) => slot?.field);
    const whole = fields.filter((field) => field !== undefined);
    const hasGaps = whole.length < fields.length;
    // What has no column is looked up in the message, so that is kept.
    const shapeId = hasGaps ? null : this.catalog.shape(block.table, pieces.reverse(), whole.reverse());
    const plan = { slots: slots.reverse(), shapeId, hasGaps };
    writer.plans[shape.serial] = plan;
    return plan;
  }

  #slotOf(writer: BlockWriter, table: TableEntry, path: number): Slot | null {
    const known = writer.slots.get(path);
    if (known !== undefined) return known;
    const field = this.fieldOf(table, path);
    const slot = field === null ? null : { field, i: null, d: null, t: null };
    writer.slots.set(path, slot);
    return slot;
  }
}

const QUOTE = 34;
const NINE = 57;
const BACKSLASH = 92;
const LOWER_F = 102;
const LOWER_T = 116;

/** What a JSON string may hold without an escape, quote and backslash aside. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 32 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/** Offset of the first byte from `start` on that may not stand in a JSON string as it is: its end, an escape, or no JSON. */
function endOfPlain(bytes: Buffer, view: DataView, start: number): number {
  let at = start;
  for (const last = view.byteLength - 4; at <= last; at += 4) {
    // Four bytes at a time: in each, the highest bit tells whether the byte is a quote, a backslash, or below 32.
    const four = view.getInt32(at, true);
    const quote = four ^ 0x22222222;
    const backslash = four ^ 0x5c5c5c5c;
    const found =
      (((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash) | ((four - 0x20202020) & ~four)) &
      0x80808080;
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
  }
  while (isPlain[bytes[at] as number] === 1) at++;
  return at;
}

function findEdge(node: JsonNode, bytes: Buffer, view: DataView, at: number, end: number): JsonEdge | null {
  const { edges } = node;
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i] as JsonEdge;
    if (!fitsEdge(edge, bytes, view, at, end)) continue;
    if (i > 0) {
      edges[i] = edges[i - 1] as JsonEdge;
      edges[i - 1] = edge;
    }
    return edge;
  }
  return null;
}

/** Whether an event that ends before `end` goes on with an edge. */
function fitsEdge(edge: JsonEdge, bytes: Buffer, view: DataView, at: number, end: number): boolean {
  const after = at + edge.length;
  if (edge.path === -1 ? after !== end : after >= end) return false;
  if (!isEdgeAt(edge, bytes, view, at)) return false;
  // The same bytes may be the beginning of a longer edge, one with a quote or bracket more.
  return edge.isString || edge.path === -1 || startsValue[bytes[after] as number] === 1;
}

const startsValue = Uint8Array.from({ length: 256 }, (_, byte) =>
  '-0123456789tf'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

const escapePattern = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The closing quote of a string with escapes that goes on at `start`; -1 where it has none before `end` or is not valid. */
function endOfEscaped(bytes: Buffer, start: number, end: number): number {
  let at = start;
  for (;;) {
    while (at < end && isPlain[bytes[at] as number] === 1) at++;
    if (at >= end || bytes[at] !== BACKSLASH) return at < end && bytes[at] === QUOTE ? at : -1;
    escapePattern.lastIndex = 0;
    const found = escapePattern.exec(bytes.toString('latin1', at, Math.min(end, at + 6)));
    if (found === null) return -1;
    at += found[0].length;
  }
}
