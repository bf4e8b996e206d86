import { expect, test } from 'vitest';
import type { Note } from '../../../shared/export';
import { parseRule } from '../rules/parse';
import { printNotes, redactNotes } from './notes';

const definition = {
  Schema: { Name: 'CloudWatchLogRule', Version: 1 },
  LogGroupNames: ['requests'],
  LogFormat: 'JSON',
  Contribution: { Keys: ['$.customer', '$.region'], Filters: [] },
  AggregateOn: 'Count',
};
const rule = parseRule(JSON.stringify(definition)).rule!;
const startMs = Date.UTC(2026, 10, 19, 8, 55);
const note = (more: Partial<Note>): Note => ({
  text: 'Look',
  timeMs: null,
  endMs: null,
  keys: null,
  fields: null,
  ...more,
});
const fields = ['$.customer', '$.region'];
const redaction = { secret: 'secret', fields: new Set(['["customer"]']) };

test('a note says when and whom before its text; one on the whole report says its text alone', () => {
  const notes = [
    note({ text: 'All quiet' }),
    note({ timeMs: startMs }),
    note({ timeMs: startMs, endMs: startMs + 600_000, keys: ['cust-1', 'eu'] }),
  ];
  expect(printNotes(notes)).toEqual([
    '1. All quiet',
    '2. 19 Nov 2026, 08:55 UTC: Look',
    '3. 19 Nov 2026, 08:55 – 09:05 UTC, cust-1 · eu: Look',
  ]);
});

test('redacted keys of a note become pseudonyms, the others and the text stay', () => {
  const [hidden] = redactNotes([note({ text: 'cust-1 again', keys: ['cust-1', 'eu'], fields })], rule, redaction);
  expect(hidden?.keys).toEqual([expect.stringMatching(/^x-[0-9a-f]{12}$/), 'eu']);
  expect(hidden?.text).toBe('cust-1 again');
  expect(redactNotes([note({ keys: ['cust-1', 'eu'] })], rule, null)[0]?.keys).toEqual(['cust-1', 'eu']);
});

test('a note from when the rule had other keys, or nobody knows which, gives none of them away', () => {
  const told = (more: Partial<Note>) => redactNotes([note(more)], rule, redaction)[0]?.keys;
  const hidden = (count: number) => Array.from({ length: count }, () => expect.stringMatching(/^x-[0-9a-f]{12}$/));
  expect(told({ keys: ['eu', 'cust-1', 'x'], fields: [...fields, '$.x'] })).toEqual(hidden(3));
  expect(told({ keys: ['eu', 'cust-1'], fields: ['$.region', '$.customer'] })).toEqual(hidden(2));
  expect(told({ keys: ['cust-1', 'eu'], fields: ['no path', '$.region'] })).toEqual(hidden(2));
  expect(told({ keys: ['cust-1', 'eu'] })).toEqual(hidden(2));
});
