import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../electron/engine/engine';
import { createUnwrapper } from '../../electron/engine/ingest/unwrap/create';
import { eventTableName } from '../../electron/engine/workspace/catalog';
import { toEventTable } from '../../electron/engine/workspace/event-tables';
import { sql } from '../../electron/engine/workspace/sql';
import { parsePath } from '../../shared/json-path';
import { containerWriters, writtenGroup, writtenStream } from '../support/containers';
import { makeFolder, openEngine } from '../support/workspace';

/**
 * A folder is a log format: `messages` a line each, `header` the lines above them where a file has some, and `expected.json`
 * what the app has to make of them. Docs/formats.md §5 is the table of these cases.
 */
type Expected = {
  kind: string;
  /** Of the first message: name or path → text. */
  fields: Record<string, string>;
  /** The time that each message tells by itself. */
  times: (string | null)[];
  /** What the messages become, where a format is turned into another one. */
  messages?: string[];
};

const directory = join(import.meta.dirname, 'formats');

const formats = readdirSync(directory).map((name) => {
  const read = (file: string) => readFileSync(join(directory, name, file), 'utf8');
  return {
    name,
    header: existsSync(join(directory, name, 'header')) ? read('header') : '',
    messages: read('messages').trimEnd().split('\n'),
    expected: JSON.parse(read('expected.json')) as Expected,
  };
});

const startMs = Date.parse('2023-11-14T22:00:00.000Z');

describe.each(formats)('$name', ({ header, messages, expected }) => {
  test.each(containerWriters)('in $name', (writer) => {
    const { container, isSaid, rewrite, write, givesTime, givesGroup, givesStream } = writer;
    const sent = messages.map((text, index) => ({ timeMs: startMs + index * 1000, text }));
    const unwrapper = createUnwrapper(null, isSaid ? { container } : {});
    unwrapper.push(Buffer.from(givesTime ? write(sent) : header + write(sent)));
    unwrapper.end(true);
    expect(unwrapper.state()).toMatchObject({ container, malformed: 0, cut: 0 });
    expect(unwrapper.take().map(({ timeMs, message, group, stream }) => ({ timeMs, message, group, stream }))).toEqual(
      sent.map(({ timeMs, text }, index) => ({
        timeMs: givesTime ? timeMs : null,
        message: expected.messages?.[index] ?? (rewrite ? rewrite(text) : text),
        group: givesGroup ? writtenGroup : null,
        stream: givesStream ? writtenStream : null,
      })),
    );
  });
});

test('every format is recognised, with the names of its fields and the times of its events', async () => {
  const folder = await makeFolder();
  const engine = await openEngine(join(folder, 'formats.duckdb'));
  for (const { name, header, messages } of formats) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'log'), `${header}${messages.join('\n')}\n`);
    await engine.addSource({ path: join(folder, name), group: null });
  }
  const found = [];
  for (const { name, expected } of formats) found.push(await describeGroup(engine, name, Object.keys(expected.fields)));
  expect(found).toEqual(formats.map(({ name, expected: { kind, fields, times } }) => ({ name, kind, fields, times })));
});

/** What a log group is taken for, the named fields of its first event, and the times of all. */
async function describeGroup(engine: Engine, name: string, references: readonly string[]) {
  const group = engine.workspace.catalog.groups.find((entry) => entry.name === name);
  const [table, other] = group?.tables.values() ?? [];
  if (group === undefined || table === undefined || other !== undefined) throw new Error(`${name}: no single table`);
  const { field } = toEventTable(group, table);
  const columns = references.map((reference) => {
    const alias = [...table.fields.values()].find((entry) => entry.alias === reference);
    const path = parsePath(reference);
    return alias === undefined
      ? typeof path === 'string' || table.format === 'CLF'
        ? null
        : field({ path })
      : field({ position: Number(alias.reference) });
  });
  const rows = await engine.workspace.db.read(sql`FROM ${eventTableName(table)} ORDER BY line`);
  const fields: Record<string, string> = {};
  for (const [index, reference] of references.entries()) {
    const text = columns[index]?.text;
    if (text === undefined) continue;
    const [row] = await engine.workspace.db.read(
      sql`SELECT ${text} AS value FROM ${eventTableName(table)} ORDER BY line LIMIT 1`,
    );
    if (typeof row?.value === 'string') fields[reference] = row.value;
  }
  const times = rows.map((row) => (row.time_ms === null ? null : new Date(Number(row.time_ms)).toISOString()));
  return { name, kind: group.kind, fields, times };
}
