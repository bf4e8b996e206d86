import { lstatSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { Database, type DatabaseOptions } from './db';
import { requestsKind } from './derived-groups';
import { readFailure } from './failures';
import { migrations } from './migrations';
import { id, integer, join, Sql, sql } from './sql';

/** What was taken over from a damaged workspace of the events of files that are gone, which no log gives back. */
export type Salvaged = { events: number; lostEvents: number };

/** Tables that tell what the columns of events are. Without all of them events mean nothing. */
const describingTables = ['log_group', 'log_stream', 'event_table', 'field', 'line_shape'] as const;

const nothing: Salvaged = { events: 0, lostEvents: 0 };

/**
 * Takes over what can be read of a damaged workspace and nothing else gives back: the events of files that are gone. Files
 * that are still there are left out, to be read again from their start.
 * @param damagedPath is only read   @param db a new workspace without events
 * @throws errors that are the new workspace's: a full disk
 */
export async function salvage(damagedPath: string, db: Database, options: DatabaseOptions): Promise<Salvaged> {
  let old: Database;
  try {
    old = await Database.open(damagedPath, { ...options, isReadOnly: true });
  } catch {
    return nothing;
  }
  try {
    const [meta] = await old.read(sql`SELECT version FROM meta`);
    return meta?.version === migrations.length ? await copyEvents(old, db, options.spoolDirectory) : nothing;
  } catch (cause) {
    if (readFailure(cause).isFull) throw cause;
    return nothing;
  } finally {
    await old.close();
  }
}

async function copyEvents(old: Database, db: Database, spoolDirectory: string): Promise<Salvaged> {
  const files = await old.read(sql`SELECT file_id, path, device, inode, events FROM file`);
  const gone = files.filter((row) => isGone(String(row.path), String(row.device), String(row.inode)));
  const wanted = gone.reduce((sum, row) => sum + Number(row.events), 0);
  if (wanted === 0) return nothing;
  const copy = (table: string, where: Sql) => copyTable(old, db, spoolDirectory, table, where);
  for (const table of describingTables) {
    if (await copy(table, sql`true`)) continue;
    for (const name of describingTables) await db.write(sql`DELETE FROM ${id(name)}`);
    return { events: 0, lostEvents: wanted };
  }
  const ofGone = sql`file_id IN (${join(
    gone.map((row) => integer(Number(row.file_id))),
    ', ',
  )})`;
  await copy('file', ofGone);
  const tables = await old.read(
    sql`SELECT table_name, sql FROM duckdb_tables() WHERE regexp_full_match(table_name, 'event_[0-9]+_[a-z]+')`,
  );
  // DuckDB's own text of what we made.
  for (const row of tables) await db.write(new Sql(String(row.sql)));
  for (const row of tables) await copy(String(row.table_name), ofGone);
  const lostEvents = await dropIncomplete(db);
  return { events: wanted - lostEvents, lostEvents };
}

/** Copies the rows of a table that can be read. @returns false where some can't; then none is copied */
async function copyTable(
  old: Database,
  db: Database,
  spoolDirectory: string,
  table: string,
  where: Sql,
): Promise<boolean> {
  const path = joinPath(spoolDirectory, `salvage-${table}.parquet`);
  try {
    await old.read(sql`COPY (SELECT * FROM ${id(table)} WHERE ${where}) TO ${path} (FORMAT parquet)`);
    await db.write(sql`INSERT INTO ${id(table)} BY NAME SELECT * FROM read_parquet(${path})`);
    return true;
  } catch (cause) {
    if (readFailure(cause).isFull) throw cause;
    return false;
  } finally {
    await rm(path, { force: true });
  }
}

/** Takes out the files of which not all events came through, so that they are read again should they come back. */
async function dropIncomplete(db: Database): Promise<number> {
  const tables = await db.read(sql`SELECT 'event_' || group_id || '_' || lower(format) AS name,
    group_id IN (SELECT group_id FROM log_group WHERE kind = ${requestsKind}) AS is_derived FROM event_table`);
  const found = new Map<number, number>();
  for (const { name, is_derived: isDerived } of tables) {
    if (isDerived === true) continue;
    for (const row of await db.read(
      sql`SELECT file_id, count(*) AS events FROM ${id(String(name))} GROUP BY file_id`,
    )) {
      found.set(Number(row.file_id), (found.get(Number(row.file_id)) ?? 0) + Number(row.events));
    }
  }
  let lost = 0;
  for (const row of await db.read(sql`SELECT file_id, events FROM file`)) {
    const fileId = Number(row.file_id);
    if (found.get(fileId) === row.events || row.events === 0) continue;
    lost += Number(row.events);
    for (const { name } of tables) await db.write(sql`DELETE FROM ${id(String(name))} WHERE file_id = ${fileId}`);
    await db.write(sql`DELETE FROM file WHERE file_id = ${fileId}`);
  }
  return lost;
}

/** Whether the file that was read is no longer at its path. */
function isGone(path: string, device: string, inode: string): boolean {
  try {
    const stats = lstatSync(path, { bigint: true });
    return String(stats.dev) !== device || String(stats.ino) !== inode;
  } catch {
    return true;
  }
}
