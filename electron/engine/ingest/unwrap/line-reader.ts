import { cutAtCharacter, decodeText, isBlank, maxLineBytes } from '../bytes';
import { readFlowHeader } from '../flow-log';
import { isW3cDirective, leadsToFields, readW3cFields } from '../w3c-log';
import { endOfLine, measureRun, startOfLineFromEnd } from './line-runs';
import { readTailStamp } from './stamps';
import type { Reader, Sink, UnwrapState } from './types';

const NUMBER_SIGN = 35;

/**
 * Reads plain lines: each is an event, the headers of flow logs and W3C logs and blank lines aside. With `tail`, a line with the stamp of
 * `aws logs tail` gives it as the event's time and stream, and the others are read as plain lines.
 */
export function createLineReader(sink: Sink, from: UnwrapState, tail: boolean): Reader {
  let line = from.line;
  let skipping = from.resume?.kind === 'skip-line';

  function readLine(text: string): void {
    const first = text.charCodeAt(0);
    if (!(first > 32 && first < 127) && isBlank(text)) return;
    if (tail) {
      const stamped = readTailStamp(text);
      if (stamped !== null) {
        sink.events.push({ ...stamped, group: null, line, header: null });
        return;
      }
    }
    const header = first === NUMBER_SIGN ? readW3cFields(text) : readFlowHeader(text);
    if (header !== null) sink.header = header;
    else sink.events.push({ timeMs: null, message: text, group: null, stream: null, line, header: sink.header });
  }

  return {
    read(bytes, _base, ending) {
      let at = 0;
      while (at < bytes.length) {
        if (skipping) {
          const end = endOfLine(bytes, at);
          if (end === -1) return bytes.length;
          skipping = false;
          line++;
          at = end;
          continue;
        }
        const run = measureRun(bytes, at, ending);
        if (run.kind === 'partial') break;
        if (run.kind === 'long') {
          sink.cut++;
          const end = cutAtCharacter(bytes, at, maxLineBytes);
          readLine(decodeText(bytes, at, end));
          skipping = true;
          at = end;
          continue;
        }
        const text = decodeText(bytes, at, run.end);
        const isWhole = ending !== 'open' && run.end === bytes.length;
        let waiting = false;
        for (let start = 0; start < text.length; ) {
          const lineFeed = text.indexOf('\n', start);
          let end = lineFeed === -1 ? text.length : lineFeed;
          const next = lineFeed === -1 ? text.length : lineFeed + 1;
          if (end > start && text.charCodeAt(end - 1) === 13) end--;
          const content = text.slice(start, end);
          const leads = text.charCodeAt(start) === NUMBER_SIGN && isLeading(content, text, next, isWhole);
          if (leads === null) {
            at = startOfLineFromEnd(bytes, run.end, countLines(text, next));
            waiting = true;
            break;
          }
          if (!leads) readLine(content);
          if (lineFeed !== -1) line++;
          start = next;
        }
        if (!waiting) at = run.end;
        else if (run.end === bytes.length) break;
      }
      return at;
    },
    place: (consumed) => ({ position: consumed, line, resume: skipping ? { kind: 'skip-line' } : null }),
  };
}

/** Whether a line is the beginning of a W3C log's header, which is no event; null where more has to be read to tell. */
function isLeading(line: string, text: string, next: number, isWhole: boolean): boolean | null {
  if (!isW3cDirective(line) || readW3cFields(line) !== null) return false;
  return leadsToFields(text, next, isWhole);
}

function countLines(text: string, start: number): number {
  let count = 0;
  for (let at = start; at < text.length; count++) at = text.indexOf('\n', at) + 1 || text.length;
  return count;
}
