import { gunzipSync } from 'node:zlib';
import { decodeText } from '../bytes';
import { timeOfText } from '../event-time';
import { JsonScanner } from './json-scanner';
import {
  findMembers,
  firstElement,
  nextElement,
  readMembers,
  type Span,
  skipSpace,
  skipValue,
  startsWith,
  stringAt,
} from './json-values';
import type { OpenWrap } from './types';

/** An event inside a document, and the offset in the bytes at which its entry starts. */
export type WrappedEvent = {
  timeMs: number | null;
  message: string;
  group: string | null;
  stream: string | null;
  at: number;
};

const pageMembers = new Set(['events', 'searchedLogStreams', 'nextToken', 'nextForwardToken', 'nextBackwardToken']);
const entryMembers = new Set(['timestamp', 'message', 'ingestionTime', 'eventId', 'logStreamName']);
const insightsMembers = new Set(['results', 'statistics', 'status', 'queryLanguage', 'encryptionKey']);
const maxUnpackedBytes = 64 * 1024 * 1024;
/** How often a document may be packed into another. Once is usual; a hostile file could nest them without end. */
const maxWrappings = 16;
const maxEpochMs = 8.64e15;

/**
 * The events of a JSON document that wraps some: a page of `filter-log-events` or `get-log-events` or the events of one alone,
 * a subscription's document or the event of a Lambda function that carries one, a CloudTrail file, results of Logs Insights.
 * @param start where the document, which is valid JSON, starts
 * @param memberEnd see `readMembers`
 * @returns null where it wraps none: then it is an event itself, if it is an object
 */
export function readWrappedEvents(
  bytes: Buffer,
  start: number,
  memberEnd?: (start: number) => number | undefined,
  wrappings = 0,
): WrappedEvent[] | null {
  if (bytes[start] === 91) return readArray(bytes, start);
  if (bytes[start] !== 123) return null;
  const { members } = readMembers(bytes, start, memberEnd);
  const packed = members.get('awslogs');
  if (startsWith(bytes, packed, '{')) {
    const data = stringAt(bytes, readMembers(bytes, packed.start).members.get('data'));
    if (data !== null) return unpack(data, wrappings)?.map((event) => ({ ...event, at: start })) ?? null;
  }
  if (stringAt(bytes, members.get('messageType')) === 'CONTROL_MESSAGE') return [];
  for (const member of ['logEvents', 'events', 'Records', 'results'] as const) {
    const wrap = openWrap(bytes, members, member);
    const entries = members.get(member);
    if (wrap === null || !startsWith(bytes, entries, '[')) continue;
    const events = readEntries(bytes, entries.start, wrap);
    if (events !== null) return events;
  }
  return null;
}

/**
 * The same question about a document of which only the beginning is there, up to the end of the bytes.
 * @returns the wrap whose entries the bytes end in, and where the entries start; null where it wraps none
 */
export function readOpenWrap(bytes: Buffer, start: number): { wrap: OpenWrap; entries: number } | null {
  if (bytes[start] === 91) {
    const wrap = arrayWraps.find((candidate) => readEntries(bytes, start, candidate)?.length);
    return wrap === undefined ? null : { wrap, entries: start + 1 };
  }
  if (bytes[start] !== 123) return null;
  const { members } = readMembers(bytes, start);
  const last = [...members].at(-1);
  if (last === undefined || last[1].end <= bytes.length || !startsWith(bytes, last[1], '[')) return null;
  for (const member of ['logEvents', 'events', 'Records', 'results'] as const) {
    const wrap = member === last[0] ? openWrap(bytes, members, member) : null;
    if (wrap !== null && readEntries(bytes, last[1].start, wrap) !== null) return { wrap, entries: last[1].start + 1 };
  }
  return null;
}

/**
 * The event of the entry that starts at `at`, which is `null` where the entry is none of this wrap, and the offset behind it;
 * that is past the bytes where they end inside the entry.
 */
