import type { OrderBy, UniqueMode } from '../../../shared/report';
import type { FieldReference, Rule } from '../../../shared/rule';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { compileFilter } from './condition';
import { type Dialect, duckdb } from './dialect';
import type { EventTable } from './event-table';

export type ReportQuery = {
  /** Inclusive; null: open. */
  startMs: number | null;
  /** Exclusive; null: open. */
  endMs: number | null;
  periodMs: number;
  maxContributorCount: number;
  orderBy: OrderBy;
  unique: UniqueMode;
  /** `basic` leaves out the two metrics that need each contributor's value in each period, which is most of the work. */
  metrics: 'all' | 'basic';
};

/**
 * One bound statement that gives all of a report. Each row has a `kind`, and what that kind needs in the other columns:
 *
 * | kind | keys | numbers | starts | series_1 … series_6 |
 * |---|---|---|---|---|
 * | `leader`, one each | its keys | rank, total | periods | amount |
 * | `metrics` | | | periods | samples, amount, low, high, contributors, top |
 * | `coverage` | | | periods | events |
 * | `scanned` | | events of the rule's format, of the other, untimed; first and last time | | |
 * | `passed` | | events that pass the filters, those of them with all keys, those of these that count | | |
 * | `total` | | distinct contributors, sum | | |
 * | `overflow`, at most one | keys of a contributor whose sum is beyond a double | | | |
 *
 * @param tables the event tables of the rule's log groups, of both formats; at least one
 */
export function compileReport(
  rule: Rule,
  tables: readonly EventTable[],
  query: ReportQuery,
  dialect: Dialect = duckdb,
): Sql {
  const shape = planShape(rule, tables, dialect);
  const plan = query.metrics === 'all' || query.orderBy === 'Maximum' ? groupByCell : groupByKey;
  const steps = [
    selectHits(rule, tables, query, shape, dialect),
    ...plan(query, shape, dialect),
    selectCoverage(rule, tables, query, dialect),
  ];
  const results = [...selectResults(shape, query, dialect), selectScanned(rule, tables, query)];
  return sql`WITH ${join(steps, ', ')} ${join(results, ' UNION ALL ')}`;
}

/** One row, one column `span_ms`: from the first timed event of the tables within a range to the last; NULL without any. */
export function compileSpan(tables: readonly EventTable[], range: Pick<ReportQuery, 'startMs' | 'endMs'>): Sql {
  const spans = tables.map(
    (table) =>
      sql`SELECT min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM ${table.name} WHERE ${isWithin(range)}`,
  );
  return sql`SELECT max(last_ms) - min(first_ms) AS span_ms FROM (${join(spans, ' UNION ALL ')})`;
}

/** What the rows of all tables are brought to: columns `key_1` …, and `value` where the rule sums up a field. */
type Shape = {
  columns: Column[];
  keys: Sql;
  /** The keys as texts. */
  keyTexts: Sql;
  hasKeys: Sql;
  /** Aggregates over hits: `events`, and where there is a value `samples`, `amount`, `low` and `high`. */
  aggregates: Sql;
  /** All five of them, from these aggregates. */
  figures: Sql;
  /** Sum of a column of amounts. */
  addUp: (amounts: Sql) => Sql;
};

type Column = { name: Sql; type: Sql; read: (table: EventTable) => Sql | null };

function planShape(rule: Rule, tables: readonly EventTable[], dialect: Dialect): Shape {
  const own = tables.filter((table) => table.format === rule.format);
  const keys = rule.keys.map((key, index) => planColumn(id(`key_${index + 1}`), key.field, own, 'text'));
  const value = rule.value === null ? null : planColumn(id('value'), rule.value.field, own, 'number');
  const addUp = value?.type === types.number ? dialect.sumDoubles : (amounts: Sql) => sql`sum(${amounts})`;
  return {
    columns: value === null ? keys : [...keys, value],
    keys: join(
      keys.map(({ name }) => name),
      ', ',
    ),
    keyTexts: join(
      keys.map(({ name, type }) => (type === types.text ? name : sql`CAST(${name} AS VARCHAR)`)),
      ', ',
    ),
    hasKeys: join(
      keys.map(({ name }) => sql`${name} IS NOT NULL`),
      ' AND ',
    ),
    aggregates:
      value === null
        ? sql`count(*) AS events`
        : sql`count(*) AS events, count(value) AS samples, ${addUp(value.name)} AS amount,
            min(value) AS low, max(value) AS high`,
    figures:
      value === null
        ? sql`events, events AS samples, events AS amount, 1 AS low, 1 AS high`
        : sql`events, samples, amount, low, high`,
    addUp,
  };
}

const types = { integer: sql`BIGINT`, text: sql`VARCHAR`, number: sql`DOUBLE` };

/** Integers where every table has integers, since they are cheap to group by and exact to sum up. */
function planColumn(
  name: Sql,
  field: FieldReference,
  tables: readonly EventTable[],
  otherwise: 'text' | 'number',
): Column {
  const found = tables.map((table) => table.field(field)).filter((expression) => expression !== null);
  const read = found.length > 0 && found.every((expression) => expression.integer !== null) ? 'integer' : otherwise;
  return { name, type: types[read], read: (table) => table.field(field)?.[read] ?? null };
}

