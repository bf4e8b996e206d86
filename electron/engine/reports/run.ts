import { type Problem, UserError } from '../../../shared/problem';
import type { Contributor, OrderBy, PeriodMetrics, Report, TimeRange, UniqueMode } from '../../../shared/report';
import type { Filter, Rule } from '../../../shared/rule';
import { compileReport, compileSpan, type Passes, type ReportQuery } from '../rules/compile';
import { duckdb } from '../rules/dialect';
import type { EventTable } from '../rules/event-table';
import type { Database, Row } from '../workspace/db';
import { readNumbers, readTexts } from '../workspace/row';
import { sql } from '../workspace/sql';
import { choosePasses } from './passes';
import { choosePeriod } from './period';

export type ReportParameters = TimeRange & {
  /** null: chosen to suit the span of the events. */
  periodSeconds: number | null;
  maxContributorCount: number;
  orderBy: OrderBy;
  unique: UniqueMode;
  /** `basic`, much faster, leaves all metrics but `sampleCount` and `sum` empty. `all` where absent. */
  metrics?: 'all' | 'basic';
};

type CallOptions = { signal?: AbortSignal | undefined };

/** A shorter way to what the events say. Each function gives null where it can't tell. */
export type ShortCut = {
  rows(query: ReportQuery): Promise<Row[] | null>;
  span(range: TimeRange): Promise<number | null>;
};

/**
 * Runs a rule over the events of its log groups.
 * @param tables their event tables, of both formats   @param passes chosen by what is faster if left out
 * @returns the report; `ruleName` is null and `elapsedMs` the time of this call
 * @throws UserError `report/overflow` or `rule/bad-regular-expression`; the signal's reason when aborted
 */
export async function runReport(
  db: Database,
  tables: readonly EventTable[],
  rule: Rule,
  parameters: ReportParameters,
  { signal, shortCut, passes }: CallOptions & { shortCut?: ShortCut | null; passes?: Passes } = {},
): Promise<Report> {
  const startedMs = performance.now();
  const { startMs, endMs, orderBy, unique, maxContributorCount, metrics = 'all' } = parameters;
  const periodSeconds = parameters.periodSeconds ?? (await choosePeriodFor(db, tables, parameters, signal, shortCut));
  const query = { startMs, endMs, periodMs: periodSeconds * 1000, maxContributorCount, orderBy, unique, metrics };
  const rows = (await shortCut?.rows(query)) ?? (await readRows(db, tables, rule, query, passes, signal));
  const { total, uniqueCount, ledger, dataRange } = readFigures(rows);
  const report: Report = {
    ruleName: null,
    keyLabels: rule.keys.map((key) => key.label),
    aggregateOn: rule.aggregateOn,
    orderBy,
    periodSeconds,
    timeRange: { startMs, endMs },
    dataRange,
    logGroups: [...new Set(tables.map((table) => table.group))].sort(),
    exact: unique === 'exact',
    total,
    uniqueCount,
    contributors: readContributors(rows, query.periodMs, total),
    metrics: readMetrics(rows, query),
    coverage: readCoverage(rows, query.periodMs),
    ledger,
    elapsedMs: 0,
  };
  refuseOverflow(report, rows);
  return { ...report, elapsedMs: performance.now() - startedMs };
}

/** A period, in seconds, that suits the span of the events of some tables within a range. @throws the signal's reason when aborted */
export async function choosePeriodFor(
  db: Database,
  tables: readonly EventTable[],
  range: TimeRange,
  signal?: AbortSignal,
  shortCut?: ShortCut | null,
): Promise<number> {
  const known = await shortCut?.span(range);
  if (typeof known === 'number') return choosePeriod(known);
  const [span] = tables.length === 0 ? [] : await db.read(compileSpan(tables, range), { signal });
  return typeof span?.span_ms === 'number' ? choosePeriod(span.span_ms) : 60;
}

/** The rows of the compiled statement. @see compileReport */
async function readRows(
  db: Database,
  tables: readonly EventTable[],
  rule: Rule,
  query: ReportQuery,
  passes: Passes | undefined,
  signal: AbortSignal | undefined,
): Promise<Row[]> {
  if (tables.length === 0) return [];
  const chosen = passes ?? (await choosePasses(db, rule, tables, query, signal));
  try {
    return await db.read(compileReport(rule, tables, query, chosen), { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    const problems = await findRefusedPatterns(db, rule.filters, 'Contribution.Filters');
    if (problems.length === 0) throw cause;
    throw new UserError(problems, { cause });
  }
}

/** The patterns that the validation let through and that RE2 refuses all the same, such as one that gets too large. */
async function findRefusedPatterns(db: Database, filters: readonly Filter[], place: string): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [index, filter] of filters.entries()) {
    if ('any' in filter) problems.push(...(await findRefusedPatterns(db, filter.any, `${place}[${index}].Any`)));
    else if (filter.operator === 'Matches') {
      for (const [at, pattern] of filter.operands.entries()) {
        const reason = await db.read(sql`SELECT ${duckdb.matches(sql`''`, pattern)}`).then(() => null, describeCause);
        if (reason === null) continue;
        problems.push({
          code: 'rule/bad-regular-expression',
          place: `${place}[${index}].Matches[${at}]`,
          message: `RE2 does not take ${JSON.stringify(pattern.slice(0, 100))}: ${reason}.`,
        });
      }
    }
  }
  return problems;
}

