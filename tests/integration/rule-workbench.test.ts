import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { call } from '../../electron/engine/door';
import type { Args, Method, Result } from '../../shared/contract';
import { type EventRow, eventSteps } from '../../shared/event';
import { UserError } from '../../shared/problem';
import { reportDefaults } from '../support/report-on';
import { makeFolder, openEngine } from '../support/workspace';

const stages = ['prod', 'prod', 'dev', 'prod', 'prod'];
const shop = [
  ...stages.map((stage, index) => ({
    time: `2026-11-19T06:0${index}:00Z`,
    stage,
    customer: index === 4 ? undefined : `c${index % 2}`,
    ms: index === 3 ? 'slow' : 100 * (index + 1),
  })),
];
const flows = [
  '2 048213775190 eni-1 10.0.0.1 172.31.0.9 40000 443 6 10 700 1795068000 1795068059 ACCEPT OK',
  '2 048213775190 eni-1 10.0.0.2 172.31.0.9 40000 22 6 10 41000 1795068000 1795068059 REJECT OK',
  '2 048213775190 eni-1 - - - - - - - 1795068000 1795068059 - NODATA',
];

const jsonRule = (contribution: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['shop'],
    LogFormat: 'JSON',
    Contribution: { Keys: ['$.customer'], Filters: [], ...contribution },
    AggregateOn: 'Count',
    ...more,
  });

const flowRule = (contribution: Record<string, unknown>) =>
  JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['flows'],
    LogFormat: 'CLF',
    Fields: { '4': 'source', '10': 'bytes', '13': 'action' },
    Contribution: { Keys: ['source'], ValueOf: 'bytes', Filters: [], ...contribution },
    AggregateOn: 'Sum',
  });

/** Asks an engine on a workspace with both logs. */
async function openWorkbench() {
  const folder = await makeFolder();
  await mkdir(join(folder, 'logs'));
  const lines = [...shop.map((event) => JSON.stringify(event)), 'not JSON, and without a time'];
  await writeFile(join(folder, 'logs', 'shop.log'), `${lines.join('\n')}\n`);
  await mkdir(join(folder, 'flows'));
  await writeFile(join(folder, 'flows', 'flow.log'), `${flows.join('\n')}\n`);
  const engine = await openEngine(join(folder, 'test.duckdb'));
  await engine.addSource({ path: join(folder, 'logs'), group: 'shop' });
  await engine.addSource({ path: join(folder, 'flows'), group: 'flows' });
  return <M extends Method>(method: M, args: Args<M>): Promise<Result<M>> =>
    call(engine.handlers, method, args, { signal: new AbortController().signal, progress: () => {} });
}

const textOf = (event: EventRow, role: string) =>
  event.marks.filter((mark) => mark.role === role).map(({ start, end }) => event.message.slice(start, end));

