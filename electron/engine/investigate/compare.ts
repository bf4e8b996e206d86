import type { Change, ChangeKind, ComparedRange, Comparison, Span } from '../../../shared/compare';
import { addUpAmounts, type OpenRule, selectCells } from '../rules/cells';
import { keyColumns } from '../rules/compile';
import { duckdb } from '../rules/dialect';
import { limitTables } from '../rules/event-table';
import type { Database, Row } from '../workspace/db';
import { readNumbers, readTexts } from '../workspace/row';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { compareKeys } from './impact';

export type CompareQuery = {
  before: Span;
  during: Span;
  periodSeconds: number;
  /** `hour`: values are divided by the hours of their range, so that ranges of different lengths can be compared. */
  per: 'range' | 'hour';
  /** How many contributors of each kind are listed. */
  limit: number;
};

/** Compares the contributors of a rule in two time ranges. @throws the signal's reason when aborted */
export async function compareRanges(
  db: Database,
  before: OpenRule,
  during: OpenRule,
  query: CompareQuery,
  signal?: AbortSignal,
): Promise<Comparison> {
  const startedMs = performance.now();
  const rows = before.tables.length === 0 ? [] : await db.read(compileComparison(before, during, query), { signal });
  const changes = rows.filter((row) => row.kind === 'change').map(readChange);
  const counts: Record<ChangeKind, number> = { new: 0, gone: 0, risen: 0, fallen: 0, same: 0 };
  for (const row of rows) if (row.kind === 'count') counts[row.what as ChangeKind] = numberAt(row, 0) ?? 0;
  const range = async (name: 'before' | 'during', open: OpenRule): Promise<ComparedRange> => ({
    ...readRange(rows, name, query),
    gaps: await findGaps(db, open, query[name], query.periodSeconds * 1000, signal),
  });
  const compared = { before: await range('before', before), during: await range('during', during) };
  const whole = compared.during.total - compared.before.total;
  return {
    keyLabels: before.rule.keys.map(({ label }) => label),
    periodSeconds: query.periodSeconds,
    per: query.per,
    ...compared,
    counts,
    changes: changes
      .map((change) => ({ ...change, percentOfChange: whole === 0 ? null : (100 * change.change) / whole }))
      .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || compareKeys(a.keys, b.keys)),
    elapsedMs: performance.now() - startedMs,
  };
}

/** Rows of a `kind`, with `what`, `keys` and `numbers`. */
function compileComparison(before: OpenRule, during: OpenRule, query: CompareQuery): Sql {
  const keys = keyColumns(before.rule.keys.length);
  const columns = join(keys, ', ');
  const periodMs = query.periodSeconds * 1000;
  const steps = (name: 'before' | 'during', open: OpenRule) => {
    const [cell, tally] = [id(`${name}_cell`), id(`${name}_tally`)];
    const factor = sql`CAST(${String(factorOf(query, name))} AS DOUBLE)`;
    const value = sql`CAST(${addUpAmounts(open, sql`amount`)} AS DOUBLE) * ${factor}`;
    return sql`${cell} AS MATERIALIZED (${selectCells(open, query[name], periodMs)}),
      ${tally} AS MATERIALIZED (
        SELECT *, row_number() OVER (ORDER BY value DESC, ${columns}) AS rank
        FROM (SELECT ${columns}, ${value} AS value, sum(events) AS events FROM ${cell} GROUP BY ${columns}))`;
  };
  const results = (name: 'before' | 'during', open: OpenRule) => sql`
    SELECT 'total' AS kind, ${name} AS what, CAST(NULL AS VARCHAR[]) AS keys,
      [CAST(count(*) AS DOUBLE), sum(events), ${duckdb.sumDoubles(sql`value`)}] AS numbers FROM ${id(`${name}_tally`)}
    UNION ALL SELECT 'period', ${name}, NULL, [CAST(period AS DOUBLE), CAST(${addUpAmounts(open, sql`amount`)} AS DOUBLE), count(*)]
      FROM ${id(`${name}_cell`)} GROUP BY period`;
  return sql`WITH ${steps('before', before)}, ${steps('during', during)},
    change AS MATERIALIZED (
      SELECT ${columns}, b.value AS before, d.value AS during, b.rank AS before_rank, d.rank AS during_rank,
        coalesce(d.value, 0) - coalesce(b.value, 0) AS change,
        CASE WHEN b.value IS NULL THEN 'new' WHEN d.value IS NULL THEN 'gone' WHEN d.value > b.value THEN 'risen'
          WHEN d.value < b.value THEN 'fallen' ELSE 'same' END AS what
      FROM before_tally AS b FULL JOIN during_tally AS d USING (${columns}))
    ${results('before', before)} UNION ALL ${results('during', during)}
    UNION ALL SELECT 'count', what, NULL, [CAST(count(*) AS DOUBLE)] FROM change GROUP BY what
    UNION ALL SELECT 'change', what, [${columns}], [before, during, CAST(before_rank AS DOUBLE), during_rank, change] FROM (
      SELECT *, row_number() OVER (PARTITION BY what ORDER BY abs(change) DESC, ${columns}) AS place FROM change)
      WHERE place <= ${integer(query.limit)}`;
}

