import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../bench/random.mjs';
import { call } from '../../electron/engine/door';
import { Engine } from '../../electron/engine/engine';
import { columnName, eventTableName } from '../../electron/engine/workspace/catalog';
import { id, join as joinSql, sql } from '../../electron/engine/workspace/sql';
import { draftRule } from '../../renderer/explore/rule';
import type { Args } from '../../shared/contract';
import type { Board, ExploreField, ExploreStep, ExploreSummary } from '../../shared/explore';
import {
  binReferenceNumbers,
  countRemaining,
  listReferenceNumbers,
  makeReferenceBoard,
  type ReferenceEvent,
  type ReferenceQuestion,
} from '../support/explore-reference';
import { makeFolder, openEngine } from '../support/workspace';

type Explored = ExploreSummary & { fields: ExploreField[]; boards: Map<string, Board> };

async function explore(
  engine: Engine,
  args: Args<'explore.boards'>,
  signal = new AbortController().signal,
): Promise<Explored> {
  const steps: ExploreStep[] = [];
  const progress = (step: unknown) => steps.push(step as ExploreStep);
  const summary = await call(engine.handlers, 'explore.boards', args, { signal, progress });
  const [first, ...rest] = steps;
  if (first?.kind !== 'fields') throw new Error('The fields come first.');
  const boards = rest.flatMap((step) => {
    if (step.kind !== 'boards') throw new Error('The fields come once.');
    return step.boards;
  });
  expect(boards).toHaveLength(first.fields.length);
  return { ...summary, fields: first.fields, boards: new Map(boards.map((board) => [board.reference, board])) };
}

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

describe('over a table of a million rows', () => {
  const rows = 1_000_000;
  const { engine } = openBefore((opened) => fillTable(opened, rows));

  test('a field of very many values is ranked on request only, and counted roughly until then', async () => {
    const { boards } = await explore(engine(), { group: 'large' });
    for (const reference of ['$.id', '$.share']) {
      const { values, isDistinctExact, distinct = 0 } = boards.get(reference) ?? {};
      expect({ values, isDistinctExact }).toEqual({ values: null, isDistinctExact: false });
      expect(Math.abs(distinct / rows - 1)).toBeLessThan(0.15);
    }
    // Numbers 0 to 999,999, each as a share of a million and a quarter more.
    expect(boards.get('$.share')?.spread).toMatchObject({ min: 0.25, max: 1_000_000 - 0.75, median: 499_999.25 });
    const asked = await explore(engine(), { group: 'large', only: ['$.id', '$.share'], ranked: ['$.id', '$.share'] });
    expect(asked.boards.get('$.id')).toMatchObject({ distinct: rows, isDistinctExact: true });
    expect(asked.boards.get('$.id')?.values?.[0]).toEqual({ value: 'id-0', amount: 1, isCut: false });
    expect(asked.boards.get('$.share')?.values?.[1]).toEqual({ value: '1.25', amount: 1, isCut: false });
  });

  test('integers of a small range are ranked exactly however many they are', async () => {
    const { boards } = await explore(engine(), { group: 'large', limit: 2 });
    expect(boards.get('$.port')).toMatchObject({
      base: rows,
      absent: 0,
      distinct: 50_000,
      isDistinctExact: true,
      values: [
        { value: '0', amount: 20, isCut: false },
        { value: '1', amount: 20, isCut: false },
      ],
    });
    expect(boards.get('$.port')?.spread).toMatchObject({ min: 0, max: 49_999, median: 24_999, zeros: 20 });
  });

  test('a text that stands in columns of two kinds is one value', async () => {
    const { boards } = await explore(engine(), { group: 'large' });
    expect(boards.get('$.twofold')).toMatchObject({
      absent: 0,
      distinct: 3,
      values: [
        { value: '443', amount: rows / 2, isCut: false },
        { value: '80', amount: rows / 4, isCut: false },
        { value: '-', amount: rows / 4, isCut: false },
      ],
    });
    const kept = [{ reference: '$.twofold', values: ['443'], exclude: false }];
    expect((await explore(engine(), { group: 'large', filters: kept, only: [] })).remaining).toBe(rows / 2);
    const left = [{ reference: '$.twofold', values: ['443'], exclude: true }];
    expect((await explore(engine(), { group: 'large', filters: left, only: [] })).remaining).toBe(rows / 2);
  });
});

/** An engine that the tests of a block share, on a workspace that `fill` has filled. */
function openBefore(fill: (engine: Engine, folder: string) => Promise<void>): { engine: () => Engine } {
  let opened: { folder: string; engine: Engine } | undefined;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contributor-insights-test-'));
    const engine = await Engine.open(join(folder, 'test.duckdb'), {
      app: 'a test',
      appVersion: '0.0.0',
      resourcesPath: join(import.meta.dirname, '..', '..', 'resources'),
    });
    opened = { folder, engine };
    await fill(engine, folder);
  });
  afterAll(async () => {
    await opened?.engine.close();
    if (opened) await rm(opened.folder, { recursive: true, force: true });
  });
  return {
    engine: () => {
      if (opened === undefined) throw new Error('There is no engine yet.');
      return opened.engine;
    },
  };
}

/** Writes rows straight into an event table: `$.id`, `$.share`, `$.port`, and `$.twofold`, whose 443 is stored both ways. */
async function fillTable({ workspace: { catalog, db } }: Engine, rows: number): Promise<void> {
  const table = await catalog.table(await catalog.group('large', false), 'JSON');
  const values = {
    id: { t: sql`'id-' || n` },
    share: { d: sql`n + CAST(0.25 AS DOUBLE)` },
    port: { i: sql`n % 50000` },
    twofold: {
      i: sql`CASE n % 4 WHEN 0 THEN 443 WHEN 1 THEN 80 END`,
      t: sql`CASE n % 4 WHEN 2 THEN '443' WHEN 3 THEN '-' END`,
    },
  };
  const columns = Object.entries(values).flatMap(([name, kinds]) => {
    const field = catalog.field(table, JSON.stringify([name]));
    return Object.entries(kinds).map(([kind, value]) => {
      field.wanted.add(kind as 'i' | 'd' | 't');
      return { name: id(columnName(field, kind as 'i' | 'd' | 't')), value };
    });
  });
  await catalog.addColumns(table);
  const names = joinSql([sql`time_ms`, ...columns.map(({ name }) => name)], ', ');
  const selected = joinSql([sql`${startMs} + n`, ...columns.map(({ value }) => value)], ', ');
  await db.write(sql`INSERT INTO ${eventTableName(table)} (${names}) SELECT ${selected} FROM range(${rows}) AS r(n)`);
}

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
