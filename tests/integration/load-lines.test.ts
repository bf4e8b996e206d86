import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFileRecord, type FileRecord } from '../../electron/engine/ingest/file-record';
import { Loader } from '../../electron/engine/ingest/load';
import { createTimeZone, type TimeZone } from '../../electron/engine/ingest/time-zone';
import { createUnwrapper } from '../../electron/engine/ingest/unwrap/create';
import type { UnwrapState } from '../../electron/engine/ingest/unwrap/types';
import { eventTableName, type GroupEntry } from '../../electron/engine/workspace/catalog';
import { toEventTable } from '../../electron/engine/workspace/event-tables';
import { openWorkspace, type Workspace } from '../../electron/engine/workspace/open';
import { originalLine } from '../../electron/engine/workspace/original-line';
import { id, join as joinSql, type Sql, sql } from '../../electron/engine/workspace/sql';
import { makeFolder } from '../support/workspace';

const names = ['', 'a', 'A', 'b', 'a.b', 'ü', "it's", 'x"y', 'time', 'Timestamp', '0', 'length', '__proto__'];
const values = [
  ...['0', '-0', '7', '-7', '123456789012345', '1234567890123456', '123456789012345678', '-123456789012345678'],
  ...['1234567890123456789', '12345678901234567890123', '0.5', '-0.5', '5.0', '-0.0', '0.0', '0.00', '1.50', '0.25'],
  ...['0.1', '0.30000000000000004', '0.1234567890123456', '0.12345678901234567', '92180.09505473933', '4.35', '2.675'],
  ...[
    '0.0001',
    '0.00001',
    '0.000123456789012345',
    '1e5',
    '1E-7',
    '1e400',
    '1.7976931348623157e308',
    '9007199254740993.0',
  ],
  ...[
    '9007199254740993',
    '123456789.12345678',
    '1234567890123456.7',
    '99999999999999.99',
    '1763532000',
    '1763532000123',
  ],
  ...['1763532000123.9', 'true', 'false', 'null', 'NaN', 'Infinity', '-Infinity', '{}', '[]', '[null]', '{"c":{}}'],
  ...['[1,"2",3.5]', '[[1],[2,3]]', '{"c":1,"d":"e"}', '{"c":null,"d":5}', '1.', '01', '.5', '+1', '-', 'tru', '"open'],
  ...['""', '" "', '"200"', '"007"', '"-"', '"-7"', '"0.25"', '"0.250"', '"1e+16"', '"1e16"', '"1e-05"', '"12345678"'],
  ...[
    '"1234567890123456789"',
    '"10.0.0.1"',
    '"true"',
    '"null"',
    '"NaN"',
    '"é"',
    '"日本"',
    '"🦆"',
    '"\u00a0"',
    '"\u007f"',
  ],
  ...[
    '"\\u0041"',
    '"\\u00e9"',
    '"\\ud83e\\udd86"',
    '"\\ud800"',
    '"\\ud800x"',
    '"\\n"',
    '"\\/"',
    '"a\\"b"',
    '"\\\\"',
    '"\\x"',
  ],
  ...[
    '"2025-11-19T06:00:00Z"',
    '"2025-11-19 06:00:00,5 "',
    '"19/Nov/2025:06:00:00 +0000"',
    '"1763532000"',
    '"1763532000123456"',
  ],
  ...[
    '"a long text that is copied word by word, and ends somewhere in a word"',
    '"tab\there"',
    '"nul\u0000"',
    '"{"',
    '"["',
  ],
];
const value = fc.constantFrom(...values);
const space = fc.constantFrom('', '', '', '', ' ', '  ', '\t');
const member = fc.tuple(fc.constantFrom(...names), space);

