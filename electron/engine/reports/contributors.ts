import type { ContributorDetail, EarlierTotals, Leader } from '../../../shared/contributor';
import type { TimeRange } from '../../../shared/report';
import type { Rule } from '../../../shared/rule';
import { addUpAmounts, endlessMs, selectCells } from '../rules/cells';
import { keyColumns } from '../rules/compile';
import { compileFilter } from '../rules/condition';
import { duckdb } from '../rules/dialect';
import { type EventTable, isWithin } from '../rules/event-table';
import type { Database, Row } from '../workspace/db';
import { readNumbers, readTexts } from '../workspace/row';
import { integer, join, sql } from '../workspace/sql';
import { isMatching } from './outcome';

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
  const names = keyColumns(rule.keys.length);
  const isOwn = join(
    names.map((name, at) => sql`${name} = ${keys[at] ?? ''}`),
    ' AND ',
  );
  const [row] = await db.read(
    sql`WITH cell AS MATERIALIZED (${selectCells({ rule, tables }, range, periodMs)}),
      own AS MATERIALIZED (SELECT period, amount FROM cell WHERE ${isOwn}),
      placed AS (
        SELECT own.period, any_value(own.amount) AS amount, count(*) FILTER (WHERE cell.amount > own.amount) + 1 AS place
        FROM own JOIN cell USING (period) GROUP BY own.period),
      whole AS MATERIALIZED (SELECT ${isOwn} AS is_own, ${addUpAmounts({ rule, tables }, sql`amount`)} AS amount FROM cell GROUP BY ${join(names, ', ')})
      SELECT (SELECT CAST(any_value(amount) AS DOUBLE) FROM whole WHERE is_own) AS total,
        (SELECT count(*) FROM whole WHERE amount > (SELECT any_value(amount) FROM whole WHERE is_own)) + 1 AS rank,
        list(period ORDER BY period) AS periods, list(CAST(amount AS DOUBLE) ORDER BY period) AS amounts,
        list(place ORDER BY period) AS places FROM placed`,
    { signal },
  );
  return {
    ...seen,
    total: Number(row?.total ?? 0),
    rank: Number(row?.rank ?? 0),
    startMs: readNumbers(row?.periods).map((period) => Number(period) * periodMs),
    values: readNumbers(row?.amounts).map(Number),
    ranks: readNumbers(row?.places).map(Number),
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
    sql`WITH cell AS MATERIALIZED (${selectCells({ rule, tables }, range, periodSeconds * 1000)})
      SELECT period, min([${join(keyColumns(rule.keys.length), ', ')}]) AS keys, CAST(any_value(amount) AS DOUBLE) AS amount
      FROM cell JOIN (SELECT period, max(amount) AS amount FROM cell GROUP BY period) USING (period, amount)
      GROUP BY period ORDER BY period`,
    { signal },
  );
  return rows.map((row) => ({
    startMs: Number(row.period) * periodSeconds * 1000,
    keys: readTexts(row.keys),
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
  const names = keyColumns(rule.keys.length);
  const conditions = names.map((name, at) => sql`whole.${name} = wanted.keys[${integer(at + 1)}]`);
  const events = tables.map((table) => sql`SELECT count(*) AS events FROM ${table.name} WHERE ${isWithin(range)}`);
  const [row] = await db.read(
    sql`WITH cell AS MATERIALIZED (${selectCells({ rule, tables }, range, endlessMs)}),
      whole AS MATERIALIZED (SELECT ${join(names, ', ')}, ${addUpAmounts({ rule, tables }, sql`amount`)} AS amount FROM cell GROUP BY ${join(names, ', ')}),
      wanted AS (SELECT keys, number FROM (
        SELECT unnest(lists) AS keys, generate_subscripts(lists, 1) AS number
        FROM (SELECT from_json(${list}, '[["VARCHAR"]]') AS lists)))
      SELECT (SELECT list(CAST(whole.amount AS DOUBLE) ORDER BY wanted.number)
          FROM wanted LEFT JOIN whole ON ${join(conditions, ' AND ')}) AS totals,
        (SELECT CAST(${addUpAmounts({ rule, tables }, sql`amount`)} AS DOUBLE) FROM whole) AS total, (SELECT count(*) FROM whole) AS unique_count,
        (SELECT sum(events) FROM (${join(events, ' UNION ALL ')})) AS events`,
    { signal },
  );
  const totals = readNumbers(row?.totals);
  return {
    totals: wanted.map((_, at) => totals[at] ?? null),
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
      return sql`SELECT count(*) AS events, min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM ${table.name}
        WHERE ${join([isWithin(range), ...conditions, isMatching(rule, table)], ' AND ')}`;
    });
  if (selects.length === 0) return { events: 0, firstMs: null, lastMs: null };
  const [row] = await db.read(
    sql`SELECT sum(events) AS events, min(first_ms) AS first_ms, max(last_ms) AS last_ms FROM (${join(selects, ' UNION ALL ')})`,
    { signal },
  );
  const timeOf = (value: Row[string] | undefined) => (typeof value === 'number' ? value : null);
  return { events: Number(row?.events ?? 0), firstMs: timeOf(row?.first_ms), lastMs: timeOf(row?.last_ms) };
}
