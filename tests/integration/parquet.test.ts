import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Engine } from '../../electron/engine/engine';
import { Database } from '../../electron/engine/workspace/db';
import { Sql, sql } from '../../electron/engine/workspace/sql';
import { reportDefaults } from '../support/report-on';
import { makeFolder, openEngine, readEvents } from '../support/workspace';

/** Writes rows as a Parquet file. @param select SQL of the test's own */
async function writeParquet(folder: string, name: string, select: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const db = await Database.open(':memory:', {
    spoolDirectory: folder,
    temporaryDirectory: folder,
    memoryLimitBytes: 1e9,
    threads: 2,
  });
  try {
    const path = join(folder, name);
    await db.write(new Sql(`COPY (${select}) TO '${path}' (FORMAT parquet, COMPRESSION gzip, ROW_GROUP_SIZE 2048)`));
    return path;
  } finally {
    await db.close();
  }
}

const flowColumns = `2 AS version, '012345678901' AS account_id, 'eni-0a1b' AS interface_id,
  '10.0.3.' || (range % 200) AS srcaddr, '198.51.100.7' AS dstaddr, 49152 AS srcport, 443 AS dstport, 6 AS protocol,
  range AS packets, range * 100 AS bytes, 1700000000 + range AS "start", 1700000059 + range AS "end",
  CASE WHEN range % 3 = 0 THEN 'REJECT' ELSE 'ACCEPT' END AS action, 'OK' AS log_status`;

async function openWith(folder: string): Promise<Engine> {
  const engine = await openEngine(join(folder, 'test.duckdb'));
  await engine.addSource({ path: join(folder, 'logs'), group: 'flows' });
  return engine;
}

const messagesOf = async (engine: Engine) => (await readEvents(engine)).map(({ message }) => message);

test('rows of a flow log are records, for which the rules of flow logs are made', async () => {
  const folder = await makeFolder();
  await writeParquet(join(folder, 'logs'), 'a.log.parquet', `SELECT ${flowColumns} FROM range(3)`);
  const engine = await openWith(folder);
  expect(await readEvents(engine)).toEqual([
    {
      timeMs: 1700000000000,
      line: 1,
      group: 'flows',
      message: '2 012345678901 eni-0a1b 10.0.3.0 198.51.100.7 49152 443 6 0 0 1700000000 1700000059 REJECT OK',
    },
    {
      timeMs: 1700000001000,
      line: 2,
      group: 'flows',
      message: '2 012345678901 eni-0a1b 10.0.3.1 198.51.100.7 49152 443 6 1 100 1700000001 1700000060 ACCEPT OK',
    },
    {
      timeMs: 1700000002000,
      line: 3,
      group: 'flows',
      message: '2 012345678901 eni-0a1b 10.0.3.2 198.51.100.7 49152 443 6 2 200 1700000002 1700000061 ACCEPT OK',
    },
  ]);
  expect((await engine.describe()).groups).toMatchObject([{ name: 'flows', kind: 'VPC flow logs', format: 'CLF' }]);
  const sample = (
    await engine.handlers['rules.samples']({}, { signal: new AbortController().signal, progress: () => {} })
  ).find(({ name }) => name === 'Rejected TCP connections');
  const report = await engine.runReport(
    {
      rule: { definition: sample?.definition ?? '' },
      ...reportDefaults,
      metrics: 'all',
    },
    new AbortController().signal,
  );
  expect(report.contributors.map(({ keys }) => keys)).toEqual([['eni-0a1b', '10.0.3.0']]);
});

test('columns in any order, of any version, of types that other programs chose, and without a value', async () => {
  const folder = await makeFolder();
  await writeParquet(
    join(folder, 'logs'),
    'a.parquet',
    `SELECT 'vpc-1' AS vpc_id, 'OK' AS log_status, TIMESTAMP '2023-11-14 22:13:20' AS "start", 1700000059::DOUBLE AS "end",
      12345678901 AS account_id, 443.0::DOUBLE AS dstport, 'nan'::DOUBLE AS srcport, NULL::VARCHAR AS srcaddr, '' AS dstaddr,
      3 AS version, 'eni-1'::BLOB AS interface_id, 'added later' AS hour, true AS "new_field"`,
  );
  const engine = await openWith(folder);
  const rows = await readEvents(engine);
  expect(rows.map(({ timeMs, line }) => [timeMs, line])).toEqual([[1700000000000, 1]]);
  expect(rows[0]?.message).toBe('3 012345678901 eni-1 - - - 443 1700000000 1700000059 OK vpc-1 "added later" true');
  const table = engine.workspace.catalog.groups[0]?.tables.get('CLF');
  expect([...(table?.fields.values() ?? [])].map(({ alias }) => alias)).toEqual([
    ...[
      'version',
      'account-id',
      'interface-id',
      'srcaddr',
      'dstaddr',
      'srcport',
      'dstport',
      'start',
      'end',
      'log-status',
    ],
    ...['vpc-id', 'hour', 'new-field'],
  ]);
});

test('columns that no flow log has keep their names and values', async () => {
  const folder = await makeFolder();
  await writeParquet(
    join(folder, 'logs'),
    'a.parquet',
    `SELECT 7 AS hour, ${flowColumns}, NULL AS instance_id FROM range(2)`,
  );
  const engine = await openWith(folder);
  expect(await messagesOf(engine)).toEqual([
    '2 012345678901 eni-0a1b 10.0.3.0 198.51.100.7 49152 443 6 0 0 1700000000 1700000059 REJECT OK 7 -',
    '2 012345678901 eni-0a1b 10.0.3.1 198.51.100.7 49152 443 6 1 100 1700000001 1700000060 ACCEPT OK 7 -',
  ]);
  const fields = await engine.handlers['groups.fields'](
    { group: 'flows' },
    { signal: new AbortController().signal, progress: () => {} },
  );
  expect(fields.map(({ alias }) => alias).slice(-3)).toEqual(['log-status', 'hour', 'instance-id']);
});

