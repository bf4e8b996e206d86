import type { TimeRange } from '../../../shared/report';
import type { Rule } from '../../../shared/rule';
import { compileCells, isDoubleAmount } from '../rules/compile';
import { compileFilter } from '../rules/condition';
import { duckdb } from '../rules/dialect';
import type { EventTable } from '../rules/event-table';
import type { TableEntry } from '../workspace/catalog';
import { id, join, type Sql, sql } from '../workspace/sql';

/** A rule and the event tables that it reads, with what the catalog knows of each. */
export type OpenRule = { rule: Rule; tables: readonly EventTable[]; entries: readonly TableEntry[] };

/** Longer than any span of time: one period holds all. */
export const endlessMs = 2 ** 52;

/** Names of the columns that hold the keys of a rule: `key_1`, … */
export function keyColumns(count: number): Sql[] {
  return Array.from({ length: count }, (_, index) => id(`key_${index + 1}`));
}

/** Whether an event has a time, within a range. */
export function isWithin({ startMs, endMs }: TimeRange): Sql {
  const bounds = [sql`time_ms IS NOT NULL`];
  if (startMs !== null) bounds.push(sql`time_ms >= ${startMs}`);
  if (endMs !== null) bounds.push(sql`time_ms < ${endMs}`);
  return join(bounds, ' AND ');
}

/** The events of tables within a time range. */
export function limitTables(tables: readonly EventTable[], range: TimeRange): EventTable[] {
  return tables.map((table) => ({ ...table, name: sql`(SELECT * FROM ${table.name} WHERE ${isWithin(range)})` }));
}

/**
 * A query of what each contributor of a rule has in each period: `period` (its number, from the epoch), `key_1` … as
 * texts, `events` and `amount`. Without a table it has no rows.
 * @param needed how many of the keys, the first ones, have to be there
 */
export function selectCells(
  { rule, tables }: OpenRule,
  range: TimeRange,
  periodMs: number,
  needed = rule.keys.length,
): Sql {
  const keys = keyColumns(rule.keys.length);
  if (tables.length === 0) {
    const none = keys.map((key) => sql`CAST(NULL AS VARCHAR) AS ${key}`);
    return sql`SELECT CAST(NULL AS BIGINT) AS period, ${join(none, ', ')}, CAST(NULL AS BIGINT) AS events,
      CAST(NULL AS BIGINT) AS amount WHERE FALSE`;
  }
  const present = keys.slice(0, needed).map((key) => sql`${key} IS NOT NULL`);
  return sql`SELECT minute AS period, ${join(keys, ', ')}, samples AS events, amount
    FROM (${compileCells(rule, limitTables(tables, range), periodMs)})
    WHERE ${join([...present, sql`samples > 0`], ' AND ')}`;
}

/** Sum of a column of a rule's amounts, as exact as the rule's report. */
export function addUpAmounts({ rule, tables }: OpenRule, amount: Sql): Sql {
  return isDoubleAmount(rule, tables) ? duckdb.sumDoubles(amount) : sql`sum(${amount})`;
}

/** Whether the keys of a row are those of one of some contributors. */
export function isOneOf(contributors: readonly (readonly string[])[], keys: readonly Sql[]): Sql {
  if (contributors.length === 0) return sql`FALSE`;
  const rows = contributors.map((values) => {
    const items = keys.map((_, index) => sql`${values[index] ?? ''}`);
    return sql`(${join(items, ', ')})`;
  });
  return sql`(${join(keys, ', ')}) IN (${join(rows, ', ')})`;
}

/** Whether an event with a time counts for a rule of its format: see `docs/rules.md`, "Which events count". */
export function isMatching({ filters, keys, value }: Rule, table: EventTable): Sql {
  const isThere = (column: Sql | undefined) => (column === undefined ? sql`FALSE` : sql`${column} IS NOT NULL`);
  const conditions = [
    ...filters.map((filter) => compileFilter(filter, table, duckdb)),
    ...keys.map(({ field }) => isThere(table.field(field)?.text)),
    ...(value === null ? [] : [isThere(table.field(value.field)?.number)]),
  ];
  return join(conditions, ' AND ');
}
