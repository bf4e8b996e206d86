import type { EventTable } from '../../electron/engine/rules/event-table';
import type { Database } from '../../electron/engine/workspace/db';
import { deriveField } from '../../electron/engine/workspace/event-tables';
import { numberOf } from '../../electron/engine/workspace/number';
import { id, join, type Sql, sql } from '../../electron/engine/workspace/sql';
import type { FieldReference, LogFormat } from '../../shared/rule';

/** An event as a rule sees it: its time, and the text of each field by reference; a field without text is absent. */
export type PlainEvent = { timeMs: number | null; fields: Record<string, string | undefined> };

/** A table of events with a text column for each field, and a BIGINT one where every text of it is an integer's. */
export type PlainTable = { group: string; format: LogFormat; events: readonly PlainEvent[] };

/** How `PlainEvent` names a field. */
export function referenceName(reference: FieldReference): string {
  return 'position' in reference ? String(reference.position) : JSON.stringify(reference.path);
}

/**
 * Writes events into a table of their own.
 * @param name of the table
 * @param typed false: text columns only
 */
export async function createPlainTable(
  db: Database,
  name: string,
  { group, format, events }: PlainTable,
  { typed = true }: { typed?: boolean } = {},
): Promise<EventTable> {
  const names = [...new Set(events.flatMap((event) => Object.keys(event.fields)))];
  const columns = names.map((field, index) => {
    const texts = events.map((event) => event.fields[field]).filter((text) => text !== undefined);
    return { field, column: id(`c${index}`), isInteger: typed && texts.length > 0 && texts.every(isIntegerText) };
  });
  const declarations = columns.map(({ column, isInteger }) => sql`${column} ${isInteger ? sql`BIGINT` : sql`VARCHAR`}`);
  await db.write(sql`CREATE TABLE ${id(name)} (${join([sql`time_ms BIGINT`, ...declarations], ', ')})`);
  for (let start = 0; start < events.length; start += 500) {
    const rows = events.slice(start, start + 500).map((event) => {
      const values = columns.map(({ field }) => sql`${event.fields[field] ?? null}`);
      return sql`(${join([sql`${event.timeMs}`, ...values], ', ')})`;
    });
    await db.write(sql`INSERT INTO ${id(name)} VALUES ${join(rows, ', ')}`);
  }
  const byField = new Map(columns.map((entry) => [entry.field, entry]));
  return {
    group,
    format,
    name: id(name),
    field: (reference) => {
      const entry = byField.get(referenceName(reference));
      if (entry === undefined) return null;
      const plain = entry.isInteger ? readInteger(entry.column) : readText(entry.column);
      return reference.derivation === undefined ? plain : deriveField(plain, reference.derivation);
    },
  };
}

function readText(column: Sql) {
  return { text: column, number: numberOf(column), integer: null };
}

function readInteger(column: Sql) {
  return { text: sql`CAST(${column} AS VARCHAR)`, number: sql`CAST(${column} AS DOUBLE)`, integer: column };
}

function isIntegerText(text: string): boolean {
  return /^(0|-?[1-9][0-9]{0,17})$/.test(text);
}
