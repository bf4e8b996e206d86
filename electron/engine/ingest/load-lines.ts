import { isUtf8 } from 'node:buffer';
import type { LogFormat } from '../../../shared/rule';
import type { GroupEntry } from '../workspace/catalog';
import { mayBeAccessPreset, readAccessPreset } from './access-presets';
import { decodeText, isBlank, maxLineBytes } from './bytes';
import type { FileRecord } from './file-record';
import { flowFields, readFlowHeader } from './flow-log';
import { JsonLineReader } from './json-line';
import type { GroupChoice, Loader } from './load';
import type { TimeZone } from './time-zone';
import { TokenLineReader } from './token-line';
import { readExportStamp } from './unwrap/stamps';
import type { RawEvent, UnwrapState } from './unwrap/types';
import { isW3cDirective, isW3cHeader } from './w3c-log';

/** Loads whole lines from their bytes, as far as each of them is plainly one event. */
export class LineLoader {
  readonly #json: JsonLineReader;
  readonly #tokens: TokenLineReader;
  readonly #lastStamp = Buffer.alloc(stampLength);
  #lastStampTime: number | null = null;

  constructor(private readonly loader: Loader) {
    const { shredder, workspace } = loader;
    this.#json = new JsonLineReader(shredder.paths, workspace.catalog, (table, path) => shredder.fieldOf(table, path));
    this.#tokens = new TokenLineReader(workspace.catalog);
  }

  /**
   * Loads lines of a file, and keeps its record true.
   * @param chunk the bytes at the record's position
   * @param onRead called whenever the record's position has moved, before a block with that position may be written
   * @returns how many of them are done with: 0 where they are for the unwrapper; the rest where something is for it, or
   *   where the last event may go on behind the chunk
   */
  async load(chunk: Buffer, record: FileRecord, choice: GroupChoice, onRead: () => void): Promise<number> {
    const { state } = record;
    // Whether what was taken for the file's end is to be taken out again, the unwrapper finds out.
    if (state === null || state.resume !== null || record.tail !== null) return 0;
    if (state.container !== 'lines' && state.container !== 'export-task' && state.container !== 'table') return 0;
    const group = await this.loader.workspace.catalog.group(choice.name, choice.matchesAll);
    const place: Place = { at: 0, line: state.line, header: state.header, missing: null, isFull: false };
    const isValid = isUtf8(chunk);
    do {
      const before = place.at;
      const events = this.#readLines(chunk, isValid, state, place, group, record, choice.zone ?? null);
      record.state = { ...state, position: state.position + place.at, line: place.line, header: place.header };
      onRead();
      await this.loader.take(record, events, place.at - before);
      if (place.missing !== null) await this.loader.openBlock(group, place.missing);
    } while (place.missing !== null || place.isFull);
    return place.at;
  }

