import { appendFile, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { runCommand } from '../support/command-line';
import { makeFolder, openEngine, readEvents } from '../support/workspace';

const good = '{"time":"2026-11-19T06:00:00Z","customer":"a"}\n';

/** A folder with one good file and what the test puts beside it, loaded. */
async function loadBeside(prepare: (logs: string) => Promise<void>) {
  const folder = await makeFolder();
  const logs = join(folder, 'logs');
  await mkdir(logs);
  await writeFile(join(logs, 'good.log'), good);
  await prepare(logs);
  const engine = await openEngine(join(folder, 'test.duckdb'));
  const source = await engine.addSource({ path: logs, group: null });
  return { engine, source, logs, events: await readEvents(engine) };
}

test('a binary file is skipped with the reason, and the others are loaded', async () => {
  const { source, events } = await loadBeside((logs) =>
    writeFile(join(logs, 'image.png'), Buffer.from([137, 80, 0, 71])),
  );
  expect(source.notices.map(({ problem }) => problem.code)).toEqual(['file/binary']);
  expect(source.notices[0]?.problem.place).toMatch(/image\.png$/);
  expect(events).toHaveLength(1);
});

test('a gzip that ends early gives the events before the end, and is named', async () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `{"time":1763532000,"n":${index},"r":"${Math.sin(index)}"}`);
  const packed = gzipSync(lines.join('\n'));
  const { source, events } = await loadBeside((logs) =>
    writeFile(join(logs, 'cut.gz'), packed.subarray(0, packed.length / 2)),
  );
  expect(source.notices.map(({ problem }) => problem.code)).toEqual(['file/gzip-damaged']);
  expect(events.length).toBeGreaterThan(1000);
  expect(events.length).toBeLessThan(5001);
});

test('bytes that are no UTF-8 become U+FFFD and lose nothing else', async () => {
  const { events, source } = await loadBeside((logs) =>
    writeFile(
      join(logs, 'latin1.log'),
      Buffer.concat([Buffer.from('1763532000 caf'), Buffer.from([0xe9]), Buffer.from(' au lait\n')]),
    ),
  );
  expect(source.notices).toEqual([]);
  expect(events.map(({ message }) => message)).toContain('1763532000 caf\ufffd au lait');
});

test('a line of 100 MB is cut at 1 MiB and counted, and the lines around it are whole', async () => {
  const { events, source } = await loadBeside(async (logs) => {
    const path = join(logs, 'long.log');
    await writeFile(path, '1763532000 before\n');
    for (let count = 0; count < 100; count++) await appendFile(path, Buffer.alloc(1_000_000, 'x'));
    await appendFile(path, '\n1763532001 after\n');
  });
  expect(source.cut).toBe(1);
  expect(source.faults).toEqual([{ kind: 'cut', path: expect.stringMatching(/long\.log$/), line: 2 }]);
  const messages = events.map(({ message }) => message);
  expect(messages).toContain('1763532000 before');
  expect(messages).toContain('1763532001 after');
  expect(Math.max(...messages.map((message) => message.length))).toBe(1024 * 1024);
});

test('a folder without a log file says so', async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, 'empty'));
  const engine = await openEngine(join(folder, 'test.duckdb'));
  const source = await engine.addSource({ path: join(folder, 'empty'), group: null });
  expect(source).toMatchObject({ files: 0, events: 0, notices: [{ problem: { code: 'source/empty' } }] });
  await writeFile(join(folder, 'empty', 'late.log'), good);
  expect(await engine.sources.load(source.id)).toMatchObject({ files: 1, events: 1, notices: [] });
});

test.runIf(process.platform === 'linux')('files and folders whose names are no UTF-8 are named', async () => {
  const { source, events } = await loadBeside(async (logs) => {
    const path = (...bytes: number[]) => Buffer.concat([Buffer.from(`${logs}/`), Buffer.from(bytes)]);
    await writeFile(path(0x61, 0xff, 0x62), good);
    await mkdir(path(0x63, 0xe9));
    await writeFile(join(logs, 'well \ufffd named'), good);
  });
  expect(source.notices.map(({ problem }) => problem.message)).toEqual([
    'Its name is no UTF-8, so it was not read.',
    'Its name is no UTF-8, so it was not read.',
  ]);
  expect(events).toHaveLength(2);
});

test('the workspace may lie among the logs: its own files are no logs', async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, 'a.log'), good);
  await writeFile(join(folder, 'w.damaged-2026-11-24-090731.duckdb'), 'what was damaged');
  const engine = await openEngine(join(folder, 'w.duckdb'));
  await engine.workspace.recovery.keep();
  const source = await engine.addSource({ path: folder, group: null });
  expect(source).toMatchObject({ files: 1, events: 1, notices: [] });
  const linked = join(await makeFolder(), 'link');
  await symlink(folder, linked);
  engine.grant('linked', { path: linked, label: 'linked', group: null });
  const itself = await engine.addSource({ path: join(folder, 'w.duckdb'), group: null });
  expect(itself).toMatchObject({ files: 0, notices: [{ problem: { code: 'source/empty' } }] });
  const preview = await engine.handlers['sources.preview'](
    { grant: 'linked' },
    { signal: new AbortController().signal, progress: () => undefined },
  );
  expect(preview.files.map(({ path }) => path)).toEqual(['a.log']);
  expect(preview.skipped).toEqual([]);
});

