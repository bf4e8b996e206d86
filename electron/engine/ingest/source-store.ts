import type { FileChoices } from '../../../shared/source-preview';
import type { SourceState } from '../../../shared/workspace';
import { eventTableName } from '../workspace/catalog';
import type { Workspace } from '../workspace/open';
import { sql } from '../workspace/sql';
import { requestsBeforeDelete } from './derive-requests';
import { createEntry, type Entry } from './source-entry';

/** The sources that the workspace knows, as they were left. */
export async function loadEntries({ db }: Workspace): Promise<Entry[]> {
  const rows = await db.read(
    sql`SELECT source_id, path, group_name, matches_all, state, file_choices FROM source ORDER BY source_id`,
  );
  return rows.map((row) =>
    createEntry({
      id: Number(row.source_id),
      path: String(row.path),
      label: String(row.path),
      groupName: row.group_name === null ? null : String(row.group_name),
      matchesAll: row.matches_all === true,
      choices: row.file_choices === null ? null : (JSON.parse(String(row.file_choices)) as FileChoices),
      state: row.state as SourceState,
    }),
  );
}

/** Writes a new source. */
export async function insertEntry({ db }: Workspace, entry: Entry): Promise<void> {
  const { id, path, groupName, matchesAll, choices, state } = entry;
  await db.write(sql`INSERT INTO source (source_id, path, group_name, matches_all, state, file_choices, added_ms)
    VALUES (${id}, ${path}, ${groupName}, ${matchesAll}, ${state}, ${printChoices(choices)}, ${Date.now()})`);
}

/** Writes what was chosen for single files of a source. */
export async function updateChoices({ db }: Workspace, entry: Entry, choices: FileChoices | null): Promise<void> {
  entry.choices = choices;
  await db.write(sql`UPDATE source SET file_choices = ${printChoices(choices)} WHERE source_id = ${entry.id}`);
}

function printChoices(choices: FileChoices | null): string | null {
  return choices === null ? null : JSON.stringify(choices);
}

/** Writes a source's state. */
export async function updateState({ db }: Workspace, { id, state }: Entry): Promise<void> {
  await db.write(sql`UPDATE source SET state = ${state} WHERE source_id = ${id}`);
}

/** Takes a source's events and files out of the workspace, and with `itself` the source too, all or nothing. */
export async function dropEntry(workspace: Workspace, { id }: Entry, itself: boolean): Promise<void> {
  const { db, catalog } = workspace;
  const tables = catalog.groups.flatMap((group) => [...group.tables.values()]);
  await db.transaction(async (run) => {
    const where = sql`file_id IN (SELECT file_id FROM file WHERE source_id = ${id})`;
    for (const table of tables) {
      for (const statement of requestsBeforeDelete(workspace, table, where)) await run(statement);
      await run(sql`DELETE FROM ${eventTableName(table)} WHERE ${where}`);
    }
    await run(sql`DELETE FROM file WHERE source_id = ${id}`);
    if (itself) await run(sql`DELETE FROM source WHERE source_id = ${id}`);
  });
}
