import { decodeText, replaceLoneSurrogates } from '../bytes';

/** Where a value stands in bytes that hold valid JSON: from `start` to before `end`. */
export type Span = { start: number; end: number };

/**
 * The members of the object that starts at `start`, the last of each name. In bytes that end inside the object it gives
 * those that are complete; `end` is then past the bytes.
 * @param memberEnd tells where the value that starts at an offset ends, where that is known
 */
export function readMembers(
  bytes: Buffer,
  start: number,
  memberEnd?: (start: number) => number | undefined,
): { members: Map<string, Span>; end: number } {
  const members = new Map<string, Span>();
  let i = skipSpace(bytes, start + 1);
  while (i < bytes.length && bytes[i] === QUOTE) {
    const nameEnd = skipString(bytes, i);
    if (nameEnd > bytes.length) break;
    const name = readString(bytes, i, nameEnd);
    const valueStart = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
    const valueEnd = memberEnd?.(valueStart) ?? skipValue(bytes, valueStart);
    members.set(name, { start: valueStart, end: valueEnd });
    i = skipSpace(bytes, valueEnd);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1);
  }
  return { members, end: i + 1 };
}

/**
 * Looks for members of an object by name: `found[i]` becomes the last of `names[i]`, or undefined. Faster than `readMembers`
 * for the small objects of which there are many.
 * @returns offset behind the object; past the bytes where they end inside it
 */
export function findMembers(
  bytes: Buffer,
  start: number,
  names: readonly string[],
  found: (Span | undefined)[],
): number {
  found.fill(undefined);
  let i = skipSpace(bytes, start + 1);
  while (i < bytes.length && bytes[i] === QUOTE) {
    const nameEnd = skipString(bytes, i);
    if (nameEnd > bytes.length) return nameEnd;
    const valueStart = skipSpace(bytes, skipSpace(bytes, nameEnd) + 1);
    const valueEnd = skipValue(bytes, valueStart);
    for (let n = 0; n < names.length; n++) {
      if (isName(bytes, i, nameEnd, names[n] ?? '')) found[n] = { start: valueStart, end: valueEnd };
    }
    i = skipSpace(bytes, valueEnd);
    if (bytes[i] === COMMA) i = skipSpace(bytes, i + 1);
  }
  return i + 1;
}

/** Offset of the first element of the array that starts at `start`; -1 where it is empty. */
export function firstElement(bytes: Buffer, start: number): number {
  const i = skipSpace(bytes, start + 1);
  return bytes[i] === CLOSING_BRACKET ? -1 : i;
}

/** Offset of the element behind the one that ends at `end`; -1 behind the last. */
export function nextElement(bytes: Buffer, end: number): number {
  const i = skipSpace(bytes, end);
  return bytes[i] === COMMA ? skipSpace(bytes, i + 1) : -1;
}

/** Offset behind the value that starts at `start`; past the bytes where they end inside it. */
export function skipValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return skipString(bytes, start);
  let i = start;
  if (first !== OPENING_BRACE && first !== OPENING_BRACKET) {
    while (i < bytes.length && !endsScalar(bytes[i])) i++;
    return i === bytes.length ? i + 1 : i;
  }
  let depth = 0;
  while (i < bytes.length) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      i = skipString(bytes, i);
      continue;
    }
    i++;
    if (byte === OPENING_BRACE || byte === OPENING_BRACKET) depth++;
    else if ((byte === CLOSING_BRACE || byte === CLOSING_BRACKET) && --depth === 0) return i;
  }
  return bytes.length + 1;
}

/** Text of the string from its quote at `start` to behind its quote before `end`. */
export function readString(bytes: Buffer, start: number, end: number): string {
  const raw = decodeText(bytes, start, end);
  if (!raw.includes('\\')) return raw.slice(1, -1);
  const value = JSON.parse(raw) as string;
  return raw.includes('\\u') ? replaceLoneSurrogates(value) : value;
}

/** Text of a span that holds a string; null where it holds something else. */
export function stringAt(bytes: Buffer, span: Span | undefined): string | null {
  return span !== undefined && bytes[span.start] === QUOTE ? readString(bytes, span.start, span.end) : null;
}

/** Whether a span holds a value that starts with this character. */
export function startsWith(bytes: Buffer, span: Span | undefined, character: '{' | '['): span is Span {
  return span !== undefined && bytes[span.start] === character.charCodeAt(0);
}

const QUOTE = 34;
const COMMA = 44;
const OPENING_BRACKET = 91;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;

/** Offset of the first byte from `start` on that is no white space of JSON. */
export function skipSpace(bytes: Buffer, start: number): number {
  let i = start;
  for (;;) {
    const byte = bytes[i];
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return i;
    i++;
  }
}

function skipString(bytes: Buffer, start: number): number {
  let i = start + 1;
  while (i < bytes.length) {
    const byte = bytes[i];
    if (byte === QUOTE) return i + 1;
    i += byte === BACKSLASH ? 2 : 1;
  }
  return bytes.length + 1;
}

/** Whether the string from its quote at `start` to behind its quote before `end` is this name of ASCII letters. */
function isName(bytes: Buffer, start: number, end: number, name: string): boolean {
  if (end - start - 2 !== name.length) {
    // Written with escapes a name is longer.
    return (
      end - start - 2 > name.length && includesBackslash(bytes, start, end) && readString(bytes, start, end) === name
    );
  }
  for (let k = 0; k < name.length; k++) if (bytes[start + 1 + k] !== name.charCodeAt(k)) return false;
  return true;
}

function includesBackslash(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] === BACKSLASH) return true;
  return false;
}

function endsScalar(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSING_BRACE || byte === CLOSING_BRACKET || (byte !== undefined && byte <= 32);
}
