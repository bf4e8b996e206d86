import type { AffectedContributor, FanOut, Impact, ImpactFigures, ImpactPeriod } from '../../../shared/impact';
import { UserError } from '../../../shared/problem';
import type { TimeRange } from '../../../shared/report';
import type { FieldReference } from '../../../shared/rule';
import { addUpAmounts, endlessMs, isOneOf, type OpenRule, selectCells } from '../rules/cells';
import { keyColumn, keyColumns } from '../rules/compile';
import type { Database, Row } from '../workspace/db';
import { readNumbers, readTexts } from '../workspace/row';
import { id, integer, join, type Sql, sql } from '../workspace/sql';

export type ImpactQuery = TimeRange & {
  periodSeconds: number;
  /** Contributors that are ticked off. */
  without: readonly (readonly string[])[];
  /** How many of the affected, and of the others, are listed. */
  limit: number;
};

/**
 * Compares the contributors of a rule with those of another, which are all that could be affected.
 * @throws UserError `args/invalid` where the rules have different numbers of keys; the signal's reason when aborted
 */
export async function readImpact(
  db: Database,
  affected: OpenRule,
  base: OpenRule,
  query: ImpactQuery,
  signal?: AbortSignal,
): Promise<Impact> {
  const startedMs = performance.now();
  refuseOtherKeys(affected, base);
  const periodMs = query.periodSeconds * 1000;
  const rows =
    affected.tables.length === 0 && base.tables.length === 0
      ? []
      : await db.read(compileImpact(affected, base, query), { signal });
  const numbersOf = (kind: string) =>
    rows.filter((row) => row.kind === kind).map((row) => readNumbers(row.numbers).map((one) => one ?? 0));
  const [whole = []] = numbersOf('whole');
  const [count = 0, baseCount = 0, total = 0, keptCount = 0, keptBase = 0, keptTotal = 0, others = 0, outside = 0] =
    whole;
  const periods = numbersOf('period').sort(([a = 0], [b = 0]) => a - b);
  const series = periods.map(([period = 0, hit = 0, all = 0]) => toPeriod(period * periodMs, hit, all));
  const kept = periods.map(([period = 0, , , hit = 0, all = 0]) => toPeriod(period * periodMs, hit, all));
  const hasBase = series.filter((one) => one !== null);
  return {
    keyLabels: affected.rule.keys.map(({ label }) => label),
    periodSeconds: query.periodSeconds,
    timeRange: { startMs: query.startMs, endMs: query.endMs },
    overall: toFigures(count, baseCount, total),
    periods: hasBase,
    without:
      query.without.length === 0
        ? null
        : { overall: toFigures(keptCount, keptBase, keptTotal), periods: kept.filter((one) => one !== null) },
    worst: hasBase.reduce<ImpactPeriod | null>(
      (worst, one) => (worst === null || one.percent > worst.percent ? one : worst),
      null,
    ),
    affected: readListed(rows, 'affected').map(
      ({ keys, numbers: [value, baseValue] }): AffectedContributor => ({
        keys,
        value: value ?? 0,
        baseValue: baseValue ?? null,
      }),
    ),
    unaffected: readListed(rows, 'unaffected').map(({ keys, numbers: [baseValue] }) => ({
      keys,
      baseValue: baseValue ?? 0,
    })),
    unaffectedCount: others,
    outsideCount: outside,
    elapsedMs: performance.now() - startedMs,
  };
}

function refuseOtherKeys(affected: OpenRule, base: OpenRule): void {
  if (affected.rule.keys.length === base.rule.keys.length) return;
  throw new UserError([
    {
      code: 'args/invalid',
      place: 'base',
      message: `The rules have different numbers of keys: ${affected.rule.keys.length} and ${base.rule.keys.length}.`,
      hint: 'Choose two rules with the same keys.',
    },
  ]);
}