function factorOf({ per, ...query }: CompareQuery, name: 'before' | 'during'): number {
  return per === 'range' ? 1 : 3_600_000 / (query[name].endMs - query[name].startMs);
}

function numberAt(row: Row, index: number): number | null {
  return readNumbers(row.numbers)[index] ?? null;
}

function readChange(row: Row): Omit<Change, 'percentOfChange'> {
  return {
    keys: readTexts(row.keys),
    kind: row.what as ChangeKind,
    before: numberAt(row, 0),
    during: numberAt(row, 1),
    beforeRank: numberAt(row, 2),
    duringRank: numberAt(row, 3),
    change: numberAt(row, 4) ?? 0,
  };
}

function readRange(rows: readonly Row[], name: 'before' | 'during', query: CompareQuery): Omit<ComparedRange, 'gaps'> {
  const total = rows.find((row) => row.kind === 'total' && row.what === name);
  const periods = rows
    .filter((row) => row.kind === 'period' && row.what === name)
    .sort((a, b) => (numberAt(a, 0) ?? 0) - (numberAt(b, 0) ?? 0));
  return {
    ...query[name],
    uniqueCount: (total && numberAt(total, 0)) ?? 0,
    matched: (total && numberAt(total, 1)) ?? 0,
    total: (total && numberAt(total, 2)) ?? 0,
    series: {
      startMs: periods.map((row) => (numberAt(row, 0) ?? 0) * query.periodSeconds * 1000),
      values: periods.map((row) => numberAt(row, 1) ?? 0),
      contributors: periods.map((row) => numberAt(row, 2) ?? 0),
    },
  };
}

async function findGaps(
  db: Database,
  { tables }: OpenRule,
  span: Span,
  periodMs: number,
  signal: AbortSignal | undefined,
): Promise<Span[]> {
  const selects = limitTables(tables, span).map(
    ({ name }) => sql`SELECT DISTINCT ${duckdb.periodNumber(sql`time_ms`, periodMs)} AS period FROM ${name}`,
  );
  const rows =
    selects.length === 0
      ? []
      : await db.read(sql`SELECT DISTINCT period FROM (${join(selects, ' UNION ALL ')}) ORDER BY period`, { signal });
  const gaps: Span[] = [];
  let from = span.startMs;
  for (const { period } of rows) {
    const startMs = Number(period) * periodMs;
    if (startMs > from) gaps.push({ startMs: from, endMs: startMs });
    from = startMs + periodMs;
  }
  if (from < span.endMs) gaps.push({ startMs: from, endMs: span.endMs });
  return gaps;
}
