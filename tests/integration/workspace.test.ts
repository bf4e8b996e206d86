import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { Engine } from '../../electron/engine/engine';
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
