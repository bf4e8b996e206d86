import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../bench/random.mjs';
import { call } from '../../electron/engine/door';
import { draftRule } from '../../renderer/explore/rule';
import type { Board } from '../../shared/explore';
import { explore } from '../support/explore-boards';
import {
  binReferenceNumbers,
  countRemaining,
  listReferenceNumbers,
  makeReferenceBoard,
  type ReferenceEvent,
  type ReferenceQuestion,
} from '../support/explore-reference';
import { makeFolder, openBefore, openEngine } from '../support/workspace';

const quiet = { signal: new AbortController().signal, progress: () => {} };
const startMs = Date.UTC(2026, 10, 19, 6);

const longText = 'long '.repeat(300);
/** Name of a field, its reference, and how its values are chosen: as JSON, or undefined where it is absent. */
const shopFields: { name: string; reference: string; pick: (random: (limit: number) => number) => unknown }[] = [
  { name: 'status', reference: '$.status', pick: (random) => ['200', 200, 404, 502, '-'][random(5)] },
  { name: 'Status', reference: '$.Status', pick: (random) => ['ok', 'OK', undefined][random(3)] },
  { name: '', reference: "$['']", pick: (random) => ['', ' ', 'x'][random(3)] },
  { name: `it's "a.b" \\`, reference: `$['it\\'s "a.b" \\\\']`, pick: (random) => `v${random(4)}` },
  {
    name: '"; DROP TABLE meta; --',
    reference: `$['"; DROP TABLE meta; --']`,
    pick: (random) => ["'; DROP TABLE meta; --", '%', '_', '🦆'][random(4)],
  },
  { name: '__proto__x', reference: '$.__proto__x', pick: (random) => ['constructor', '__proto__', true][random(3)] },
  { name: 'customer', reference: '$.customer', pick: (random) => `c${Math.floor(40 * (random(1000) / 1000) ** 2)}` },
  {
    name: 'latency',
    reference: '$.latency',
    pick: (random) => [random(9000), random(400) / 8, '-', 0, '1.50'][random(5)],
  },
  { name: 'balance', reference: '$.balance', pick: (random) => random(200) - 100 },
  { name: 'bytes', reference: '$.bytes', pick: (random) => (random(9) === 0 ? undefined : 2 ** random(40)) },
  { name: 'code', reference: '$.code', pick: (random) => ['007', '7', 7.5, '7.50', '1e3'][random(5)] },
  {
    name: 'note',
    reference: '$.note',
    pick: (random) => (random(3) === 0 ? longText + random(2) : 'line\nbreak\ttab'),
  },
  { name: 'constant', reference: '$.constant', pick: () => 1_234_567_890_123 },
  { name: 'rare', reference: '$.rare', pick: (random) => (random(150) === 0 ? 'yes' : undefined) },
];

function textOf(value: unknown): string {
  return String(value);
}

function makeShop(count: number): { lines: string[]; events: ReferenceEvent[] } {
  const random = createRandom(7);
  const lines: string[] = [];
  const events: ReferenceEvent[] = [];
  for (let index = 0; index < count; index++) {
    const timeMs = startMs + index * 1000;
    const fields = new Map([['$.time', new Date(timeMs).toISOString()]]);
    const members = [`"time":${JSON.stringify(fields.get('$.time'))}`];
    for (const { name, reference, pick } of shopFields) {
      const value = pick(random);
      if (value === undefined) continue;
      members.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
      fields.set(reference, textOf(value));
    }
    lines.push(`{${members.join(',')}}`);
    events.push({ timeMs, fields });
  }
  return { lines, events };
}