export function readEntry(bytes: Buffer, at: number, wrap: OpenWrap): { event: WrappedEvent | null; end: number } {
  if (wrap.member === 'results') return readResultRow(bytes, at);
  if (wrap.member === 'rows') return readConsoleRow(bytes, at);
  if (wrap.member === 'entries' && !hasOnlyEntryMembers(bytes, at)) return { event: null, end: skipValue(bytes, at) };
  if (bytes[at] !== 123) return { event: null, end: skipValue(bytes, at) };
  const end = findMembers(bytes, at, entryNames, entrySpans);
  if (end > bytes.length) return { event: null, end };
  const [messageSpan, timestampSpan, streamSpan, eventTimeSpan] = entrySpans;
  if (wrap.member === 'Records') {
    const eventTime = stringAt(bytes, eventTimeSpan);
    if (eventTime === null) return { event: null, end };
    const message = decodeText(bytes, at, end);
    return { event: { timeMs: timeOfText(eventTime), message, group: null, stream: null, at }, end };
  }
  const timestamp = timestampSpan === undefined ? null : readInteger(bytes, timestampSpan);
  const message = stringAt(bytes, messageSpan);
  if (message === null || timestamp === null) return { event: null, end };
  const timeMs = Math.abs(timestamp) <= maxEpochMs ? timestamp : null;
  const stream = wrap.stream ?? stringAt(bytes, streamSpan);
  return { event: { timeMs, message: trimLineEnds(message), group: wrap.group, stream, at }, end };
}

/** Members of documents that hold events. */
type WrapMember = Exclude<OpenWrap['member'], 'rows' | 'entries'>;

/** What an array of events can be. */
const arrayWraps: readonly OpenWrap[] = [
  { member: 'rows', group: null, stream: null },
  { member: 'entries', group: null, stream: null },
];

/** The events of an array that is a whole document; null where one entry is none, or there are none. */
function readArray(bytes: Buffer, start: number): WrappedEvent[] | null {
  for (const wrap of arrayWraps) {
    const events = readEntries(bytes, start, wrap);
    if (events !== null && events.length > 0) return events;
  }
  return null;
}

const entryNames = ['message', 'timestamp', 'logStreamName', 'eventTime'];
const entrySpans: (Span | undefined)[] = entryNames.map(() => undefined);

/** The wrap that a member would be, by the other members of its document; null where these rule it out. */
function openWrap(bytes: Buffer, members: Map<string, Span>, member: WrapMember): OpenWrap | null {
  const names = [...members.keys()];
  switch (member) {
    case 'logEvents': {
      const group = stringAt(bytes, members.get('logGroup'));
      return group === null ? null : { member, group, stream: stringAt(bytes, members.get('logStream')) };
    }
    case 'events':
      return names.every((name) => pageMembers.has(name)) ? { member, group: null, stream: null } : null;
    case 'Records':
      return names.length === 1 ? { member, group: null, stream: null } : null;
    case 'results':
      return names.every((name) => insightsMembers.has(name)) ? { member, group: null, stream: null } : null;
  }
}

/** The events of the array that starts at `start`, as far as the bytes go; null where one entry is none. */
function readEntries(bytes: Buffer, start: number, wrap: OpenWrap): WrappedEvent[] | null {
  const events: WrappedEvent[] = [];
  for (let at = firstElement(bytes, start); at !== -1 && at < bytes.length; ) {
    const { event, end } = readEntry(bytes, at, wrap);
    if (end > bytes.length) break;
    if (event === null) return null;
    events.push(event);
    at = nextElement(bytes, end);
  }
  return events;
}