function describeCause(cause: unknown): string {
  return String(cause instanceof Error ? cause.message : cause).replace(/^Invalid Input Error: /, '');
}

function readFigures(rows: readonly Row[]): Pick<Report, 'total' | 'uniqueCount' | 'ledger' | 'dataRange'> {
  const numbersOf = (kind: string) => readNumbers(rows.find((row) => row.kind === kind)?.numbers);
  const scan = numbersOf('scanned');
  const [firstMs = null, lastMs = null] = scan.slice(3);
  const [own, otherFormat, untimed] = countsOf(scan);
  const [passed, keyed, matched] = countsOf(numbersOf('passed'));
  const [uniqueCount, total] = countsOf(numbersOf('total'));
  return {
    total,
    uniqueCount,
    dataRange: firstMs === null || lastMs === null ? null : { firstMs, lastMs },
    ledger: {
      scanned: own + otherFormat + untimed,
      matched,
      untimed,
      otherFormat,
      filtered: own - passed,
      missingKey: passed - keyed,
      notNumeric: keyed - matched,
    },
  };
}

function readContributors(rows: readonly Row[], periodMs: number, total: number): Contributor[] {
  return rows
    .filter(({ kind }) => kind === 'leader')
    .map((row) => {
      const [rank = 0, own = 0] = asSeries(row.numbers);
      const values = asSeries(row.series_1);
      const contributor: Contributor = {
        keys: readTexts(row.keys),
        total: own,
        maximum: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
        percentOfTotal: total === 0 ? null : (100 * own) / total,
        periodStartMs: readStarts(row, periodMs),
        values,
      };
      return { rank, contributor };
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ contributor }) => contributor);
}

function readMetrics(rows: readonly Row[], { periodMs, metrics }: ReportQuery): PeriodMetrics {
  const row = rows.find(({ kind }) => kind === 'metrics');
  const peaks = rows.find(({ kind }) => kind === 'peaks');
  return {
    startMs: readStarts(row, periodMs),
    uniqueContributors: asSeries(peaks?.series_1),
    maxContributorValue: asSeries(peaks?.series_2),
    sampleCount: asSeries(row?.series_1),
    sum: asSeries(row?.series_2),
    minimum: metrics === 'all' ? asSeries(row?.series_3) : [],
    maximum: metrics === 'all' ? asSeries(row?.series_4) : [],
  };
}

function readCoverage(rows: readonly Row[], periodMs: number): Report['coverage'] {
  const row = rows.find(({ kind }) => kind === 'coverage');
  return { startMs: readStarts(row, periodMs), events: asSeries(row?.series_1) };
}

function readStarts(row: Row | undefined, periodMs: number): number[] {
  return asSeries(row?.periods).map((period) => period * periodMs);
}

/** @throws UserError `report/overflow`, which names the contributor where it is one */
function refuseOverflow({ contributors, metrics, total }: Report, rows: readonly Row[]): void {
  const whole = rows.find(({ kind }) => kind === 'overflow');
  const inPeriod = contributors.find(({ values }) => !values.every(Number.isFinite));
  const keys = whole === undefined ? inPeriod?.keys : readTexts(whole.keys);
  const series = [metrics.sum, metrics.maxContributorValue];
  if (keys === undefined && Number.isFinite(total) && series.every((values) => values.every(Number.isFinite))) return;
  const whose = keys === undefined ? 'all contributors together' : `the contributor ${keys.map(quoteKey).join(', ')}`;
  throw new UserError([
    {
      code: 'report/overflow',
      place: 'Contribution.ValueOf',
      message: `The sum of ${whose} is beyond what a double can hold, about 1.8e308.`,
      hint: 'Leave such values out with a filter such as {"Match": FIELD, "LessThan": 1e300}.',
    },
  ]);
}

/** Keys come from logs: control characters are escaped, and the longest are cut. */
function quoteKey(key: string): string {
  return JSON.stringify(key.length > 100 ? `${key.slice(0, 100)}…` : key);
}

function asSeries(list: Row[string] | undefined): number[] {
  return readNumbers(list).filter((item) => item !== null);
}

function countsOf([a, b, c]: (number | null)[]): [number, number, number] {
  return [a ?? 0, b ?? 0, c ?? 0];
}