describe('a preview', () => {
  test('counts the events filter by filter, and the steps add up to what is scanned', async () => {
    const ask = await openWorkbench();
    const { steps, report, leftOut } = await ask('rules.preview', {
      definition: jsonRule(
        {
          ValueOf: '$.ms',
          Filters: [
            { Match: '$.stage', In: ['prod'] },
            { Match: '$.ms', NotEqualTo: 100 },
          ],
        },
        { AggregateOn: 'Sum' },
      ),
    });
    expect(leftOut).toEqual([]);
    expect(steps).toEqual([
      { step: 'untimed', filter: null, events: 1 },
      { step: 'filtered', filter: 0, events: 1 },
      { step: 'filtered', filter: 1, events: 2 },
      { step: 'missingKey', filter: null, events: 1 },
      { step: 'matched', filter: null, events: 1 },
    ]);
    expect(report?.ledger).toEqual({
      scanned: 6,
      matched: 1,
      untimed: 1,
      otherFormat: 0,
      filtered: 3,
      missingKey: 1,
      notNumeric: 0,
    });
    expect(report?.contributors.map(({ keys, total }) => [...keys, total])).toEqual([['c1', 200]]);
  });

  test('marks in an event what the rule looks at', async () => {
    const ask = await openWorkbench();
    const { events } = await ask('rules.preview', {
      definition: flowRule({ Filters: [{ Match: 'action', In: ['ACCEPT'] }] }),
    });
    const [first, ...others] = events;
    expect(first?.step).toBe('matched');
    expect(first?.event.message).toBe(flows[0]);
    expect(first && ['key', 'value', 'filter'].map((role) => textOf(first.event, role))).toEqual([
      ['10.0.0.1'],
      ['700'],
      ['ACCEPT'],
    ]);
    expect(others.map(({ step, filter, event }) => [step, filter, event.message])).toEqual([
      ['filtered', 0, flows[1]],
      ['filtered', 0, flows[2]],
    ]);
  });

  test('leaves out what is wrong, says so, and keeps the numbers of the filters that stay', async () => {
    const ask = await openWorkbench();
    const { leftOut, steps, report } = await ask('rules.preview', {
      definition: flowRule({
        Keys: ['source', 'sorce'],
        Filters: [
          { Match: 'acton', In: ['ACCEPT'] },
          { Match: 'action', In: ['ACCEPT'], Like: 'x' },
          { Match: 'bytes', GreaterThan: 1000 },
        ],
      }),
    });
    expect(leftOut).toEqual(['Contribution.Keys[1]', 'Contribution.Filters[0]', 'Contribution.Filters[1]']);
    expect(report?.keyLabels).toEqual(['source']);
    expect(steps).toEqual([
      { step: 'filtered', filter: 2, events: 2 },
      { step: 'matched', filter: null, events: 1 },
    ]);
  });

  test.each([
    ['broken JSON', '{'],
    ['a rule without any key that is right', flowRule({ Keys: ['x'] })],
    ['brackets without end', '['.repeat(200_000)],
  ])('gives nothing for %s', async (_, definition) => {
    const ask = await openWorkbench();
    expect(await ask('rules.preview', { definition })).toMatchObject({ report: null, steps: [], events: [] });
  });
});

describe('events', () => {
  test('of a log group come with file, line and original text, the newest first', async () => {
    const ask = await openWorkbench();
    const { events, total } = await ask('events.find', { from: { group: 'shop' }, limit: 2, count: true });
    expect(total).toBe(6);
    expect(events.map(({ line, message }) => [line, message])).toEqual([
      [5, JSON.stringify(shop[4])],
      [4, JSON.stringify(shop[3])],
    ]);
    expect(events[0]).toMatchObject({ timeMs: Date.UTC(2026, 10, 19, 6, 4), group: 'shop', format: 'JSON' });
    expect(events[0]?.file).toMatch(/shop\.log$/);
  });

  test('are found by fields, by text, by time, and page by page', async () => {
    const ask = await openWorkbench();
    const lines = async (args: Omit<Args<'events.find'>, 'from'>, group = 'shop') =>
      (await ask('events.find', { from: { group }, order: 'oldest', ...args })).events.map(({ line }) => line);
    expect(await lines({ where: [{ field: '$.stage', value: 'dev' }] })).toEqual([3]);
    expect(await lines({ where: [{ field: '$.ms', value: '200' }] })).toEqual([2]);
    expect(await lines({ search: 'SLOW' })).toEqual([4]);
    expect(await lines({ startMs: Date.UTC(2026, 10, 19, 6, 1), endMs: Date.UTC(2026, 10, 19, 6, 3) })).toEqual([2, 3]);
    expect(await lines({ limit: 2, offset: 2 })).toEqual([3, 4]);
    expect(await lines({ where: [{ field: 'action', value: 'REJECT' }] }, 'flows')).toEqual([2]);
    expect(await lines({ where: [{ field: '13', value: 'REJECT' }] }, 'flows')).toEqual([2]);
  });

  test('that no field can have are an error that names the field which was meant', async () => {
    const ask = await openWorkbench();
    const finding = ask('events.find', { from: { group: 'shop' }, where: [{ field: '$.Stage', value: 'dev' }] });
    await expect(finding).rejects.toThrow('Did you mean "$.stage"?');
    await expect(finding).rejects.toBeInstanceOf(UserError);
  });

  test('of each step of a rule are as many as its ledger says', async () => {
    const ask = await openWorkbench();
    const rule = { definition: jsonRule({ Filters: [{ Match: '$.stage', In: ['prod'] }] }) };
    const report = await ask('report.run', {
      rule,
      ...reportDefaults,
    });
    for (const step of ['scanned', ...eventSteps] as const) {
      const { events, total } = await ask('events.find', { from: { rule, step }, count: true });
      expect([step, total, events.length]).toEqual([step, report.ledger[step], report.ledger[step]]);
    }
  });

  test('are cut where a part of them is enough', async () => {
    const ask = await openWorkbench();
    const { events } = await ask('events.find', { from: { group: 'flows' }, messageMax: 10, limit: 1 });
    expect(events[0]).toMatchObject({ message: flows[0]?.slice(0, 10), cut: true });
  });

  test('have values to choose from, the most frequent first', async () => {
    const ask = await openWorkbench();
    const args: Args<'groups.values'> = { groups: ['sh*'], format: 'JSON', reference: '$.stage' };
    expect(await ask('groups.values', args)).toEqual([
      { value: 'prod', events: 4 },
      { value: 'dev', events: 1 },
    ]);
    expect(await ask('groups.values', { ...args, search: 'DE' })).toEqual([{ value: 'dev', events: 1 }]);
  });
});