/** Rows of a `kind` with `keys` and `numbers`. */
function compileImpact(affected: OpenRule, base: OpenRule, query: ImpactQuery): Sql {
  const keys = keyColumns(affected.rule.keys.length);
  const columns = join(keys, ', ');
  const periodMs = query.periodSeconds * 1000;
  const isOut = isOneOf(query.without, keys);
  const listed = (order: Sql) => sql`ORDER BY CAST(${order} AS DOUBLE) DESC, ${columns} LIMIT ${integer(query.limit)}`;
  const tally = (name: string, cell: string, rule: OpenRule) =>
    sql`${id(name)} AS MATERIALIZED (
      SELECT ${columns}, ${addUpAmounts(rule, sql`amount`)} AS amount FROM ${id(cell)} GROUP BY ${columns})`;
  const cells = (name: string, rule: OpenRule) =>
    sql`${id(name)} AS MATERIALIZED (SELECT *, ${isOut} AS out FROM (${selectCells(rule, query, periodMs)}))`;
  return sql`WITH ${cells('hit', affected)}, ${cells('all', base)},
    ${tally('hit_tally', 'hit', affected)}, ${tally('all_tally', 'all', base)},
    contributor AS MATERIALIZED (
      SELECT ${columns}, hit_tally.amount AS value, all_tally.amount AS base_value, ${isOut} AS out
      FROM hit_tally FULL JOIN all_tally USING (${columns})),
    moment AS (
      SELECT period, count(*) FILTER (WHERE hit) AS hits, count(*) FILTER (WHERE NOT hit) AS bases,
        count(*) FILTER (WHERE hit AND NOT out) AS kept_hits, count(*) FILTER (WHERE NOT hit AND NOT out) AS kept_bases
      FROM (SELECT period, out, TRUE AS hit FROM hit UNION ALL SELECT period, out, FALSE FROM "all") GROUP BY period)
    SELECT 'whole' AS kind, CAST(NULL AS VARCHAR[]) AS keys, [
        CAST(count(value) AS DOUBLE), count(base_value), CAST(${addUpAmounts(affected, sql`value`)} AS DOUBLE),
        count(value) FILTER (WHERE NOT out), count(base_value) FILTER (WHERE NOT out),
        CAST(${addUpAmounts(affected, sql`CASE WHEN NOT out THEN value END`)} AS DOUBLE),
        count(*) FILTER (WHERE value IS NULL), count(*) FILTER (WHERE base_value IS NULL)] AS numbers
      FROM contributor
    UNION ALL SELECT 'period', NULL, [CAST(period AS DOUBLE), hits, bases, kept_hits, kept_bases] FROM moment
    UNION ALL (SELECT 'affected', [${columns}], [CAST(value AS DOUBLE), CAST(base_value AS DOUBLE)]
      FROM contributor WHERE value IS NOT NULL ${listed(sql`value`)})
    UNION ALL (SELECT 'unaffected', [${columns}], [CAST(base_value AS DOUBLE)]
      FROM contributor WHERE value IS NULL ${listed(sql`base_value`)})`;
}

function toFigures(affected: number, base: number, total: number): ImpactFigures {
  return { affected, base, percent: base === 0 ? null : (100 * affected) / base, total };
}

function toPeriod(startMs: number, affected: number, base: number): ImpactPeriod | null {
  return base === 0 ? null : { startMs, affected, base, percent: (100 * affected) / base };
}

/** DuckDB does not keep the order of a part of a union: the ranking is made again. */
function readListed(rows: readonly Row[], kind: string): { keys: string[]; numbers: (number | null)[] }[] {
  return rows
    .filter((row) => row.kind === kind)
    .map((row) => ({
      keys: readTexts(row.keys),
      numbers: readNumbers(row.numbers),
    }))
    .sort((a, b) => (b.numbers[0] ?? 0) - (a.numbers[0] ?? 0) || compareKeys(a.keys, b.keys));
}

/** By Unicode code points, key by key, as reports are ordered. */
export function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [index, key] of a.entries()) {
    const order = Buffer.compare(Buffer.from(key), Buffer.from(b[index] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Counts the different values of a field in the events of each contributor of a rule; events without the field count for
 * none.
 * @param contributors those to count for; null: those with the most values
 */
export async function readFanOut(
  db: Database,
  open: OpenRule,
  field: FieldReference,
  query: TimeRange & { contributors: readonly (readonly string[])[] | null; limit: number },
  signal?: AbortSignal,
): Promise<FanOut> {
  const { rule, tables } = open;
  const keyLabels = rule.keys.map(({ label }) => label);
  if (tables.length === 0) return { keyLabels, contributors: [] };
  const keys = keyColumns(rule.keys.length);
  const value = keyColumn(keys.length);
  const withField: OpenRule = { ...open, rule: { ...rule, keys: [...rule.keys, { label: '', field }] } };
  const wanted = query.contributors === null ? sql`TRUE` : isOneOf(query.contributors, keys);
  const rows = await db.read(
    sql`SELECT [${join(keys, ', ')}] AS keys, count(DISTINCT ${value}) AS field_values
      FROM (${selectCells(withField, query, endlessMs, keys.length)}) WHERE ${wanted}
      GROUP BY ${join(keys, ', ')} ORDER BY field_values DESC, ${join(keys, ', ')} LIMIT ${integer(query.limit)}`,
    { signal },
  );
  return {
    keyLabels,
    contributors: rows.map((row) => ({
      keys: readTexts(row.keys),
      values: Number(row.field_values),
    })),
  };
}
