import type { TimeRange } from '../../../shared/report';
import type { Rule } from '../../../shared/rule';
import { compileCells, keyColumns, listByPeriod, listPeriods, nameSeries, type ReportQuery } from '../rules/compile';
import { duckdb } from '../rules/dialect';
import type { EventTable } from '../rules/event-table';
import { scratch } from '../workspace/db';
import { id, integer, join, type Sql, sql } from '../workspace/sql';

export const minuteMs = 60_000;

/** The tables of a rollup, in the database in memory. */
export type RollupTables = {
  serial: number;
  /** How many keys the rule has. */
  keys: number;
  /** Amounts are doubles, which have to be added up with care. */
  isDouble: boolean;
};

/** Whether a report can be read from minutes. */
export function fitsMinutes({ startMs, endMs, periodMs, unique }: ReportQuery): boolean {
  const isAligned = (timeMs: number | null) => timeMs === null || timeMs % minuteMs === 0;
  return periodMs % minuteMs === 0 && isAligned(startMs) && isAligned(endMs) && unique === 'exact';
}

const kinds = ['contributor', 'cell', 'whole', 'figure', 'minute', 'fresh', 'fresh_contributor'] as const;

function nameTables({ serial }: RollupTables): Record<(typeof kinds)[number], Sql> {
  const names = kinds.map((kind) => [kind, sql`${scratch}.main.${id(`${kind}_${serial}`)}`]);
  return Object.fromEntries(names) as Record<(typeof kinds)[number], Sql>;
}

/**
 * Statements that add events to a rollup, or make it.
 *
 * `contributor`: the keys of each, numbered from 0. `cell`: its amount in a minute, perhaps in several rows. `whole`: its
 * amount in all of them, in one row. `figure`: what the rule counts in a minute, of all contributors, perhaps in several
 * rows. `minute`: all events of the tables in a minute, likewise.
 * @param tables those of the rule's log groups, or the part of them that is new
 */
export function compileAddition(
  rollup: RollupTables,
  rule: Rule,
  tables: readonly EventTable[],
  isNew: boolean,
): Sql[] {
  const { contributor, cell, whole, figure, minute, fresh, fresh_contributor } = nameTables(rollup);
  const names = keyColumns(rollup.keys);
  const keys = join(names, ', ');
  const hasKeys = join(
    names.map((name) => sql`${name} IS NOT NULL`),
    ' AND ',
  );
  const amount = sql`CAST(amount AS ${rollup.isDouble ? sql`DOUBLE` : sql`BIGINT`}) AS amount`;
  const distinct = sql`SELECT DISTINCT ${keys} FROM ${fresh} WHERE ${hasKeys} AND samples > 0`;
  const cells = (known: Sql) => sql`SELECT CAST(period AS INTEGER) AS minute, contributor, ${amount}
    FROM ${fresh} JOIN ${known} USING (${keys}) WHERE samples > 0`;
  const figures = sql`SELECT CAST(period AS INTEGER) AS minute, sum(events) AS passed, sum(events) FILTER (WHERE ${hasKeys}) AS keyed,
      sum(samples) FILTER (WHERE ${hasKeys}) AS samples, ${addUp(rollup, sql`amount`)} FILTER (WHERE ${hasKeys}) AS amount,
      min(low) FILTER (WHERE ${hasKeys}) AS low, max(high) FILTER (WHERE ${hasKeys}) AS high
    FROM ${fresh} GROUP BY period`;
  const minutes = join(
    tables.map(
      (table) => sql`SELECT CAST(${duckdb.periodNumber(sql`time_ms`, minuteMs)} AS INTEGER) AS minute,
          ${table.format === rule.format ? sql`TRUE` : sql`FALSE`} AS is_own, count(*) AS events,
          min(time_ms) AS first_ms, max(time_ms) AS last_ms
        FROM ${table.name} GROUP BY 1`,
    ),
    ' UNION ALL ',
  );
  const sums = (from: Sql) =>
    sql`SELECT contributor, ${addUp(rollup, sql`amount`)} AS amount${rollup.isDouble ? sql`, CAST(0 AS DOUBLE) AS rest` : sql``}
      FROM ${from} GROUP BY contributor`;
  const read = sql`CREATE OR REPLACE TABLE ${fresh} AS ${compileCells(rule, tables, minuteMs)}`;
  if (isNew) {
    return [
      read,
      sql`CREATE TABLE ${contributor} AS SELECT CAST(row_number() OVER () - 1 AS INTEGER) AS contributor, ${keys} FROM (${distinct})`,
      sql`CREATE TABLE ${cell} AS ${cells(contributor)}`,
      sql`CREATE TABLE ${whole} AS ${sums(cell)}`,
      sql`CREATE TABLE ${figure} AS ${figures}`,
      sql`CREATE TABLE ${minute} AS ${minutes}`,
      sql`DROP TABLE ${fresh}`,
    ];
  }
  const more = sums(sql`(${cells(fresh_contributor)})`);
  return [
    read,
    // The keys of all contributors are looked through once; from here on, the few that have something new suffice.
    sql`CREATE OR REPLACE TABLE ${fresh_contributor} AS
      SELECT contributor, ${keys} FROM ${contributor} SEMI JOIN ${fresh} USING (${keys})`,
    sql`INSERT INTO ${fresh_contributor}
      SELECT (SELECT count(*) FROM ${contributor}) + row_number() OVER () - 1, ${keys}
      FROM (FROM (${distinct}) ANTI JOIN ${fresh_contributor} USING (${keys}))`,
    sql`INSERT INTO ${contributor} FROM ${fresh_contributor} WHERE contributor >= (SELECT count(*) FROM ${contributor})`,
    sql`INSERT INTO ${cell} ${cells(fresh_contributor)}`,
    sql`UPDATE ${whole} AS known SET ${rollup.isDouble ? addCompensated : sql`amount = known.amount + more.amount`}
      FROM (${more}) AS more WHERE known.contributor = more.contributor`,
    // Each contributor has an event, so one row.
    sql`INSERT INTO ${whole} FROM (${more}) WHERE contributor >= (SELECT count(*) FROM ${whole})`,
    sql`INSERT INTO ${figure} ${figures}`,
    sql`INSERT INTO ${minute} ${minutes}`,
    sql`DROP TABLE ${fresh}`,
    sql`DROP TABLE ${fresh_contributor}`,
  ];
}