/** The rows that pass the filters: their period, keys and value. */
function selectHits(
  rule: Rule,
  tables: readonly EventTable[],
  query: ReportQuery,
  { columns }: Shape,
  dialect: Dialect,
): Sql {
  const own = tables.filter((table) => table.format === rule.format);
  const absent = columns.map(({ name, type }) => sql`CAST(NULL AS ${type}) AS ${name}`);
  const selects = own.map((table) => {
    const read = columns.map(({ name, read }, index) => {
      const expression = read(table);
      return expression === null ? (absent[index] ?? name) : sql`${expression} AS ${name}`;
    });
    const conditions = [isWithin(query), ...rule.filters.map((filter) => compileFilter(filter, table, dialect))];
    return sql`SELECT ${dialect.periodStart(sql`time_ms`, query.periodMs)} AS period, ${join(read, ', ')}
      FROM ${table.name} WHERE ${join(conditions, ' AND ')}`;
  });
  if (selects.length === 0) selects.push(sql`SELECT CAST(NULL AS BIGINT) AS period, ${join(absent, ', ')} WHERE FALSE`);
  // An expression with bound values looks into the message itself, which is too slow to be done twice.
  const isSlow = own.some((table) => columns.some(({ read }) => (read(table)?.values.length ?? 0) > 0));
  return sql`hit AS ${isSlow ? sql`MATERIALIZED` : sql`NOT MATERIALIZED`} (${join(selects, ' UNION ALL ')})`;
}

/** All figures from cells, one for each combination of keys and period. The hits are read once. */
function groupByCell(query: ReportQuery, shape: Shape, dialect: Dialect): Sql[] {
  const { keys, hasKeys, aggregates, figures, addUp } = shape;
  return [
    sql`grouped AS MATERIALIZED (SELECT period, ${keys}, ${aggregates} FROM hit GROUP BY period, ${keys})`,
    sql`tally AS NOT MATERIALIZED (SELECT period, ${keys}, ${figures} FROM grouped)`,
    sql`cell AS NOT MATERIALIZED (FROM tally WHERE ${hasKeys} AND samples > 0)`,
    sql`contributor AS MATERIALIZED (
      SELECT ${keys}, ${addUp(sql`amount`)} AS amount, max(amount) AS peak FROM cell GROUP BY ${keys})`,
    selectLeaders(query, shape, query.orderBy === 'Sum' ? sql`amount` : sql`peak`),
    sql`point AS NOT MATERIALIZED (SELECT rank, period, cell.amount FROM cell JOIN leader USING (${keys}))`,
    sql`period_metric AS NOT MATERIALIZED (
      SELECT period, sum(samples) AS samples, ${addUp(sql`amount`)} AS amount, min(low) AS low, max(high) AS high,
        ${countUnique(query, shape, dialect)} AS contributors, max(cell.amount) AS top
      FROM cell GROUP BY period)`,
    sql`seen AS NOT MATERIALIZED (SELECT period, events FROM tally)`,
  ];
}

/** The sums of the contributors first, then the periods of the few that lead. The hits are read twice; far fewer groups. */
function groupByKey(query: ReportQuery, shape: Shape): Sql[] {
  const { keys, hasKeys, aggregates, figures, addUp } = shape;
  return [
    sql`grouped AS MATERIALIZED (SELECT ${keys}, ${aggregates} FROM hit GROUP BY ${keys})`,
    sql`tally AS NOT MATERIALIZED (SELECT ${keys}, ${figures} FROM grouped)`,
    sql`contributor AS NOT MATERIALIZED (SELECT ${keys}, amount FROM tally WHERE ${hasKeys} AND samples > 0)`,
    selectLeaders(query, shape, sql`amount`),
    sql`sliced AS MATERIALIZED (
      SELECT period, rank, ${hasKeys} AS has_keys, ${aggregates} FROM hit LEFT JOIN leader USING (${keys})
      GROUP BY ALL)`,
    sql`slice AS NOT MATERIALIZED (SELECT period, rank, has_keys, ${figures} FROM sliced)`,
    sql`point AS NOT MATERIALIZED (SELECT rank, period, amount FROM slice WHERE rank IS NOT NULL AND samples > 0)`,
    sql`period_metric AS NOT MATERIALIZED (
      SELECT period, sum(samples) AS samples, ${addUp(sql`amount`)} AS amount, min(low) AS low, max(high) AS high,
        NULL AS contributors, NULL AS top
      FROM slice WHERE has_keys AND samples > 0 GROUP BY period)`,
    sql`seen AS NOT MATERIALIZED (SELECT period, events FROM slice)`,
  ];
}

