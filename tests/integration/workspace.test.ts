import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { Engine } from '../../electron/engine/engine';
import { sql } from '../../electron/engine/workspace/sql';
import type { UserError } from '../../shared/problem';
import { runCommand } from '../support/command-line';
import { reportDefaults } from '../support/report-on';
import { makeFolder, openEngine, readEvents } from '../support/workspace';

const options = { app: 'a test', appVersion: '0.0.0', resourcesPath: '' };

test('a lock file that a dead or unrelated process left keeps nobody out', async () => {
  const path = join(await makeFolder(), 'w.duckdb');
  for (const pid of [1, process.pid, 4_000_000]) {
    await writeFile(`${path}.lock`, JSON.stringify({ app: 'an app that crashed', pid }));
    await (await Engine.open(path, options)).close();
  }
  expect(await readdir(join(path, '..'))).toEqual(['w.duckdb', 'w.duckdb.restore.json']);
});

test('DuckDB works within the memory and the threads that are set', async () => {
  const path = join(await makeFolder(), 'w.duckdb');
  const engine = await Engine.open(path, { ...options, memoryLimitBytes: 300e6, threads: 1 });
  const settings = sql`SELECT current_setting('memory_limit') AS memory, current_setting('threads') AS threads`;
  expect(await engine.workspace.db.read(settings)).toEqual([{ memory: '286.1 MiB', threads: 1 }]);
  await engine.close();
});

test('one process opens a workspace once', async () => {
  const path = join(await makeFolder(), 'w.duckdb');
  await openEngine(path);
  await expect(Engine.open(path, options)).rejects.toMatchObject({
    problems: [{ code: 'workspace/held', message: `The workspace is open in a test, process ${process.pid}.` }],
  });
});

test('a DuckDB database of something else is left as it is', async () => {
  const path = join(await makeFolder(), 'sales.duckdb');
  const other = await DuckDBInstance.create(path);
  const connection = await other.connect();
  await connection.run('CREATE TABLE rule (price INTEGER)');
  connection.closeSync();
  other.closeSync();
  await expect(Engine.open(path, options)).rejects.toMatchObject({ problems: [{ code: 'workspace/foreign' }] });
  const again = await DuckDBInstance.create(path);
  const reader = await (await again.connect()).runAndReadAll('SELECT table_name FROM duckdb_tables()');
  expect(reader.getRows()).toEqual([['rule']]);
  again.closeSync();
});

test('pieces of logs that a crash left beside a workspace go with the next start', async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, '.w.duckdb.spool-0badc0de'));
  await writeFile(join(folder, '.w.duckdb.spool-0badc0de', 'block-1.json'), '{}');
  await openEngine(join(folder, 'w.duckdb'));
  expect((await readdir(folder)).filter((name) => name.includes('0badc0de'))).toEqual([]);
});

test('a workspace may lie in a folder whose name is a pattern', async () => {
  const folder = join(await makeFolder(), 'we[ird]*x {1}');
  await mkdir(folder);
  await writeFile(join(folder, 'events.log'), '{"time":1763532000,"a":1}\n');
  const engine = await openEngine(join(folder, 'w.duckdb'));
  await engine.addSource({ path: join(folder, 'events.log'), group: 'g' });
  expect(await readEvents(engine)).toHaveLength(1);
});

test.each(['logs', 'log_groups', 'scratch', 'main', 'temp', 'event'])(
  'a workspace may be named %s, as after a folder of that name',
  async (name) => {
    const folder = await makeFolder();
    await writeFile(join(folder, 'web.log'), '{"time":"2026-11-19T06:00:00Z","status":200}\n');
    const engine = await openEngine(join(folder, `${name}.duckdb`));
    const { events } = await engine.addSource({ path: join(folder, 'web.log'), group: null });
    const definition = JSON.stringify({
      Schema: { Name: 'CloudWatchLogRule', Version: 1 },
      LogGroupNames: ['*'],
      LogFormat: 'JSON',
      Contribution: { Keys: ['$.status'], Filters: [] },
      AggregateOn: 'Count',
    });
    const report = () =>
      engine.runReport(
        {
          rule: { definition },
          ...reportDefaults,
          metrics: 'basic',
        },
        new AbortController().signal,
      );
    await report();
    await engine.settle();
    expect([events, (await report()).total]).toEqual([1, 1]);
  },
);

test('people who open the file with other tools find a view a log group', async () => {
  const folder = await makeFolder();
  const path = join(folder, 'w.duckdb');
  await writeFile(join(folder, 'Web.log'), '{"time":"2026-11-19T06:00:00Z","Status":200,"status":"ok"}\n');
  await writeFile(
    join(folder, 'flow.log'),
    'version srcaddr bytes start\n2 10.0.0.1 42 1763532000\n2 - - 1763532060\n',
  );
  const engine = await Engine.open(path, options);
  await engine.addSource({ path: join(folder, 'Web.log'), group: 'a "group"' });
  await engine.addSource({ path: join(folder, 'flow.log'), group: 'A "GROUP"' });
  await engine.close();
  const other = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await other.connect();
  const read = async (text: string) => (await connection.runAndReadAll(text)).getRowObjectsJson();
  expect(await read('SELECT * FROM log_groups."a ""group""" ORDER BY time')).toEqual([
    {
      time: '2026-11-19 06:00:00',
      file: join(folder, 'Web.log'),
      line: '1',
      '$.time': '2026-11-19T06:00:00Z',
      '$.Status': '200',
      '$.status (2)': 'ok',
    },
  ]);
  expect(await read('SELECT srcaddr, bytes FROM log_groups."A ""GROUP"" (2)" ORDER BY line')).toEqual([
    { srcaddr: '10.0.0.1', bytes: '42' },
    { srcaddr: '-', bytes: '-' },
  ]);
  connection.closeSync();
  other.closeSync();
});

test.each([
  ['a text', '{"a":1}', 'workspace/foreign'],
  ['a database of SQLite', `SQLite format 3\0${'\0'.repeat(4000)}`, 'workspace/foreign'],
  ['a table', 'a,b\n1,2\n', 'workspace/foreign'],
])('%s is no workspace, and is left as it is', async (_what, content, code) => {
  const path = join(await makeFolder(), 'w.duckdb');
  await writeFile(path, content);
  await expect(Engine.open(path, options)).rejects.toMatchObject({ problems: [{ code }] });
  expect(await readFile(path, 'utf8')).toBe(content);
  expect(await readdir(join(path, '..'))).toEqual(['w.duckdb']);
});

test.runIf(process.platform === 'linux')(
  'a folder that the system does not let be made is told, and not tried without end',
  async () => {
    const folder = await makeFolder();
    const ended = await runCommand(['ingest', '--workspace', '/proc/x/y.duckdb', '--logs', folder]);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain("y.duckdb: The workspace can't be opened: ENOENT");
  },
);

test('a folder, no name, and a path that DuckDB would take for an address are refused in plain words', async () => {
  const folder = await makeFolder();
  const messageOf = (path: string) =>
    Engine.open(path, options).then(
      () => 'opened',
      (error: UserError) => error.problems[0]?.message,
    );
  expect(await messageOf(folder)).toBe('It is a folder, and no workspace.');
  expect(await messageOf('')).toBe('No workspace is named.');
  expect(await messageOf(join(folder, 'w?x.duckdb'))).toBe("A workspace can't have a “?” in its path.");
  expect(await readdir(folder)).toEqual([]);
});
