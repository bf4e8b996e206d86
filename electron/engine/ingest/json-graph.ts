import { replaceLoneSurrogates } from './bytes';
import { type PathTable, rootPath } from './path-table';

/** The bytes of a JSON event between two values (keys, punctuation, white space, nulls), and the value that follows. */
export type JsonEdge = {
  bytes: Buffer;
  length: number;
  /** The same by eight bytes, read as doubles, which compare faster; the last ones overlap where the length is no multiple. */
  words: Float64Array;
  /** Path of the value that follows; -1: the event ends. */
  path: number;
  /** The value that follows is a string, and `bytes` ends with its quote. */
  isString: boolean;
  /** Which of `jsonTimePaths` the path is; -1: none. */
  timeRank: number;
  /** What may follow the value. */
  next: JsonNode;
};

/** Where a value has just been read, or nothing yet: what may follow. */
export type JsonNode = { edges: JsonEdge[] };

/** The edges of an event up to some value. Those of a whole event are its shape: with the values they give it back. */
export type JsonShape = {
  serial: number;
  before: JsonShape | null;
  edge: JsonEdge | null;
  next: Map<JsonEdge, JsonShape>;
  /** A path occurs twice: of two values only one can be kept. */
  isRepeated: boolean;
  /** How the last event of this shape went on. */
  likelyEdge: JsonEdge | null;
  likely: JsonShape | null;
};

const maxEdges = 20_000;
const maxEdgesOfNode = 200;
const maxEdgeBytes = 4096;
const maxShapes = 50_000;
const maxDepth = 60;

/**
 * What JSON events look like apart from their values, learnt from events that were read in full. Behind a value the open
 * objects and arrays are those of its path, so the bytes up to the next value mean the same in each event: events that are
 * made of known edges are valid JSON, and reading them is comparing bytes.
 */
export class JsonGraph {
  readonly root: JsonNode = { edges: [] };
  readonly rootShape = createShape(0, null, null, false);
  readonly #nodes: (JsonNode | undefined)[] = [];
  readonly #end: JsonNode = { edges: [] };
  #edges = 0;
  #shapes = 1;

  /** @param rankOfPath the ranks of paths that may tell an event's time */
  constructor(
    private readonly paths: PathTable,
    private readonly rankOfPath: ReadonlyMap<number, number>,
  ) {}

  /**
   * Learns the edges of an event.
   * @param line one that `readJsonObject` accepted   @returns whether there was a new one
   */
  learn(line: Buffer): boolean {
    const known = this.#edges;
    const text = line.toString('latin1');
    let node = this.root;
    let from = 0;
    const add = (to: number, path: number, isString: boolean): boolean => {
      const edge = this.#edge(node, line.subarray(from, to), path, isString);
      if (edge === null) return false;
      node = edge.next;
      return true;
    };
    const readValue = (start: number, path: number, depth: number): number => {
      let i = skipSpace(text, start);
      const first = text[i];
      if (first === '"') {
        if (!add(i + 1, path, true)) return -1;
        from = endOfString(text, i);
        return from + 1;
      }
      if (first === '{' || first === '[') {
        if (depth === maxDepth) return -1;
        i = skipSpace(text, i + 1);
        for (let index = 0; text[i] !== '}' && text[i] !== ']'; index++) {
          let child: number;
          if (first === '{') {
            const end = endOfString(text, i);
            child = this.paths.member(path, readName(text.slice(i, end + 1)));
            i = skipSpace(text, end + 1) + 1;
          } else child = this.paths.element(path, index);
          if (child === -1) return -1;
          i = readValue(i, child, depth + 1);
          if (i === -1) return -1;
          i = skipSpace(text, i);
          if (text[i] === ',') i = skipSpace(text, i + 1);
        }
        return i + 1;
      }
      const word = /(?:true|false|null|NaN|-?Infinity)|[-+.0-9eE]+/y;
      word.lastIndex = i;
      const end = i + (word.exec(text)?.[0].length ?? 1);
      if (first !== 'n' && first !== 'N' && text[end - 1] !== 'y') {
        if (!add(i, path, false)) return -1;
        from = end;
      }
      return end;
    };
    if (readValue(0, rootPath, 0) !== -1) add(line.length, -1, false);
    return this.#edges > known;
  }

  /** The shape that goes on with an edge; null where a path would be in it twice, and where there are too many shapes. */
  step(shape: JsonShape, edge: JsonEdge): JsonShape | null {
    let next = shape.next.get(edge);
    if (next === undefined) {
      if (this.#shapes === maxShapes) return null;
      let isRepeated = false;
      for (let at: JsonShape | null = shape; at?.edge; at = at.before)
        if (at.edge.path === edge.path) isRepeated = true;
      next = createShape(this.#shapes++, shape, edge, isRepeated);
      shape.next.set(edge, next);
    }
    if (next.isRepeated) return null;
    shape.likelyEdge = edge;
    shape.likely = next;
    return next;
  }

  #edge(node: JsonNode, bytes: Buffer, path: number, isString: boolean): JsonEdge | null {
    for (const edge of node.edges) if (edge.bytes.equals(bytes)) return edge;
    const isFull = this.#edges === maxEdges || node.edges.length === maxEdgesOfNode;
    if (isFull || bytes.length > maxEdgeBytes) return null;
    this.#edges++;
    let next = path === -1 ? this.#end : this.#nodes[path];
    if (next === undefined) {
      next = { edges: [] };
      this.#nodes[path] = next;
    }
    const own = Buffer.from(bytes);
    const timeRank = this.rankOfPath.get(path) ?? -1;
    const edge = { bytes: own, length: own.length, words: toWords(own), path, isString, timeRank, next };
    node.edges.push(edge);
    return edge;
  }
}

function createShape(serial: number, before: JsonShape | null, edge: JsonEdge | null, isRepeated: boolean): JsonShape {
  return { serial, before, edge, next: new Map(), isRepeated, likelyEdge: null, likely: null };
}

/** Whether the bytes of an edge stand at an offset; `view` is of the same bytes, which go on that far. */
export function isEdgeAt(edge: JsonEdge, bytes: Uint8Array, view: DataView, at: number): boolean {
  const { length, words, bytes: wanted } = edge;
  if (length < 8) {
    for (let i = 0; i < length; i++) if (bytes[at + i] !== wanted[i]) return false;
    return true;
  }
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) if (view.getFloat64(at + i * 8, true) !== words[i]) return false;
  return (length & 7) === 0 || view.getFloat64(at + length - 8, true) === words[whole];
}

/** Bytes that mean NaN are never found equal. That costs time for such an edge, which ASCII text never is, and no more. */
function toWords(bytes: Buffer): Float64Array {
  if (bytes.length < 8) return new Float64Array(0);
  const words = Float64Array.from({ length: bytes.length >> 3 }, (_, i) => bytes.readDoubleLE(i * 8));
  return (bytes.length & 7) === 0 ? words : Float64Array.of(...words, bytes.readDoubleLE(bytes.length - 8));
}

function skipSpace(text: string, start: number): number {
  let i = start;
  while (text[i] === ' ' || text[i] === '\t' || text[i] === '\r' || text[i] === '\n') i++;
  return i;
}

/** The closing quote of the string whose quote stands at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}

/** A name from its quotes and its UTF-8 bytes as Latin-1. */
function readName(quoted: string): string {
  const name = Buffer.from(quoted, 'latin1').toString('utf8');
  return name.includes('\\') ? replaceLoneSurrogates(JSON.parse(name) as string) : name.slice(1, -1);
}
