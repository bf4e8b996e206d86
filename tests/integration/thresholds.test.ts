import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Engine, EngineOptions } from '../../electron/engine/engine';
import type { EngineEvent } from '../../shared/contract';
import type { Breach } from '../../shared/threshold';
import { callEngine } from '../support/call-engine';
import { type Request, requestGroup, requestLines, requestRule } from '../support/request-log';
import { makeFolder, openEngine } from '../support/workspace';

const start = Date.UTC(2026, 10, 19, 8);
const minute = (index: number) => start + index * 60_000;
const times = (count: number, at: number, customer: string): Request[] =>
  Array.from({ length: count }, (_, index) => ({ at: at + index, customer }));

/** A log that grows, and what the engine tells of breaches. Opening it again is a restart. */
async function growLog(options: Partial<EngineOptions> = {}) {
  const folder = await makeFolder();
  const log = join(folder, 'requests.jsonl');
  await writeFile(log, '');
  const told: Breach[] = [];
  let heard = (): void => undefined;
  const onEvent = (event: EngineEvent) => {
    if (event.name !== 'breach') return;
    told.push(event.breach);
    heard();
  };
  const open = () => openEngine(join(folder, 'test.duckdb'), { onEvent, ...options });
  const grow = async (engine: Engine, ...requests: Request[]) => {
    await appendFile(log, requestLines(requests));
    const [source] = engine.sources.list();
    if (source === undefined) await engine.addSource({ path: log, group: requestGroup });
    else await callEngine(engine, 'sources.reload', { id: source.id });
  };
  /** Resolves when so many breaches were told in all. */
  const hear = (count: number) =>
    new Promise<void>((resolve) => {
      heard = () => told.length >= count && resolve();
      heard();
    });
  /** Resolves when no look is under way: what changes thresholds waits for it. */
  const settle = (engine: Engine) => callEngine(engine, 'thresholds.delete', { name: 'none' });
  return { open, grow, told, hear, settle, folder };
}

const busy = {
  name: 'Busy',
  expressions: [{ id: 'e1', expression: 'INSIGHT_RULE_METRIC("All", "Sum")' }],
  ...({ comparison: '>', limit: 2, periodSeconds: 60, breaching: 1, periods: 1, missing: 'notBreaching' } as const),
};

test('fires once a breach while the log grows, across a restart, and names the contributor', async () => {
  const { open, grow, told, hear, settle } = await growLog();
  const first = await open();
  await callEngine(first, 'rules.put', { name: 'All', definition: requestRule(['customer']), state: 'ENABLED' });
  await grow(first, ...times(1, minute(0), 'a'));
  expect(await callEngine(first, 'thresholds.put', busy)).toEqual([]);
  await grow(first, ...times(1, minute(1), 'a'), ...times(2, minute(1), 'b'));
  await hear(1);
  await grow(first, ...times(2, minute(1) + 10, 'a'), ...times(3, minute(2), 'c'));
  await settle(first);
  await first.close();
  expect(told).toEqual([
    { threshold: 'Busy', startMs: minute(1), endMs: minute(2), isOver: false, worst: 3, contributor: ['b'] },
  ]);
  const second = await open();
  await grow(second, ...times(1, minute(3), 'a'));
  await grow(second, ...times(4, minute(4), 'd'));
  await hear(2);
  await second.close();
  const third = await open();
  await grow(third, ...times(1, minute(4) + 20, 'd'));
  await settle(third);
  await third.close();
  expect(told.map(({ startMs }) => startMs)).toEqual([minute(1), minute(4)]);
  const last = await open();
  const { breaches, thresholds } = await callEngine(last, 'thresholds.list', {});
  expect(breaches).toMatchObject([
    { startMs: minute(4), endMs: minute(5), isOver: false, worst: 5, contributor: ['d'] },
    { startMs: minute(1), endMs: minute(3), isOver: true, worst: 5 },
  ]);
  expect(thresholds).toEqual([busy]);
});

test('a breach that nobody was told of when the engine ended is told when it starts again', async () => {
  const { open, grow, told, hear } = await growLog();
  const first = await open();
  await callEngine(first, 'rules.put', { name: 'All', definition: requestRule(['customer']), state: 'ENABLED' });
  await grow(first, ...times(1, minute(0), 'a'));
  await callEngine(first, 'thresholds.put', busy);
  // Closed at once: whether it was told before or is told after, it is told once.
  await grow(first, ...times(3, minute(1), 'b'));
  await first.close();
  const second = await open();
  await second.watch();
  await hear(1);
  await second.close();
  expect(told).toMatchObject([{ startMs: minute(1), contributor: ['b'] }]);
});

