import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxLineBytes } from '../bytes';
import { createUnwrapper, type UnwrapOptions } from './create';
import type { RawEvent, UnwrapState } from './types';

function readAll(input: Buffer | string, options: UnwrapOptions = {}) {
  const unwrapper = createUnwrapper(null, options);
  unwrapper.push(Buffer.from(input));
  unwrapper.end(true);
  return { events: unwrapper.take(), state: unwrapper.state() };
}

const messagesOf = (events: readonly RawEvent[]) => events.map(({ message }) => message);

/** Pieces that mean something to one container or another, in any order: files as nobody writes them. */
const piece = fc.constantFrom(
  ...[
    '\n',
    '\r\n',
    ' ',
    ',',
    '\ufeff',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    'é🦆',
    'plain text',
    '{broken',
    '12',
    '1.',
    'null',
  ],
  ...[
    '#Version: 1.0\n',
    '#Fields: date time x\r\n',
    '#Date: ',
    '[{"@timestamp":"2024-04-08 09:17:23","@message":{"a":1}}]',
  ],
  ...[
    '2022-10-05T08:32:51.123000+00:00 stream \n',
    '2022-10-05T08:32:51+00:00 s ',
    '2022-10-05T08:32:51 {}\n',
    '\u001b[32m',
  ],
  ...['start end\n', '2023-03-23T15:00:32.000Z ', '2022-10-05T08:32:51.123000+00:00 stream ', '@timestamp,@message\n'],
  ...[
    '{"a":1}',
    '{"a":\n',
    '"a":',
    '{"events":[',
    '],"nextToken":"x"}',
    '{"Records":[',
    '{"results":[',
    '],"status":"x"}',
  ],
  ...['{"logGroup":"g","logStream":"s","logEvents":[', ']}', '{"timestamp":1,"message":"one"}', '{"eventTime":"soon"}'],
  ...[
    '{"timestamp":1700000000000,"message":"{\\"a\\":1}\\n","logStreamName":"\\ud800"}',
    '{"timestamp":1.0,"message":""}',
  ],
  ...['[{"field":"@message","value":"m"},{"field":"@timestamp","value":"t"}]', '2024-04-08 09:17:23,"a ""b""\nc"\n'],
);
const file = fc
  .array(fc.oneof({ weight: 9, arbitrary: piece }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }) }), {
    maxLength: 30,
  })
  .map((pieces) => Buffer.concat(pieces.map((part) => Buffer.from(part as string))));

