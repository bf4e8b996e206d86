import { countLineFeeds, decodeText, isBlank } from '../bytes';
import { endOfLine } from './line-runs';
import { noteFault } from './note-fault';
import type { Ending, Reader, Sink, UnwrapState } from './types';
import { eventOfResult } from './wrapped-events';

/** A record larger than this is taken for a quote that nobody closed. Logs Insights gives events of 1 MB at most. */
const maxRecordBytes = 4 * 1024 * 1024;

/** Column names of a header line of Logs Insights results; null where time or message is not among them. */
export function readInsightsHeader(line: string): string[] | null {
  if (!line.includes('@timestamp') || !line.includes('@message')) return null;
  const bytes = Buffer.from(line);
  const record = readRecord(bytes, 0, 'final');
  if (record === null || record.end !== bytes.length) return null;
  const columns = record.fields.map((field) => field.trim());
  return columns.includes('@timestamp') && columns.includes('@message') ? columns : null;
}

/** Reads results of Logs Insights as CSV (RFC 4180): a header line, then a record an event, which may hold line ends. */
export function createCsvReader(sink: Sink, from: UnwrapState): Reader {
  let columns = from.resume?.kind === 'csv' ? from.resume.columns : null;
  let skipping = from.resume?.kind === 'csv' && from.resume.skipLine;
  let line = from.line;

  function readFields(fields: readonly string[]): void {
    if (fields.length === 1 && isBlank(fields[0] ?? '')) return;
    if (columns === null) {
      columns = fields.map((field) => field.trim());
      return;
    }
    const values = new Map<string, string>();
    for (const [i, column] of columns.entries()) {
      const field = fields[i];
      if (field !== undefined) values.set(column, field);
    }
    const event = eventOfResult(values);
    if (event === null || fields.length > columns.length) noteFault(sink, 'malformed', line);
    else sink.events.push({ ...event, line, header: null });
  }

  return {
    read(bytes, _base, ending) {
      let at = 0;
      while (at < bytes.length) {
        if (skipping) {
          const end = endOfLine(bytes, at);
          if (end !== -1) line++;
          skipping = end === -1;
          at = end === -1 ? bytes.length : end;
          continue;
        }
        const record = readRecord(bytes, at, ending);
        if (record !== null) {
          readFields(record.fields);
          line += countLineFeeds(bytes, at, record.end);
          at = record.end;
        } else if (ending === 'final' || bytes.length - at > maxRecordBytes) {
          noteFault(sink, 'malformed', line);
          skipping = true;
        } else break;
      }
      return at;
    },
    place: (consumed) => ({
      position: consumed,
      line,
      resume: columns === null ? null : { kind: 'csv', columns, skipLine: skipping },
    }),
  };
}

/** The record that starts at `start`, and where the next one does; null where it has no end. */
export function readRecord(bytes: Buffer, start: number, ending: Ending): { fields: string[]; end: number } | null {
  const fields: string[] = [];
  const limit = Math.min(bytes.length, start + maxRecordBytes);
  for (let i = start; ; ) {
    const quoted = bytes[i] === 34;
    const from = quoted ? i + 1 : i;
    let text = '';
    if (quoted) {
      i = closingQuote(bytes, from, limit);
      if (i === -1) return null;
      text = decodeText(bytes, from, i).replaceAll('""', '"');
      i++;
    }
    // Text behind a closing quote is no CSV; it is kept rather than lost.
    const rest = i;
    while (i < limit && bytes[i] !== 44 && bytes[i] !== 10) i++;
    const atEnd = i === bytes.length;
    if (i === limit && !atEnd) return null;
    if (atEnd && ending === 'open') return null;
    const last = atEnd || bytes[i] === 10;
    fields.push(text + decodeText(bytes, rest, last && i > rest && bytes[i - 1] === 13 ? i - 1 : i));
    if (last) return { fields, end: atEnd ? i : i + 1 };
    i++;
  }
}

function closingQuote(bytes: Buffer, start: number, limit: number): number {
  for (let i = start; i < limit; i++) {
    if (bytes[i] !== 34) continue;
    if (bytes[i + 1] !== 34) return i;
    i++;
  }
  return -1;
}
