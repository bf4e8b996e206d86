import type { Rule } from '../../../shared/rule';
import type { Passes, ReportQuery } from '../rules/compile';
import type { EventTable } from '../rules/event-table';
import type { Database, Row } from '../workspace/db';
import { readTexts } from '../workspace/row';
import { join, sql } from '../workspace/sql';

/** With so many events for each contributor's value in a period, one pass that makes a group for each is the faster way. */
const fewestEventsPerCell = 4;

/**
 * How the events are best read: DuckDB knows about how many values each column has, and all combinations of keys and periods
 * are the most that there can be. A key that it knows nothing of, as one that is read from the message, may have any number.
 */
export async function choosePasses(
  db: Database,
  rule: Rule,
  tables: readonly EventTable[],
  { orderBy, periodMs }: Pick<ReportQuery, 'orderBy' | 'periodMs'>,
  signal: AbortSignal | undefined,
): Promise<Passes> {
  // It needs each contributor's value in each period anyway.
  if (orderBy === 'Maximum') return 'one';
  let events = 0;
  let cells = 0;
  for (const table of tables.filter(({ format }) => format === rule.format)) {
    const fields = rule.keys.map((key) => table.field(key.field));
    // No event of the table has all keys.
    if (fields.some((field) => field === null)) continue;
    const columns = [sql`time_ms`, ...fields.map((field) => field?.integer ?? field?.text ?? sql`''`)];
    const facts = await db.read(
      sql`SELECT (SELECT count(*) FROM ${table.name}) AS events, [${join(
        columns.map((column) => sql`stats(${column})`),
        ', ',
      )}] AS stats FROM ${table.name} LIMIT 1`,
      { signal },
    );
    events += Number(facts[0]?.events ?? 0);
    cells += facts[0] === undefined ? 0 : countCells(facts[0].stats, periodMs);
  }
  return cells * fewestEventsPerCell <= events ? 'one' : 'several';
}

function countCells(stats: Row[string] | undefined, periodMs: number): number {
  const [time = '', ...keys] = readTexts(stats);
  const [, first, last] = /\[Min: (-?\d+), Max: (-?\d+)\]/.exec(time) ?? [];
  const periods = first === undefined || last === undefined ? 1 : (Number(last) - Number(first)) / periodMs + 1;
  return keys.reduce((product, text) => product * countValues(text), periods);
}

function countValues(stats: string): number {
  const [, count] = /\[Approx Unique: (\d+)\]/.exec(stats) ?? [];
  return count === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Number(count));
}
