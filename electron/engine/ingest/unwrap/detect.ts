import { byteOrderMarkLength, decodeText, isBlank, maxLineBytes } from '../bytes';
import { readInsightsHeader } from './csv-reader';
import { DocumentFinder } from './document-finder';
import { endOfLine } from './line-runs';
import { readExportStamp, readTailStamp } from './stamps';
import type { Container, Ending } from './types';
import { readOpenWrap, readWrappedEvents } from './wrapped-events';

/** Tells the container of a file by its first bytes, which come in growing pieces. */
export type Detector = {
  /** @param bytes the file from its start   @returns null where more of it is needed */
  detect(bytes: Buffer, ending: Ending): Container | null;
};

/** Makes a detector for one file. @param limit how many bytes it looks at before it takes the file for plain lines */
export function createDetector(limit: number): Detector {
  const finder = new DocumentFinder(limit);
  /** Where to look for the next document; -1 before the first look. */
  let searched = -1;

  /** The first document of the file, be it on its first line or not, decides whether it is a file of documents. */
  function detectDocuments(bytes: Buffer, ending: Ending): Container | null {
    for (;;) {
      const found = finder.find(bytes, 0, searched, ending);
      switch (found.kind) {
        case 'document':
          return readWrappedEvents(bytes, found.start) === null ? 'lines' : 'json-documents';
        case 'too-large':
          return readOpenWrap(bytes.subarray(0, found.end), found.start) === null ? 'lines' : 'json-documents';
        case 'unfinished':
          searched = found.start;
          return null;
        case 'nothing':
          searched = bytes.length;
          return ending === 'open' && searched < limit ? null : 'lines';
        case 'malformed': {
          const next = endOfLine(bytes, found.start);
          searched = next === -1 ? found.start : next;
          if (searched > limit || (next === -1 && ending !== 'open')) return 'lines';
          if (next === -1) return null;
        }
      }
    }
  }

  return {
    detect(bytes, ending) {
      if (bytes.length < 3 && ending === 'open') return null;
      if (searched === -1) {
        const start = skipBlankStart(bytes);
        const partOfMark = bytes[start] === 0xef && bytes.length - start < 3;
        if (start === bytes.length || partOfMark) return ending === 'open' && start < limit ? null : 'lines';
        if (bytes[start] !== 123) return detectLines(bytes, ending, limit);
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
      if (readTailStamp(line) !== null) return 'tail';
      return readInsightsHeader(line) === null ? 'lines' : 'insights-csv';
    }
    start = next === -1 ? bytes.length : next;
  }
  return ending === 'open' && start < limit ? null : 'lines';
}