/** What a sum of doubles loses goes to `rest` (Neumaier), so that it stays exact however often something is added. */
const addCompensated = sql`amount = known.amount + more.amount,
  rest = known.rest + CASE WHEN abs(known.amount) >= abs(more.amount)
    THEN (known.amount - (known.amount + more.amount)) + more.amount
    ELSE (more.amount - (known.amount + more.amount)) + known.amount END`;

/** Drops what there is of a rollup. */
export function dropRollup(rollup: RollupTables): Sql[] {
  return Object.values(nameTables(rollup)).map((name) => sql`DROP TABLE IF EXISTS ${name}`);
}

/** One row: the number of cells, and whether amounts of both signs occur. */
export function measureRollup(rollup: RollupTables): Sql {
  const { cell, figure } = nameTables(rollup);
  return sql`SELECT (SELECT count(*) FROM ${cell}) AS cells, coalesce(min(low) < 0 AND max(high) > 0, FALSE) AS is_mixed FROM ${figure}`;
}

/** One row, one column `span_ms`, as `compileSpan` gives it. */
export function compileRollupSpan(rollup: RollupTables, range: TimeRange): Sql {
  return sql`SELECT max(last_ms) - min(first_ms) AS span_ms FROM ${nameTables(rollup).minute} WHERE ${isWithin(range)}`;
}

