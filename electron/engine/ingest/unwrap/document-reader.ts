import { countLineFeeds, decodeText } from '../bytes';
import type { FirstDocument } from './detect';
import { DocumentFinder, skipBetweenDocuments } from './document-finder';
import { JsonScanner } from './json-scanner';
import { endOfLine } from './line-runs';
import { noteFault } from './note-fault';
import type { Ending, OpenWrap, Reader, ResumePoint, Sink, UnwrapState } from './types';
import { readEntry, readOpenWrap, readWrappedEvents, type WrappedEvent } from './wrapped-events';

/** What the bytes at the current offset are part of. */
type Place =
  | { kind: 'between' }
  | { kind: 'skip-line' }
  /** The entries of a document that is too large to hold. */
  | { kind: 'in-document'; wrap: OpenWrap }
  /** The rest of such a document, which holds no events. `broken`: none of it was read, which is counted already. */
  | { kind: 'skip-document'; scanner: JsonScanner; broken: boolean };

/** How far a step came; `wait` where the bytes end before it is done. */
type Step = { at: number; wait: boolean };

/**
 * Reads JSON documents that wrap events, with white space, commas or nothing between them. A document that wraps none is an
 * event itself; what is no JSON is skipped to its line's end. A document larger than `limit` bytes is not held whole: if its
 * beginning shows that it wraps events, its entries are read one by one.
 * @param known a document that was read already, by positions in the file
 */
export function createDocumentReader(
  sink: Sink,
  from: UnwrapState,
  limit: number,
  known: FirstDocument | null,
): Reader {
  const finder = new DocumentFinder(limit);
  let place = resumePlace(from.resume);
  let first = known;
  let line = from.line;
  /** Offset up to which line feeds are counted in `line`. */
  let counted = 0;

  function countTo(bytes: Buffer, at: number): void {
    line += countLineFeeds(bytes, counted, at);
    counted = at;
  }

  /** @param base what to take off the event's offset to get one in `bytes` */
  function emit(bytes: Buffer, { timeMs, message, group, stream, at }: WrappedEvent, base = 0): void {
    countTo(bytes, at - base);
    sink.events.push({ timeMs, message, group, stream, line, header: null });
  }

  function noteMalformed(bytes: Buffer, at: number): void {
    countTo(bytes, at);
    noteFault(sink, 'malformed', line);
  }

  function skipLineFrom(bytes: Buffer, at: number): Step {
    noteMalformed(bytes, at);
    place = { kind: 'skip-line' };
    return { at, wait: false };
  }

  function readDocument(bytes: Buffer, base: number, at: number, ending: Ending): Step {
    if (first !== null && first.start === base + skipBetweenDocuments(bytes, at)) {
      const { events, end } = first;
      first = null;
      for (const event of events) emit(bytes, event, base);
      return { at: end - base, wait: false };
    }
    const found = finder.find(bytes, base, at, ending);
    switch (found.kind) {
      case 'nothing':
        return { at: bytes.length, wait: false };
      case 'unfinished':
        return { at: found.start, wait: true };
      case 'malformed':
        return skipLineFrom(bytes, found.start);
      case 'document': {
        const { start, end } = found;
        const events = readWrappedEvents(bytes, start, (at) => finder.memberEnd(at, base));
        if (events !== null) for (const event of events) emit(bytes, event);
        else if (bytes[start] !== 123) noteMalformed(bytes, start);
        else
          emit(bytes, { timeMs: null, message: decodeText(bytes, start, end), group: null, stream: null, at: start });
        return { at: end, wait: false };
      }
      case 'too-large': {
        const open = readOpenWrap(bytes.subarray(0, found.end), found.start);
        if (open !== null) {
          place = { kind: 'in-document', wrap: open.wrap };
          return { at: open.entries, wait: false };
        }
        noteMalformed(bytes, found.start);
        const scanner = new JsonScanner();
        scanner.restore(found.scan);
        place = { kind: 'skip-document', scanner, broken: true };
        return { at: found.end, wait: false };
      }
    }
  }

  function readNextEntry(bytes: Buffer, base: number, at: number, ending: Ending, wrap: OpenWrap): Step {
    const start = skipBetweenDocuments(bytes, at);
    if (bytes[start] === 93) {
      const scanner = new JsonScanner();
      scanner.beginAfterMember();
      place = { kind: 'skip-document', scanner, broken: false };
      return { at: start + 1, wait: false };
    }
    const found = finder.find(bytes, base, start, ending);
    switch (found.kind) {
      case 'nothing':
        return { at: bytes.length, wait: false };
      case 'unfinished':
        return { at: found.start, wait: true };
      case 'document': {
        const { event } = readEntry(bytes, found.start, wrap);
        if (event === null) noteMalformed(bytes, found.start);
        else emit(bytes, event);
        return { at: found.end, wait: false };
      }
      default:
        return skipLineFrom(bytes, found.start);
    }
  }

  function skipDocument(bytes: Buffer, base: number, at: number, scanner: JsonScanner, broken: boolean): Step {
    const result = scanner.scan(bytes, at, bytes.length, base);
    if (result === 'failed') {
      if (!broken) noteMalformed(bytes, scanner.at);
      place = { kind: 'skip-line' };
    } else if (result === 'done') place = { kind: 'between' };
    return { at: scanner.at, wait: false };
  }

  function step(bytes: Buffer, base: number, at: number, ending: Ending): Step {
    switch (place.kind) {
      case 'between':
        return readDocument(bytes, base, at, ending);
      case 'in-document':
        return readNextEntry(bytes, base, at, ending, place.wrap);
      case 'skip-document':
        return skipDocument(bytes, base, at, place.scanner, place.broken);
      case 'skip-line': {
        const end = endOfLine(bytes, at);
        if (end === -1) return { at: bytes.length, wait: false };
        place = { kind: 'between' };
        return { at: end, wait: false };
      }
    }
  }

  return {
    read(bytes, base, ending) {
      counted = 0;
      let at = 0;
      let wait = false;
      while (at < bytes.length && !wait) ({ at, wait } = step(bytes, base, at, ending));
      countTo(bytes, at);
      // What a document that was read in part lacks is missing where the file ends.
      const isUnfinished = place.kind === 'in-document' || (place.kind === 'skip-document' && !place.broken);
      if (ending === 'final' && isUnfinished) noteMalformed(bytes, at);
      return at;
    },
    place: (consumed) => ({ position: consumed, line, resume: savePlace(place) }),
  };
}

function resumePlace(resume: ResumePoint | null): Place {
  if (resume?.kind === 'skip-line') return resume;
  if (resume?.kind === 'in-document') return resume;
  if (resume?.kind !== 'skip-document') return { kind: 'between' };
  const scanner = new JsonScanner();
  scanner.restore(resume.scan);
  return { kind: 'skip-document', scanner, broken: resume.broken };
}

function savePlace(place: Place): ResumePoint | null {
  switch (place.kind) {
    case 'between':
      return null;
    case 'skip-document':
      return { kind: 'skip-document', scan: place.scanner.save(), broken: place.broken };
    default:
      return place;
  }
}