test('a file that was skipped is loaded once it is a log', async () => {
  const { engine, source, logs } = await loadBeside((folder) =>
    writeFile(join(folder, 'late.log'), Buffer.from([137, 80, 0, 71])),
  );
  expect(source.notices).toHaveLength(1);
  await writeFile(join(logs, 'late.log'), good);
  expect(await engine.sources.load(source.id)).toMatchObject({ notices: [], events: 2 });
});

test('a file that stands in two sources is read once, and it is said; without the first source the other reads it', async () => {
  const folder = await makeFolder();
  const logs = join(folder, 'logs');
  await mkdir(join(logs, 'sub'), { recursive: true });
  await writeFile(join(logs, 'sub', 'a.log'), good);
  await writeFile(join(logs, 'b.log'), good);
  const engine = await openEngine(join(folder, 'test.duckdb'));
  engine.sources.follow();
  const whole = await engine.addSource({ path: logs, group: null });
  const sub = await engine.addSource({ path: join(logs, 'sub'), group: 'sub' });
  expect(sub).toMatchObject({ files: 0, events: 0, notices: [{ problem: { code: 'source/overlapping' } }] });
  await appendFile(join(logs, 'sub', 'a.log'), good);
  await writeFile(join(logs, 'sub', 'c.log'), good);
  await engine.sources.hint([join(logs, 'sub', 'a.log')]);
  expect(engine.sources.needsLook).toBe(false);
  await engine.sources.look();
  expect(await readEvents(engine)).toHaveLength(4);
  await engine.sources.remove(whole.id);
  await engine.sources.look();
  expect(engine.sources.list()).toMatchObject([{ events: 3, notices: [] }]);
});

test('a path that is missing is named, and the source says so', async () => {
  const folder = await makeFolder();
  const engine = await openEngine(join(folder, 'test.duckdb'));
  const source = await engine.addSource({ path: join(folder, 'nowhere'), group: null });
  expect(source.state).toBe('missing');
  expect(source.notices[0]?.problem).toMatchObject({ code: 'file/missing', place: join(folder, 'nowhere') });
});

test('hidden files and folders, the test object of an export and links out of the folder are left out', async () => {
  const { events } = await loadBeside(async (logs) => {
    await writeFile(join(logs, '.hidden.log'), good);
    await mkdir(join(logs, '.cache'));
    await writeFile(join(logs, '.cache', 'inside.log'), good);
    await writeFile(join(logs, 'aws-logs-write-test'), 'Permission Check Successful');
    await writeFile(join(logs, '..', 'outside.log'), good);
    await symlink(join(logs, '..', 'outside.log'), join(logs, 'link.log'));
    await symlink(logs, join(logs, 'loop'));
  });
  expect(events).toHaveLength(1);
});

test('what is appended is loaded once, and a file that was cut short is read anew', async () => {
  const { engine, source, logs } = await loadBeside(async () => undefined);
  await appendFile(join(logs, 'good.log'), good.replace('"a"', '"b"'));
  await engine.sources.load(source.id);
  expect((await readEvents(engine)).map(({ line }) => line)).toEqual([1, 2]);
  await truncate(join(logs, 'good.log'), 0);
  await appendFile(join(logs, 'good.log'), good.replace('"a"', '"c"'));
  const again = await engine.sources.load(source.id);
  expect(again.events).toBe(3);
});

test('a source can be removed with its events', async () => {
  const { engine, source } = await loadBeside(async () => undefined);
  await engine.sources.remove(source.id);
  expect(await readEvents(engine)).toEqual([]);
  expect(engine.sources.list()).toEqual([]);
});

test('sources that are added at the same moment are told apart', async () => {
  const { engine, logs } = await loadBeside(async () => undefined);
  const others = await Promise.all(
    ['a', 'b', 'c'].map((group) => engine.addSource({ path: join(logs, 'good.log'), group })),
  );
  expect(new Set(others.map(({ id }) => id)).size).toBe(3);
  expect(await readEvents(engine)).toHaveLength(1);
});

test.runIf(process.platform !== 'win32')('a device as a rule file is refused, and not read without end', async () => {
  const folder = await makeFolder();
  const ended = await runCommand(['report', '--rule', '/dev/zero', '--logs', folder]);
  expect(ended.status).toBe(2);
  expect(ended.stderr).toContain("/dev/zero: The file can't be read: it is a device or a pipe.");
});
