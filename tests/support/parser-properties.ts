import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readAccessPreset } from '../../electron/engine/ingest/access-presets';
import { isBlank } from '../../electron/engine/ingest/bytes';
import { timeOfText, timeOfTokens } from '../../electron/engine/ingest/event-time';
import { readFlowHeader } from '../../electron/engine/ingest/flow-log';
import { readJsonObject } from '../../electron/engine/ingest/json-fields';
import { recognise } from '../../electron/engine/ingest/known-formats';
import { PathTable } from '../../electron/engine/ingest/path-table';
import { createTimeZone } from '../../electron/engine/ingest/time-zone';
import { tokenize } from '../../electron/engine/ingest/tokens';
import { createUnwrapper, type UnwrapOptions } from '../../electron/engine/ingest/unwrap/create';
import { isTailedInShort, readExportStamp, startsTail } from '../../electron/engine/ingest/unwrap/stamps';
import type { RawEvent, UnwrapState } from '../../electron/engine/ingest/unwrap/types';
import { isW3cDirective } from '../../electron/engine/ingest/w3c-log';
import { containerWriters } from './containers';

/**
 * What has to hold for hostile bytes, whichever parser gets them. A property throws where it does not; `share` says how much of
 * a run it gets.
 */
export type ParserProperty = { name: string; share: number; check: (inputs: number) => void };

const cases = join(import.meta.dirname, '..', 'cases');

function readCases(folder: string, file: string): Buffer[] {
  return readdirSync(join(cases, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readFileSync(join(cases, folder, entry.name, file)));
}

const formatMessages = readCases('formats', 'messages').map((bytes) => bytes.toString('utf8').trimEnd().split('\n'));
const startMs = Date.parse('2023-11-14T22:13:20Z');

/** Files to start from: each case of a container, and each format in each container. */
const corpus: readonly Buffer[] = [
  ...readCases('unwrap', 'input'),
  ...formatMessages.flatMap((messages) =>
    containerWriters.map(({ write }) =>
      Buffer.from(write(messages.map((text, index) => ({ timeMs: startMs + index * 1000, text })))),
    ),
  ),
];

/** Text that means something to one parser or another. */
const pieces = [
  ...[
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    ' ',
    '\t',
    ',',
    '"',
    '""',
    "'",
    '\\',
    '\\"',
    '\\u0000',
    '\\ud800',
    '\u0000',
    '\ufeff',
  ],
  ...['{', '}', '[', ']', '{}', '[]', '{"', '":', '"}', '[{', '}]', '<', '>', '</', '<request id="', '</request>', '#'],
  ...['null', 'true', 'NaN', '-', '-0', '1e999', '0', '12', '1700000000', '1700000000123', '99999999999999999999'],
  ...['2023-11-14T22:13:20.000Z ', '2022-10-05T08:32:51.123000+00:00 s ', '2022-10-05T08:32:51+00:00 s \n'],
  ...[
    '2022-10-05T08:32:51 ',
    '2022-02-30T25:61:61.999Z ',
    '14/Nov/2023:22:13:20 +0000',
    '[14/Nov/2023:22:13:20 +0000]',
  ],
  ...['"events"', '"timestamp":', '"message":', '"logEvents"', '"logGroup":"g"', '"Records"', '"eventTime":"x"'],
  ...['"results"', '{"field":"@message","value":"m"}', '@timestamp,@message\n', '"@message":', '{"awslogs":{"data":"'],
  ...['"messageType":"CONTROL_MESSAGE"', 'version srcaddr dstaddr\n', '#Version: 1.0\n', '#Fields: date time c-ip\n'],
  ...['\u001b[32m', '\u001b[0m', '🦆', 'é', '日本', '\u2028', '\u00a0', '\ud800'],
];

/** A change of a file: numbers are taken as shares of its length. */
const mutation = fc.record({
  kind: fc.constantFrom('insert', 'insert', 'delete', 'copy', 'flip', 'cut', 'splice'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 200 }),
  piece: fc.constantFrom(...pieces),
  other: fc.nat(corpus.length - 1),
  byte: fc.integer({ min: 1, max: 255 }),
});

