import type { ScanState } from './types';

/** How a scan went. `done`: the value ends before `at`. `more`: the bytes end inside it. `failed`: no JSON, seen at `at`. */
export type ScanResult = 'done' | 'more' | 'failed';

/** Documents nested deeper than this are taken for malformed. */
export const maxNesting = 10_000;

/** So many ends are kept for `memberEnds`: documents that wrap events have few members. */
const maxMemberEnds = 64;

// What is expected next.
const VALUE = 0;
const FIRST_ELEMENT = 1;
const FIRST_NAME = 2;
const NAME = 3;
const COLON = 4;
const AFTER = 5;
const STRING = 6;
const NAME_STRING = 7;
const STRING_ESCAPE = 8;
const NAME_ESCAPE = 9;
const STRING_HEX = 10;
const NAME_HEX = 11;
const WORD = 12;
const MINUS = 13;
const ZERO = 14;
const INTEGER = 15;
const POINT = 16;
const FRACTION = 17;
const EXPONENT = 18;
const EXPONENT_SIGN = 19;
const EXPONENT_DIGITS = 20;

const WORDS = ['true', 'false', 'null', 'NaN', 'Infinity', '-Infinity'];

/**
 * Finds where a JSON value ends, and whether it is one, in bytes that come in pieces. Takes what RFC 8259 allows, and `NaN`,
 * `Infinity` and `-Infinity`. Holds only the nesting.
 */
export class JsonScanner {
  /** Offset in the bytes of the last scan at which it stopped. */
  at = 0;
  #mode = VALUE;
  /** Hex digits still to come, or 16 × the number of a word + the letters of it that were seen. */
  #count = 0;
  #depth = 0;
  readonly #memberEnds = new Map<number, number>();
  readonly #objects = new Uint8Array(maxNesting + 1);
  readonly #starts = new Float64Array(maxNesting + 1);
  /** Position behind the last character that can end the number: a number that is a whole value may end in `1.x` or `1e+`. */
  #goodEnd = 0;

  /** Expects the start of a value next. */
  begin(): void {
    this.#memberEnds.clear();
    this.#mode = VALUE;
    this.#depth = 0;
  }

  /** Expects what may follow the value of a member of an outermost object. */
  beginAfterMember(): void {
    this.#mode = AFTER;
    this.#depth = 1;
    this.#objects[1] = 1;
  }

  /** Where an object or array right inside the value ends, by where it starts; as far as it is known. */
  get memberEnds(): ReadonlyMap<number, number> {
    return this.#memberEnds;
  }