/** The rows that `compileReport` describes, from a rollup. @param query one that `fitsMinutes` */
export function compileRollupReport(rollup: RollupTables, query: ReportQuery): Sql {
  const { maxContributorCount, metrics, orderBy, periodMs } = query;
  const { contributor, cell, whole, figure, minute } = nameTables(rollup);
  const keys = join(keyColumns(rollup.keys), ', ');
  const amount = addUp(rollup, sql`amount`);
  const period = duckdb.periodNumber(sql`minute`, periodMs / minuteMs);
  const within = isWithin(query);
  const points = sql`SELECT ${period} AS period, contributor, ${amount} AS amount FROM part GROUP BY ALL`;
  const isWhole = query.startMs === null && query.endMs === null;
  const wholes = sql`SELECT contributor, ${rollup.isDouble ? sql`amount + rest AS amount` : sql`amount`} FROM ${whole}`;
  const tally =
    orderBy === 'Maximum'
      ? [
          sql`point AS MATERIALIZED (${points})`,
          sql`counted AS MATERIALIZED (
            SELECT contributor, ${amount} AS amount, CAST(max(amount) AS DOUBLE) AS measure FROM point GROUP BY contributor)`,
        ]
      : [
          sql`counted AS MATERIALIZED (SELECT contributor, amount, CAST(amount AS DOUBLE) AS measure FROM (
            ${isWhole ? wholes : sql`SELECT contributor, ${amount} AS amount FROM part GROUP BY contributor`}))`,
        ];
  const steps = [
    sql`part AS NOT MATERIALIZED (FROM ${cell} WHERE ${within})`,
    ...tally,
    // Keys are looked up for those only that may lead.
    sql`candidate AS MATERIALIZED (FROM counted WHERE measure >= (
      SELECT min(measure) FROM (SELECT measure FROM counted ORDER BY measure DESC LIMIT ${integer(maxContributorCount)})))`,
    sql`leader AS MATERIALIZED (
      SELECT contributor, ${keys}, amount AS total, row_number() OVER (ORDER BY measure DESC, ${keys}) AS rank
      FROM (SELECT contributor, ${keys}, amount, measure FROM candidate JOIN ${contributor} USING (contributor)
        ORDER BY measure DESC, ${keys} LIMIT ${integer(maxContributorCount)}))`,
  ];
  const results = [
    sql`SELECT 'leader' AS kind, [${keys}] AS keys, [CAST(rank AS DOUBLE), CAST(total AS DOUBLE)] AS numbers, periods,
        ${nameSeries([sql`amounts`])}
      FROM leader JOIN (
        SELECT rank, ${listPeriods} AS periods, ${listByPeriod('amount')} AS amounts
        FROM (SELECT rank, ${period} AS period, ${amount} AS amount FROM part JOIN leader USING (contributor) GROUP BY ALL)
        GROUP BY rank) USING (rank)`,
    sql`SELECT 'metrics', NULL, NULL, ${listPeriods}, ${nameSeries(['samples', 'amount', 'low', 'high'].map(listByPeriod))}
      FROM (SELECT ${period} AS period, sum(samples) AS samples, ${amount} AS amount, min(low) AS low, max(high) AS high
        FROM ${figure} WHERE ${within} AND samples > 0 GROUP BY ALL)`,
    sql`SELECT 'passed', NULL, [sum(passed), sum(keyed), sum(samples)], NULL, ${nameSeries([])} FROM ${figure} WHERE ${within}`,
    sql`SELECT 'total', NULL, [count(*), CAST(${amount} AS DOUBLE)], NULL, ${nameSeries([])} FROM counted`,
    sql`SELECT 'coverage', NULL, NULL, ${listPeriods}, ${nameSeries([listByPeriod('events')])}
      FROM (SELECT ${period} AS period, sum(events) AS events FROM ${minute} WHERE ${within} GROUP BY ALL)`,
    sql`SELECT 'scanned', NULL, [sum(events) FILTER (WHERE is_own), sum(events) FILTER (WHERE NOT is_own),
        (SELECT sum(events) FROM ${minute} WHERE minute IS NULL), min(first_ms), max(last_ms)], NULL, ${nameSeries([])}
      FROM ${minute} WHERE ${within}`,
  ];
  if (metrics === 'all') {
    results.push(sql`SELECT 'peaks', NULL, NULL, ${listPeriods}, ${nameSeries(['contributors', 'peak'].map(listByPeriod))}
      FROM (SELECT period, count(*) AS contributors, max(amount) AS peak
        FROM (${orderBy === 'Maximum' ? sql`FROM point` : points}) GROUP BY period)`);
  }
  return sql`WITH ${join(steps, ', ')} ${join(results, ' UNION ALL ')}`;
}

/**
 * Sum of a column of amounts. Not scaled as `sumDoubles` is: where a sum on the way exceeds a double, the events are read.
 */
function addUp({ isDouble }: RollupTables, amount: Sql): Sql {
  return isDouble ? sql`fsum(${amount})` : sql`sum(${amount})`;
}

/** Whether a minute is within a range. */
function isWithin({ startMs, endMs }: TimeRange): Sql {
  const bounds = [
    ...(startMs === null ? [] : [sql`minute >= ${integer(startMs / minuteMs)}`]),
    ...(endMs === null ? [] : [sql`minute < ${integer(endMs / minuteMs)}`]),
  ];
  return bounds.length === 0 ? sql`minute IS NOT NULL` : join(bounds, ' AND ');
}