describe('over JSON events with hostile names and mixed values', () => {
  const shop = makeShop(4000);
  const wholeQuestion: ReferenceQuestion = {
    startMs: null,
    endMs: null,
    filters: [],
    measure: { kind: 'events' },
    limit: 6,
  };

  const { engine } = openBefore(async (opened, folder) => {
    await mkdir(join(folder, 'logs'));
    await writeFile(join(folder, 'logs', 'shop.log'), `${shop.lines.join('\n')}\n`);
    await opened.addSource({ path: join(folder, 'logs'), group: 'shop' });
  });

  const customers = { reference: '$.customer', values: ['c1', 'c30', 'nobody'], exclude: false };
  const questions: Record<string, Partial<ReferenceQuestion>> = {
    'all events': {},
    'kept values': { filters: [customers] },
    'excluded values': { filters: [{ reference: '$.status', values: ['200', '-'], exclude: true }] },
    'values of several kinds': {
      filters: [{ reference: '$.code', values: ['7', '7.5', '7.50', 'x'], exclude: false }],
    },
    'an excluded value beside others of several kinds': {
      filters: [{ reference: '$.latency', values: ['0', '1.50'], exclude: true }],
    },
    'filters of two fields, few events, a time range': {
      startMs: startMs + 600_000,
      endMs: startMs + 1_800_000,
      filters: [customers, { reference: '$.Status', values: ['ok'], exclude: false }],
    },
    'a field with a hostile name': {
      filters: [{ reference: `$['"; DROP TABLE meta; --']`, values: ["'; DROP TABLE meta; --", '🦆'], exclude: false }],
    },
    'a value that no event has': { filters: [{ reference: '$.customer', values: ['nobody'], exclude: false }] },
    'a field that no event has': { filters: [{ reference: '$.absent', values: ['x'], exclude: true }] },
    'the sum of integers': { measure: { kind: 'sum', reference: '$.bytes' } },
    'the sum of numbers of all kinds, of few events': {
      measure: { kind: 'sum', reference: '$.latency' },
      filters: [customers],
      limit: 3,
    },
    'the sum of a field that is no number': { measure: { kind: 'sum', reference: '$.Status' } },
  };

  test.each(Object.entries(questions))(
    'boards of %s are those that counting event by event gives',
    async (_name, part) => {
      const question = { ...wholeQuestion, ...part };
      const explored = await explore(engine(), { group: 'shop', ...question });
      expect(explored).toMatchObject({ events: 4000, remaining: countRemaining(shop.events, question) });
      expect([...explored.boards.keys()].sort()).toEqual(
        ['$.time', ...shopFields.map(({ reference }) => reference)].sort(),
      );
      for (const board of explored.boards.values()) {
        const { spread: _spread, isDistinctExact, ...told } = board;
        const expected = makeReferenceBoard(shop.events, board.reference, question);
        expect(isDistinctExact).toBe(true);
        expect({ ...told, base: round(told.base), absent: round(told.absent), values: roundAll(told.values) }).toEqual({
          ...expected,
          base: round(expected.base),
          absent: round(expected.absent),
          values: roundAll(expected.values),
        });
      }
    },
  );

  test('numeric fields come with their spread: ends, median, and bins that hold every number', async () => {
    const question = { ...wholeQuestion, filters: [customers] };
    const { boards, fields } = await explore(engine(), { group: 'shop', ...question });
    const numeric = fields.filter(({ isNumeric }) => isNumeric).map(({ reference }) => reference);
    expect(numeric.sort()).toEqual(['$.balance', '$.bytes', '$.code', '$.constant', '$.latency', '$.status']);
    for (const reference of numeric) {
      const numbers = listReferenceNumbers(shop.events, reference, question);
      const spread = boards.get(reference)?.spread;
      expect(spread).toMatchObject({
        min: numbers[0],
        max: numbers.at(-1),
        median: numbers[Math.ceil(numbers.length / 2) - 1],
        zeros: spread?.scale.kind === 'log' ? numbers.filter((number) => number === 0).length : 0,
      });
      expect(sum(spread?.events ?? []) + (spread?.zeros ?? 0)).toBe(numbers.length);
    }
    const bytes = boards.get('$.bytes')?.spread;
    const pairs = bytes?.bins.map((bin, at) => [bin, bytes.events[at]]);
    expect(pairs).toEqual(binReferenceNumbers(listReferenceNumbers(shop.events, '$.bytes', question)));
    expect(boards.get('$.balance')?.spread?.scale).toEqual({ kind: 'linear', width: 5 });
    expect(boards.get('$.Status')?.spread).toBeNull();
  });

  test('fields that tell events apart come first, then rare ones, then those that never differ', async () => {
    const { fields } = await explore(engine(), { group: 'shop' });
    const places = fields.map(({ reference }) => reference);
    expect(places.slice(0, 2)).toEqual(['$.status', '$.Status']);
    expect(places.slice(-3)).toEqual(['$.rare', '$.time', '$.constant']);
    const filtered = await explore(engine(), { group: 'shop', filters: [customers] });
    expect(filtered.fields).toEqual(fields);
  });

  test('only the boards asked for are counted, as long as asked', async () => {
    const { boards } = await explore(engine(), { group: 'shop', only: ['$.customer'], limit: 1000 });
    expect([...boards.keys()]).toEqual(['$.customer']);
    expect(boards.get('$.customer')?.values).toHaveLength(40);
  });

  test('the histogram holds every event, and of each period those that remain', async () => {
    const args = { group: 'shop', startMs: startMs + 60_000, endMs: startMs + 1_260_000, filters: [customers] };
    const shown = await call(engine().handlers, 'explore.histogram', args, quiet);
    expect(shown.periodSeconds).toBe(60);
    expect(shown.dataRange).toEqual({ firstMs: startMs + 60_000, lastMs: startMs + 1_259_000 });
    const expected = Array.from({ length: 20 }, (_, index) => {
      const range = { startMs: startMs + (index + 1) * 60_000, endMs: startMs + (index + 2) * 60_000 };
      return [range.startMs, 60, countRemaining(shop.events, { ...wholeQuestion, ...range, filters: [customers] })];
    });
    expect(shown.startMs.map((start, at) => [start, shown.events[at], shown.remaining[at]])).toEqual(expected);
  });

  test('combinations of fields are counted as contributors are', async () => {
    const fields = ['$.customer', '$.status', '$.Status'];
    const expected = new Set(
      shop.events
        .map((event) => fields.map((field) => event.fields.get(field)))
        .filter((keys) => keys.every((key) => key !== undefined))
        .map((keys) => JSON.stringify(keys)),
    );
    expect(await call(engine().handlers, 'explore.combinations', { group: 'shop', fields }, quiet)).toBe(expected.size);
  });

  test('a rule made of boards reports what the boards say', async () => {
    const question = {
      filters: [customers, { reference: `$['it\\'s "a.b" \\\\']`, values: ['v3'], exclude: true }],
      measure: { kind: 'sum', reference: '$.latency' } as const,
    };
    for (const key of ['$.status', "$['']", '$.note']) {
      const explored = await explore(engine(), { group: 'shop', ...question, limit: 1000 });
      const rule = draftRule({ group: 'shop', fields: explored.fields, keys: [key], ...question }, []);
      const report = await call(
        engine().handlers,
        'report.run',
        {
          rule: { definition: rule?.definition ?? '' },
          startMs: null,
          endMs: null,
          periodSeconds: null,
          maxContributorCount: 1000,
          orderBy: 'Sum',
          unique: 'exact',
        },
        quiet,
      );
      const board = explored.boards.get(key);
      expect(report.uniqueCount).toBe(board?.distinct);
      expect(report.contributors.map(({ keys, total }) => [keys[0]?.slice(0, 1000), round(total)]).sort()).toEqual(
        board?.values?.map(({ value, amount }) => [value, round(amount)]).sort(),
      );
    }
  });

  test('a cancelled question ends at once, and the next one is answered', async () => {
    const control = new AbortController();
    const asked = explore(engine(), { group: 'shop' }, control.signal);
    control.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    expect((await explore(engine(), { group: 'shop' })).remaining).toBe(4000);
  });

  test('a log group that is not there is named', async () => {
    await expect(explore(engine(), { group: 'gone' })).rejects.toThrow('There is no log group "gone".');
  });
});