/** Ranked by doubles, which is what a report shows, so that sums that look the same are ordered by their keys. */
function selectLeaders({ maxContributorCount }: ReportQuery, { keys, keyTexts }: Shape, measure: Sql): Sql {
  const order = sql`CAST(${measure} AS DOUBLE) DESC, ${keyTexts}`;
  return sql`leader AS MATERIALIZED (
    SELECT ${keys}, amount AS total, row_number() OVER (ORDER BY ${order}) AS rank
    FROM (FROM contributor ORDER BY ${order} LIMIT ${integer(maxContributorCount)}))`;
}

function countUnique({ unique }: ReportQuery, { keys }: Shape, dialect: Dialect): Sql {
  return unique === 'exact' ? sql`count(*)` : dialect.countDistinctRoughly(sql`(${keys})`);
}

/** Events a period, matching or not. Without filters and other formats the hits are all of them. */
function selectCoverage(rule: Rule, tables: readonly EventTable[], query: ReportQuery, dialect: Dialect): Sql {
  const hitsAreAll = rule.filters.length === 0 && tables.every((table) => table.format === rule.format);
  const counts = tables.map(
    (table) => sql`SELECT ${dialect.periodStart(sql`time_ms`, query.periodMs)} AS period, count(*) AS events
      FROM ${table.name} WHERE ${isWithin(query)} GROUP BY period`,
  );
  return sql`coverage AS NOT MATERIALIZED (
    SELECT period, sum(events) AS events FROM (${hitsAreAll ? sql`FROM seen` : join(counts, ' UNION ALL ')}) GROUP BY period)`;
}

function selectResults(shape: Shape, query: ReportQuery, dialect: Dialect): Sql[] {
  const { keyTexts, hasKeys, addUp } = shape;
  const metrics = ['samples', 'amount', 'low', 'high', 'contributors', 'top'].map(id);
  return [
    sql`SELECT 'leader' AS kind, [${keyTexts}] AS keys, [CAST(rank AS DOUBLE), CAST(total AS DOUBLE)] AS numbers,
        starts, ${nameSeries([sql`amounts`])}
      FROM leader JOIN (
        SELECT rank, list(period ORDER BY period) AS starts, ${listByPeriod(sql`amount`)} AS amounts
        FROM point GROUP BY rank) USING (rank)`,
    sql`SELECT 'metrics', NULL, NULL, list(period ORDER BY period), ${nameSeries(metrics.map(listByPeriod))}
      FROM period_metric`,
    sql`SELECT 'coverage', NULL, NULL, list(period ORDER BY period), ${nameSeries([listByPeriod(sql`events`)])}
      FROM coverage`,
    sql`SELECT 'passed', NULL, [sum(events), sum(events) FILTER (WHERE ${hasKeys}), sum(samples) FILTER (WHERE ${hasKeys})],
        NULL, ${nameSeries([])}
      FROM tally`,
    sql`SELECT 'total', NULL, [${countUnique(query, shape, dialect)}, CAST(${addUp(sql`amount`)} AS DOUBLE)],
        NULL, ${nameSeries([])}
      FROM contributor`,
    sql`(SELECT 'overflow', [${keyTexts}], NULL, NULL, ${nameSeries([])}
      FROM contributor WHERE NOT ${dialect.isFinite(sql`CAST(amount AS DOUBLE)`)} ORDER BY ${keyTexts} LIMIT 1)`,
  ];
}

function selectScanned(rule: Rule, tables: readonly EventTable[], query: ReportQuery): Sql {
  const scans = tables.map((table) => {
    const isOwn = table.format === rule.format ? sql`TRUE` : sql`FALSE`;
    return sql`SELECT ${isOwn} AS is_own, count(*) FILTER (WHERE ${isWithin(query)}) AS timed,
        count(*) - count(time_ms) AS untimed, min(time_ms) FILTER (WHERE ${isWithin(query)}) AS first_ms,
        max(time_ms) FILTER (WHERE ${isWithin(query)}) AS last_ms
      FROM ${table.name}`;
  });
  return sql`SELECT 'scanned', NULL, [sum(timed) FILTER (WHERE is_own), sum(timed) FILTER (WHERE NOT is_own),
      sum(untimed), min(first_ms), max(last_ms)], NULL, ${nameSeries([])}
    FROM (${join(scans, ' UNION ALL ')})`;
}

function isWithin({ startMs, endMs }: Pick<ReportQuery, 'startMs' | 'endMs'>): Sql {
  const bounds = [
    ...(startMs === null ? [] : [sql`time_ms >= ${startMs}`]),
    ...(endMs === null ? [] : [sql`time_ms < ${endMs}`]),
  ];
  return bounds.length === 0 ? sql`time_ms IS NOT NULL` : join(bounds, ' AND ');
}

function listByPeriod(column: Sql): Sql {
  return sql`list(CAST(${column} AS DOUBLE) ORDER BY period)`;
}

const seriesCount = 6;

/** The columns `series_1` …; those without an expression are NULL. */
function nameSeries(expressions: readonly Sql[]): Sql {
  const columns = Array.from({ length: seriesCount }, (_, index) => {
    const expression = expressions[index] ?? sql`CAST(NULL AS DOUBLE[])`;
    return sql`${expression} AS ${id(`series_${index + 1}`)}`;
  });
  return join(columns, ', ');
}
