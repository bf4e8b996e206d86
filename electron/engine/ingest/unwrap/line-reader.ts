import { cutAtCharacter, decodeText, isBlank, maxLineBytes } from '../bytes';
import { readFlowHeader } from '../flow-log';
import { isW3cDirective, leadsToFields, lookAheadBytes, readW3cFields } from '../w3c-log';
import { endOfLine, measureRun, startOfLineFromEnd } from './line-runs';
import { noteFault } from './note-fault';
import type { Ending, Reader, Sink, UnwrapState } from './types';

const NUMBER_SIGN = 35;

/**
 * Reads plain lines: each is an event, the headers of flow logs and W3C logs and blank lines aside. In a table the first line
 * has the names of the fields, if any, and each further line is an event.
 */
export function createLineReader(sink: Sink, from: UnwrapState, isTable: boolean): Reader {
  let line = from.line;
  let skipping = from.resume?.kind === 'skip-line';

  function readLine(text: string): void {
    const first = text.charCodeAt(0);
    if (isTable) {
      if (line > 0)
        sink.events.push({ timeMs: null, message: text, group: null, stream: null, line, header: sink.header });
      else if (text !== '') sink.header = text.split(' ');
      return;
    }
    if (!(first > 32 && first < 127) && isBlank(text)) return;
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
          noteFault(sink, 'cut', line);
          const end = cutAtCharacter(bytes, at, maxLineBytes);
          readLine(decodeText(bytes, at, end));
          skipping = true;
          at = end;
          continue;
        }
        const text = decodeText(bytes, at, run.end);
        let end = run.end;
        for (let start = 0; start < text.length; ) {
          const lineFeed = text.indexOf('\n', start);
          let lineEnd = lineFeed === -1 ? text.length : lineFeed;
          const next = lineFeed === -1 ? text.length : lineFeed + 1;
          if (lineEnd > start && text.charCodeAt(lineEnd - 1) === 13) lineEnd--;
          const content = text.slice(start, lineEnd);
          const isOfHeader =
            !isTable && text.charCodeAt(start) === NUMBER_SIGN && leads(content, text, next, bytes, run.end, ending);
          if (isOfHeader === null) {
            end = startOfLineFromEnd(bytes, run.end, countLines(text, next));
            break;
          }
          if (!isOfHeader) readLine(content);
          if (lineFeed !== -1) line++;
          start = next;
        }
        at = end;
        if (end < run.end) break;
      }
      return at;
    },
    place: (consumed) => ({ position: consumed, line, resume: skipping ? { kind: 'skip-line' } : null }),
  };
}

/**
 * Whether a line leads to the field names of a W3C log: see `leadsToFields`.
 * @param next where the line after it starts in `text`, which is decoded from the bytes before `end`
 */
function leads(line: string, text: string, next: number, bytes: Buffer, end: number, ending: Ending): boolean | null {
  if (!isW3cDirective(line) || readW3cFields(line) !== null) return false;
  const known = leadsToFields(text.slice(next), false);
  if (known !== null) return known;
  const aheadEnd = Math.min(bytes.length, end + lookAheadBytes);
  return leadsToFields(
    text.slice(next) + decodeText(bytes, end, aheadEnd),
    ending !== 'open' && aheadEnd === bytes.length,
  );
}

function countLines(text: string, start: number): number {
  let count = 0;
  for (let at = start; at < text.length; count++) at = text.indexOf('\n', at) + 1 || text.length;
  return count;
}