test('what breached a new threshold before is listed, but not told', async () => {
  const { open, grow, told } = await growLog();
  const engine = await open();
  await callEngine(engine, 'rules.put', { name: 'All', definition: requestRule(['customer']), state: 'ENABLED' });
  await grow(engine, ...times(3, minute(0), 'a'), ...times(1, minute(1), 'a'), ...times(5, minute(2), 'b'));
  const found = await callEngine(engine, 'thresholds.put', busy);
  expect(found.map(({ startMs, contributor }) => [startMs, contributor])).toEqual([
    [minute(2), ['b']],
    [minute(0), ['a']],
  ]);
  await callEngine(engine, 'thresholds.delete', { name: 'Busy' });
  expect(await callEngine(engine, 'thresholds.list', {})).toEqual({ thresholds: [], breaches: [], failures: [] });
  await engine.close();
  expect(told).toEqual([]);
});

test('an event in the future, of another log group or its own, silences no threshold', async () => {
  const { open, grow, told, hear, settle, folder } = await growLog({ now: () => minute(30) });
  const engine = await open();
  await callEngine(engine, 'rules.put', { name: 'All', definition: requestRule(['customer']), state: 'ENABLED' });
  await grow(engine, ...times(1, minute(0), 'a'), ...times(1, Date.UTC(2036, 0, 1), 'a'));
  const other = join(folder, 'other.jsonl');
  await writeFile(other, requestLines(times(1, Date.UTC(2035, 0, 1), 'x')));
  await engine.addSource({ path: other, group: 'other' });
  expect(await callEngine(engine, 'thresholds.put', { ...busy, periodSeconds: 1 })).toEqual([]);
  await grow(engine, ...times(3, minute(1), 'b'));
  await hear(1);
  await settle(engine);
  expect(told).toMatchObject([{ startMs: minute(1), contributor: ['b'] }]);
  expect(await callEngine(engine, 'thresholds.list', {})).toMatchObject({ failures: [] });
});

test('all breaches of a new threshold are listed, however long ago, the newest with their contributor', async () => {
  const { open, grow } = await growLog();
  const engine = await open();
  await callEngine(engine, 'rules.put', { name: 'All', definition: requestRule(['customer']), state: 'ENABLED' });
  await grow(engine, ...times(3, minute(0), 'a'), ...times(3, minute(2000), 'b'), ...times(1, minute(2001), 'a'));
  const found = await callEngine(engine, 'thresholds.put', busy);
  expect(found.map(({ startMs, contributor }) => [startMs, contributor])).toEqual([
    [minute(2000), ['b']],
    [minute(0), ['a']],
  ]);
});

test('a threshold of a rule that is gone says so, and holds no other back', async () => {
  const { open, grow, told, hear } = await growLog();
  const engine = await open();
  for (const name of ['All', 'Gone']) {
    await callEngine(engine, 'rules.put', { name, definition: requestRule(['customer']), state: 'ENABLED' });
  }
  await grow(engine, ...times(1, minute(0), 'a'));
  const expressions = [{ id: 'e1', expression: 'INSIGHT_RULE_METRIC("Gone", "Sum")' }];
  await callEngine(engine, 'thresholds.put', { ...busy, name: 'First', expressions });
  await callEngine(engine, 'thresholds.put', busy);
  await callEngine(engine, 'rules.delete', { name: 'Gone' });
  await grow(engine, ...times(3, minute(1), 'a'));
  await hear(1);
  expect(told[0]?.threshold).toBe('Busy');
  const { failures } = await callEngine(engine, 'thresholds.list', {});
  expect(failures).toMatchObject([{ threshold: 'First', problems: [{ code: 'rule/unknown', place: 'e1:1' }] }]);
});

test('an expression that is wrong, or gives several series, is refused', async () => {
  const { open, grow } = await growLog();
  const engine = await open();
  await grow(engine, ...times(1, minute(0), 'a'));
  await callEngine(engine, 'rules.put', { name: 'All', definition: requestRule(['customer']), state: 'ENABLED' });
  const all = 'INSIGHT_RULE_METRIC("All", "Sum")';
  for (const expression of [`${all} +`, `[${all}, ${all}]`]) {
    await expect(
      callEngine(engine, 'thresholds.put', { ...busy, expressions: [{ id: 'e1', expression }] }),
    ).rejects.toMatchObject({ problems: [{ code: 'metric/bad-expression' }] });
  }
  await expect(callEngine(engine, 'thresholds.put', { ...busy, breaching: 3, periods: 2 })).rejects.toMatchObject({
    problems: [{ code: 'args/invalid' }],
  });
});
