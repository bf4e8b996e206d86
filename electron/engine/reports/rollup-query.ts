import type { Rule } from '../../../shared/rule';
import { compileCells, listByPeriod, listPeriods, nameSeries, type ReportQuery } from '../rules/compile';
import { duckdb } from '../rules/dialect';
import type { EventTable } from '../rules/event-table';
import { id, integer, join, type Sql, sql } from '../workspace/sql';

export const minuteMs = 60_000;

/** The tables of a rollup, in the database `scratch`. */
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

/** A table of a rollup: `cell`, `contributor` or `minute`. */
function tableName(kind: 'cell' | 'contributor' | 'minute' | 'fresh', { serial }: RollupTables): Sql {
  return sql`scratch.main.${id(`${kind}_${serial}`)}`;
}

function keyColumns(keys: number): Sql {
  return join(
    Array.from({ length: keys }, (_, index) => id(`key_${index + 1}`)),
    ', ',
  );
}

/**
 * Statements that add events to a rollup, or make it. `cell`: what a contributor has in a minute, perhaps in several rows;
 * contributor -1: events without all keys. `contributor`: the keys. `minute`: all events of the tables.
 * @param tables those of the rule's log groups, or the part of them that is new
 */
export function compileAddition(
  rollup: RollupTables,
  rule: Rule,
  tables: readonly EventTable[],
  isNew: boolean,
): Sql[] {
  const [cell, contributor, minute, fresh] = (['cell', 'contributor', 'minute', 'fresh'] as const).map((kind) =>
    tableName(kind, rollup),
  ) as [Sql, Sql, Sql, Sql];
  const keys = keyColumns(rollup.keys);
  const amount = rollup.isDouble ? sql`amount` : sql`CAST(amount AS BIGINT) AS amount`;
  const cells = sql`SELECT CAST(minute AS INTEGER) AS minute, CAST(coalesce(contributor, -1) AS INTEGER) AS contributor,
      CAST(events AS INTEGER) AS events, CAST(samples AS INTEGER) AS samples, ${amount}, low, high
    FROM ${fresh} LEFT JOIN ${contributor} USING (${keys})`;
  const distinct = sql`SELECT DISTINCT ${keys} FROM ${fresh} WHERE ${allPresent(rollup.keys)}`;
  const minutes = join(
    tables.map(
      (table) => sql`SELECT CAST(${duckdb.periodNumber(sql`time_ms`, minuteMs)} AS INTEGER) AS minute,
          ${table.format === rule.format ? sql`TRUE` : sql`FALSE`} AS is_own, count(*) AS events,
          min(time_ms) AS first_ms, max(time_ms) AS last_ms
        FROM ${table.name} GROUP BY 1`,
    ),
    ' UNION ALL ',
  );
  const makeFresh = sql`CREATE OR REPLACE TABLE ${fresh} AS ${compileCells(rule, tables, minuteMs)}`;
  const dropFresh = sql`DROP TABLE ${fresh}`;
  if (isNew) {
    return [
      makeFresh,
      sql`CREATE TABLE ${contributor} AS SELECT CAST(row_number() OVER () - 1 AS INTEGER) AS contributor, ${keys} FROM (${distinct})`,
      sql`CREATE TABLE ${cell} AS ${cells}`,
      sql`CREATE TABLE ${minute} AS ${minutes}`,
      dropFresh,
    ];
  }
  return [
    makeFresh,
    sql`INSERT INTO ${contributor}
      SELECT (SELECT count(*) FROM ${contributor}) + row_number() OVER () - 1, ${keys}
      FROM (${distinct} EXCEPT SELECT ${keys} FROM ${contributor} SEMI JOIN ${fresh} USING (${keys}))`,
    sql`INSERT INTO ${cell} ${cells}`,
    sql`INSERT INTO ${minute} ${minutes}`,
    dropFresh,
  ];
}

/** Drops what there is of a rollup. */
export function dropRollup(rollup: RollupTables): Sql[] {
  return (['cell', 'contributor', 'minute', 'fresh'] as const).map(
    (kind) => sql`DROP TABLE IF EXISTS ${tableName(kind, rollup)}`,
  );
}

/** One row: the number of cells, and whether amounts of both signs occur. */
export function measureRollup(rollup: RollupTables): Sql {
  return sql`SELECT count(*) AS cells, count(low) > 0 AND min(low) < 0 AND max(high) > 0 AS is_mixed
    FROM ${tableName('cell', rollup)}`;
}

/** One row, one column `span_ms`, as `compileSpan` gives it. */
export function compileRollupSpan(rollup: RollupTables, range: Pick<ReportQuery, 'startMs' | 'endMs'>): Sql {
  return sql`SELECT max(last_ms) - min(first_ms) AS span_ms FROM ${tableName('minute', rollup)} WHERE ${isWithin(range)}`;
}

