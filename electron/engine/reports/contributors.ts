import type { ContributorDetail, EarlierTotals, Leader } from '../../../shared/contributor';
import type { TimeRange } from '../../../shared/report';
import type { Rule } from '../../../shared/rule';
import { compileCells, isDoubleAmount } from '../rules/compile';
import { compileFilter } from '../rules/condition';
import { duckdb } from '../rules/dialect';
import type { EventTable } from '../rules/event-table';
import type { Database, Row } from '../workspace/db';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { compileOutcome, isOutcome } from './outcome';

/** Periods of this length hold all of a time range, which is what a total needs. */
const wholePeriodMs = Number.MAX_SAFE_INTEGER;

/**
 * One contributor of a rule: its series, its rank in each period and over all, and when it was first and last seen.
 * @param tables the event tables of the rule's log groups, of both formats
 * @param keys one text for each key of the rule
 */
export async function describeContributor(
  db: Database,
  tables: readonly EventTable[],
  rule: Rule,
  keys: readonly string[],
  { periodSeconds, ...range }: TimeRange & { periodSeconds: number },
  signal?: AbortSignal,
): Promise<ContributorDetail> {
  const seen = await readSeen(db, tables, rule, keys, range, signal);
  if (seen.events === 0) return { ...seen, total: 0, rank: 0, startMs: [], values: [], ranks: [] };
  const periodMs = periodSeconds * 1000;
  const names = nameKeys(rule);
  const isOwn = join(
    names.map((name, at) => sql`${name} = ${keys[at] ?? ''}`),
    ' AND ',
  );
  const [row] = await db.read(
    sql`WITH cell AS MATERIALIZED (${selectCells(rule, tables, range, periodMs)}),
      own AS MATERIALIZED (SELECT minute, amount FROM cell WHERE ${isOwn}),
      placed AS (
        SELECT own.minute, any_value(own.amount) AS amount, count(*) FILTER (WHERE cell.amount > own.amount) + 1 AS place
        FROM own JOIN cell USING (minute) GROUP BY own.minute),
      whole AS MATERIALIZED (SELECT ${isOwn} AS is_own, ${addUp(rule, tables)} AS amount FROM cell GROUP BY ${join(names, ', ')})
      SELECT (SELECT CAST(any_value(amount) AS DOUBLE) FROM whole WHERE is_own) AS total,
        (SELECT count(*) FROM whole WHERE amount > (SELECT any_value(amount) FROM whole WHERE is_own)) + 1 AS rank,
        list(minute ORDER BY minute) AS periods, list(CAST(amount AS DOUBLE) ORDER BY minute) AS amounts,
        list(place ORDER BY minute) AS places FROM placed`,
    { signal },
  );
  return {
    ...seen,
    total: Number(row?.total ?? 0),
    rank: Number(row?.rank ?? 0),
    startMs: asNumbers(row?.periods).map((period) => period * periodMs),
    values: asNumbers(row?.amounts),
    ranks: asNumbers(row?.places),
  };
}

/** Who was first in each period, ascending. Periods without a contributor are left out. */
export async function findLeaders(
  db: Database,
  tables: readonly EventTable[],
  rule: Rule,
  { periodSeconds, ...range }: TimeRange & { periodSeconds: number },
  signal?: AbortSignal,
): Promise<Leader[]> {
  if (tables.length === 0) return [];
  const rows = await db.read(
    sql`WITH cell AS MATERIALIZED (${selectCells(rule, tables, range, periodSeconds * 1000)})
      SELECT minute AS period, min([${join(nameKeys(rule), ', ')}]) AS keys, CAST(any_value(amount) AS DOUBLE) AS amount
      FROM cell JOIN (SELECT minute, max(amount) AS amount FROM cell GROUP BY minute) USING (minute, amount)
      GROUP BY minute ORDER BY minute`,
    { signal },
  );
  return rows.map((row) => ({
    startMs: Number(row.period) * periodSeconds * 1000,
    keys: Array.isArray(row.keys) ? row.keys.map(String) : [],
    value: Number(row.amount),
  }));
}

