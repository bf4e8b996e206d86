import { readAccessPreset } from '../access-presets';
import { byteOrderMarkLength } from '../bytes';
import { createCsvReader } from './csv-reader';
import { createDetector, type Detected, skipBlankStart } from './detect';
import { maxDocumentBytes } from './document-finder';
import { createDocumentReader } from './document-reader';
import { createExportReader } from './export-reader';
import { createLineReader } from './line-reader';
import { PendingBytes } from './pending-bytes';
import { readShortStamp, readTailStamp } from './stamps';
import { createTailReader } from './tail-reader';
import type { Container, Ending, RawEvent, Reader, Sink, Unwrapper, UnwrapState } from './types';

export type UnwrapOptions = {
  /** What a file is of which too little was read to tell; left out, its content tells. */
  container?: Container;
  /** JSON documents of more bytes are read entry by entry instead of being held. */
  documentBytes?: number;
};

/**
 * Makes an unwrapper: bytes of a file in, in blocks of any size, log events out. It holds the bytes of a document that is not
 * complete yet, and otherwise little more than a line.
 * @param state where to go on, as `state()` gave it; null at the start of a file
 * @see docs/formats.md §2
 */
export function createUnwrapper(state: UnwrapState | null, options: UnwrapOptions = {}): Unwrapper {
  const { documentBytes = maxDocumentBytes } = options;
  const chosen = options.container ?? null;
  const from = state === null ? startOfFile(chosen) : { ...state, container: state.container ?? chosen };
  const { header, malformed, cut } = from;
  // Workspaces of earlier versions know of no places.
  const sink: Sink = { events: [], header, malformed, cut, faults: [...(from.faults ?? [])] };
  const detector = createDetector(documentBytes);
  const pending = new PendingBytes();
  let container = from.container;
  let position = from.position;
  let reader: Reader | null = null;

  function read(bytes: Buffer, ending: Ending): number {
    let skipped = 0;
    if (reader === null) {
      const detected = container === null ? detector.detect(bytes, ending) : { container, first: null };
      if (detected === null) return 0;
      let { line } = from;
      if (position === 0) {
        if (bytes.length < 3 && ending === 'open') return 0;
        skipped = detected.container === 'json-documents' ? skipBlankStart(bytes) : byteOrderMarkLength(bytes);
        for (let i = 0; i < skipped; i++) if (bytes[i] === 10) line++;
      }
      reader = createReader(detected, sink, { ...from, line }, documentBytes);
      ({ container } = detected);
    }
    return skipped + reader.read(bytes.subarray(skipped), position + skipped, ending);
  }

  function readBlock(block: Buffer, ending: Ending): void {
    const bytes = pending.join(block);
    const consumed = read(bytes, ending);
    position += consumed;
    pending.keep(bytes, consumed);
  }

  return {
    push: (block) => readBlock(block, 'open'),
    end: (final) => readBlock(Buffer.alloc(0), final ? 'final' : 'quiet'),
    take() {
      const events: RawEvent[] = sink.events;
      sink.events = [];
      for (const event of events) event.message = readAccessPreset(event.message) ?? event.message;
      return events;
    },
    state() {
      const place = reader?.place(position) ?? { position, line: from.line, resume: from.resume };
      const { header, malformed, cut, faults } = sink;
      return { ...place, container, header, malformed, cut, faults: [...faults] };
    },
  };
}

function startOfFile(container: Container | null): UnwrapState {
  // The line above the rows of a table is none of them.
  return {
    position: 0,
    container,
    line: container === 'table' ? 0 : 1,
    header: null,
    malformed: 0,
    cut: 0,
    faults: [],
    resume: null,
  };
}

function createReader(detected: Detected, sink: Sink, from: UnwrapState, documentBytes: number): Reader {
  switch (detected.container) {
    case 'lines':
      return createLineReader(sink, from, false);
    case 'table':
      return createLineReader(sink, from, true);
    case 'tail':
      return createTailReader(sink, from, readTailStamp);
    case 'tail-short':
      return createTailReader(sink, from, readShortStamp);
    case 'export-task':
      return createExportReader(sink, from);
    case 'json-documents':
      return createDocumentReader(sink, from, documentBytes, detected.first);
    case 'insights-csv':
      return createCsvReader(sink, from);
  }
}