/** A row of Logs Insights: `[{"field":"@timestamp","value":"…"},{"field":"@message","value":"…"},…]`. */
function readResultRow(bytes: Buffer, row: number): { event: WrappedEvent | null; end: number } {
  const end = skipValue(bytes, row);
  if (end > bytes.length || bytes[row] !== 91) return { event: null, end };
  const values = new Map<string, string>();
  for (let at = firstElement(bytes, row); at !== -1; ) {
    if (bytes[at] !== 123) return { event: null, end };
    const { members, end: fieldEnd } = readMembers(bytes, at);
    const field = stringAt(bytes, members.get('field'));
    const value = stringAt(bytes, members.get('value'));
    if (field === null) return { event: null, end };
    if (value !== null) values.set(field, value);
    at = nextElement(bytes, fieldEnd);
  }
  const event = eventOfResult(values);
  return { event: event === null ? null : { ...event, at: row }, end };
}

/** A row as the console of Logs Insights exports it: `{"@timestamp":"…","@message":"…",…}`. JSON messages are objects there. */
function readConsoleRow(bytes: Buffer, row: number): { event: WrappedEvent | null; end: number } {
  if (bytes[row] !== 123) return { event: null, end: skipValue(bytes, row) };
  const { members, end } = readMembers(bytes, row);
  if (end > bytes.length) return { event: null, end };
  const values = new Map<string, string>();
  for (const name of resultFields) {
    const span = members.get(name);
    const text = stringAt(bytes, span);
    if (text !== null) values.set(name, text);
    else if (name === '@message' && startsWith(bytes, span, '{'))
      values.set(name, decodeText(bytes, span.start, span.end));
    else if (name === '@timestamp' && span !== undefined && readInteger(bytes, span) !== null)
      values.set(name, decodeText(bytes, span.start, span.end));
  }
  const event = eventOfResult(values);
  return { event: event === null ? null : { ...event, at: row }, end };
}

const resultFields = ['@timestamp', '@message', '@log', '@logStream'];

/** Whether an entry is an object that holds nothing else than a log event: an array says little of what it is. */
function hasOnlyEntryMembers(bytes: Buffer, start: number): boolean {
  if (bytes[start] !== 123) return false;
  const { members } = readMembers(bytes, start);
  for (const name of members.keys()) if (!entryMembers.has(name)) return false;
  return true;
}

/** The event of a result of Logs Insights by its fields; null where time or message is not among them. */
export function eventOfResult(values: ReadonlyMap<string, string>): Omit<WrappedEvent, 'at'> | null {
  const message = values.get('@message');
  const timestamp = values.get('@timestamp');
  if (message === undefined || timestamp === undefined) return null;
  // `@log` is `ACCOUNT:GROUP`, and a group's name holds no colon.
  const log = values.get('@log') ?? '';
  return {
    timeMs: timeOfText(timestamp),
    message: trimLineEnds(message),
    group: log === '' ? null : log.slice(log.indexOf(':') + 1),
    stream: values.get('@logStream') || null,
  };
}

/** The events in the data of a Lambda function's event: base64 of gzip of one document. */
function unpack(data: string, wrappings: number): WrappedEvent[] | null {
  if (wrappings === maxWrappings || data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) return null;
  let text: string;
  try {
    const unpacked = gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: maxUnpackedBytes });
    text = new TextDecoder('utf-8', { fatal: true }).decode(unpacked);
  } catch {
    return null; // no gzip, too large, or no UTF-8: then the document wraps nothing, and is an event itself
  }
  const bytes = Buffer.from(text);
  const scanner = new JsonScanner();
  scanner.begin();
  const start = skipSpace(bytes, 0);
  if (scanner.scan(bytes, start, bytes.length, 0) !== 'done' || skipSpace(bytes, scanner.at) < bytes.length)
    return null;
  return readWrappedEvents(bytes, start, undefined, wrappings + 1);
}

/** Value of an integer; null where a span holds anything else. */
function readInteger(bytes: Buffer, { start, end }: Span): number | null {
  const negative = bytes[start] === 45;
  let value = 0;
  for (let i = negative ? start + 1 : start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < 48 || byte > 57) return null;
    value = value * 10 + byte - 48;
  }
  return negative ? 0 - value : value;
}

function trimLineEnds(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13)) end--;
  return end === text.length ? text : text.slice(0, end);
}
