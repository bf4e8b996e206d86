import type { OrderBy, TimeRange, UniqueMode } from '../../../shared/report';
import type { FieldReference, Rule } from '../../../shared/rule';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { compileFilter } from './condition';
import { type Dialect, duckdb } from './dialect';
import { type EventTable, isWithin } from './event-table';

/**
 * How often the events are read: in `one` pass that makes a group for each contributor in each period, from which all else
 * follows; or in `several`, where that would be too many groups: one for each contributor, then those that make few groups.
 */
export type Passes = 'one' | 'several';

export type ReportQuery = TimeRange & {
  periodMs: number;
  maxContributorCount: number;
  orderBy: OrderBy;
  unique: UniqueMode;
  /** `basic` leaves out the metrics that take most of the work: extremes, and those of each contributor's value in each period. */
  metrics: 'all' | 'basic';
};

/**
 * One bound statement that gives all of a report. Each row has a `kind`, and what that kind needs in the other columns.
 * Periods are numbered: number 0 starts at the epoch.
 *
 * | kind | keys | numbers | periods | series_1 … series_5 |
 * |---|---|---|---|---|
 * | `leader`, one each | its keys | rank, total | ascending | amount |
 * | `metrics` | | | ascending | samples, amount, low, high |
 * | `peaks`, not for basic metrics | | | ascending | contributors, amount of the largest |
 * | `coverage` | | | ascending | events |
 * | `scanned` | | events of the rule's format, of the other, untimed; first and last time | | |
 * | `passed` | | events that pass the filters, those of them with all keys, those of these that count | | |
 * | `total` | | distinct contributors, sum | | |
 * | `overflow`, at most one | keys of a contributor whose sum is beyond a double | | | |
 *
 * @param tables the event tables of the rule's log groups, of both formats; at least one
 * @param passes taken for one where the order needs each contributor's value in each period
 */
export function compileReport(
  rule: Rule,
  tables: readonly EventTable[],
  query: ReportQuery,
  passes: Passes,
  dialect: Dialect = duckdb,
): Sql {
  const shape = planShape(rule, tables, query.metrics === 'all', dialect);
  const isOnePass = passes === 'one' || query.orderBy === 'Maximum';
  const steps = [
    selectHits(rule, tables, query, shape, dialect),
    ...(isOnePass ? tallyInOnePass(shape) : tallyInSeveralPasses(shape)),
    selectLeaders(query, shape),
  ];
  const results = [
    ...selectFigures(shape, query, isOnePass, dialect),
    ...(query.metrics === 'all' ? [selectPeaks(shape, query, isOnePass, dialect)] : []),
    selectCoverage(rule, tables, query, dialect),
    selectScanned(rule, tables, query),
  ];
  return sql`WITH ${join(steps, ', ')} ${join(results, ' UNION ALL ')}`;
}

/** One row, one column `span_ms`: from the first timed event of the tables within a range to the last; NULL without any. */
export function compileSpan(tables: readonly EventTable[], range: TimeRange): Sql {
  const spans = tables.map(
    (table) =>
      sql`SELECT min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM ${table.name} WHERE ${isWithin(range)}`,
  );
  return sql`SELECT max(last_ms) - min(first_ms) AS span_ms FROM (${join(spans, ' UNION ALL ')})`;
}

/**
 * What a rule counts, by period and keys: columns `period` (its number), `key_1` … as texts, NULL where a key is
 * missing, `events`, `samples`, `amount`, `low` and `high`.
 */
export function compileCells(
  rule: Rule,
  tables: readonly EventTable[],
  periodMs: number,
  dialect: Dialect = duckdb,
): Sql {
  const shape = planShape(rule, tables, true, dialect);
  const query = { startMs: null, endMs: null, periodMs };
  const names = shape.columns.slice(0, rule.keys.length).map(({ name }) => name);
  const texts = names.map((name) => sql`CAST(${name} AS VARCHAR) AS ${name}`);
  return sql`WITH ${selectHits(rule, tables, query, shape, dialect)}
    SELECT period, ${join(texts, ', ')}, ${shape.figures}
    FROM (SELECT period, ${shape.keys}, ${shape.aggregates}${shape.extremes} FROM hit GROUP BY period, ${shape.keys})`;
}

/** The column of a key, numbered from 0: `key_1`, … */
export function keyColumn(index: number): Sql {
  return id(`key_${index + 1}`);
}