  /** The objects and arrays that are open: where each starts. */
  openStarts(): number[] {
    return Array.from(this.#starts.subarray(1, this.#depth + 1));
  }

  save(): ScanState {
    const containers = Array.from(this.#objects.subarray(1, this.#depth + 1), (object) => (object === 1 ? 'o' : 'a'));
    const counts = this.#mode === WORD || this.#mode === STRING_HEX || this.#mode === NAME_HEX;
    return { mode: this.#mode, count: counts ? this.#count : 0, containers: containers.join('') };
  }

  restore(state: ScanState): void {
    this.#mode = state.mode;
    this.#count = state.count;
    this.#depth = state.containers.length;
    for (let depth = 1; depth <= this.#depth; depth++) {
      this.#objects[depth] = state.containers[depth - 1] === 'o' ? 1 : 0;
    }
  }

  /** Whether the value is complete if nothing follows: only a number can be. Sets `at`. */
  finish(base: number): boolean {
    if (this.#depth > 0 || this.#mode < ZERO) return false;
    this.at = this.#goodEnd - base;
    return true;
  }

  /**
   * Scans `bytes` from `from` to before `to`, going on where the last scan ended.
   * @param base position of `bytes[0]` in the file
   */
  scan(bytes: Buffer, from: number, to: number, base: number): ScanResult {
    const objects = this.#objects;
    let mode = this.#mode;
    let i = from;
    while (i < to) {
      const byte = bytes[i] ?? 0;
      switch (mode) {
        case STRING:
        case NAME_STRING: {
          let unit = byte;
          for (;;) {
            while (unit !== 34 && unit !== 92 && unit >= 32 && ++i < to) unit = bytes[i] ?? 0;
            // Messages that are JSON are full of these.
            if (i + 2 >= to || unit !== 92 || !isSimpleEscape(bytes[i + 1] ?? 0)) break;
            i += 2;
            unit = bytes[i] ?? 0;
          }
          if (i >= to) break;
          i++;
          if (unit === 34) {
            if (mode === NAME_STRING) mode = COLON;
            else if (this.#depth === 0) return this.#stop(i, 'done');
            else mode = AFTER;
          } else if (unit === 92) mode = mode === STRING ? STRING_ESCAPE : NAME_ESCAPE;
          else return this.#stop(i - 1, 'failed');
          break;
        }
        case AFTER: {
          i++;
          if (byte === 44) mode = objects[this.#depth] === 1 ? NAME : VALUE;
          else if (byte === 125 || byte === 93) {
            if (objects[this.#depth] !== (byte === 125 ? 1 : 0)) return this.#stop(i - 1, 'failed');
            if (--this.#depth === 0) return this.#stop(i, 'done');
            if (this.#depth === 1 && this.#memberEnds.size < maxMemberEnds) {
              this.#memberEnds.set(this.#starts[2] ?? 0, base + i);
            }
          } else if (!isSpace(byte)) return this.#stop(i - 1, 'failed');
          break;
        }
        case COLON: {
          i++;
          if (byte === 58) mode = VALUE;
          else if (!isSpace(byte)) return this.#stop(i - 1, 'failed');
          break;
        }
        case FIRST_NAME:
        case NAME: {
          i++;
          if (byte === 34) mode = NAME_STRING;
          else if (byte === 125 && mode === FIRST_NAME) {
            mode = AFTER;
            if (--this.#depth === 0) return this.#stop(i, 'done');
          } else if (!isSpace(byte)) return this.#stop(i - 1, 'failed');
          break;
        }
        case VALUE:
        case FIRST_ELEMENT: {
          i++;
          if (byte === 34) mode = STRING;
          else if (byte === 123 || byte === 91) {
            if (this.#depth === maxNesting) return this.#stop(i - 1, 'failed');
            this.#depth++;
            objects[this.#depth] = byte === 123 ? 1 : 0;
            this.#starts[this.#depth] = base + i - 1;
            mode = byte === 123 ? FIRST_NAME : FIRST_ELEMENT;
          } else if (byte === 93 && mode === FIRST_ELEMENT) {
            mode = AFTER;
            if (--this.#depth === 0) return this.#stop(i, 'done');
          } else if (byte === 48) mode = ZERO;
          else if (byte > 48 && byte <= 57) mode = INTEGER;
          else if (byte === 45) mode = MINUS;
          else if (!isSpace(byte)) {
            const word = WORDS.findIndex((text) => text.charCodeAt(0) === byte);
            if (word === -1) return this.#stop(i - 1, 'failed');
            this.#count = word * 16 + 1;
            mode = WORD;
          }
          this.#goodEnd = base + i;
          break;
        }
        case STRING_ESCAPE:
        case NAME_ESCAPE: {
          i++;
          if (byte === 117) {
            this.#count = 4;
            mode = mode === STRING_ESCAPE ? STRING_HEX : NAME_HEX;
          } else if (isSimpleEscape(byte)) mode = mode === STRING_ESCAPE ? STRING : NAME_STRING;
          else return this.#stop(i - 1, 'failed');
          break;
        }
        case STRING_HEX:
        case NAME_HEX: {
          if (!isHexDigit(byte)) return this.#stop(i, 'failed');
          i++;
          if (--this.#count === 0) mode = mode === STRING_HEX ? STRING : NAME_STRING;
          break;
        }
        case WORD: {
          const word = WORDS[this.#count >> 4] ?? '';
          if (word.charCodeAt(this.#count & 15) !== byte) return this.#stop(i, 'failed');
          i++;
          if ((++this.#count & 15) === word.length) {
            if (this.#depth === 0) return this.#stop(i, 'done');
            mode = AFTER;
          }
          break;
        }
        default: {
          const next = nextInNumber(mode, byte);
          if (next === WORD) this.#count = 5 * 16 + 2;
          if (next !== AFTER) {
            mode = next;
            i++;
            if (canEndNumber(next)) this.#goodEnd = base + i;
          } else if (mode === MINUS) return this.#stop(i, 'failed');
          else if (this.#depth === 0) return this.#stop(this.#goodEnd - base, 'done');
          else if (canEndNumber(mode)) mode = AFTER;
          else return this.#stop(i, 'failed');
        }
      }
    }
    this.#mode = mode;
    return this.#stop(i, 'more');
  }

  #stop(at: number, result: ScanResult): ScanResult {
    this.at = at;
    return result;
  }
}

function canEndNumber(mode: number): boolean {
  return mode === ZERO || mode === INTEGER || mode === FRACTION || mode === EXPONENT_DIGITS;
}

/** The mode after one more byte of a number; AFTER where the byte is not part of it. */
function nextInNumber(mode: number, byte: number): number {
  const digit = byte >= 48 && byte <= 57;
  switch (mode) {
    case MINUS:
      if (byte === 73) return WORD;
      if (byte === 48) return ZERO;
      return digit ? INTEGER : AFTER;
    case ZERO:
    case INTEGER:
      if (digit && mode === INTEGER) return INTEGER;
      if (byte === 46) return POINT;
      return byte === 101 || byte === 69 ? EXPONENT : AFTER;
    case POINT:
      return digit ? FRACTION : AFTER;
    case FRACTION:
      if (digit) return FRACTION;
      return byte === 101 || byte === 69 ? EXPONENT : AFTER;
    case EXPONENT:
      if (byte === 43 || byte === 45) return EXPONENT_SIGN;
      return digit ? EXPONENT_DIGITS : AFTER;
    default:
      return digit ? EXPONENT_DIGITS : AFTER;
  }
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

function isHexDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 102);
}

function isSimpleEscape(byte: number): boolean {
  switch (byte) {
    case 34: // " \ / b f n r t
    case 92:
    case 47:
    case 98:
    case 102:
    case 110:
    case 114:
    case 116:
      return true;
    default:
      return false;
  }
}
