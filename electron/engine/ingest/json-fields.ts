import { replaceLoneSurrogates } from './bytes';
import { doubleText, isDoubleText } from './double-text';
import { type PathTable, rootPath } from './path-table';

/**
 * What a leaf's text is, so that a narrower type can keep it. `integer`: decimal digits as BIGINT prints them, at most 18.
 * `double`: what `doubleText` prints for the number it reads as. `text`: anything else.
 */
export type LeafKind = 'integer' | 'double' | 'text';

/** Takes one value of an event: the number of its path in the path table, and its text. Must not read another event. */
export type OnLeaf = (path: number, text: string, kind: LeafKind) => void;

/** Values nested deeper than this are not reported. */
export const maxDepth = 512;

/**
 * Reads a message as a JSON object, and reports each string, number and boolean in it in the order of the text; of two
 * members with one name, both. The text of a number is its digits where it is an integer, of any other number what
 * `doubleText` prints, and its literal where it is beyond a double. `null`, `NaN` and `Infinity` count as absent.
 * Leaves that get no path are counted in `paths.unreported`.
 * @returns false where the message is no JSON object by RFC 8259; what was reported until then is to be forgotten
 * @see docs/rules.md §2
 */
export function readJsonObject(text: string, paths: PathTable, onLeaf: OnLeaf): boolean {
  let i = skipSpace(text, 0);
  if (text.charCodeAt(i) !== OPENING_BRACE) return false;
  let depth = 1;
  let inObject = true;
  /** The open object or array, the number of its next element, and the member last read in it. */
  let container: number = rootPath;
  let index = 0;
  let previous = -1;
  i = skipSpace(text, i + 1);
  let unit = text.charCodeAt(i);
  let empty = unit === CLOSING_BRACE;

  for (;;) {
    if (!empty) {
      let path = -1;
      if (inObject) {
        if (unit !== QUOTE) return false;
        const guess = container === -1 ? -1 : paths.guess(container, previous);
        const literal = guess === -1 ? '' : paths.literal(guess);
        if (literal !== '' && text.startsWith(literal, i)) {
          path = guess;
          i += literal.length;
        } else {
          const end = findStringEnd(text, i + 1);
          if (end === -1) return false;
          if (container !== -1) {
            path = paths.member(container, readString(text, i, end));
            if (path !== -1) paths.learn(container, previous, path);
          }
          i = end + 1;
        }
        if (path !== -1) previous = path;
        if (text.charCodeAt(i) !== COLON) {
          i = skipSpace(text, i);
          if (text.charCodeAt(i) !== COLON) return false;
        }
        i = skipSpace(text, i + 1);
        unit = text.charCodeAt(i);
      } else if (container !== -1) {
        path = paths.element(container, index++);
      }

      if (unit === QUOTE) {
        const end = findStringEnd(text, i + 1);
        if (end === -1) return false;
        if (path === -1) paths.unreported++;
        else {
          const value = readString(text, i, end);
          onLeaf(path, value, textKind(value));
        }
        i = end + 1;
      } else if (unit === OPENING_BRACE || unit === OPENING_BRACKET) {
        depth = openContainer(depth, inObject, container, index);
        inObject = unit === OPENING_BRACE;
        container = depth <= maxDepth ? path : -1;
        index = 0;
        previous = -1;
        i = skipSpace(text, i + 1);
        unit = text.charCodeAt(i);
        empty = unit === (inObject ? CLOSING_BRACE : CLOSING_BRACKET);
        if (!empty) continue;
      } else if (unit === HYPHEN || (unit >= ZERO && unit <= NINE)) {
        const end = findNumberEnd(text, i);
        if (end === -1) return false;
        if (path !== -1) reportNumber(text.slice(i, end), path, onLeaf);
        else if (text.charCodeAt(end - 1) !== LOWER_Y) paths.unreported++;
        i = end;
      } else {
        const word = wordAt(text, i, unit);
        if (word === '') return false;
        if (unit === LOWER_T || unit === LOWER_F) {
          if (path === -1) paths.unreported++;
          else onLeaf(path, word, 'text');
        }
        i += word.length;
      }
    }
    empty = false;

    for (;;) {
      unit = text.charCodeAt(i);
      if (unit === COMMA) {
        i = skipSpace(text, i + 1);
        unit = text.charCodeAt(i);
        break;
      }
      if (unit === (inObject ? CLOSING_BRACE : CLOSING_BRACKET)) {
        i++;
        depth--;
        if (depth === 0) return skipSpace(text, i) === text.length;
        previous = container;
        inObject = objects[depth] === 1;
        container = depth <= maxDepth ? (containers[depth] ?? -1) : -1;
        index = indexes[depth] ?? 0;
        continue;
      }
      const next = skipSpace(text, i);
      if (next === i) return false;
      i = next;
    }
  }
}