describe('why not', () => {
  test('an event is tried on every step, with the values found', async () => {
    const ask = await openWorkbench();
    const rule = {
      definition: jsonRule({
        Filters: [
          { Match: '$.stage', In: ['Prod'] },
          { Match: '$.ms', GreaterThan: 50 },
        ],
      }),
    };
    const { events } = await ask('events.find', { from: { group: 'shop' }, order: 'oldest', limit: 1 });
    const [event] = events;
    if (event === undefined) throw new Error('There is no event.');
    const { group, format, row, fileId, line } = event;
    const explanation = await ask('rules.explainEvent', { rule, event: { group, format, row, fileId, line } });
    expect(explanation.counts).toBe(false);
    expect(
      explanation.checks.map(({ kind, passed, found, near, reason }) => [kind, passed, found, near, reason]),
    ).toEqual([
      ['group', true, null, null, null],
      ['time', true, null, null, null],
      ['format', true, null, null, null],
      ['filter', false, 'prod', 'Prod', 'Capital letters count.'],
      ['filter', true, '100', null, null],
      ['key', true, 'c0', null, null],
    ]);
  });

  test('an event that is gone is said to be gone', async () => {
    const ask = await openWorkbench();
    const event = { group: 'shop', format: 'JSON', row: 999, fileId: 1, line: 1 } as const;
    const asking = ask('rules.explainEvent', { rule: { definition: jsonRule({}) }, event });
    await expect(asking).rejects.toThrow('no longer in the workspace');
  });

  test('an empty report says what would match without each filter, and offers what was probably meant', async () => {
    const ask = await openWorkbench();
    const definition = jsonRule({
      Filters: [
        { Match: '$.ms', GreaterThan: 50 },
        { Match: '$.stage', In: ['Prod'] },
      ],
    });
    const { matched, without, repairs } = await ask('rules.explainEmpty', { rule: { definition } });
    expect({ matched, without }).toEqual({ matched: 0, without: [0, 3] });
    expect(repairs.map(({ kind, place, from, to, matched: found }) => [kind, place, from, to, found])).toEqual([
      ['replace-value', 'Contribution.Filters[1].In[0]', 'Prod', 'prod', 2],
      ['drop-filter', 'Contribution.Filters[1]', '$.stage', '', 3],
    ]);
    for (const repair of repairs) {
      const after = await ask('rules.explainEmpty', { rule: { definition: repair.definition } });
      expect(after.matched).toBe(repair.matched);
    }
  });

  test('a misspelt field is named', async () => {
    const ask = await openWorkbench();
    const definition = jsonRule({ Keys: ['$.Customer'] });
    const { repairs } = await ask('rules.explainEmpty', { rule: { definition } });
    expect(repairs.map(({ kind, to, matched }) => [kind, to, matched])).toEqual([['replace-field', '$.customer', 4]]);
  });
});
