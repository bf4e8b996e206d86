import type { EventStep, StepCount } from '../../../shared/event';
import type { TimeRange } from '../../../shared/report';
import type { Rule } from '../../../shared/rule';
import { compileFilter } from '../rules/condition';
import { duckdb } from '../rules/dialect';
import type { EventTable } from '../rules/event-table';
import type { Database } from '../workspace/db';
import type { GroupTable } from '../workspace/group-tables';
import { readNumbers } from '../workspace/row';
import { integer, join, type Sql, sql } from '../workspace/sql';

/** What becomes of an event as a number: 0 it counts, from 1 the first filter that leaves it out, below 0 other steps. */
const codes = { matched: 0, missingKey: -1, notNumeric: -2, otherFormat: -3, untimed: -4 } as const;

const firstFilter = 1;

/** Whether a row of a table passes a filter: TRUE or FALSE, never NULL. */
export function passesFilter(rule: Rule, index: number, table: EventTable): Sql {
  const filter = rule.filters[index];
  return filter === undefined ? sql`TRUE` : sql`((${compileFilter(filter, table, duckdb)}) IS TRUE)`;
}

/** Whether a row has every key: TRUE or FALSE. */
export function hasKeys(rule: Rule, table: EventTable): Sql {
  const conditions = rule.keys.map((key) => {
    const field = table.field(key.field);
    return field === null ? sql`FALSE` : sql`${field.integer ?? field.text} IS NOT NULL`;
  });
  return sql`(${join(conditions, ' AND ')})`;
}

/** Whether a row has the number that the rule sums up: TRUE or FALSE. */
export function hasValue(rule: Rule, table: EventTable): Sql {
  if (rule.value === null) return sql`TRUE`;
  const field = table.field(rule.value.field);
  return field === null ? sql`FALSE` : sql`(${field.integer ?? field.number} IS NOT NULL)`;
}

/** Whether a row that has a time counts for the rule, which is of the table's format: see `docs/rules.md`, "Which events count". */
export function isMatching(rule: Rule, table: EventTable): Sql {
  const filters = rule.filters.map((filter) => compileFilter(filter, table, duckdb));
  return join([...filters, hasKeys(rule, table), hasValue(rule, table)], ' AND ');
}

/** An INTEGER expression: the outcome of the rule for a row of a table. @see readOutcome */
export function compileOutcome(rule: Rule, table: EventTable): Sql {
  const untimed = sql`WHEN time_ms IS NULL THEN ${integer(codes.untimed)}`;
  if (table.format !== rule.format) return sql`CASE ${untimed} ELSE ${integer(codes.otherFormat)} END`;
  const filters = rule.filters.map(
    (_, index) => sql`WHEN NOT ${passesFilter(rule, index, table)} THEN ${integer(firstFilter + index)}`,
  );
  return sql`CASE ${join([untimed, ...filters], ' ')}
    WHEN NOT ${hasKeys(rule, table)} THEN ${integer(codes.missingKey)}
    WHEN NOT ${hasValue(rule, table)} THEN ${integer(codes.notNumeric)}
    ELSE ${integer(codes.matched)} END`;
}

/** The step that an outcome stands for, and the filter's number from 0 where it is one. */
function readOutcome(code: number): { step: EventStep; filter: number | null } {
  if (code >= firstFilter) return { step: 'filtered', filter: code - firstFilter };
  const known = Object.entries(codes).find(([, value]) => value === code);
  return { step: (known?.[0] ?? 'matched') as EventStep, filter: null };
}

/** The condition that an outcome is at a step; without a `filter`, at any of the filters. */
export function isOutcome(outcome: Sql, step: EventStep, filter: number | null): Sql {
  if (step !== 'filtered') return sql`${outcome} = ${integer(codes[step])}`;
  return filter === null
    ? sql`${outcome} >= ${integer(firstFilter)}`
    : sql`${outcome} = ${integer(firstFilter + filter)}`;
}

/** Events of a time range, with those that have no time: they are part of what a report scans. */
export function isScanned({ startMs, endMs }: TimeRange): Sql {
  const bounds = [
    ...(startMs === null ? [] : [sql`time_ms >= ${startMs}`]),
    ...(endMs === null ? [] : [sql`time_ms < ${endMs}`]),
  ];
  return bounds.length === 0 ? sql`TRUE` : sql`(time_ms IS NULL OR (${join(bounds, ' AND ')}))`;
}

/** How many events have an outcome, and the first rows of those. */
export type OutcomeCount = StepCount & { firstRows: { at: GroupTable; row: number }[] };

/**
 * Tries a rule on the events of its log groups.
 * @param tables its groups' event tables, of both formats
 * @param rowsEach how many rows of each outcome and table to name
 */
export async function countOutcomes(
  db: Database,
  tables: readonly GroupTable[],
  rule: Rule,
  range: TimeRange,
  rowsEach: number,
  signal?: AbortSignal,
): Promise<OutcomeCount[]> {
  if (tables.length === 0) return [];
  const selects = tables.map(
    (
      { table },
      index,
    ) => sql`SELECT ${integer(index)} AS table_index, outcome, count(*) AS events, min(row, ${integer(rowsEach)}) AS rows
      FROM (SELECT rowid AS row, ${compileOutcome(rule, table)} AS outcome FROM ${table.name} WHERE ${isScanned(range)})
      GROUP BY outcome`,
  );
  const rows = await db.read(join(selects, ' UNION ALL '), { signal });
  const counted = new Map<number, OutcomeCount>();
  for (const row of rows) {
    const code = Number(row.outcome);
    const count = counted.get(code) ?? { ...readOutcome(code), events: 0, firstRows: [] };
    const at = tables[Number(row.table_index)];
    const named = readNumbers(row.rows).map(Number);
    count.events += Number(row.events);
    if (at !== undefined) count.firstRows.push(...named.sort((a, b) => a - b).map((number) => ({ at, row: number })));
    counted.set(code, count);
  }
  return [...counted.entries()].sort(([a], [b]) => orderOf(a) - orderOf(b)).map(([, count]) => count);
}

/** In the order of the steps. */
function orderOf(code: number): number {
  const order = [codes.untimed, codes.otherFormat];
  if (code >= firstFilter) return order.length + code;
  const at = order.indexOf(code as (typeof order)[number]);
  if (at >= 0) return at;
  return 1e6 + [codes.missingKey, codes.notNumeric, codes.matched].indexOf(code as 0);
}