  /** Reads lines up to one for which there is no block, or one that is not for this reader. @returns number of events */
  #readLines(
    chunk: Buffer,
    isValid: boolean,
    { container }: UnwrapState,
    place: Place,
    group: GroupEntry,
    record: FileRecord,
    zone: TimeZone | null,
  ): number {
    const { loader } = this;
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    const isExport = container === 'export-task';
    const isTable = container === 'table';
    const jsonBlock = loader.block(group, 'JSON');
    const tokenBlock = loader.block(group, 'CLF');
    const { room } = loader;
    let events = 0;
    place.missing = null;
    place.isFull = false;
    while (events < room) {
      const start = place.at;
      const lineFeed = chunk.indexOf(LINE_FEED, start);
      if (lineFeed === -1) return events;
      let end = lineFeed > start && chunk[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
      if (end - start > maxLineBytes) return events;
      let timeMs: number | null = null;
      let from = start;
      let next = lineFeed + 1;
      let lines = 1;
      if (isExport) {
        if (!this.#readStamp(chunk, start, end)) return events;
        timeMs = this.#lastStampTime;
        from = start + stampLength + 1;
        // Lines without a stamp belong to the event before them.
        while (next < chunk.length && !looksStamped(chunk, next)) {
          const more = chunk.indexOf(LINE_FEED, next);
          if (more === -1 || more - next > maxLineBytes || more - start > maxLineBytes) return events;
          end = chunk[more - 1] === CARRIAGE_RETURN ? more - 1 : more;
          next = more + 1;
          lines++;
        }
        if (next >= chunk.length) return events;
      }
      const first = chunk[from] as number;
      // The lines behind it tell whether it is an event.
      if (!isExport && !isTable && first === NUMBER_SIGN && isW3cDirective(decodeText(chunk, from, end))) return events;
      const isPreset = mayBeAccessPreset(chunk, from);
      const isPlain = lines === 1 && (isValid || isUtf8(chunk.subarray(start, end)));
      if (isPlain && first === OPENING_BRACE && jsonBlock !== null && this.#json.read(chunk, view, from, end)) {
        this.#json.write(jsonBlock, chunk, view, from, end);
        loader.endRow(jsonBlock, record, timeMs ?? this.#json.timeOf(chunk, zone), place.line);
        events++;
      } else if (
        isPlain &&
        !isPreset &&
        tokenBlock !== null &&
        (isExport || isTable ? first !== OPENING_BRACE : isSurelyTokens(chunk, from) && !hasW3cHeader(place)) &&
        this.#tokens.read(chunk, from, end)
      ) {
        this.#tokens.write(tokenBlock, chunk, view, from, end);
        const header = isExport ? null : place.header;
        loader.endRow(tokenBlock, record, timeMs ?? this.#tokens.timeOf(chunk, header, zone), place.line);
        events++;
      } else {
        const text = isExport ? decodeEvent(chunk, from, end) : decodeText(chunk, from, end);
        const message = (isPreset ? readAccessPreset(text) : null) ?? text;
        const header = isExport || isTable || first < LOWER_A || first > LOWER_Z ? null : readFlowHeader(message);
        if (header !== null) place.header = header;
        else if (isExport || isTable || !isBlank(message)) {
          const event = {
            timeMs,
            message,
            group: null,
            stream: null,
            line: place.line,
            header: isExport ? null : place.header,
          };
          place.missing = this.#addSlowly(
            event,
            group,
            record,
            zone,
            isPlain && !isPreset ? chunk.subarray(from, end) : null,
          );
          if (place.missing !== null) return events;
          events++;
        }
      }
      place.at = next;
      place.line += lines;
    }
    place.isFull = true;
    return events;
  }

  /** @param bytes of the event, where they are UTF-8   @returns the format that has no block yet; then nothing was added */
  #addSlowly(
    event: RawEvent,
    group: GroupEntry,
    record: FileRecord,
    zone: TimeZone | null,
    bytes: Buffer | null,
  ): LogFormat | null {
    const { loader } = this;
    const { format, timeMs, tokens } = loader.shredder.read(event, zone);
    const block = loader.block(group, format);
    if (block === null) return format;
    loader.shredder.write(block, event.message, tokens);
    if (bytes !== null && format === 'JSON' && loader.shredder.paths.unreported === 0) this.#json.learn(bytes);
    loader.endRow(block, record, timeMs, event.line);
    return null;
  }

  /** Whether a line has a stamp; its time is in `#lastStampTime`. */
  #readStamp(chunk: Buffer, start: number, end: number): boolean {
    if (end - start <= stampLength || chunk[start + stampLength] !== BLANK) return false;
    if (this.#lastStamp.compare(chunk, start, start + stampLength) === 0) return true;
    const stamp = readExportStamp(chunk.toString('latin1', start, start + stampLength + 1));
    if (stamp === null) return false;
    chunk.copy(this.#lastStamp, 0, start, start + stampLength);
    this.#lastStampTime = stamp.timeMs;
    return true;
  }
}

/** Where reading stands in a chunk. */
type Place = {
  at: number;
  line: number;
  header: readonly string[] | null;
  /** The next event is of this format, which has no block yet. */
  missing: LogFormat | null;
  /** So many events wait that they are to be written first. */
  isFull: boolean;
};

/** `2023-03-23T15:00:32.000Z`, without the blank behind it. */
const stampLength = 24;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BLANK = 32;
const NUMBER_SIGN = 35;
const LOWER_A = 97;
const LOWER_Z = 122;
const OPENING_BRACE = 123;

/** Whether a line is no JSON object, not blank and no header of a flow log. */
function isSurelyTokens(chunk: Buffer, start: number): boolean {
  const first = chunk[start] as number;
  if (first < LOWER_A || first > LOWER_Z) return first > BLANK && first < 127 && first !== OPENING_BRACE;
  let end = start + 1;
  while (end < start + 40 && (chunk[end] as number) > BLANK && (chunk[end] as number) < 127) end++;
  return !flowFields.has(chunk.toString('latin1', start, end));
}

function hasW3cHeader({ header }: Place): boolean {
  return header !== null && isW3cHeader(header);
}

/** Whether a line begins with the stamp of an export task. */
function looksStamped(chunk: Buffer, start: number): boolean {
  return (
    chunk[start + stampLength] === BLANK &&
    readExportStamp(chunk.toString('latin1', start, start + stampLength + 1)) !== null
  );
}

/** The text of an event of an export task: its lines, without blank ends. */
function decodeEvent(chunk: Buffer, start: number, end: number): string {
  return decodeText(chunk, start, end).replaceAll('\r\n', '\n').replace(/\n+$/, '');
}
