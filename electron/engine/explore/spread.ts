import { binsPerOctave, type Spread, type SpreadScale } from '../../../shared/explore';
import type { ValueKind } from '../workspace/catalog';
import type { Database, Row } from '../workspace/db';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { columnOf, type Scope, type ScopeField } from './scope';

/** Ends of a field's numbers over a whole table, whatever is asked of its events; null where it has none. */
export type NumberRange = { min: number; max: number; minInteger: number | null; maxInteger: number | null };

/** DuckDB mostly knows the ends of a column without reading it. */
export async function readRanges(
  db: Database,
  scope: Scope,
  fields: readonly ScopeField[],
  signal: AbortSignal | undefined,
): Promise<(NumberRange | null)[]> {
  const kindsOf = (field: ScopeField) => [...field.entry.kinds].filter((kind) => kind !== 't');
  const ends = fields.flatMap((field, index) =>
    kindsOf(field).flatMap((kind) => {
      const column = columnOf(field, kind);
      return [sql`min(${column}) AS ${id(`min_${kind}${index}`)}`, sql`max(${column}) AS ${id(`max_${kind}${index}`)}`];
    }),
  );
  if (ends.length === 0) return fields.map(() => null);
  const [row = {}] = await db.read(sql`SELECT ${join(ends, ', ')} FROM ${scope.name}`, { signal });
  return fields.map((_field, index) => readRange(row, index));
}

function readRange(row: Row, index: number): NumberRange | null {
  const end = (name: 'min' | 'max', kind: ValueKind) => {
    const value = row[`${name}_${kind}${index}`];
    return typeof value === 'number' ? value : null;
  };
  const mins = [end('min', 'i'), end('min', 'd')].filter((one) => one !== null);
  const maxs = [end('max', 'i'), end('max', 'd')].filter((one) => one !== null);
  if (mins.length === 0 || maxs.length === 0) return null;
  return {
    min: Math.min(...mins),
    max: Math.max(...maxs),
    minInteger: end('min', 'i'),
    maxInteger: end('max', 'i'),
  };
}

/** How many integers there can be in a range; Infinity where numbers of 64 bits lose digits. */
export function countIntegers({ minInteger, maxInteger }: NumberRange): number {
  if (minInteger === null || maxInteger === null) return 0;
  if (!Number.isSafeInteger(minInteger) || !Number.isSafeInteger(maxInteger)) return Number.POSITIVE_INFINITY;
  return maxInteger - minInteger + 1;
}

/** Bins that a linear scale has over the whole range, about. */
const linearBins = 48;

/** From this ratio of the ends on, a logarithmic scale shows more. */
const logRatio = 20;

/** The scale on which numbers of a range are shown. */
export function chooseScale({ min, max }: NumberRange): SpreadScale {
  if (min >= 0 && max > 0 && max >= logRatio * min) return { kind: 'log' };
  return { kind: 'linear', width: chooseWidth((max - min) / linearBins) };
}

/** The next round number: 1, 2 or 5 times a power of ten. */
function chooseWidth(least: number): number {
  if (!(least > 0) || !Number.isFinite(least)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least) ?? 10;
  return factor * power;
}

/** Stands for 0 on a logarithmic scale. */
const zeroBin = -1_000_000;

/** Number of the bin that holds `v`, a DOUBLE. */
function binOf(scale: SpreadScale): Sql {
  if (scale.kind === 'linear') return sql`floor(v / CAST(${String(scale.width)} AS DOUBLE))`;
  return sql`CASE WHEN v > 0 THEN floor(log2(v) * ${integer(binsPerOctave)}) ELSE ${integer(zeroBin)} END`;
}

/**
 * Steps and results that give the spread of numbers.
 * @param name a text of our own that no other board has
 * @param numbers a query with columns `v` (DOUBLE) and `n`, how many events have it
 * @returns results with columns `part`, `label` and `numbers`: `bin` with number and events, `ends` with least, most and
 * median
 */
export function selectSpread(name: string, numbers: Sql, scale: SpreadScale): { steps: Sql[]; results: Sql[] } {
  const [all, bin, middle] = [id(`${name}_numbers`), id(`${name}_bin`), id(`${name}_middle`)];
  return {
    steps: [
      sql`${all} AS NOT MATERIALIZED (${numbers})`,
      sql`${bin} AS MATERIALIZED (SELECT ${binOf(scale)} AS b, sum(n) AS n, min(v) AS low, max(v) AS high FROM ${all} GROUP BY b)`,
      // The bin that holds the median; only its numbers have to be put in order.
      sql`${middle} AS MATERIALIZED (
        SELECT low, high, below, total FROM (
          SELECT *, sum(n) OVER (ORDER BY b) - n AS below, sum(n) OVER () AS total FROM ${bin})
        WHERE 2 * (below + n) >= total ORDER BY b LIMIT 1)`,
    ],
    results: [
      sql`SELECT 'bin' AS part, NULL AS label, [b, n] AS numbers FROM ${bin}`,
      sql`SELECT 'ends', NULL, [min(low), max(high), (
        SELECT min(v) FROM (
          SELECT v, (SELECT below FROM ${middle}) + sum(n) OVER (ORDER BY v) AS upto FROM ${all}
          WHERE v BETWEEN (SELECT low FROM ${middle}) AND (SELECT high FROM ${middle}))
        WHERE 2 * upto >= (SELECT total FROM ${middle}))] FROM ${bin} HAVING count(*) > 0`,
    ],
  };
}

/** The spread that the rows of `selectSpread` tell; null without numbers. */
export function readSpread(
  scale: SpreadScale,
  rows: readonly { part: string; numbers: readonly (number | null)[] }[],
): Spread | null {
  const ends = rows.find(({ part }) => part === 'ends')?.numbers;
  const [min, max, median] = ends ?? [];
  if (min == null || max == null || median == null) return null;
  const bins = rows
    .filter(({ part }) => part === 'bin')
    .map(({ numbers: [bin, events] }) => ({ bin: bin ?? 0, events: events ?? 0 }))
    .sort((a, b) => a.bin - b.bin);
  const shown = bins.filter(({ bin }) => bin !== zeroBin);
  return {
    scale,
    min,
    max,
    median,
    bins: shown.map(({ bin }) => bin),
    events: shown.map(({ events }) => events),
    zeros: bins.find(({ bin }) => bin === zeroBin)?.events ?? 0,
  };
}