/** What a token or string is as a value: see `LeafKind`. */
export function textKind(text: string): LeafKind {
  const first = text.charCodeAt(0);
  if (!(first <= NINE && (first >= ZERO || first === HYPHEN))) return 'text';
  const start = first === HYPHEN ? 1 : 0;
  const digits = text.length - start;
  if (digits <= 18) {
    let i = start;
    while (i < text.length && isDigit(text.charCodeAt(i))) i++;
    if (i === text.length) {
      if (digits === 0) return 'text';
      return text.charCodeAt(start) !== ZERO || text === '0' ? 'integer' : 'text';
    }
  }
  return isDoubleText(text) ? 'double' : 'text';
}

const QUOTE = 34;
const COMMA = 44;
const HYPHEN = 45;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPENING_BRACKET = 91;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;
const LOWER_F = 102;
const LOWER_T = 116;
const LOWER_U = 117;
const LOWER_Y = 121;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;

/** The containers around the open one, by depth; kept between events. Deeper than `maxDepth` only `objects` is used. */
const containers = new Int32Array(maxDepth + 1);
const indexes = new Int32Array(maxDepth + 1);
let objects = new Uint8Array(4096);

function openContainer(depth: number, inObject: boolean, container: number, index: number): number {
  if (depth >= objects.length) {
    const larger = new Uint8Array(objects.length * 2);
    larger.set(objects);
    objects = larger;
  }
  objects[depth] = inObject ? 1 : 0;
  if (depth <= maxDepth) {
    containers[depth] = container;
    indexes[depth] = index;
  }
  return depth + 1;
}

function skipSpace(text: string, start: number): number {
  let i = start;
  for (;;) {
    const unit = text.charCodeAt(i);
    if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return i;
    i++;
  }
}

/** Index of the quote that closes a string whose content starts at `start`; -1 where it is no JSON string. */
function findStringEnd(text: string, start: number): number {
  let i = start;
  for (;;) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) return i;
    if (unit === BACKSLASH) {
      const escaped = text.charCodeAt(i + 1);
      if (escaped === LOWER_U) {
        for (let k = i + 2; k < i + 6; k++) if (!isHexDigit(text.charCodeAt(k))) return -1;
        i += 6;
      } else {
        if (!isSimpleEscape(escaped)) return -1;
        i += 2;
      }
    } else if (unit >= 32) i++;
    else return -1; // a control character, or NaN at the end of the text
  }
}

/** Text of the string from its quote at `start` to its quote at `end`. */
function readString(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  if (!raw.includes('\\')) return raw;
  const value = JSON.parse(text.slice(start, end + 1)) as string;
  return raw.includes('\\u') ? replaceLoneSurrogates(value) : value;
}

/** Index behind the number (or `-Infinity`) that starts at `start`; -1 where there is none. */
function findNumberEnd(text: string, start: number): number {
  let i = text.charCodeAt(start) === HYPHEN ? start + 1 : start;
  const first = text.charCodeAt(i);
  if (!isDigit(first)) return i > start && text.startsWith('Infinity', i) ? i + 8 : -1;
  i++;
  if (first !== ZERO) while (isDigit(text.charCodeAt(i))) i++;
  if (text.charCodeAt(i) === 46) {
    if (!isDigit(text.charCodeAt(++i))) return -1;
    while (isDigit(text.charCodeAt(i))) i++;
  }
  if ((text.charCodeAt(i) | 32) === 101) {
    const sign = text.charCodeAt(++i);
    if (sign === 43 || sign === HYPHEN) i++;
    if (!isDigit(text.charCodeAt(i))) return -1;
    while (isDigit(text.charCodeAt(i))) i++;
  }
  return i;
}

function reportNumber(literal: string, path: number, onLeaf: OnLeaf): void {
  const kind = textKind(literal);
  if (kind !== 'text') onLeaf(path, literal, kind);
  else if (literal === '-0') onLeaf(path, '0', 'integer');
  else if (/^-?[0-9]+$/.test(literal)) onLeaf(path, literal, 'text');
  else if (literal !== '-Infinity') {
    const value = Number(literal);
    if (Number.isFinite(value)) onLeaf(path, doubleText(value), 'double');
    else onLeaf(path, literal, 'text');
  }
}

function wordAt(text: string, at: number, unit: number): string {
  let word = '';
  if (unit === LOWER_T) word = 'true';
  else if (unit === LOWER_F) word = 'false';
  else if (unit === 110) word = 'null';
  else if (unit === 78) word = 'NaN';
  else if (unit === 73) word = 'Infinity';
  return text.startsWith(word, at) ? word : '';
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

function isHexDigit(unit: number): boolean {
  return isDigit(unit) || ((unit | 32) >= 97 && (unit | 32) <= LOWER_F);
}

function isSimpleEscape(unit: number): boolean {
  switch (unit) {
    case QUOTE:
    case BACKSLASH:
    case 47:
    case 98:
    case LOWER_F:
    case 110:
    case 114:
    case LOWER_T:
      return true;
    default:
      return false;
  }
}
