import { countLineFeeds, cutAtCharacter, decodeText, isBlank, maxLineBytes } from '../bytes';
import { readFlowHeader } from '../flow-log';
import { JsonScanner } from './json-scanner';
import { endOfLine, measureRun } from './line-runs';
import { noteFault } from './note-fault';
import type { TailStamp } from './stamps';
import type { Ending, Reader, Sink, UnwrapState } from './types';

/** The largest message is 1 MB; indented it may be some times as large. */
const maxPrettyBytes = 4 * 1024 * 1024;

/**
 * Reads the output of `aws logs tail`: a line with a stamp is an event of that time and stream, the others are read as plain
 * lines. With `--format json` the stamp of a JSON message stands alone, and the message follows, indented, on lines of its
 * own.
 * @param readStamp null where a line has none
 */
export function createTailReader(sink: Sink, from: UnwrapState, readStamp: (line: string) => TailStamp | null): Reader {
  const scanner = new JsonScanner();
  let line = from.line;
  let skipping = from.resume?.kind === 'skip-line';

  function readLine(text: string, stamp: TailStamp | null): void {
    if (stamp !== null) {
      sink.events.push({ ...stamp, group: null, line, header: null });
      return;
    }
    if (isBlank(text)) return;
    const header = readFlowHeader(text);
    if (header !== null) sink.header = header;
    else sink.events.push({ timeMs: null, message: text, group: null, stream: null, line, header: sink.header });
  }

  /** The end of the JSON value on the lines from `start` on; -1 where there is none, null where the bytes end in it. */
  function findJsonEnd(bytes: Buffer, start: number, ending: Ending): number | null {
    const limit = Math.min(bytes.length, start + maxPrettyBytes);
    const isCut = limit < bytes.length;
    scanner.begin();
    const result = start === limit ? 'more' : scanner.scan(bytes, start, limit, 0);
    if (result === 'failed') return -1;
    if (result === 'more') {
      if (!isCut && ending !== 'final') return null;
      if (isCut || start === limit || !scanner.finish(0)) return -1;
    }
    const end = scanner.at;
    const rest = bytes.length - end;
    if (ending === 'open' && (rest === 0 || (rest === 1 && bytes[end] === 13))) return null;
    return rest === 0 || bytes[end] === 10 || (bytes[end] === 13 && bytes[end + 1] === 10) ? end : -1;
  }

  return {
    read(bytes, _base, ending) {
      let at = 0;
      let runEnd = 0;
      while (at < bytes.length) {
        if (skipping) {
          const end = endOfLine(bytes, at);
          if (end === -1) return bytes.length;
          skipping = false;
          line++;
          at = end;
          continue;
        }
        if (at >= runEnd) {
          const run = measureRun(bytes, at, ending);
          if (run.kind === 'partial') break;
          if (run.kind === 'long') {
            noteFault(sink, 'cut', line);
            const end = cutAtCharacter(bytes, at, maxLineBytes);
            const text = decodeText(bytes, at, end);
            readLine(text, readStamp(text));
            skipping = true;
            at = end;
            continue;
          }
          runEnd = run.end;
        }
        const next = endOfLine(bytes, at);
        let end = next === -1 ? bytes.length : next - 1;
        if (end > at && bytes[end - 1] === 13) end--;
        const text = decodeText(bytes, at, end);
        const stamp = readStamp(text);
        const jsonEnd = next !== -1 && stamp?.message === '' ? findJsonEnd(bytes, next, ending) : -1;
        if (jsonEnd === null) break;
        if (stamp !== null && jsonEnd !== -1) {
          readLine('', { ...stamp, message: decodeText(bytes, next, jsonEnd) });
          const after = endOfLine(bytes, jsonEnd);
          line += countLineFeeds(bytes, at, after === -1 ? bytes.length : after);
          at = after === -1 ? bytes.length : after;
          continue;
        }
        readLine(text, stamp);
        if (next !== -1) line++;
        at = next === -1 ? bytes.length : next;
      }
      return at;
    },
    place: (consumed) => ({ position: consumed, line, resume: skipping ? { kind: 'skip-line' } : null }),
  };
}