/** The columns of the keys of a rule. */
export function keyColumns(count: number): Sql[] {
  return Array.from({ length: count }, (_, index) => keyColumn(index));
}

/** Whether a rule sums up doubles over these tables, and not whole numbers. */
export function isDoubleAmount(rule: Rule, tables: readonly EventTable[]): boolean {
  const own = tables.filter((table) => table.format === rule.format);
  return rule.value !== null && planColumn(id('value'), rule.value.field, own, 'number').type === types.number;
}

/** What the rows of all tables are brought to: columns `key_1` …, and `value` where the rule sums up a field. */
type Shape = {
  columns: Column[];
  keys: Sql;
  /** The keys as texts. */
  keyTexts: Sql;
  hasKeys: Sql;
  /** Whether a hit counts for a contributor. */
  counts: Sql;
  /** What hits that count add up to. */
  amount: Sql;
  /** Aggregates over hits, counting or not: `events`, and where there is a value `samples` and `amount`; then `low` and `high` where asked for. */
  aggregates: Sql;
  extremes: Sql;
  /** Columns over these: `events`, `samples`, `amount`, `low`, `high`. */
  figures: Sql;
  /** Sum of a column of amounts. */
  addUp: (amounts: Sql) => Sql;
};

type Column = { name: Sql; type: Sql; read: (table: EventTable) => Sql | null };

const types = { integer: sql`BIGINT`, text: sql`VARCHAR`, number: sql`DOUBLE` };

function planShape(rule: Rule, tables: readonly EventTable[], hasExtremes: boolean, dialect: Dialect): Shape {
  const own = tables.filter((table) => table.format === rule.format);
  const keys = rule.keys.map((key, index) => planColumn(keyColumn(index), key.field, own, 'text'));
  const value = rule.value === null ? null : planColumn(id('value'), rule.value.field, own, 'number');
  const addUp = value?.type === types.number ? dialect.sumDoubles : (amounts: Sql) => sql`sum(${amounts})`;
  const hasKeys = join(
    keys.map(({ name }) => sql`${name} IS NOT NULL`),
    ' AND ',
  );
  const shape = {
    columns: value === null ? keys : [...keys, value],
    keys: join(
      keys.map(({ name }) => name),
      ', ',
    ),
    keyTexts: join(
      keys.map(({ name, type }) => (type === types.text ? name : sql`CAST(${name} AS VARCHAR)`)),
      ', ',
    ),
    hasKeys,
    addUp,
  };
  if (value === null) {
    return {
      ...shape,
      counts: hasKeys,
      amount: sql`count(*)`,
      aggregates: sql`count(*) AS events`,
      extremes: sql``,
      figures: sql`events, events AS samples, events AS amount, 1 AS low, 1 AS high`,
    };
  }
  const amount = addUp(sql`value`);
  return {
    ...shape,
    counts: sql`${hasKeys} AND value IS NOT NULL`,
    amount,
    aggregates: sql`count(*) AS events, count(value) AS samples, ${amount} AS amount`,
    extremes: hasExtremes ? sql`, min(value) AS low, max(value) AS high` : sql``,
    figures: sql`events, samples, amount, ${hasExtremes ? sql`low, high` : sql`CAST(NULL AS DOUBLE) AS low, CAST(NULL AS DOUBLE) AS high`}`,
  };
}

/** Integers where every table has integers, since they are cheap to group by and exact to sum up. */
function planColumn(
  name: Sql,
  field: FieldReference,
  tables: readonly EventTable[],
  otherwise: 'text' | 'number',
): Column {
  const found = tables.map((table) => table.field(field)).filter((expression) => expression !== null);
  const allIntegers = found.length > 0 && found.every((expression) => expression.integer !== null);
  const kind = allIntegers ? 'integer' : otherwise;
  return { name, type: types[kind], read: (table) => table.field(field)?.[kind] ?? null };
}