test('rows of other files are JSON events', async () => {
  const folder = await makeFolder();
  await writeParquet(
    join(folder, 'logs'),
    'a.parquet',
    `SELECT TIMESTAMPTZ '2023-11-14 22:13:20.5+00' AS "time", 'it''s "x"' AS "a.b", {'c': [1, 2]} AS nested, 1.5 AS n,
      NULL AS nothing, 18446744073709551615::UBIGINT AS large`,
  );
  const engine = await openWith(folder);
  const [event] = await readEvents(engine);
  expect(event?.timeMs).toBe(1700000000500);
  expect(JSON.parse(event?.message ?? '')).toMatchObject({
    'a.b': 'it\'s "x"',
    nested: { c: [1, 2] },
    n: 1.5,
    nothing: null,
  });
  expect(event?.message).toContain('"large":18446744073709551615');
});

test('many rows come in order, and nothing stays behind in the spool', async () => {
  const folder = await makeFolder();
  const count = 150_000;
  await writeParquet(join(folder, 'logs'), 'a.parquet', `SELECT ${flowColumns} FROM range(${count})`);
  const engine = await openWith(folder);
  const [row] = await engine.workspace.db.read(
    sql`SELECT count(*) AS rows, count(DISTINCT line) AS lines, min(line) AS first, max(line) AS last,
      count(*) FILTER (i9 = line - 1) AS ordered FROM event_1_clf`,
  );
  expect(row).toEqual({ rows: count, lines: count, first: 1, last: count, ordered: count });
  expect(await readdir(engine.workspace.spoolDirectory)).toEqual([]);
});

test('a file is read once, whatever becomes of its name and place', async () => {
  const folder = await makeFolder();
  const path = await writeParquet(join(folder, 'logs'), 'a.parquet', `SELECT ${flowColumns} FROM range(500)`);
  const engine = await openWith(folder);
  await engine.sources.load(1);
  const bytes = readFileSync(path);
  rmSync(path);
  writeFileSync(join(folder, 'logs', 'b.parquet'), bytes);
  await engine.sources.load(1);
  expect(await messagesOf(engine)).toHaveLength(500);
});

test('a file that is cut off, or is none, is listed with the reason, and the others are loaded', async () => {
  const folder = await makeFolder();
  const path = await writeParquet(join(folder, 'logs'), 'cut.parquet', `SELECT ${flowColumns} FROM range(500)`);
  truncateSync(path, 1000);
  writeFileSync(join(folder, 'logs', 'none.parquet'), 'PAR1 is what it starts with');
  await writeParquet(join(folder, 'logs'), 'whole.parquet', `SELECT ${flowColumns} FROM range(2)`);
  const engine = await openWith(folder);
  expect(await messagesOf(engine)).toHaveLength(2);
  const [source] = engine.sources.list();
  expect(source?.notices.map(({ path: file, problem }) => [file.split('/').at(-1), problem.code])).toEqual([
    ['cut.parquet', 'file/parquet-damaged'],
    ['none.parquet', 'file/parquet-damaged'],
  ]);
  expect(source?.notices[0]?.problem.message).not.toContain(engine.workspace.spoolDirectory);
  expect(await readdir(engine.workspace.spoolDirectory)).toEqual([]);
  // Damage in a log is no damage of the workspace.
  expect([engine.notices, engine.workspace.db.generation]).toEqual([[], 0]);
});

test('a preview tells what it is', async () => {
  const folder = await makeFolder();
  await writeParquet(join(folder, 'logs'), 'a.parquet', `SELECT ${flowColumns} FROM range(3)`);
  const engine = await openEngine(join(folder, 'test.duckdb'));
  engine.grant('1', { path: join(folder, 'logs'), label: 'logs', group: null });
  const options = { signal: new AbortController().signal, progress: () => {} };
  const { files } = await engine.handlers['sources.preview']({ grant: '1' }, options);
  expect(files).toMatchObject([
    {
      path: 'a.parquet',
      compression: 'parquet',
      container: 'Parquet',
      kind: 'VPC flow logs',
      events: 3,
      isWhole: true,
    },
  ]);
});

test('rows that look like something else are rows', async () => {
  const folder = await makeFolder();
  const db = join(folder, 'logs');
  await writeParquet(
    db,
    'a.parquet',
    `SELECT * FROM (VALUES ('srcaddr', 'dstaddr'), ('#Version:', '1.0'), ('{', '}'), ('"a', 'b'), ('a b', '[c'), ('a' || chr(10), 'b'), ('a b\\', 'c'))
      AS t(srcaddr, dstaddr)`,
  );
  const engine = await openWith(folder);
  expect(await messagesOf(engine)).toEqual([
    'srcaddr dstaddr',
    '#Version: 1.0',
    '"{" }',
    '{"srcaddr":"\\"a","dstaddr":"b"}',
    '"a b" "[c"',
    '{"srcaddr":"a\\n","dstaddr":"b"}',
    '{"srcaddr":"a b\\\\","dstaddr":"c"}',
  ]);
});