test('JSON events and lines of one log group have boards side by side', async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, 'mixed'));
  const flow = (source: string, bytes: number) =>
    `2 048213775190 eni-1 ${source} 172.31.0.9 40000 443 6 10 ${bytes} 1795068000 1795068059 ACCEPT OK`;
  await writeFile(
    join(folder, 'mixed', 'flow.log'),
    `${flow('10.0.0.1', 5)}\n${flow('10.0.0.2', 7)}\n${flow('-', 1)}\n`,
  );
  await writeFile(join(folder, 'mixed', 'app.log'), '{"time":"2026-11-19T06:00:00Z","level":"warn"}\n');
  const engine = await openEngine(join(folder, 'test.duckdb'));
  await engine.addSource({ path: join(folder, 'mixed'), group: 'mixed' });
  const { boards, fields, events } = await explore(engine, {
    group: 'mixed',
    measure: { kind: 'sum', reference: '10' },
  });
  expect(events).toBe(4);
  expect(fields.find(({ reference }) => reference === '4')).toEqual({
    reference: '4',
    alias: 'srcaddr',
    format: 'CLF',
    isNumeric: false,
  });
  expect(boards.get('4')).toMatchObject({ base: 13, absent: 0, distinct: 3 });
  expect(boards.get('4')?.values?.[0]).toEqual({ value: '10.0.0.2', amount: 7, isCut: false });
  expect(boards.get('$.level')).toMatchObject({ base: 0, distinct: 0, values: [] });
});

/** Sums of doubles may differ in their last bits. */
function round(value: number): number {
  return Number(value.toPrecision(12)) + 0;
}

function roundAll(values: Board['values']) {
  return values?.map((value) => ({ ...value, amount: round(value.amount) }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
