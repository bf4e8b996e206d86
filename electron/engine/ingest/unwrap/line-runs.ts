import { maxLineBytes } from '../bytes';
import type { Ending } from './types';

/**
 * What stands at `start`. `lines`: whole lines up to `end`, none of them too long; each ends in a line feed, the file's last
 * aside. `long`: a line of more than `maxLineBytes`. `partial`: a line whose end is not there yet.
 */
export type Run = { kind: 'lines'; end: number } | { kind: 'long' } | { kind: 'partial' };

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Measures a run of lines, which is to be decoded in one piece: much faster than line by line. `start` < length. */
export function measureRun(bytes: Buffer, start: number, ending: Ending): Run {
  // Room for a line of the largest size and its CRLF.
  const windowEnd = Math.min(bytes.length, start + maxLineBytes + 2);
  const lastLineFeed = bytes.lastIndexOf(LINE_FEED, windowEnd - 1);
  if (lastLineFeed >= start) {
    const length = lastLineFeed - start;
    // Only a line that fills the window can be too long by the one byte that is kept for the CR.
    const tooLong =
      length > maxLineBytes &&
      bytes[lastLineFeed - 1] !== CARRIAGE_RETURN &&
      bytes.indexOf(LINE_FEED, start) === lastLineFeed;
    return tooLong ? { kind: 'long' } : { kind: 'lines', end: lastLineFeed + 1 };
  }
  const rest = bytes.length - start;
  if (rest >= maxLineBytes + 2) return { kind: 'long' };
  if (ending === 'open') return { kind: 'partial' };
  const content = bytes[bytes.length - 1] === CARRIAGE_RETURN ? rest - 1 : rest;
  return content > maxLineBytes ? { kind: 'long' } : { kind: 'lines', end: bytes.length };
}

/** Offset behind the next line feed from `start` on; -1 where there is none. */
export function endOfLine(bytes: Buffer, start: number): number {
  return bytes.indexOf(LINE_FEED, start) + 1 || -1;
}

/** Where the line starts that has `linesAfter` lines behind it in the lines that end before `end`. */
export function startOfLineFromEnd(bytes: Buffer, end: number, linesAfter: number): number {
  let at = bytes[end - 1] === LINE_FEED ? end - 1 : end;
  for (let lines = 0; lines <= linesAfter; lines++) at = at === 0 ? -1 : bytes.lastIndexOf(LINE_FEED, at - 1);
  return at + 1;
}
