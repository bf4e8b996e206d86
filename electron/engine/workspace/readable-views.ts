import { type Catalog, eventTableName, type GroupEntry, type TableEntry } from './catalog';
import type { Database } from './db';
import { readValue } from './event-tables';
import { printReference } from './groups';
import { distinguish, id, join, type Sql, sql } from './sql';

/**
 * Makes a view for each log group, for people who open the workspace with other tools:
 * `FROM log_groups."workshop-flow-logs"`. It has the events' time, file and line, and their fields by the names that rules
 * use. Nothing here reads the views.
 */
export async function writeReadableViews(db: Database, catalog: Catalog): Promise<void> {
  // A database is named after its file, which may have the name of the schema.
  const [row] = await db.read(sql`SELECT current_database() AS name`);
  const schema = sql`${id(String(row?.name))}.log_groups`;
  const taken = new Set<string>();
  const views = catalog.groups.flatMap((group) =>
    [...group.tables.values()].map((table) => selectReadable(sql`${schema}.${nameView(group, table, taken)}`, table)),
  );
  await db.transaction(async (run) => {
    // Groups may be gone since.
    await run(sql`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await run(sql`CREATE SCHEMA ${schema}`);
    for (const view of views) await run(view);
  });
}

function nameView(group: GroupEntry, table: TableEntry, taken: Set<string>): Sql {
  const name = group.tables.size === 1 ? group.name : `${group.name} ${table.format}`;
  return id(distinguish(name, taken));
}

function selectReadable(name: Sql, table: TableEntry): Sql {
  const taken = new Set(['time', 'file', 'line']);
  const columns = [...table.fields.values()]
    .filter(({ kinds }) => kinds.size > 0)
    .map((field) => sql`${readValue(field)} AS ${id(distinguish(field.alias ?? printReference(table, field), taken))}`);
  const own = [
    sql`make_timestamp(event.time_ms * 1000) AS "time"`,
    sql`file.path AS "file"`,
    sql`event.line AS "line"`,
  ];
  return sql`CREATE VIEW ${name} AS SELECT ${join([...own, ...columns], ', ')}
    FROM ${eventTableName(table)} AS event LEFT JOIN file USING (file_id)`;
}