function mutate(
  bytes: Buffer,
  { kind, at, length, piece, other, byte }: typeof mutation extends fc.Arbitrary<infer T> ? T : never,
) {
  const start = Math.floor(at * bytes.length);
  const end = Math.min(bytes.length, start + length);
  const before = bytes.subarray(0, start);
  switch (kind) {
    case 'insert':
      return Buffer.concat([before, Buffer.from(piece), bytes.subarray(start)]);
    case 'delete':
      return Buffer.concat([before, bytes.subarray(end)]);
    case 'copy':
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
    case 'flip': {
      const changed = Buffer.from(bytes);
      if (start < changed.length) changed[start] = (changed[start] as number) ^ byte;
      return changed;
    }
    case 'cut':
      return before;
    default:
      return Buffer.concat([before, corpus[other] ?? bytes]);
  }
}

/** A file that nobody meant to write. */
const hostileFile = fc
  .tuple(fc.constantFrom(...corpus), fc.array(mutation, { minLength: 1, maxLength: 6 }))
  .map(([bytes, mutations]) => mutations.reduce(mutate, bytes));

const hostileText = fc
  .tuple(hostileFile, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 300 }))
  .map(([bytes, at, length]) => {
    const start = Math.floor(at * bytes.length);
    return bytes.toString('utf8', start, start + length);
  });

/** How a file comes: sizes of its blocks, and after which of them reading starts anew from the saved state. */
const steps = fc.array(fc.record({ size: fc.integer({ min: 1, max: 300 }), anew: fc.boolean() }), {
  minLength: 1,
  maxLength: 12,
});

function readWhole(bytes: Buffer, options: UnwrapOptions): { events: RawEvent[]; state: UnwrapState } {
  const unwrapper = createUnwrapper(null, options);
  unwrapper.push(bytes);
  unwrapper.end(true);
  return { events: unwrapper.take(), state: unwrapper.state() };
}

function readInSteps(
  bytes: Buffer,
  plan: readonly { size: number; anew: boolean }[],
  options: UnwrapOptions,
): { events: RawEvent[]; state: UnwrapState } {
  let unwrapper = createUnwrapper(null, options);
  const events: RawEvent[] = [];
  let at = 0;
  for (let step = 0; at < bytes.length; step++) {
    const { size, anew } = plan[step % plan.length] ?? { size: 1, anew: false };
    unwrapper.push(bytes.subarray(at, at + size));
    at = Math.min(bytes.length, at + size);
    events.push(...unwrapper.take());
    if (!anew || step >= 30) continue;
    const state = JSON.parse(JSON.stringify(unwrapper.state())) as UnwrapState;
    if (state.position > at) throw new Error('It accounts for more than it was given.');
    unwrapper = createUnwrapper(state, options);
    at = state.position;
  }
  unwrapper.end(true);
  events.push(...unwrapper.take());
  return { events, state: unwrapper.state() };
}

function expectSame(found: unknown, wanted: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`Found ${one?.slice(0, 2000)}\nwanted ${other?.slice(0, 2000)}`);
}

const unwrapping = fc.property(
  hostileFile,
  steps,
  fc.constantFrom(60, 400, 1_000_000),
  (bytes, plan, documentBytes) => {
    const whole = readWhole(bytes, { documentBytes });
    expectSame(readInSteps(bytes, plan, { documentBytes }), whole);
    if (whole.state.position !== bytes.length) throw new Error('Some bytes were not accounted for.');
    const text = bytes.toString('utf8').replaceAll('\r\n', '\n');
    for (const { message, line, timeMs } of whole.events) {
      if (timeMs !== null && !Number.isInteger(timeMs)) throw new Error(`No time: ${timeMs}`);
      if (line < 1 || line > bytes.length + 1) throw new Error(`No line: ${line}`);
      // What carries the messages as they are can't give any other text. A preset of API Gateway is rewritten.
      const isVerbatim = ['lines', 'export-task', 'tail', 'tail-short'].includes(whole.state.container ?? '');
      if (isVerbatim && !message.startsWith('{"requestId":') && !text.includes(message.replaceAll('\r\n', '\n'))) {
        throw new Error(`Not in the file: ${JSON.stringify(message)}`);
      }
    }
  },
);

