import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rollups } from '../../electron/engine/reports/rollups';
import { type ReportParameters, runReport } from '../../electron/engine/reports/run';
import type { EventTable } from '../../electron/engine/rules/event-table';
import { parseRule } from '../../electron/engine/rules/parse';
import { id, type Sql, sql } from '../../electron/engine/workspace/sql';
import type { Report } from '../../shared/report';
import { createPlainTable, type PlainEvent } from '../support/plain-table';
import { openTemporaryDatabase } from '../support/temporary-database';

let temporary: Awaited<ReturnType<typeof openTemporaryDatabase>>;
beforeAll(async () => {
  temporary = await openTemporaryDatabase();
});
afterAll(() => temporary.close());

const minuteMs = 60_000;
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 6 });
const event: fc.Arbitrary<PlainEvent> = fc.record({
  timeMs: fc.option(fc.integer({ min: -3 * minuteMs, max: 9 * minuteMs }), { nil: null, freq: 12 }),
  fields: fc.record({
    '1': optional(fc.constantFrom('a', 'b', 'B', 'ä', '', ' ', '🦆', '\uffff', '12')),
    '2': optional(fc.constantFrom('1', '2', '80', '443')),
    '3': optional(fc.constantFrom('0', '1', '12.5', '0.1', '7', '1e3', '-', 'x', '007')),
    '4': optional(fc.constantFrom('0', '1', '-7', '443', '1000000')),
    '5': optional(fc.constantFrom('1.5', '-1.5', '1e300', '-1e300', '1e308')),
    '6': optional(fc.constantFrom('0.1', '0.7', '1e16', '3')),
  }),
});
const bound = fc.option(
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: -4, max: 10 }).map((minute) => minute * minuteMs) },
    { weight: 1, arbitrary: fc.integer({ min: -4 * minuteMs, max: 10 * minuteMs }) },
  ),
  { freq: 2 },
);
const query = fc.record({
  startMs: bound,
  endMs: bound,
  periodSeconds: fc.constantFrom(60, 120, 300, 90, null),
  maxContributorCount: fc.constantFrom(1, 2, 100),
  orderBy: fc.constantFrom('Sum' as const, 'Maximum' as const),
  unique: fc.constant('exact' as const),
  metrics: fc.constantFrom('all' as const, 'basic' as const),
});
const situation = fc.record({
  events: fc.array(event, { minLength: 1, maxLength: 60, size: 'max' }),
  otherFormat: fc.array(event, { maxLength: 5 }),
  later: fc.array(fc.array(event, { maxLength: 8 }), { maxLength: 2 }),
  keys: fc.subarray(['1', '2', '4'], { minLength: 1 }),
  valueOf: fc.option(fc.constantFrom('3', '4', '5', '6')),
  filters: fc.constantFrom<Record<string, unknown>[]>([], [{ Match: '2', GreaterThan: 1 }]),
  queries: fc.array(query, { minLength: 3, maxLength: 5 }),
  removes: fc.boolean(),
});

test('a rollup says what the events say, also after events were added or taken out', async () => {
  let run = 0;
  let read = 0;
  const property = fc.asyncProperty(situation, async (given) => {
    run += 1;
    const { db } = temporary;
    const { rule } = parseRule(
      JSON.stringify({
        Schema: { Name: 'CloudWatchLogRule', Version: 1 },
        LogGroupNames: ['*'],
        LogFormat: 'CLF',
        Contribution: {
          Keys: given.keys,
          Filters: given.filters,
          ...(given.valueOf !== null && { ValueOf: given.valueOf }),
        },
        AggregateOn: 'Sum',
      }),
    );
    if (rule === null) throw new Error('The rule is not valid.');
    const names = [`event_${run}_clf`, `event_${run}_json`];
    const all = [given.events, ...given.later].flat();
    const source = await createPlainTable(db, `source_${run}`, { group: 'one', format: 'CLF', events: all });
    const [own = '', other = ''] = names;
    await db.write(sql`CREATE TABLE ${id(own)} AS FROM ${source.name} WHERE rowid < ${given.events.length}`);
    const tables = [
      { ...source, name: id(own) },
      await createPlainTable(db, other, { group: 'one', format: 'JSON', events: given.otherFormat }),
    ];
    let version = 1;
    const rollups = new Rollups(db, () => version);
    const compare = async () => {
      for (const parameters of given.queries) {
        const shortCut = await rollups.reader(rule, tables, {});
        const outcomes = await Promise.all([
          outcomeOf(tables, parameters, rule, null),
          outcomeOf(tables, parameters, rule, shortCut),
        ]);
        expect(outcomes[1]).toEqual(outcomes[0]);
        if (shortCut !== null) read += 1;
      }
    };
    rollups.prepare(rule, tables);
    await rollups.settle();
    await compare();
    let length = given.events.length;
    for (const more of given.later) {
      const end = length + more.length;
      await db.write(sql`INSERT INTO ${id(own)} FROM ${source.name} WHERE rowid >= ${length} AND rowid < ${end}`);
      length = end;
      version += 1;
      await compare();
    }
    if (given.removes) {
      await db.write(sql`DELETE FROM ${id(own)} WHERE time_ms < 60000`);
      version += 1;
      await compare();
      rollups.prepare(rule, tables);
      await rollups.settle();
      await compare();
    }
    for (const name of [...names, `source_${run}`]) await db.write(sql`DROP TABLE ${id(name)}`);
  });
  await fc.assert(property, { numRuns: 20, seed: 20261124 });
  expect(read).toBeGreaterThan(100);
}, 300_000);

