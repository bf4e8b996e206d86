import { isAscii } from 'node:buffer';

/** Lines longer than this many bytes are cut there. */
export const maxLineBytes = 1024 * 1024;

/** Number of bytes at the start of a file that are looked at to tell text from binary. */
export const sniffBytes = 8192;

/** Whether the first bytes of a file show that it is no text: a NUL among the first `sniffBytes`. */
export function looksBinary(head: Buffer): boolean {
  const at = head.indexOf(0);
  return at !== -1 && at < sniffBytes;
}

/** Bytes of the UTF-8 byte order mark at the start of a file: 3 or 0. */
export function byteOrderMarkLength(head: Buffer): number {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
}

/**
 * Text of the bytes from `start` to before `end`, which must not divide a character. Bytes that are no UTF-8 become
 * U+FFFD, one for each maximal part of a character.
 */
export function decodeText(bytes: Buffer, start: number, end: number): string {
  // Twice as fast for long texts; for short ones the second call costs more than it saves.
  if (end - start < 1024) return bytes.toString('utf8', start, end);
  return isAscii(bytes.subarray(start, end))
    ? bytes.toString('latin1', start, end)
    : bytes.toString('utf8', start, end);
}

/** Where to cut text so that at most `limit` bytes remain and no character is divided: an offset from `start`'s base. */
export function cutAtCharacter(bytes: Buffer, start: number, limit: number): number {
  const end = start + limit;
  if (end >= bytes.length) return bytes.length;
  for (let back = 0; back <= 3 && end - back > start; back++) {
    if (((bytes[end - back] ?? 0) & 0xc0) !== 0x80) return end - back;
  }
  return end;
}

/** Number of line feeds from `start` to before `end`. */
export function countLineFeeds(bytes: Buffer, start: number, end: number): number {
  // Of the part alone: a search of all bytes would go through to their end each time.
  const part = bytes.subarray(start, end);
  let count = 0;
  for (let at = part.indexOf(10); at !== -1; at = part.indexOf(10, at + 1)) count++;
  return count;
}

/** Whether a UTF-16 unit is white space, by Unicode: what separates words and makes a line blank. */
export function isWhiteSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 32 || (unit >= 9 && unit <= 13) || (unit >= 28 && unit <= 31);
  if (unit < 0x1680) return unit === 0x85 || unit === 0xa0;
  return (
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

/** Whether a text is empty or white space only. */
export function isBlank(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (!isWhiteSpace(text.charCodeAt(i))) return false;
  }
  return true;
}

/** Puts U+FFFD in the place of halves of surrogate pairs, which no UTF-8 text can hold. */
export function replaceLoneSurrogates(text: string): string {
  // With the flag u a whole pair is one character and does not match.
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}
