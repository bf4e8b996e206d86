import type { TimeRange } from '../../../shared/report';
import type { Rule } from '../../../shared/rule';
import type { TableEntry } from '../workspace/catalog';
import { join, type Sql, sql } from '../workspace/sql';
import { compileCells, isDoubleAmount, keyColumns } from './compile';
import { duckdb } from './dialect';
import { type EventTable, limitTables } from './event-table';

/** A rule and the event tables that it reads, with what the catalog knows of each. */
export type OpenRule = RuleTables & { entries: readonly TableEntry[] };

type RuleTables = { rule: Rule; tables: readonly EventTable[] };

/** Longer than any span of time: one period holds all. */
export const endlessMs = 2 ** 52;

/**
 * A query of what each contributor of a rule has in each period: `period` (its number, from the epoch), `key_1` … as
 * texts, `events` and `amount`. Without a table it has no rows.
 * @param needed how many of the keys, the first ones, have to be there
 */
export function selectCells(
  { rule, tables }: RuleTables,
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
  return sql`SELECT period, ${join(keys, ', ')}, samples AS events, amount
    FROM (${compileCells(rule, limitTables(tables, range), periodMs)})
    WHERE ${join([...present, sql`samples > 0`], ' AND ')}`;
}

/** Sum of a column of a rule's amounts, as exact as the rule's report. */
export function addUpAmounts({ rule, tables }: RuleTables, amount: Sql): Sql {
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
