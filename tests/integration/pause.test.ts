import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callerGone } from '../../electron/engine/caller-gone';
import type { Source } from '../../shared/workspace';
import { makeFolder, openEngine } from '../support/workspace';

test.each([
  ['later', false],
  ['at once', true],
])('a load that is paused goes on %s where it stopped, while the folder is followed', async (_when, isAtOnce) => {
  const home = await makeFolder();
  const folder = join(home, 'busy');
  await mkdir(folder);
  const line = (at: number) =>
    `{"time":"2026-11-19T06:00:00Z","customer":"c${at % 50}","bytes":${at},"path":"/v1/orders"}\n`;
  const count = 30_000;
  for (let file = 0; file < 4; file++) {
    const lines = Array.from({ length: count }, (_, at) => line(file * count + at));
    await writeFile(join(folder, `${file}.log`), lines.join(''));
  }
  const engine = await openEngine(join(home, 'test.duckdb'));
  await engine.watch();
  const id = await engine.sources.add({ path: folder, group: null });
  let resumed: Promise<Source> | null = null;
  const first = await engine.sources.load(id, {
    progress: ({ bytesDone }) => {
      if (bytesDone === 0 || resumed !== null) return;
      const paused = engine.sources.pause(id);
      resumed = isAtOnce ? engine.sources.load(id) : paused;
    },
  });
  expect(first.events).toBeLessThan(4 * count);
  const last = isAtOnce ? await resumed : await engine.sources.load(id);
  expect(last).toMatchObject({ state: 'watching', events: 4 * count });
});

test.each([
  ['its caller goes away', callerGone, 'loaded', 60_000],
  ['it is cancelled', undefined, 'cancelled', null],
])('a load of which %s', async (_what, reason, state, events) => {
  const home = await makeFolder();
  const folder = join(home, 'busy');
  await mkdir(folder);
  const lines = Array.from({ length: 30_000 }, (_, at) => `{"time":"2026-11-19T06:00:00Z","bytes":${at}}\n`);
  for (let file = 0; file < 2; file++) await writeFile(join(folder, `${file}.log`), lines.join(''));
  const engine = await openEngine(join(home, 'test.duckdb'));
  const caller = new AbortController();
  const id = await engine.sources.add({ path: folder, group: null });
  await engine.sources.load(id, { signal: caller.signal, progress: () => caller.abort(reason) }).catch(() => undefined);
  expect(engine.sources.list()).toMatchObject([events === null ? { state } : { state, events }]);
});

test('while it loads, a source counts what is in the workspace, and progress what was read besides', async () => {
  const home = await makeFolder();
  const folder = join(home, 'busy');
  await mkdir(folder);
  const lines = Array.from({ length: 30_000 }, (_, at) => `{"time":"2026-11-19T06:00:00Z","bytes":${at}}\n`).join('');
  for (let file = 0; file < 10; file++) await writeFile(join(folder, `${file}.log`), lines);
  const engine = await openEngine(join(home, 'test.duckdb'));
  const counts: { shown: number | undefined; written: number; read: number }[] = [];
  await engine.addSource(
    { path: folder, group: null },
    {
      progress: ({ events, eventsRead }) => {
        counts.push({ shown: engine.sources.list()[0]?.events, written: events, read: eventsRead });
      },
    },
  );
  expect(counts.filter(({ shown, written }) => shown !== written)).toEqual([]);
  expect(counts.some(({ written, read }) => read > written)).toBe(true);
  expect(counts.at(-1)).toEqual({ shown: 300_000, written: 300_000, read: 300_000 });
});
