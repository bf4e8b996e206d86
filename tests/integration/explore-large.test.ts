import { describe, expect, test } from 'vitest';
import type { Engine } from '../../electron/engine/engine';
import { columnName, eventTableName } from '../../electron/engine/workspace/catalog';
import { id, join, sql } from '../../electron/engine/workspace/sql';
import { explore } from '../support/explore-boards';
import { openBefore } from '../support/workspace';

describe('over a table of a million rows', () => {
  const rows = 1_000_000;
  const { engine } = openBefore((opened) => fillTable(opened, rows));

  test('a field of very many values is ranked on request only, and counted roughly until then', async () => {
    const { boards } = await explore(engine(), { group: 'large' });
    for (const reference of ['$.id', '$.share']) {
      const { values, isDistinctExact, distinct = 0 } = boards.get(reference) ?? {};
      expect({ values, isDistinctExact }).toEqual({ values: null, isDistinctExact: false });
      expect(Math.abs(distinct / rows - 1)).toBeLessThan(0.15);
    }
    // Numbers 0 to 999,999, each as a share of a million and a quarter more.
    expect(boards.get('$.share')?.spread).toMatchObject({ min: 0.25, max: 1_000_000 - 0.75, median: 499_999.25 });
    const asked = await explore(engine(), { group: 'large', only: ['$.id', '$.share'], ranked: ['$.id', '$.share'] });
    expect(asked.boards.get('$.id')).toMatchObject({ distinct: rows, isDistinctExact: true });
    expect(asked.boards.get('$.id')?.values?.[0]).toEqual({ value: 'id-0', amount: 1, isCut: false });
    expect(asked.boards.get('$.share')?.values?.[1]).toEqual({ value: '1.25', amount: 1, isCut: false });
  });

  test('integers of a small range are ranked exactly however many they are', async () => {
    const { boards } = await explore(engine(), { group: 'large', limit: 2 });
    expect(boards.get('$.port')).toMatchObject({
      base: rows,
      absent: 0,
      distinct: 50_000,
      isDistinctExact: true,
      values: [
        { value: '0', amount: 20, isCut: false },
        { value: '1', amount: 20, isCut: false },
      ],
    });
    expect(boards.get('$.port')?.spread).toMatchObject({ min: 0, max: 49_999, median: 24_999, zeros: 20 });
  });

  test('a text that stands in columns of two kinds is one value', async () => {
    const { boards } = await explore(engine(), { group: 'large' });
    expect(boards.get('$.twofold')).toMatchObject({
      absent: 0,
      distinct: 3,
      values: [
        { value: '443', amount: rows / 2, isCut: false },
        { value: '80', amount: rows / 4, isCut: false },
        { value: '-', amount: rows / 4, isCut: false },
      ],
    });
    const kept = [{ reference: '$.twofold', values: ['443'], exclude: false }];
    expect((await explore(engine(), { group: 'large', filters: kept, only: [] })).remaining).toBe(rows / 2);
    const left = [{ reference: '$.twofold', values: ['443'], exclude: true }];
    expect((await explore(engine(), { group: 'large', filters: left, only: [] })).remaining).toBe(rows / 2);
  });
});

/** Writes rows straight into an event table: `$.id`, `$.share`, `$.port`, and `$.twofold`, whose 443 is stored both ways. */
async function fillTable({ workspace: { catalog, db } }: Engine, rows: number): Promise<void> {
  const table = await catalog.table(await catalog.group('large', false), 'JSON');
  const values = {
    id: { t: sql`'id-' || n` },
    share: { d: sql`n + CAST(0.25 AS DOUBLE)` },
    port: { i: sql`n % 50000` },
    twofold: {
      i: sql`CASE n % 4 WHEN 0 THEN 443 WHEN 1 THEN 80 END`,
      t: sql`CASE n % 4 WHEN 2 THEN '443' WHEN 3 THEN '-' END`,
    },
  };
  const columns = Object.entries(values).flatMap(([name, kinds]) => {
    const field = catalog.field(table, JSON.stringify([name]));
    return Object.entries(kinds).map(([kind, value]) => {
      field.wanted.add(kind as 'i' | 'd' | 't');
      return { name: id(columnName(field, kind as 'i' | 'd' | 't')), value };
    });
  });
  await catalog.addColumns(table);
  const names = join([sql`time_ms`, ...columns.map(({ name }) => name)], ', ');
  const selected = join([sql`${Date.UTC(2026, 10, 19, 6)} + n`, ...columns.map(({ value }) => value)], ', ');
  await db.write(sql`INSERT INTO ${eventTableName(table)} (${names}) SELECT ${selected} FROM range(${rows}) AS r(n)`);
}
