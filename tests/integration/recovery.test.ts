import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Engine } from '../../electron/engine/engine';
import { putRule } from '../../electron/engine/workspace/rule-store';
import { sql } from '../../electron/engine/workspace/sql';
import { UserError } from '../../shared/problem';
import { runCommand } from '../support/command-line';
import { copyFromOutside } from '../support/copy-from-outside';
import { makeFolder, openEngine, readEvents } from '../support/workspace';

const definition = JSON.stringify({
  Schema: { Name: 'CloudWatchLogRule', Version: 1 },
  LogGroupNames: ['*'],
  LogFormat: 'CLF',
  Fields: { 3: 'number' },
  Contribution: { Keys: ['number'], Filters: [] },
  AggregateOn: 'Count',
});

/** A workspace with two sources, a rule and a setting, whose last commits stand in its write-ahead log. */
async function makeWorkspace() {
  const folder = await makeFolder();
  const logs = join(folder, 'logs');
  const more = join(folder, 'more');
  const path = join(folder, 'test.duckdb');
  const kept = join(folder, 'kept');
  for (const each of [logs, more, kept]) await mkdir(each);
  await writeFile(join(logs, 'a.log'), makeLines('a', 2000));
  await writeFile(join(more, 'b.log'), makeLines('b', 2000));
  const engine = await openEngine(path);
  await engine.addSource({ path: logs, group: 'one' });
  await putRule(engine.workspace.db, { name: 'Mine', definition, state: 'ENABLED' });
  await engine.workspace.db.write(sql`CHECKPOINT`);
  await engine.addSource({ path: more, group: null });
  await engine.workspace.recovery.keep();
  // The files as a kill leaves them; closing would put the log into the file.
  for (const name of readdirSync(folder)) {
    if (name.startsWith('test.duckdb') && !name.endsWith('.lock'))
      copyFromOutside(join(folder, name), join(kept, name));
  }
  await engine.close();
  for (const name of ['test.duckdb', 'test.duckdb.wal']) await rm(join(folder, name), { force: true });
  for (const name of readdirSync(kept)) await copyFile(join(kept, name), join(folder, name));
  const expected = [
    ...makeLines('a', 2000).trimEnd().split('\n'),
    ...makeLines('b', 2000).trimEnd().split('\n'),
  ].sort();
  return { folder, logs, more, path, expected };
}

function makeLines(name: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `2026-11-23T10:00:00Z ${name} ${index} some words\n`).join('');
}

/** Opens a workspace, lets it load what is missing, and tells what it then holds. */
async function openAndLoad(path: string) {
  const engine = await openEngine(path);
  await engine.watch();
  return { engine, ...(await describe(engine)) };
}

async function describe(engine: Engine) {
  const { notices, sources, rules } = await engine.describe();
  return {
    notices: notices.map(({ code }) => code),
    sources: sources.length,
    rules,
    messages: (await readEvents(engine)).map(({ message }) => message).sort(),
  };
}

async function flipByte(path: string, position: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, position);
    buffer[0] = (buffer[0] as number) ^ 0x55;
    await handle.write(buffer, 0, 1, position);
  } finally {
    await handle.close();
  }
}

/** The error that opening a workspace gives. */
async function openingProblem(path: string): Promise<string | undefined> {
  const error = await openEngine(path).then(
    () => null,
    (cause) => cause,
  );
  return error instanceof UserError ? error.problems[0]?.code : String(error);
}

test('a write-ahead log with a damaged byte: what stands before it is kept, the rest is loaded again', async () => {
  const { folder, path, expected } = await makeWorkspace();
  const { size } = await stat(`${path}.wal`);
  await flipByte(`${path}.wal`, Math.floor(size * 0.8));
  const after = await openAndLoad(path);
  expect(after).toMatchObject({ notices: ['workspace/recovered'], sources: 2, rules: 1 });
  expect(after.messages).toEqual(expected);
  expect(readdirSync(folder).filter((name) => name.includes('.wal.damaged-'))).toHaveLength(1);
});

test('a write-ahead log that ends in zeros, as after a power cut', async () => {
  const { path, more, expected } = await makeWorkspace();
  const wal = await readFile(`${path}.wal`);
  await writeFile(`${path}.wal`, Buffer.concat([wal.subarray(0, wal.length / 2), Buffer.alloc(8192)]));
  const after = await openAndLoad(path);
  // Where the zeros begin between two entries, DuckDB takes them for the end.
  if (after.notices.length === 0) await after.engine.addSource({ path: more, group: null });
  expect((await describe(after.engine)).messages).toEqual(expected);
});

