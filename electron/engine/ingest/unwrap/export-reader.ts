import { cutAtCharacter, decodeText, isBlank, maxLineBytes } from '../bytes';
import { endOfLine, measureRun, startOfLineFromEnd } from './line-runs';
import { noteFault } from './note-fault';
import { readExportStamp } from './stamps';
import type { Reader, Sink, UnwrapState } from './types';

/** An event of more text than this is cut after the line that reaches it. */
const maxEventLength = 64 * 1024 * 1024;

/** The event that the lines read last belong to. `truncated`: further lines are left out. */
type OpenEvent = {
  timeMs: number | null;
  lines: string[];
  length: number;
  truncated: boolean;
  cutLines: number;
  line: number;
  position: number;
};

/**
 * Reads the file of an export task: a stamp starts an event, and the lines without one that follow belong to it. So an
 * event is complete only when the next one starts; until then the place to resume is its start.
 */
export function createExportReader(sink: Sink, from: UnwrapState): Reader {
  let line = from.line;
  let skipping = from.resume?.kind === 'skip-line';
  const current: { event: OpenEvent | null } = { event: null };

  function closeEvent(): void {
    const { event } = current;
    if (event === null) return;
    sink.events.push({
      timeMs: event.timeMs,
      message: trimLineFeeds(event.lines.join('\n')),
      group: null,
      stream: null,
      line: event.line,
      header: null,
    });
    for (let at = event.cutLines + (event.truncated ? 1 : 0); at > 0; at--) noteFault(sink, 'cut', event.line);
    current.event = null;
  }

  /** @returns whether the line starts an event */
  function readLine(text: string): boolean {
    const stamped = readExportStamp(text);
    const { event } = current;
    if (stamped !== null) {
      closeEvent();
      const { timeMs, message } = stamped;
      const length = message.length;
      current.event = { timeMs, lines: [message], length, truncated: false, cutLines: 0, line, position: -1 };
      return true;
    }
    if (event === null) {
      // The late rest of an event that was taken for complete when the file was quiet.
      if (!isBlank(text)) noteFault(sink, 'malformed', line);
    } else if (event.length >= maxEventLength) {
      event.truncated = true;
    } else {
      event.lines.push(text);
      event.length += text.length + 1;
    }
    return false;
  }

  function readLongLine(bytes: Buffer, at: number, position: number): number {
    const end = cutAtCharacter(bytes, at, maxLineBytes);
    const starts = readLine(decodeText(bytes, at, end));
    const { event } = current;
    if (event === null) noteFault(sink, 'cut', line);
    else {
      event.cutLines++;
      if (starts) event.position = position;
    }
    return end;
  }

  function readRun(bytes: Buffer, at: number, runEnd: number, base: number): void {
    const text = decodeText(bytes, at, runEnd);
    let linesAfter = -1;
    for (let start = 0; start < text.length; ) {
      const lineFeed = text.indexOf('\n', start);
      let end = lineFeed === -1 ? text.length : lineFeed;
      const next = lineFeed === -1 ? text.length : lineFeed + 1;
      if (end > start && text.charCodeAt(end - 1) === 13) end--;
      if (readLine(text.slice(start, end))) linesAfter = 0;
      else if (linesAfter !== -1) linesAfter++;
      if (lineFeed !== -1) line++;
      start = next;
    }
    // Only the last event's position is needed, and counting back for it is cheaper than keeping count for each.
    const { event } = current;
    if (linesAfter !== -1 && event !== null) event.position = base + startOfLineFromEnd(bytes, runEnd, linesAfter);
  }

  return {
    read(bytes, base, ending) {
      let at = 0;
      while (at < bytes.length) {
        if (skipping) {
          const end = endOfLine(bytes, at);
          if (end !== -1) line++;
          skipping = end === -1;
          at = end === -1 ? bytes.length : end;
          continue;
        }
        const run = measureRun(bytes, at, ending);
        if (run.kind === 'partial') break;
        if (run.kind === 'long') {
          at = readLongLine(bytes, at, base + at);
          skipping = true;
        } else {
          readRun(bytes, at, run.end, base);
          at = run.end;
        }
      }
      if (ending !== 'open') closeEvent();
      return at;
    },
    place(consumed) {
      const { event } = current;
      if (event !== null) return { position: event.position, line: event.line, resume: null };
      return { position: consumed, line, resume: skipping ? { kind: 'skip-line' } : null };
    },
  };
}

function trimLineFeeds(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 10) end--;
  return end === text.length ? text : text.slice(0, end);
}
