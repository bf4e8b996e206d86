import { join } from 'node:path';
import type { Engine, EngineOptions } from '../../electron/engine/engine';
import { eventTableName } from '../../electron/engine/workspace/catalog';
import { originalLine } from '../../electron/engine/workspace/original-line';
import { join as joinSql, sql } from '../../electron/engine/workspace/sql';

/** What an engine in a test is opened with. */
export const engineDefaults: EngineOptions = {
  app: 'a test',
  appVersion: '0.0.0',
  resourcesPath: join(import.meta.dirname, '..', '..', 'resources'),
};

export type StoredEvent = { timeMs: number | null; line: number; message: string; group: string };

/** All events of a workspace, in the order of their files and lines. */
export async function readEvents(engine: Engine): Promise<StoredEvent[]> {
  const { db, catalog } = engine.workspace;
  const tables = catalog.groups.flatMap((group) =>
    [...group.tables.values()].map(
      (table) => sql`SELECT file_id, line, time_ms, ${originalLine(table)} AS message, ${group.name} AS group_name
        FROM ${eventTableName(table)}`,
    ),
  );
  if (tables.length === 0) return [];
  const rows = await db.read(sql`FROM (${joinSql(tables, ' UNION ALL ')}) ORDER BY file_id, line`);
  return rows.map((row) => ({
    timeMs: row.time_ms === null ? null : Number(row.time_ms),
    line: Number(row.line),
    message: String(row.message),
    group: String(row.group_name),
  }));
}