test('a write-ahead log that was cut, or is gone: the workspace goes on from what it still holds', async () => {
  const { path, expected, more } = await makeWorkspace();
  const wal = await readFile(`${path}.wal`);
  await writeFile(`${path}.wal`, wal.subarray(0, wal.length / 2));
  const cut = await openAndLoad(path);
  expect(cut.messages.filter((message) => message.includes(' a '))).toHaveLength(2000);
  await cut.engine.addSource({ path: more, group: null });
  expect((await describe(cut.engine)).messages).toEqual(expected);
  await cut.engine.close();

  const other = await makeWorkspace();
  await unlink(`${other.path}.wal`);
  const gone = await openAndLoad(other.path);
  await gone.engine.addSource({ path: other.more, group: null });
  expect((await describe(gone.engine)).messages).toEqual(other.expected);
});

test('a damaged workspace file is kept aside and made anew, with sources, rules and all events', async () => {
  const { folder, path, expected } = await makeWorkspace();
  await flipByte(path, 4200);
  await flipByte(path, 8300);
  const after = await openAndLoad(path);
  expect(after).toMatchObject({ notices: ['workspace/rebuilt'], sources: 2, rules: 1 });
  expect(after.messages).toEqual(expected);
  expect(readdirSync(folder).filter((name) => /^test\.damaged-.*\.duckdb$/.test(name))).toHaveLength(1);
});

test('a workspace file that was cut in half is made anew', async () => {
  const { path, expected } = await makeWorkspace();
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length / 2));
  const after = await openAndLoad(path);
  expect(after).toMatchObject({ notices: ['workspace/rebuilt'], sources: 2, rules: 1 });
  expect(after.messages).toEqual(expected);
});

test('a workspace file that is gone while its write-ahead log is there is made anew', async () => {
  const { path, expected } = await makeWorkspace();
  await unlink(path);
  const after = await openAndLoad(path);
  expect(after).toMatchObject({ notices: ['workspace/rebuilt'], sources: 2, rules: 1 });
  expect(after.messages).toEqual(expected);
});

test('damage among the events shows when they are read; then the workspace is made anew while it is open', async () => {
  const { path, expected } = await makeWorkspace();
  const { size } = await stat(path);
  const engine = await openEngine(path);
  await engine.watch();
  await engine.close();
  // Somewhere in the blocks of events: metadata stands at the end.
  for (let position = 12_288 + 500; position < size - 300_000; position += 40_000) await flipByte(path, position);
  const after = await openAndLoad(path);
  await expect.poll(async () => (await describe(after.engine)).messages, { timeout: 20_000 }).toEqual(expected);
  expect(await describe(after.engine)).toMatchObject({ notices: ['workspace/rebuilt'], sources: 2, rules: 1 });
});

test('events of files that are gone are taken over from a damaged workspace, as far as they can be read', async () => {
  const { path, logs, more, expected } = await makeWorkspace();
  const engine = await openEngine(path);
  await engine.watch();
  await engine.workspace.db.write(sql`CHECKPOINT`);
  await unlink(join(logs, 'a.log'));
  await engine.sources.look();
  // As damage among the events of the other source would have it.
  const cause = new Error('IO Error: Corrupt database file: computed checksum 1 does not match stored checksum 2');
  expect(await engine.workspace.recovery.recover(cause)).toBe(true);
  await engine.sources.look();
  expect(await describe(engine)).toMatchObject({ messages: expected, sources: 2, rules: 1 });
  const [notice] = engine.notices;
  expect(notice?.message).toContain('2000 of 2000 events');
  await appendFile(join(more, 'b.log'), '2026-11-23T10:00:00Z b new some words\n');
  await engine.sources.look();
  expect((await describe(engine)).messages).toHaveLength(4001);
});

test('after DuckDB gave up, the workspace is opened anew and goes on, and reports that were under way succeed', async () => {
  const { path, logs, expected } = await makeWorkspace();
  const engine = await openEngine(path);
  await engine.watch();
  const reads = Array.from({ length: 20 }, () => readEvents(engine));
  const cause = new Error('FATAL Error: Failed: database has been invalidated because of a previous fatal error.');
  expect(await engine.workspace.recovery.recover(cause)).toBe(true);
  for (const events of await Promise.all(reads)) expect(events).toHaveLength(4000);
  await appendFile(join(logs, 'a.log'), '2026-11-23T10:00:00Z a new some words\n');
  await engine.sources.look();
  expect((await describe(engine)).messages).toHaveLength(expected.length + 1);
});

test('a write that fails because a file may not grow further loses nothing', async () => {
  const { folder, path, logs } = await makeWorkspace();
  await writeFile(join(logs, 'large.log'), makeLines('c', 400_000));
  const cli = join(import.meta.dirname, '..', '..', 'out', 'cli', 'index.js');
  // A limit of the system on the size of files, in kB: DuckDB gives up in the middle of its work.
  const command = `ulimit -f 4000; "${process.execPath}" "${cli}" ingest --workspace "${path}" --logs "${logs}=one"`;
  const child = spawn('bash', ['-c', command], { stdio: 'ignore' });
  const [status] = await once(child, 'exit');
  expect(status).not.toBe(0);
  const ended = await runCommand(['ingest', '--workspace', path, '--logs', `${logs}=one`, '--output', 'json']);
  expect(JSON.parse(ended.stdout)).toMatchObject({ events: 402_000 });
  expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
});

