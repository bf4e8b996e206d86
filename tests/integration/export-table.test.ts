import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sql } from '../../electron/engine/workspace/sql';
import type { Args } from '../../shared/contract';
import { callEngine } from '../support/call-engine';
import { openRequests } from '../support/request-log';

const columns: Args<'export.table'>['columns'] = [
  { name: 'Who', kind: 'text' },
  { name: 'Rank', kind: 'integer' },
  { name: 'Total', kind: 'number' },
];

test('a table keeps infinite sums, what is not there, and texts that no UTF-8 has', async () => {
  const { engine } = await openRequests([{ at: Date.UTC(2026, 10, 19) }]);
  const rows: Args<'export.table'>['rows'] = [
    ['a\u0000b', 1, Number.POSITIVE_INFINITY],
    ['half \ud800 of \udc00', null, Number.NEGATIVE_INFINITY],
    [null, 2, 0.5],
    ['\u{1f600}', 3, null],
  ];
  const { data } = await callEngine(engine, 'export.table', { title: 't', columns, rows });
  const path = join(engine.workspace.spoolDirectory, 'back.parquet');
  await writeFile(path, data);
  const back = await engine.workspace.db.read(sql`SELECT * FROM read_parquet(${path})`);
  expect(back.map(({ Who, Rank, Total }) => [Who, Rank, Total])).toEqual([
    ['a\u0000b', 1, Number.POSITIVE_INFINITY],
    ['half \ufffd of \ufffd', null, Number.NEGATIVE_INFINITY],
    [null, 2, 0.5],
    ['\u{1f600}', 3, null],
  ]);
});

test('a table whose cells do not fit its columns is refused, and where they do not is said', async () => {
  const { engine } = await openRequests([{ at: Date.UTC(2026, 10, 19) }]);
  const refuse = async (row: Args<'export.table'>['rows'][number], place: string) => {
    const asked = callEngine(engine, 'export.table', { title: 't', columns, rows: [['a', 1, 1], row] });
    await expect(asked).rejects.toMatchObject({ problems: [{ code: 'args/invalid', place }] });
  };
  await refuse(['b', 2, 'x'], 'export.table.rows.1.2');
  await refuse([3, 2, 1], 'export.table.rows.1.0');
  await refuse(['b', 0.5, 1], 'export.table.rows.1.1');
  await refuse(['b', 2], 'export.table.rows.1');
});