/** The rows that `compileReport` describes, from a rollup. @param query one that `fitsMinutes` */
export function compileRollupReport(rollup: RollupTables, query: ReportQuery): Sql {
  const { maxContributorCount, metrics, orderBy, periodMs } = query;
  const keys = keyColumns(rollup.keys);
  const addUp = (column: string) => (rollup.isDouble ? duckdb.sumDoubles(id(column)) : sql`sum(${id(column)})`);
  const period = duckdb.periodNumber(sql`minute`, periodMs / minuteMs);
  const order = sql`CAST(${orderBy === 'Sum' ? sql`amount` : sql`peak`} AS DOUBLE)`;
  const minutes = sql`${tableName('minute', rollup)} WHERE ${isWithin(query)}`;
  const byPeriod = sql`SELECT ${period} AS period, contributor, sum(events) AS events, sum(samples) AS samples, ${addUp('amount')} AS amount
    FROM part GROUP BY ALL`;
  const tally =
    orderBy === 'Sum'
      ? [
          sql`tally AS MATERIALIZED (SELECT contributor, sum(events) AS events, sum(samples) AS samples, ${addUp('amount')} AS amount
            FROM part GROUP BY contributor)`,
        ]
      : [
          sql`point AS MATERIALIZED (${byPeriod})`,
          sql`tally AS MATERIALIZED (SELECT contributor, sum(events) AS events, sum(samples) AS samples, ${addUp('amount')} AS amount,
            max(amount) AS peak FROM point GROUP BY contributor)`,
        ];
  const steps = [
    sql`part AS NOT MATERIALIZED (FROM ${tableName('cell', rollup)} WHERE ${isWithin(query)})`,
    ...tally,
    sql`counted AS NOT MATERIALIZED (SELECT *, ${order} AS measure FROM tally WHERE contributor >= 0 AND samples > 0)`,
    // Keys are looked up for those only that may lead.
    sql`candidate AS MATERIALIZED (FROM counted WHERE measure >= (
      SELECT min(measure) FROM (SELECT measure FROM counted ORDER BY measure DESC LIMIT ${integer(maxContributorCount)})))`,
    sql`leader AS MATERIALIZED (
      SELECT contributor, ${keys}, amount AS total, row_number() OVER (ORDER BY measure DESC, ${keys}) AS rank
      FROM (SELECT contributor, ${keys}, amount, measure FROM candidate JOIN ${tableName('contributor', rollup)} USING (contributor)
        ORDER BY measure DESC, ${keys} LIMIT ${integer(maxContributorCount)}))`,
  ];
  const results = [
    sql`SELECT 'leader' AS kind, [${keys}] AS keys, [CAST(rank AS DOUBLE), CAST(total AS DOUBLE)] AS numbers, periods,
        ${nameSeries([sql`amounts`])}
      FROM leader JOIN (
        SELECT rank, ${listPeriods} AS periods, ${listByPeriod('amount')} AS amounts
        FROM (SELECT rank, ${period} AS period, ${addUp('amount')} AS amount
          FROM part JOIN leader USING (contributor) WHERE samples > 0 GROUP BY ALL)
        GROUP BY rank) USING (rank)`,
    sql`SELECT 'metrics', NULL, NULL, ${listPeriods}, ${nameSeries(['samples', 'amount', 'low', 'high'].map(listByPeriod))}
      FROM (SELECT ${period} AS period, sum(samples) AS samples, ${addUp('amount')} AS amount, min(low) AS low, max(high) AS high
        FROM part WHERE contributor >= 0 AND samples > 0 GROUP BY ALL)`,
    sql`SELECT 'passed', NULL, [sum(events), sum(events) FILTER (WHERE contributor >= 0), sum(samples) FILTER (WHERE contributor >= 0)],
        NULL, ${nameSeries([])}
      FROM tally`,
    sql`SELECT 'total', NULL, [count(*), CAST(${addUp('amount')} AS DOUBLE)], NULL, ${nameSeries([])} FROM counted`,
    sql`SELECT 'coverage', NULL, NULL, ${listPeriods}, ${nameSeries([listByPeriod('events')])}
      FROM (SELECT ${period} AS period, sum(events) AS events FROM ${minutes} GROUP BY ALL)`,
    sql`SELECT 'scanned', NULL, [sum(events) FILTER (WHERE is_own), sum(events) FILTER (WHERE NOT is_own),
        (SELECT sum(events) FROM ${tableName('minute', rollup)} WHERE minute IS NULL), min(first_ms), max(last_ms)],
        NULL, ${nameSeries([])}
      FROM ${minutes}`,
  ];
  if (metrics === 'all') {
    const points = orderBy === 'Sum' ? byPeriod : sql`FROM point`;
    results.push(sql`SELECT 'peaks', NULL, NULL, ${listPeriods}, ${nameSeries(['contributors', 'peak'].map(listByPeriod))}
      FROM (SELECT period, count(*) AS contributors, max(amount) AS peak
        FROM (SELECT * FROM (${points}) WHERE contributor >= 0 AND samples > 0) GROUP BY period)`);
  }
  return sql`WITH ${join(steps, ', ')} ${join(results, ' UNION ALL ')}`;
}

function allPresent(keys: number): Sql {
  return join(
    Array.from({ length: keys }, (_, index) => sql`${id(`key_${index + 1}`)} IS NOT NULL`),
    ' AND ',
  );
}

function isWithin({ startMs, endMs }: Pick<ReportQuery, 'startMs' | 'endMs'>): Sql {
  const bounds = [
    ...(startMs === null ? [] : [sql`minute >= ${integer(startMs / minuteMs)}`]),
    ...(endMs === null ? [] : [sql`minute < ${integer(endMs / minuteMs)}`]),
  ];
  return bounds.length === 0 ? sql`minute IS NOT NULL` : join(bounds, ' AND ');
}