/** What contributors had in another time range. @param wanted the keys of each */
export async function readEarlier(
  db: Database,
  tables: readonly EventTable[],
  rule: Rule,
  wanted: readonly (readonly string[])[],
  range: TimeRange,
  signal?: AbortSignal,
): Promise<EarlierTotals> {
  if (tables.length === 0) return { totals: wanted.map(() => null), total: 0, uniqueCount: 0, events: 0 };
  const list = JSON.stringify(wanted);
  const names = nameKeys(rule);
  const conditions = names.map((name, at) => sql`whole.${name} = wanted.keys[${integer(at + 1)}]`);
  const events = tables.map((table) => sql`SELECT count(*) AS events FROM ${within(table, range).name}`);
  const [row] = await db.read(
    sql`WITH cell AS MATERIALIZED (${selectCells(rule, tables, range, wholePeriodMs)}),
      whole AS MATERIALIZED (SELECT ${join(names, ', ')}, ${addUp(rule, tables)} AS amount FROM cell GROUP BY ${join(names, ', ')}),
      wanted AS (SELECT keys, number FROM (
        SELECT unnest(lists) AS keys, generate_subscripts(lists, 1) AS number
        FROM (SELECT from_json(${list}, '[["VARCHAR"]]') AS lists)))
      SELECT (SELECT list(CAST(whole.amount AS DOUBLE) ORDER BY wanted.number)
          FROM wanted LEFT JOIN whole ON ${join(conditions, ' AND ')}) AS totals,
        (SELECT CAST(${addUp(rule, tables)} AS DOUBLE) FROM whole) AS total, (SELECT count(*) FROM whole) AS unique_count,
        (SELECT sum(events) FROM (${join(events, ' UNION ALL ')})) AS events`,
    { signal },
  );
  const totals = Array.isArray(row?.totals) ? row.totals : [];
  return {
    totals: wanted.map((_, at) => (typeof totals[at] === 'number' ? totals[at] : null)),
    total: Number(row?.total ?? 0),
    uniqueCount: Number(row?.unique_count ?? 0),
    events: Number(row?.events ?? 0),
  };
}

async function readSeen(
  db: Database,
  tables: readonly EventTable[],
  rule: Rule,
  keys: readonly string[],
  range: TimeRange,
  signal: AbortSignal | undefined,
): Promise<Pick<ContributorDetail, 'events' | 'firstMs' | 'lastMs'>> {
  const selects = tables
    .filter((table) => table.format === rule.format)
    .map((table) => {
      const conditions = rule.keys.map(({ label, field }, at) =>
        compileFilter({ field, label, operator: 'In', operands: [keys[at] ?? ''] }, table, duckdb),
      );
      return sql`SELECT count(*) AS events, min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM ${within(table, range).name}
        WHERE ${join([...conditions, isOutcome(compileOutcome(rule, table), 'matched', null)], ' AND ')}`;
    });
  if (selects.length === 0) return { events: 0, firstMs: null, lastMs: null };
  const [row] = await db.read(
    sql`SELECT sum(events) AS events, min(first_ms) AS first_ms, max(last_ms) AS last_ms FROM (${join(selects, ' UNION ALL ')})`,
    { signal },
  );
  const timeOf = (value: Row[string] | undefined) => (typeof value === 'number' ? value : null);
  return { events: Number(row?.events ?? 0), firstMs: timeOf(row?.first_ms), lastMs: timeOf(row?.last_ms) };
}

/** What each contributor has in each period: `minute` (the period's number), `key_1` …, `amount`. */
function selectCells(rule: Rule, tables: readonly EventTable[], range: TimeRange, periodMs: number): Sql {
  const names = nameKeys(rule);
  const present = names.map((name) => sql`${name} IS NOT NULL`);
  const cells = compileCells(
    rule,
    tables.map((table) => within(table, range)),
    periodMs,
  );
  return sql`SELECT minute, ${join(names, ', ')}, amount FROM (${cells})
    WHERE ${join([sql`minute IS NOT NULL`, sql`samples > 0`, ...present], ' AND ')}`;
}

/** Sum of the amounts, as a report adds them up. */
function addUp(rule: Rule, tables: readonly EventTable[]): Sql {
  return isDoubleAmount(rule, tables) ? duckdb.sumDoubles(sql`amount`) : sql`sum(amount)`;
}

function nameKeys(rule: Rule): Sql[] {
  return rule.keys.map((_, at) => id(`key_${at + 1}`));
}

/** A table with the timed events of a range only. */
function within(table: EventTable, { startMs, endMs }: TimeRange): EventTable {
  const bounds = [
    sql`time_ms IS NOT NULL`,
    ...(startMs === null ? [] : [sql`time_ms >= ${startMs}`]),
    ...(endMs === null ? [] : [sql`time_ms < ${endMs}`]),
  ];
  return { ...table, name: sql`(SELECT * FROM ${table.name} WHERE ${join(bounds, ' AND ')})` };
}

function asNumbers(list: Row[string] | undefined): number[] {
  return Array.isArray(list) ? list.map(Number) : [];
}
