import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../../electron/engine/engine';
import { startWriter } from '../support/log-writer';
import { makeFolder, openEngine, readEvents } from '../support/workspace';

/** An engine that watches a folder as the app does: with hints of the system, and timers of its own. */
async function watchFolder() {
  const folder = await makeFolder();
  const logs = join(folder, 'logs');
  await mkdir(logs);
  const engine = await openEngine(join(folder, 'test.duckdb'));
  await engine.watch();
  await engine.addSource({ path: logs, group: null });
  return { engine, logs };
}

async function readMessages(engine: Engine): Promise<string[]> {
  return (await readEvents(engine)).map(({ message }) => message).sort();
}

const patience = { timeout: 20_000, interval: 20 };

test('what happens below a watched folder shows by itself', async () => {
  const { engine, logs } = await watchFolder();
  const expected: string[] = [];
  const write = async (name: string, line: string) => {
    await appendFile(join(logs, name), `${line}\n`);
    expected.push(line);
    await expect.poll(() => readMessages(engine), patience).toEqual([...expected].sort());
  };
  await write('app.log', '1795428000 a new file');
  await write('app.log', '1795428001 a new line');
  await rename(join(logs, 'app.log'), join(logs, 'app.log.1'));
  await write('app.log', '1795428002 a file in the place of a renamed one');
  await mkdir(join(logs, 'new', 'deep'), { recursive: true });
  await write('new/deep/web.log', '1795428003 a file in a new folder');
  await write('new/deep/web.log', '1795428004 and a line more');
  await rm(join(logs, 'new'), { recursive: true });
  await mkdir(join(logs, 'new', 'deep'), { recursive: true });
  await write('new/deep/web.log', '1795428005 in a folder that was made again');
  await write('new/deep/web.log', '1795428006 and a line more there');
  expect(engine.sources.list()[0]).toMatchObject({ state: 'watching', events: 7 });
});

test('a last line without an end shows by itself once the file is quiet', async () => {
  const { engine, logs } = await watchFolder();
  await writeFile(join(logs, 'app.log'), '1795428000 half');
  await expect.poll(() => readMessages(engine), patience).toEqual(['1795428000 half']);
  await appendFile(join(logs, 'app.log'), ' a line\n');
  await expect.poll(() => readMessages(engine), patience).toEqual(['1795428000 half a line']);
});

test('programs that write and rotate while the engine watches lose nothing and double nothing', async () => {
  const { engine, logs } = await watchFolder();
  const writer = startWriter(logs, { seed: 7, streams: 5, linesPerSecond: 1000, rotations: 0.05 });
  await new Promise((resolve) => setTimeout(resolve, 5000));
  await writer.stop();
  const names = writer.written.flatMap((lines, stream) =>
    Array.from({ length: lines }, (_, index) => `s${stream} n${index + 1}`),
  );
  const readNames = async () => (await readMessages(engine)).map((message) => message.split(' ').slice(1, 3).join(' '));
  await expect.poll(async () => (await readNames()).length, patience).toBeGreaterThanOrEqual(names.length);
  expect((await readNames()).sort()).toEqual(names.sort());
});

/** Linux counts watches for each user namespace, and lets its maker set the limit, but not in every container. */
const limited = ['-Ur', 'bash', '-c', 'echo 3 > /proc/sys/user/max_inotify_watches && exec "$@"', 'bash'];
const canLimit = spawnSync('unshare', [...limited, 'true']).status === 0;

test('with fewer watches than folders, where the system can be told so: all is found, and it is said', async () => {
  const folder = await makeFolder();
  const logs = join(folder, 'logs');
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const name of names) await mkdir(join(logs, name), { recursive: true });
  const cli = join(import.meta.dirname, '..', '..', 'out', 'cli', 'index.js');
  const args = [cli, 'ingest', '--workspace', join(folder, 'w.duckdb'), '--logs', logs, '--watch'];
  const child = canLimit
    ? spawn('unshare', [...limited, process.execPath, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  let result = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    result += text;
  });
  const said = 'The system watches no more folders';
  await expect.poll(() => output, patience).toContain(canLimit ? said : 'Watching');
  for (const name of names) await writeFile(join(logs, name, 'app.log'), `1795428000 ${name}\n`);
  await expect.poll(() => output, patience).toContain('6 in all');
  expect(output.includes(said)).toBe(canLimit);
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(result).toContain('6 events in 6 files');
});