/** Events of a few kinds, so that their shapes come again; some members are left out, one event has a flaw. */
const jsonLines = fc.array(fc.array(member, { maxLength: 5 }), { minLength: 1, maxLength: 3 }).chain((kinds) =>
  fc
    .array(
      fc.record({
        kind: fc.nat(kinds.length - 1),
        values: fc.array(value, { minLength: 5, maxLength: 5 }),
        omit: fc.nat(9),
        end: fc.constantFrom('', '', '', '', '', ' ', ',', '}', '\r'),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .map((events) =>
      events.map(({ kind, values: own, omit, end }) => {
        const members = (kinds[kind] ?? []).flatMap(([name, blank], index) =>
          index === omit ? [] : [`${JSON.stringify(name)}:${blank}${own[index]}${blank}`],
        );
        return `{${members.join(',')}}${end}`;
      }),
    ),
);

const tokens = [
  ...[
    '-',
    '0',
    '007',
    '200',
    '-5',
    '0.25',
    '1.50',
    '0.30000000000000004',
    '1e+16',
    '1763532000',
    'é',
    '🦆',
    '10.0.0.1',
  ],
  ...['2', 'OK', 'NODATA', 'GET', 'start', 'end', 'srcaddr', 'a]', 'a"b', '[', '"', '[19/Nov/2025:06:00:00 +0000]'],
  ...[
    '[19/Nov/2025:06:00:00 +0000',
    '"GET / HTTP/1.1"',
    '""',
    '[]',
    '"a\\"b"',
    '"a\\"',
    '"a"b',
    '[a]b',
    '"a [b"',
    '[a "b]',
  ],
  ...[
    '2025-11-19',
    '06:00:00',
    '2025-11-19T06:00:00Z',
    '{',
    '{"a":1}',
    'x\u00a0y',
    '\u00a0',
    'x\u0000y',
    'x\rz',
    '1763532000123',
  ],
];
const tokenLine = fc
  .array(fc.tuple(fc.constantFrom(...tokens), fc.constantFrom(' ', ' ', ' ', ' ', ' ', '  ', '\t')), { maxLength: 18 })
  .map((parts) =>
    parts
      .map(([token, blank]) => token + blank)
      .join('')
      .replace(/ $/, ''),
  );
const plainLine = fc.constantFrom(
  '2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 80 6 10 840 1763532000 1763532059 ACCEPT OK',
  '2 123456789012 eni-1 - - - - - - - 1763532000 1763532059 - NODATA',
  'srcaddr dstaddr start action',
  'version srcaddr end start',
  '10.0.0.1 10.0.0.2 1763532000 ACCEPT',
  '10.0.0.1 - - [19/Nov/2025:06:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"',
  '',
  ' ',
  `${Array.from({ length: 70 }, (_, index) => index).join(' ')}`,
  'tls 2.0 2025-11-19T06:00:00 net/shop/c6e7 g3d4 10.0.0.1:51341 10.0.0.2:443 5',
  '10.0.0.1,-,-,19/Nov/2025:06:00:00 +0000,GET,/a,HTTP/1.1,200,5,id-1,x=',
  '10.0.0.1,-,-',
  '<request id="id-1"> <ip>10.0.0.1</ip> <requestTime>19/Nov/2025:06:00:00 +0000</requestTime> </request>',
  '<request',
  '#Version: 1.0',
  '#Fields: date x time',
  '2025-11-19 10.0.0.1 06:00:00',
  '# a comment',
);
const lines = fc.oneof(
  { weight: 3, arbitrary: jsonLines },
  { weight: 1, arbitrary: fc.array(fc.oneof(tokenLine, plainLine), { minLength: 1, maxLength: 20 }) },
  { weight: 1, arbitrary: fc.tuple(jsonLines, fc.array(plainLine)).map(([some, more]) => [...some, ...more, ...some]) },
);

const stateAtStart: UnwrapState = {
  position: 0,
  container: 'lines',
  line: 1,
  header: null,
  malformed: 0,
  faults: [],
  cut: 0,
  resume: null,
};

const berlin = createTimeZone('Europe/Berlin');

test('lines read from their bytes are the same events as lines read one by one', async () => {
  const folder = await makeFolder();
  const workspace = await openWorkspace(join(folder, 'test.duckdb'), { app: 'a test', appVersion: '0' });
  let run = 0;
  let fromBytes = 0;
  const property = fc.asyncProperty(lines, fc.boolean(), fc.boolean(), async (given, isExport, isLocal) => {
    run += 1;
    const container = isExport ? 'export-task' : 'lines';
    const state: UnwrapState = { ...stateAtStart, container };
    const stamp = (line: string, index: number) =>
      isExport && index % 3 !== 2 ? `2025-11-19T06:00:0${index % 10}.123Z ${line}` : line;
    const bytes = Buffer.from(`${given.map(stamp).join('\n')}\n`);
    const zone = isLocal ? berlin : null;
    const fast = await loadBytes(workspace, bytes, state, `fast ${run}`, zone);
    const slow = await loadEvents(workspace, bytes, state, `slow ${run}`, zone);
    const [fastRows, slowRows] = [await readRows(workspace, `fast ${run}`), await readRows(workspace, `slow ${run}`)];
    expect(fastRows.map(({ isKept, ...row }) => row)).toEqual(slowRows.map(({ isKept, ...row }) => row));
    expect(fast.events).toBe(slow.events);
    expect(fast.untimed).toBe(slow.untimed);
    expect(fast.state).toEqual(slow.state);
    fromBytes += fastRows.filter(({ isKept }) => !isKept).length;
  });
  try {
    await fc.assert(property, { numRuns: 60, seed: 20261124 });
  } finally {
    await workspace.close();
  }
  // Otherwise the two ways would be one.
  expect(fromBytes).toBeGreaterThan(100);
}, 300_000);

test('times without an offset are those of the zone that was chosen, by either way', async () => {
  const folder = await makeFolder();
  const workspace = await openWorkspace(join(folder, 'test.duckdb'), { app: 'a test', appVersion: '0' });
  try {
    const bytes = Buffer.from(
      '{"time":"2025-07-19T08:00:00"}\n{"time":"2025-07-19T08:00:00"}\n2025-07-19 08:00:00 a\n2025-07-19T08:00:00Z b\n',
    );
    await loadBytes(workspace, bytes, stateAtStart, 'fast', berlin);
    await loadEvents(workspace, bytes, stateAtStart, 'slow', berlin);
    const times = async (group: string) => (await readRows(workspace, group)).map((row) => row.time_ms);
    const [local, utc] = [Date.parse('2025-07-19T06:00:00Z'), Date.parse('2025-07-19T08:00:00Z')];
    expect(await times('fast')).toEqual([local, local, local, utc]);
    expect(await times('slow')).toEqual([local, local, local, utc]);
  } finally {
    await workspace.close();
  }
});

async function loadBytes(
  workspace: Workspace,
  bytes: Buffer,
  state: UnwrapState,
  group: string,
  zone: TimeZone | null,
): Promise<FileRecord> {
  const loader = new Loader(workspace, () => {});
  const record = createRecord(state);
  const choice = { name: group, isSet: true, matchesAll: false, zone };
  const done = await loader.lines.load(bytes, record, choice, () => {});
  const unwrapper = createUnwrapper(record.state);
  unwrapper.push(bytes.subarray(done));
  unwrapper.end(true);
  const events = unwrapper.take();
  record.state = unwrapper.state();
  await loader.add(events, record, choice);
  await loader.flush();
  return record;
}

async function loadEvents(
  workspace: Workspace,
  bytes: Buffer,
  state: UnwrapState,
  group: string,
  zone: TimeZone | null,
): Promise<FileRecord> {
  const loader = new Loader(workspace, () => {});
  const record = createRecord(state);
  const unwrapper = createUnwrapper(state);
  unwrapper.push(bytes);
  unwrapper.end(true);
  const events = unwrapper.take();
  record.state = unwrapper.state();
  await loader.add(events, record, { name: group, isSet: true, matchesAll: false, zone });
  await loader.flush();
  return record;
}

function createRecord(state: UnwrapState): FileRecord {
  const found = { path: '', size: 0, modifiedMs: 0, bornMs: null, device: '', inode: '', links: 1 };
  return { ...createFileRecord(1, 1, found), state };
}

/** What a rule sees of each event: its time, and of each field the text and number; and its line. */
async function readRows(workspace: Workspace, name: string): Promise<Record<string, unknown>[]> {
  const group = workspace.catalog.groups.find((entry) => entry.name === name);
  const rows: Record<string, unknown>[] = [];
  for (const table of group?.tables.values() ?? []) {
    const fields = [...table.fields.values()].filter(({ kinds }) => kinds.size > 0);
    const seen = toEventTable(group as GroupEntry, table);
    const columns = fields.flatMap(({ reference }, index): Sql[] => {
      const field = seen.field(
        table.format === 'CLF' ? { position: Number(reference) } : { path: JSON.parse(reference) as string[] },
      );
      if (field === null) throw new Error(`${reference} is not there.`);
      return [sql`${field.text} AS ${id(`t${index}`)}`, sql`${field.number} AS ${id(`n${index}`)}`];
    });
    const found = await workspace.db.read(
      sql`SELECT ${joinSql([sql`line, time_ms, ${originalLine(table)} AS text, message`, ...columns], ', ')}
        FROM ${eventTableName(table)}`,
    );
    for (const row of found) {
      const values = fields.flatMap(({ reference }, index) => {
        const text = row[`t${index}`];
        return text === null ? [] : [[reference, text, row[`n${index}`]]];
      });
      rows.push({ ...row, format: table.format, values: values.sort() });
    }
  }
  return rows
    .map(({ line, time_ms, text, message, format, values }) => ({
      ...{ line, time_ms, text, format, values },
      isKept: message !== null,
    }))
    .sort((a, b) => Number(a.line) - Number(b.line));
}
