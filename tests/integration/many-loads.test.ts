import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFlowRecord } from '../../bench/make-logs.mjs';
import { createRandom } from '../../bench/random.mjs';
import { makeFolder, openEngine, readEvents } from '../support/workspace';

// DuckDB keeps what it read of a file under its path: a spool file at the path of one before was taken for that one.
test('a hundred small loads of a watched file, one after another: each is there at once, no event is lost or doubled', async () => {
  const home = await makeFolder();
  const logs = join(home, 'logs');
  await mkdir(logs);
  let tellData = () => {};
  const engine = await openEngine(join(home, 'test.duckdb'), {
    onEvent: ({ name }) => {
      if (name === 'data') tellData();
    },
  });
  await engine.addSource({ path: logs, group: null });
  await engine.watch();
  const random = createRandom(5);
  const written: string[] = [];
  const waits: number[] = [];
  for (let load = 0; load < 100; load++) {
    const lines = Array.from({ length: 100 }, (_, at) => makeFlowRecord(random, 1_000_000 + 100 * load + at));
    written.push(...lines);
    const told = new Promise<void>((resolve) => {
      tellData = resolve;
    });
    const startedMs = performance.now();
    await appendFile(join(logs, 'flow.log'), `${lines.join('\n')}\n`);
    await told;
    waits.push(performance.now() - startedMs);
  }
  // What fails is tried again after 30 seconds.
  expect(Math.max(...waits)).toBeLessThan(20_000);
  expect((await readEvents(engine)).map(({ message }) => message).sort()).toEqual(written.sort());
});