/** The rows that pass the filters: their period, keys and value. */
function selectHits(
  rule: Rule,
  tables: readonly EventTable[],
  query: TimeRange & { periodMs: number },
  { columns }: Shape,
  dialect: Dialect,
): Sql {
  const own = tables.filter((table) => table.format === rule.format);
  const selects = own.map((table) => {
    const read = columns.map((column) => sql`${column.read(table) ?? absent(column)} AS ${column.name}`);
    const conditions = [isWithin(query), ...rule.filters.map((filter) => compileFilter(filter, table, dialect))];
    return sql`SELECT ${dialect.periodNumber(sql`time_ms`, query.periodMs)} AS period, ${join(read, ', ')}
      FROM ${table.name} WHERE ${join(conditions, ' AND ')}`;
  });
  if (selects.length === 0) {
    const none = columns.map((column) => sql`${absent(column)} AS ${column.name}`);
    selects.push(sql`SELECT CAST(NULL AS BIGINT) AS period, ${join(none, ', ')} WHERE FALSE`);
  }
  // An expression with bound values looks into the message itself, which is too slow to be done in each pass.
  const isSlow = own.some((table) => columns.some(({ read }) => (read(table)?.values.length ?? 0) > 0));
  return sql`hit AS ${isSlow ? sql`MATERIALIZED` : sql`NOT MATERIALIZED`} (${join(selects, ' UNION ALL ')})`;
}

function absent({ type }: Column): Sql {
  return sql`CAST(NULL AS ${type})`;
}

/** `contributor`: keys and `amount` of each. `figure`: what the rule counts in a period, with and without all keys. */
function tallyInSeveralPasses({ keys, hasKeys, counts, amount, aggregates, extremes, figures }: Shape): Sql[] {
  return [
    sql`contributor AS MATERIALIZED (SELECT ${keys}, ${amount} AS amount FROM hit WHERE ${counts} GROUP BY ${keys})`,
    sql`figure AS MATERIALIZED (SELECT period, has_keys, ${figures} FROM (
      SELECT period, ${hasKeys} AS has_keys, ${aggregates}${extremes} FROM hit GROUP BY ALL))`,
  ];
}

/** The same from `cell`: what each contributor has in each period; and `peak`, the largest of these. */
function tallyInOnePass({ keys, hasKeys, aggregates, extremes, figures, addUp }: Shape): Sql[] {
  return [
    sql`cell AS MATERIALIZED (SELECT period, ${keys}, ${figures} FROM (
      SELECT period, ${keys}, ${aggregates}${extremes} FROM hit GROUP BY ALL))`,
    sql`contributor AS MATERIALIZED (SELECT ${keys}, ${addUp(sql`amount`)} AS amount, max(amount) AS peak
      FROM cell WHERE ${hasKeys} AND samples > 0 GROUP BY ${keys})`,
    sql`figure AS MATERIALIZED (SELECT period, ${hasKeys} AS has_keys, sum(events) AS events, sum(samples) AS samples,
      ${addUp(sql`amount`)} AS amount, min(low) AS low, max(high) AS high FROM cell GROUP BY ALL)`,
  ];
}

/** Ranked by doubles, which is what a report shows, so that sums that look the same are ordered by their keys. */
function selectLeaders({ maxContributorCount, orderBy }: ReportQuery, { keys, keyTexts }: Shape): Sql {
  const order = sql`CAST(${orderBy === 'Sum' ? sql`amount` : sql`peak`} AS DOUBLE) DESC, ${keyTexts}`;
  return sql`leader AS MATERIALIZED (
    SELECT ${keys}, amount AS total, row_number() OVER (ORDER BY ${order}) AS rank
    FROM (FROM contributor ORDER BY ${order} LIMIT ${integer(maxContributorCount)}))`;
}

function selectFigures(shape: Shape, query: ReportQuery, isOnePass: boolean, dialect: Dialect): Sql[] {
  const { keys, keyTexts, counts, amount, addUp } = shape;
  const points = isOnePass
    ? sql`SELECT rank, period, amount FROM cell JOIN leader USING (${keys}) WHERE samples > 0`
    : sql`SELECT rank, period, ${amount} AS amount FROM hit JOIN leader USING (${keys}) WHERE ${counts} GROUP BY ALL`;
  return [
    sql`SELECT 'leader' AS kind, [${keyTexts}] AS keys, [CAST(rank AS DOUBLE), CAST(total AS DOUBLE)] AS numbers, periods,
        ${nameSeries([sql`amounts`])}
      FROM leader JOIN (
        SELECT rank, ${listPeriods} AS periods, ${listByPeriod('amount')} AS amounts
        FROM (${points}) GROUP BY rank) USING (rank)`,
    sql`SELECT 'metrics', NULL, NULL, ${listPeriods},
        ${nameSeries(['samples', 'amount', 'low', 'high'].map(listByPeriod))}
      FROM figure WHERE has_keys AND samples > 0`,
    sql`SELECT 'passed', NULL, [sum(events), sum(events) FILTER (WHERE has_keys), sum(samples) FILTER (WHERE has_keys)],
        NULL, ${nameSeries([])}
      FROM figure`,
    sql`SELECT 'total', NULL, [${countUnique(query, shape, dialect)}, CAST(${addUp(sql`amount`)} AS DOUBLE)],
        NULL, ${nameSeries([])}
      FROM contributor`,
    sql`(SELECT 'overflow', [${keyTexts}], NULL, NULL, ${nameSeries([])}
      FROM contributor WHERE NOT ${dialect.isFinite(sql`CAST(amount AS DOUBLE)`)} ORDER BY ${keyTexts} LIMIT 1)`,
  ];
}

