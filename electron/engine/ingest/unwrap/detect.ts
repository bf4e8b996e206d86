import { byteOrderMarkLength, decodeText, isBlank, maxLineBytes } from '../bytes';
import { readInsightsHeader } from './csv-reader';
import { DocumentFinder } from './document-finder';
import { endOfLine } from './line-runs';
import { isTailedInShort, readExportStamp, startsTail } from './stamps';
import type { Container, Ending } from './types';
import { readOpenWrap, readWrappedEvents, type WrappedEvent } from './wrapped-events';

/** A document at the start of a file, from `start` to before `end`, and the events it wraps. */
export type FirstDocument = { start: number; end: number; events: WrappedEvent[] };

/** What a file is. `first` saves reading the document again that showed it. */
export type Detected = { container: Container; first: FirstDocument | null };

/** Tells the container of a file by its first bytes, which come in growing pieces. */
export type Detector = {
  /** @param bytes the file from its start   @returns null where more of it is needed */
  detect(bytes: Buffer, ending: Ending): Detected | null;
};

const lines: Detected = { container: 'lines', first: null };

/** Makes a detector for one file. @param limit how many bytes it looks at before it takes the file for plain lines */
export function createDetector(limit: number): Detector {
  const finder = new DocumentFinder(limit);
  /** Where to look for the next document; -1 before the first look. */
  let searched = -1;

  /** The first document of the file, be it on its first line or not, decides whether it is a file of documents. */
  function detectDocuments(bytes: Buffer, ending: Ending): Detected | null {
    for (;;) {
      const found = finder.find(bytes, 0, searched, ending);
      switch (found.kind) {
        case 'document': {
          const { start, end } = found;
          const events = readWrappedEvents(bytes, start, (at) => finder.memberEnd(at, 0));
          return events === null ? lines : { container: 'json-documents', first: { start, end, events } };
        }
        case 'too-large': {
          const wrap = readOpenWrap(bytes.subarray(0, found.end), found.start);
          return wrap === null ? lines : { container: 'json-documents', first: null };
        }
        case 'unfinished':
          searched = found.start;
          return null;
        case 'nothing':
          searched = bytes.length;
          return ending === 'open' && searched < limit ? null : lines;
        case 'malformed': {
          const next = endOfLine(bytes, found.start);
          searched = next === -1 ? found.start : next;
          if (searched > limit || (next === -1 && ending !== 'open')) return lines;
          if (next === -1) return null;
        }
      }
    }
  }

  /** Lines start with `[` more often than arrays do: only a whole array that wraps events makes a file one of documents. */
  function detectArray(bytes: Buffer, at: number, ending: Ending): Detected | null | 'none' {
    const found = finder.find(bytes, 0, at, ending);
    if (found.kind === 'unfinished') return null;
    if (found.kind === 'document') {
      const { start, end } = found;
      const events = readWrappedEvents(bytes, start);
      return events === null ? 'none' : { container: 'json-documents', first: { start, end, events } };
    }
    const isOpen = found.kind === 'too-large' && readOpenWrap(bytes.subarray(0, found.end), found.start) !== null;
    return isOpen ? { container: 'json-documents', first: null } : 'none';
  }

  return {
    detect(bytes, ending) {
      if (bytes.length < 3 && ending === 'open') return null;
      if (searched === -1) {
        const start = skipBlankStart(bytes);
        const partOfMark = bytes[start] === 0xef && bytes.length - start < 3;
        if (start === bytes.length || partOfMark) return ending === 'open' && start < limit ? null : lines;
        if (bytes[start] === 91) {
          const detected = detectArray(bytes, start, ending);
          if (detected !== 'none') return detected;
        }
        if (bytes[start] !== 123) {
          const container = detectLines(bytes, ending, limit);
          return container === null ? null : { container, first: null };
        }
        searched = start;
      }
      return detectDocuments(bytes, ending);
    },
  };
}

/** Offset of the first byte that is neither a byte order mark nor white space of JSON. */
export function skipBlankStart(bytes: Buffer): number {
  let i = 0;
  while (i < bytes.length) {
    const byte = bytes[i];
    if (byte === 32 || byte === 9 || byte === 10 || byte === 13) i++;
    else if (byte === 0xef && bytes[i + 1] === 0xbb && bytes[i + 2] === 0xbf) i += 3;
    else break;
  }
  return i;
}

/** The first line that is not blank decides. */
function detectLines(bytes: Buffer, ending: Ending, limit: number): Container | null {
  let start = byteOrderMarkLength(bytes);
  while (start < bytes.length && start < limit) {
    const next = endOfLine(bytes, start);
    if (next === -1 && ending === 'open' && bytes.length - start <= maxLineBytes) return null;
    let end = Math.min(next === -1 ? bytes.length : next - 1, start + maxLineBytes);
    if (bytes[end - 1] === 13) end--;
    const line = decodeText(bytes, start, end);
    if (!isBlank(line)) {
      if (readExportStamp(line) !== null) return 'export-task';
      if (startsTail(line)) return 'tail';
      if (isTailedInShort(line)) return 'tail-short';
      return readInsightsHeader(line) === null ? 'lines' : 'insights-csv';
    }
    start = next === -1 ? bytes.length : next;
  }
  return ending === 'open' && start < limit ? null : 'lines';
}