test('with too little room on the disk loading pauses, says so, and goes on when there is room', async () => {
  const { path, logs } = await makeWorkspace();
  let aheadMs = 0;
  const engine = await openEngine(path, { now: () => Date.now() + aheadMs });
  await engine.watch();
  const { recovery } = engine.workspace;
  const { bavail, bsize } = await (await import('node:fs/promises')).statfs(logs);
  recovery.minimumFreeBytes = bavail * bsize * 2;
  await appendFile(join(logs, 'a.log'), makeLines('new', 3));
  await engine.sources.look();
  expect(engine.sources.list().map(({ state }) => state)).toEqual(['paused', 'paused']);
  expect(engine.sources.list()[0]?.notices.map(({ problem }) => problem.code)).toEqual(['workspace/disk-full']);
  recovery.minimumFreeBytes = 0;
  aheadMs += 5000;
  await engine.sources.look();
  expect(engine.sources.list().map(({ state }) => state)).toEqual(['watching', 'watching']);
  expect((await describe(engine)).messages).toHaveLength(4003);
});

test('a workspace that another process has open is refused, with its name and number', async () => {
  const { path, logs } = await makeWorkspace();
  const cli = join(import.meta.dirname, '..', '..', 'out', 'cli', 'index.js');
  const holder = spawn(process.execPath, [cli, 'ingest', '--workspace', path, '--logs', logs, '--watch']);
  onTestFinished(() => {
    holder.kill('SIGKILL');
  });
  let output = '';
  for await (const text of holder.stderr.setEncoding('utf8')) {
    output += text;
    if (output.includes('Watching')) break;
  }
  const second = await runCommand(['groups', '--workspace', path]);
  expect(second.status).toBe(1);
  expect(second.stderr).toContain(`the command line, process ${holder.pid}`);
  expect(await openingProblem(path)).toBe('workspace/held');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  // The lock file that it left names a process that is gone: nobody is kept out by it.
  expect(existsSync(`${path}.lock`)).toBe(true);
  expect((await runCommand(['groups', '--workspace', path])).status).toBe(0);
});

test('a workspace of a newer version is left as it is', async () => {
  const { path } = await makeWorkspace();
  const engine = await openEngine(path);
  await engine.workspace.db.write(sql`UPDATE meta SET version = 1000`);
  await engine.close();
  const before = await readFile(path);
  expect(await openingProblem(path)).toBe('workspace/newer');
  expect((await readFile(path)).equals(before)).toBe(true);
});

test('a file that is no workspace is left as it is', async () => {
  const folder = await makeFolder();
  const path = join(folder, 'notes.duckdb');
  await writeFile(path, 'shopping list\n'.repeat(1000));
  expect(await openingProblem(path)).toBe('workspace/foreign');
  expect(await readFile(path, 'utf8')).toBe('shopping list\n'.repeat(1000));
  expect(readdirSync(folder)).toEqual(['notes.duckdb']);
});

test('an empty file where a workspace is to be made becomes one', async () => {
  const folder = await makeFolder();
  const path = join(folder, 'new.duckdb');
  await writeFile(path, '');
  const engine = await openEngine(path);
  expect((await engine.describe()).events).toBe(0);
});

test('a workspace in a folder that may not be written to is refused, and left as it is', async () => {
  const { folder, path } = await makeWorkspace();
  const before = readdirSync(folder).sort();
  // The superuser may write anywhere: such a test runs as nobody.
  const isSuperuser = process.getuid?.() === 0;
  const locked = join(folder, 'locked');
  await mkdir(locked);
  for (const name of ['test.duckdb', 'test.duckdb.wal', 'test.duckdb.restore.json']) {
    await rename(join(folder, name), join(locked, name));
  }
  if (isSuperuser) await chmod(folder, 0o755);
  await chmod(locked, 0o555);
  onTestFinished(() => chmod(locked, 0o755));
  const cli = join(import.meta.dirname, '..', '..', 'out', 'cli', 'index.js');
  const child = spawn(process.execPath, [cli, 'groups', '--workspace', join(locked, 'test.duckdb')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isSuperuser ? { uid: 65_534, gid: 65_534 } : {}),
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [status] = await once(child, 'close');
  expect(status).toBe(1);
  expect(errors).toContain("can't be opened");
  expect(
    before.filter((name) => !['logs', 'more', 'kept'].includes(name)).every((name) => existsSync(join(locked, name))),
  ).toBe(true);
  expect(path).toContain(folder);
});