function selectPeaks(shape: Shape, query: ReportQuery, isOnePass: boolean, dialect: Dialect): Sql {
  const { keys, hasKeys, counts, amount } = shape;
  const cells = isOnePass
    ? sql`FROM cell WHERE ${hasKeys} AND samples > 0`
    : sql`SELECT period, ${keys}, ${amount} AS amount FROM hit WHERE ${counts} GROUP BY ALL`;
  return sql`SELECT 'peaks', NULL, NULL, ${listPeriods}, ${nameSeries(['contributors', 'peak'].map(listByPeriod))}
    FROM (SELECT period, ${countUnique(query, shape, dialect)} AS contributors, max(amount) AS peak
      FROM (${cells}) GROUP BY period)`;
}

function countUnique({ unique }: ReportQuery, { keys }: Shape, dialect: Dialect): Sql {
  return unique === 'exact' ? sql`count(*)` : dialect.countDistinctRoughly(sql`(${keys})`);
}

/** Events a period, matching or not. Without filters and other formats, those that the rule reads are all of them. */
function selectCoverage(rule: Rule, tables: readonly EventTable[], query: ReportQuery, dialect: Dialect): Sql {
  const hitsAreAll = rule.filters.length === 0 && tables.every((table) => table.format === rule.format);
  const counts = hitsAreAll
    ? [sql`SELECT period, events FROM figure`]
    : tables.map(
        (table) => sql`SELECT ${dialect.periodNumber(sql`time_ms`, query.periodMs)} AS period, count(*) AS events
          FROM ${table.name} WHERE ${isWithin(query)} GROUP BY period`,
      );
  return sql`SELECT 'coverage', NULL, NULL, ${listPeriods}, ${nameSeries([listByPeriod('events')])}
    FROM (SELECT period, sum(events) AS events FROM (${join(counts, ' UNION ALL ')}) GROUP BY period)`;
}

function selectScanned(rule: Rule, tables: readonly EventTable[], query: ReportQuery): Sql {
  const scans = tables.flatMap((table) => {
    const isOwn = table.format === rule.format ? sql`TRUE` : sql`FALSE`;
    // Apart, so that DuckDB answers them from what it knows about the column, without reading it.
    return [
      sql`SELECT ${isOwn} AS is_own, count(time_ms) AS timed, 0 AS untimed, min(time_ms) AS first_ms, max(time_ms) AS last_ms
        FROM ${table.name} WHERE ${isWithin(query)}`,
      sql`SELECT ${isOwn}, 0, count(*) - count(time_ms), NULL, NULL FROM ${table.name}`,
    ];
  });
  return sql`SELECT 'scanned', NULL, [sum(timed) FILTER (WHERE is_own), sum(timed) FILTER (WHERE NOT is_own), sum(untimed),
      min(first_ms), max(last_ms)], NULL, ${nameSeries([])}
    FROM (${join(scans, ' UNION ALL ')})`;
}

/** The numbers of the periods, ascending. */
export const listPeriods = sql`list(period ORDER BY period)`;

/** A column as a list, in the order of the periods. */
export function listByPeriod(column: string): Sql {
  return sql`list(CAST(${id(column)} AS DOUBLE) ORDER BY period)`;
}

const seriesCount = 5;

/** The columns `series_1` …; those without an expression are NULL. */
export function nameSeries(expressions: readonly Sql[]): Sql {
  const columns = Array.from({ length: seriesCount }, (_, index) => {
    const expression = expressions[index] ?? sql`CAST(NULL AS DOUBLE[])`;
    return sql`${expression} AS ${id(`series_${index + 1}`)}`;
  });
  return join(columns, ', ');
}