describe('an unwrapper', () => {
  test('gives the same events however the bytes are cut into blocks, and wherever it is made anew from its state', () => {
    const steps = fc.array(fc.record({ size: fc.integer({ min: 1, max: 60 }), anew: fc.boolean() }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(file, steps, fc.constantFrom(40, 120, 10_000), (bytes, plan, documentBytes) => {
        const expected = readAll(bytes, { documentBytes });
        let unwrapper = createUnwrapper(null, { documentBytes });
        const events: RawEvent[] = [];
        let at = 0;
        for (let i = 0; at < bytes.length; i++) {
          const { size, anew } = plan[i % plan.length] ?? { size: 1, anew: false };
          const block = Buffer.from(bytes.subarray(at, at + size));
          unwrapper.push(block);
          block.fill(0); // the reader of the file uses it again
          at += block.length;
          events.push(...unwrapper.take());
          const state = JSON.parse(JSON.stringify(unwrapper.state())) as UnwrapState;
          expect(state.position).toBeLessThanOrEqual(at);
          if (anew && i < 50) {
            unwrapper = createUnwrapper(state, { documentBytes });
            at = state.position;
          }
        }
        unwrapper.end(true);
        events.push(...unwrapper.take());
        expect(events).toEqual(expected.events);
        expect(unwrapper.state()).toEqual(expected.state);
        expect(expected.state.position).toBe(bytes.length);
      }),
      { numRuns: 1500 },
    );
  });

  test('reads documents larger than it holds entry by entry, as it would have read them whole', () => {
    const page = {
      events: Array.from({ length: 200 }, (_, i) => ({ timestamp: i, message: `${i} "quoted"\n`, logStreamName: 's' })),
      searchedLogStreams: [{ name: 's', complete: true }],
      nextToken: '12',
    };
    const text = `${JSON.stringify(page, null, 1)}\n${JSON.stringify({ ...page, nextToken: undefined })}`;
    const { events, state } = readAll(text, { documentBytes: 500 });
    expect(events).toHaveLength(400);
    expect(events).toEqual(readAll(text).events);
    expect(state.malformed).toBe(0);
  });

  test.each([
    ['{"logGroup":"g","logStream":"s","logEvents":[', '{"timestamp":1,"message":"m"}', '],"owner":"1"}', 'm'],
    ['{"Records":[', '{"eventTime":"2023-07-10T12:00:00Z"}', ']}', '{"eventTime":"2023-07-10T12:00:00Z"}'],
    ['{"results":[', '[{"field":"@timestamp","value":"x"},{"field":"@message","value":"m"}]', ']}', 'm'],
  ])('does so for %s', (head, entry, tail, message) => {
    const { events } = readAll(head + Array(50).fill(entry).join(',') + tail, { documentBytes: 200 });
    expect(messagesOf(events)).toEqual(Array(50).fill(message));
  });

  test('skips a document that is too large and wraps nothing, and counts it', () => {
    const page = '{"events":[{"timestamp":1,"message":"m"}]}';
    const { events, state } = readAll(`${page}{"a":[${'1.5,'.repeat(200)}"]}"]}${page}`, { documentBytes: 100 });
    expect(messagesOf(events)).toEqual(['m', 'm']);
    expect(state.malformed).toBe(1);
  });

  test.each([
    ['that is whole', '"end"]}'],
    ['that is no JSON from some line on', 'nonsense]}'],
    ['that the file ends in', ''],
  ])('names the first line of such a document %s', (_, end) => {
    const page = '{"events":[{"timestamp":1,"message":"m"}]}\n';
    const { state } = readAll(`${page}{"a":[${'1.5,\n'.repeat(200)}${end}`, { documentBytes: 100 });
    expect([state.malformed, state.faults]).toEqual([1, [{ kind: 'malformed', line: 2 }]]);
  });

  test('keeps the first places of many, and the state that it gave stays as it was', () => {
    const unwrapper = createUnwrapper(null, { container: 'json-documents' });
    unwrapper.push(Buffer.from('no\nno\n'));
    const early = unwrapper.state();
    unwrapper.push(Buffer.from('no\n'.repeat(100)));
    expect(early.faults.map(({ line }) => line)).toEqual([1, 2]);
    expect(unwrapper.state()).toMatchObject({ malformed: 102 });
    expect(unwrapper.state().faults.map(({ line }) => line)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  test('counts a large document that ends in the middle', () => {
    const { events, state } = readAll(`{"events":[${'{"timestamp":1,"message":"m"},'.repeat(20)}`, {
      documentBytes: 100,
    });
    expect(events).toHaveLength(20);
    expect(state.malformed).toBe(1);
  });

  test('takes time linear in the length of a file whose lines all open what is never closed', () => {
    const started = performance.now();
    const { state } = readAll(`{"events":[]}${'{"a":\n'.repeat(200_000)}`);
    expect(state.malformed).toBe(200_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('cuts a line of more than a MiB at a character, and counts it', () => {
    const fits = `${'x'.repeat(maxLineBytes - 2)}é`;
    const { events, state } = readAll(`${fits}\r\n${fits}!\n${'x'.repeat(maxLineBytes - 1)}é\r\nnext`);
    expect(messagesOf(events).map((message) => message.length)).toEqual([
      maxLineBytes - 1,
      maxLineBytes - 1,
      maxLineBytes - 1,
      4,
    ]);
    expect(events.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
    expect(state.cut).toBe(2);
  });

  test('holds no more than a line of a file that has one endless line', () => {
    const unwrapper = createUnwrapper(null);
    const block = Buffer.alloc(1 << 20, 'x');
    for (let i = 0; i < 64; i++) unwrapper.push(block);
    expect(unwrapper.take()).toHaveLength(1);
    expect(unwrapper.state()).toMatchObject({ position: 64 << 20, cut: 1, resume: { kind: 'skip-line' } });
  });

  test('cuts lines inside an event of an export, too', () => {
    const long = 'x'.repeat(maxLineBytes + 5);
    const { events, state } = readAll(`2023-03-23T15:00:32.000Z a\n${long}\nb\n2023-03-23T15:00:33.000Z ${long}`);
    expect(messagesOf(events).map((message) => message.length)).toEqual([maxLineBytes + 4, maxLineBytes - 25]);
    expect(state.cut).toBe(2);
  });
});

describe('at the end of a file that may grow', () => {
  test('the last line is read, and what is added to it is a line of its own', () => {
    const unwrapper = createUnwrapper(null);
    unwrapper.push(Buffer.from('one\ntwo'));
    expect(messagesOf(unwrapper.take())).toEqual(['one']);
    expect(unwrapper.state()).toMatchObject({ position: 4, line: 2 });
    unwrapper.end(false);
    unwrapper.push(Buffer.from(' more\nthree\n'));
    expect(messagesOf(unwrapper.take())).toEqual(['two', ' more', 'three']);
  });

  test('the last event of an export waits for the next or for the end', () => {
    const unwrapper = createUnwrapper(null);
    unwrapper.push(Buffer.from('2023-03-23T15:00:32.000Z a\n2023-03-23T15:00:33.000Z b\nc\n'));
    expect(messagesOf(unwrapper.take())).toEqual(['a']);
    expect(unwrapper.state()).toMatchObject({ position: 27, line: 2 });
    unwrapper.end(false);
    expect(messagesOf(unwrapper.take())).toEqual(['b\nc']);
    unwrapper.push(Buffer.from('late\n2023-03-23T15:00:34.000Z d\n'));
    unwrapper.end(true);
    expect(messagesOf(unwrapper.take())).toEqual(['d']);
    expect(unwrapper.state().malformed).toBe(1);
  });

  test('a document that is still being written is waited for', () => {
    const page = '{"events":[{"timestamp":1,"message":"m"}]}';
    const unwrapper = createUnwrapper(null);
    unwrapper.push(Buffer.from(page.slice(0, 20)));
    unwrapper.end(false);
    expect(unwrapper.state()).toMatchObject({ position: 0, container: null });
    unwrapper.push(Buffer.from(page.slice(20) + page.slice(0, 20)));
    unwrapper.end(false);
    expect(messagesOf(unwrapper.take())).toEqual(['m']);
    expect(unwrapper.state()).toMatchObject({ position: page.length, container: 'json-documents', malformed: 0 });
    unwrapper.push(Buffer.from(page.slice(20)));
    expect(messagesOf(unwrapper.take())).toEqual(['m']);
  });

  test('a file that turned out to hold no document is read as lines', () => {
    const unwrapper = createUnwrapper(null);
    unwrapper.push(Buffer.from('{broken\nplain\n'));
    unwrapper.end(false);
    expect(messagesOf(unwrapper.take())).toEqual(['{broken', 'plain']);
  });
});

test('what the user says a file is counts more than its content', () => {
  const { events } = readAll('{"events":[{"timestamp":1,"message":"m"}]}\n', { container: 'lines' });
  expect(messagesOf(events)).toEqual(['{"events":[{"timestamp":1,"message":"m"}]}']);
});