/** Messages as they may stand in a log event. */
const message = fc
  .array(
    fc.oneof(
      fc.constantFrom(...pieces),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(...formatMessages.flat()),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((parts) => Buffer.from(parts.join('')).toString('utf8'))
  .filter((text) => readAccessPreset(text.replace(/[\r\n]+$/, '')) === null);

const fitsLine = (text: string) => !/[\r\n]/.test(text) && !text.startsWith('\ufeff') && !text.startsWith('\u001b');

const isPlainLine = (text: string) =>
  fitsLine(text) &&
  !isBlank(text) &&
  readFlowHeader(text) === null &&
  !isW3cDirective(text) &&
  !/^[ \t]*[{[]/.test(text) &&
  readExportStamp(text) === null &&
  !startsTail(text) &&
  !isTailedInShort(text) &&
  !text.includes('@timestamp');

/** Messages that a container can carry so that nobody can take them for something else. */
function isCarried(container: string, text: string): boolean {
  if (container === 'lines') return isPlainLine(text);
  if (container === 'export-task') return fitsLine(text);
  // An indented message, or one that begins another line, would be one.
  if (container === 'tail' || container === 'tail-short') return isPlainLine(text) && /^\S/.test(text);
  return true;
}

const carrying = fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), steps, (messages, plan) => {
  for (const { name, container, isSaid, rewrite, write } of containerWriters) {
    if (name === 'aws logs tail --format json') continue;
    const sent = messages
      .filter((text) => isCarried(container, text))
      .map((text, index) => ({ timeMs: startMs + index * 1000, text }));
    if (sent.length === 0) continue;
    const options = isSaid ? { container } : {};
    const { events } = readInSteps(Buffer.from(write(sent)), plan, options);
    const wanted = sent.map(({ text }) => (rewrite ? rewrite(text) : text).replace(/[\r\n]+$/, ''));
    expectSame([name, events.map((event) => event.message)], [name, wanted]);
  }
});

const zones = [null, createTimeZone('America/New_York'), createTimeZone('Asia/Kathmandu')];

const times = fc.property(hostileText, fc.constantFrom(...zones), (text, zone) => {
  const tokens = tokenize(text);
  for (const time of [timeOfText(text, zone), timeOfTokens(tokens, null, zone), timeOfTokens(tokens, tokens, zone)]) {
    if (time !== null && !Number.isInteger(time)) throw new Error(`No time: ${time}`);
  }
  let from = 0;
  for (const token of tokens) {
    from = text.indexOf(token, from);
    if (from === -1) throw new Error(`Not in the message: ${JSON.stringify(token)}`);
    from += token.length;
  }
});

const json = fc.property(hostileText, (text) => {
  const leaves: string[] = [];
  const paths = new PathTable();
  const isObject = readJsonObject(text, paths, (path, value) =>
    leaves.push(JSON.stringify([paths.steps(path), value])),
  );
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // `NaN` and `Infinity` are read and count as nothing.
    if (isObject && !/NaN|Infinity/.test(text)) throw new Error(`No JSON: ${text}`);
    return;
  }
  const isWanted = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  if (isObject !== isWanted) throw new Error(`An object or none? ${text}`);
});

const presets = fc.property(hostileText, (text) => {
  const rewritten = readAccessPreset(text);
  if (rewritten !== null) {
    const values = Object.values(JSON.parse(rewritten) as Record<string, unknown>);
    for (const value of values) {
      if (typeof value !== 'string' || !text.includes(value)) throw new Error(`Made up: ${JSON.stringify(value)}`);
    }
  }
  const header = readFlowHeader(text);
  recognise(text.split('\n'), header);
});

export const parserProperties: readonly ParserProperty[] = [
  {
    name: 'a file is the same events however it comes, and their text stands in it',
    share: 5,
    check: (numRuns) => fc.assert(unwrapping, { numRuns }),
  },
  {
    name: 'every container gives back the messages that it was given',
    share: 1,
    check: (numRuns) => fc.assert(carrying, { numRuns }),
  },
  {
    name: 'times are times, and tokens stand in the message',
    share: 2,
    check: (numRuns) => fc.assert(times, { numRuns }),
  },
  { name: 'what is JSON is what JSON.parse takes', share: 1, check: (numRuns) => fc.assert(json, { numRuns }) },
  {
    name: 'presets of API Gateway and kinds of logs are found without making anything up',
    share: 1,
    check: (numRuns) => fc.assert(presets, { numRuns }),
  },
];
