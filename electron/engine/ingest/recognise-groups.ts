import { eventTableName, type TableEntry } from '../workspace/catalog';
import { isDerived } from '../workspace/derived-groups';
import type { Workspace } from '../workspace/open';
import { originalLine } from '../workspace/original-line';
import { sql } from '../workspace/sql';
import { recognise } from './known-formats';

const sampleEvents = 50;

/** Finds out what the events of each log group are, and names the token positions of the formats that are known. */
export async function recogniseGroups(
  workspace: Workspace,
  headers: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  for (const group of workspace.catalog.groups) {
    if (isDerived(group)) continue;
    for (const table of group.tables.values()) {
      const found = recognise(await readSample(workspace, table), headers.get(group.name) ?? null);
      if (found === null) continue;
      if (group.kind !== found.kind) await workspace.catalog.setKind(group, found.kind);
      await workspace.catalog.setAliases(table, found.aliases);
    }
  }
}

async function readSample(workspace: Workspace, table: TableEntry): Promise<string[]> {
  const rows = await workspace.db.read(
    sql`SELECT ${originalLine(table)} AS line FROM (FROM ${eventTableName(table)} LIMIT ${sampleEvents})`,
  );
  return rows.map((row) => String(row.line));
}