/** A rule that adds up the values of contributor `a`, and its rollup. */
async function rollUp(name: string, value: string) {
  const { db } = temporary;
  const { rule } = parseRule(
    JSON.stringify({
      Schema: { Name: 'CloudWatchLogRule', Version: 1 },
      LogGroupNames: ['*'],
      LogFormat: 'CLF',
      Contribution: { Keys: ['1'], ValueOf: '2', Filters: [] },
      AggregateOn: 'Sum',
    }),
  );
  if (rule === null) throw new Error('The rule is not valid.');
  const events = [{ timeMs: 0, fields: { '1': 'a', '2': value } }];
  const tables = [await createPlainTable(db, name, { group: 'one', format: 'CLF', events })];
  let version = 1;
  const rollups = new Rollups(db, () => version);
  rollups.prepare(rule, tables);
  await rollups.settle();
  const read = (signal?: AbortSignal) => rollups.reader(rule, tables, { signal });
  const change = async (statement: Sql) => {
    await db.write(statement);
    version += 1;
  };
  const append = (more: string) => change(sql`INSERT INTO ${id(name)} VALUES (0, 'a', ${more})`);
  const remove = () => change(sql`DELETE FROM ${id(name)} WHERE c1 = ${value}`);
  const totalOf = async (shortCut: Awaited<ReturnType<Rollups['reader']>>) =>
    (await runReport(db, tables, rule, wholeTime, { shortCut })).contributors[0]?.total;
  return { rollups, read, append, remove, totalOf };
}

const wholeTime: ReportParameters = {
  startMs: null,
  endMs: null,
  periodSeconds: 60,
  maxContributorCount: 10,
  orderBy: 'Sum',
  unique: 'exact',
};

test('doubles that come one by one add up to what they add up to at once', async () => {
  const { read, append, totalOf } = await rollUp('event_small', '0.1');
  for (let count = 1; count < 50; count++) {
    await append('0.1');
    await read();
  }
  const shortCut = await read();
  expect(shortCut).not.toBeNull();
  expect([await totalOf(shortCut), await totalOf(null)]).toEqual([5, 5]);
});

test('doubles of both signs are read from the events, also where the other sign comes later', async () => {
  const { rollups, read, append } = await rollUp('event_mixed', '1.5');
  expect(await read()).not.toBeNull();
  await append('1e17');
  expect(await read()).not.toBeNull();
  await append('-1e17');
  expect(await read()).toBeNull();
  await rollups.settle();
  expect(await read()).toBeNull();
});

test('who gave up does not wait for new events to be added, which goes on', async () => {
  const { rollups, read, append, totalOf } = await rollUp('event_aborted', '0.5');
  await append('0.25');
  const reason = new Error('given up');
  const controller = new AbortController();
  const reading = read(controller.signal);
  controller.abort(reason);
  await expect(reading).rejects.toBe(reason);
  await rollups.settle();
  expect(await totalOf(await read())).toBe(0.75);
});

test('nobody waits for a rollup that is made anew because events were taken out', async () => {
  const { rollups, read, append, remove } = await rollUp('event_removed', '0.5');
  await append('0.25');
  await remove();
  expect(await read()).toBeNull();
  await rollups.settle();
  expect(await read()).toBeNull();
});

async function outcomeOf(
  tables: readonly EventTable[],
  parameters: ReportParameters,
  rule: Parameters<typeof runReport>[2],
  shortCut: Awaited<ReturnType<Rollups['reader']>>,
): Promise<unknown> {
  try {
    return roundNumbers(await runReport(temporary.db, tables, rule, parameters, { shortCut }));
  } catch (cause) {
    return String(cause);
  }
}

/** Sums of doubles may differ in their last bits. */
function roundNumbers(report: Report): unknown {
  return JSON.parse(
    JSON.stringify({ ...report, elapsedMs: 0 }, (_, value: unknown) =>
      typeof value === 'number' && !Number.isSafeInteger(value) ? Number(value.toPrecision(14)) : value,
    ),
  );
}
