import type { Board, BoardValue, SpreadScale } from '../../../shared/explore';
import { isDoubleText } from '../ingest/double-text';
import { isIntegerText } from '../rules/condition';
import { duckdb } from '../rules/dialect';
import type { ValueKind } from '../workspace/catalog';
import { numberOf } from '../workspace/number';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { bindAs } from './condition';
import { columnOf, type ScopeField } from './scope';
import { readSpread, selectSpread } from './spread';

/** Longest value that is given in full, in characters. */
const longestValue = 1000;

/** What is to be found out of a field. */
export type BoardTask = {
  field: ScopeField;
  limit: number;
  /** Texts of the field's own filters, which are always told. */
  pinned: readonly string[];
  /** Of a numeric field. */
  scale: SpreadScale | null;
  /** The kinds of which the values are ranked; of the others there are too many. */
  ranked: readonly ValueKind[];
  /** All integers of the field are the same one. */
  isConstant: boolean;
  /** The same text may stand in columns of two kinds, so that they are counted together, which is slow. */
  joinsKinds: boolean;
};

/** Rows that a board is taken from. */
export type BoardRows = {
  /** A table, or the name of a step. */
  from: Sql;
  conditions: Sql;
  /** Aggregate over them: what they come to in the measure. */
  amount: Sql;
};

/** A row of the results of `selectBoard`. */
export type BoardRow = { part: string; label: string | null; numbers: (number | null)[] };

/**
 * Steps (of a WITH) and results that give one board, with columns `part`, `label` and `numbers`:
 *
 * | part | label | numbers |
 * |---|---|---|
 * | `value` | text | events, amount |
 * | `ranked`, one a kind | | distinct values, their events, their amount |
 * | `rough`, for a kind that is not ranked | | distinct values, about, their events, their amount |
 * | `unsure` | | how many values may have been taken for one, or one for several |
 * | `base`, for a field with filters of its own | | events, amount |
 * | `bin`, `ends` | | see `selectSpread` |
 *
 * @param name a text of our own that no other board of the statement has
 */
export function selectBoard(name: string, task: BoardTask, rows: BoardRows): { steps: Sql[]; results: Sql[] } {
  const counts = task.joinsKinds
    ? [countJoined(name, task, rows)]
    : [...task.field.entry.kinds].map((kind) =>
        task.ranked.includes(kind) ? countRanked(name, kind, task, rows) : countRoughly(kind, task, rows),
      );
  const spread =
    task.scale === null
      ? { steps: [], results: [] }
      : selectSpread(
          name,
          join(
            counts.map(({ numbers }) => numbers),
            ' UNION ALL ',
          ),
          task.scale,
        );
  return {
    steps: [...counts.flatMap(({ steps }) => steps), ...spread.steps],
    results: [...counts.flatMap(({ results }) => results), ...spread.results, ...countBase(task, rows)],
  };
}

/** `numbers`: a query of the field's numbers and how many events have each. */
type Counts = { steps: Sql[]; results: Sql[]; numbers: Sql };

function countRanked(name: string, kind: ValueKind, task: BoardTask, rows: BoardRows): Counts {
  const value = columnOf(task.field, kind);
  const counts = countValues(`${name}${kind}`, value, kind, task, rows);
  const hasNumbers = [...task.field.entry.kinds].some((one) => one !== 't');
  if (kind !== 't' || !hasNumbers) return counts;
  const group = id(`${name}t_group`);
  const unsure = sql`SELECT 'unsure', NULL, [count(*)] FROM ${group} WHERE ${isNumberText(sql`v`)}`;
  return { ...counts, results: [...counts.results, unsure] };
}

function countJoined(name: string, task: BoardTask, rows: BoardRows): Counts {
  const texts = [...task.field.entry.kinds].map((kind) => sql`CAST(${columnOf(task.field, kind)} AS VARCHAR)`);
  return countValues(`${name}t`, sql`coalesce(${join(texts, ', ')})`, 't', task, rows);
}

function countValues(name: string, value: Sql, kind: ValueKind, task: BoardTask, rows: BoardRows): Counts {
  const group = id(`${name}_group`);
  const source = sql`FROM ${rows.from} WHERE ${rows.conditions} AND ${value} IS NOT NULL`;
  const isOne = kind === 'i' && task.isConstant;
  const label = sql`left(${kind === 't' ? sql`v` : sql`CAST(v AS VARCHAR)`}, ${integer(longestValue + 1)})`;
  const tell = (values: Sql) =>
    sql`SELECT 'value' AS part, ${label} AS label, [n, CAST(a AS DOUBLE)] AS numbers FROM ${values}`;
  const pinned = bindAs(kind, task.pinned);
  return {
    steps: [
      isOne
        ? sql`${group} AS MATERIALIZED (SELECT min(${value}) AS v, max(${value}) AS most, count(*) AS n, ${rows.amount} AS a
            ${source} HAVING count(*) > 0)`
        : sql`${group} AS MATERIALIZED (SELECT ${value} AS v, count(*) AS n, ${rows.amount} AS a ${source} GROUP BY ALL)`,
    ],
    results: [
      tell(sql`(FROM ${group} ORDER BY a DESC NULLS LAST, v LIMIT ${integer(task.limit)})`),
      ...(pinned === null ? [] : [tell(sql`(FROM ${group} WHERE v IN (${pinned}))`)]),
      sql`SELECT 'ranked', NULL, [count(*), sum(n), CAST(sum(a) AS DOUBLE)] FROM ${group}`,
      ...(isOne ? [sql`SELECT 'unsure', NULL, [count(*)] FROM ${group} WHERE v <> most`] : []),
    ],
    numbers:
      kind === 't'
        ? sql`SELECT x AS v, n FROM (SELECT ${numberOf(sql`v`)} AS x, n FROM ${group}) WHERE x IS NOT NULL`
        : sql`SELECT CAST(v AS DOUBLE) AS v, n FROM ${group}`,
  };
}

/** Whether a text is how an integer or a double prints. */
function isNumberText(text: Sql): Sql {
  return sql`${text} = CAST(TRY_CAST(${text} AS BIGINT) AS VARCHAR) OR ${text} = CAST(TRY_CAST(${text} AS DOUBLE) AS VARCHAR)`;
}

function countRoughly(kind: ValueKind, task: BoardTask, rows: BoardRows): Counts {
  const column = columnOf(task.field, kind);
  const source = sql`FROM ${rows.from} WHERE ${rows.conditions} AND ${column} IS NOT NULL`;
  return {
    steps: [],
    results: [
      sql`SELECT 'rough', NULL, [${duckdb.countDistinctRoughly(column)}, count(*),
        CAST(${rows.amount} AS DOUBLE)] ${source}`,
    ],
    numbers:
      kind === 't'
        ? sql`SELECT CAST(NULL AS DOUBLE) AS v, 0 AS n WHERE FALSE`
        : sql`SELECT CAST(${column} AS DOUBLE) AS v, 1 AS n ${source}`,
  };
}

function countBase({ pinned }: BoardTask, rows: BoardRows): Sql[] {
  if (pinned.length === 0) return [];
  return [
    sql`SELECT 'base', NULL, [count(*), CAST(${rows.amount} AS DOUBLE)]
      FROM ${rows.from} WHERE ${rows.conditions}`,
  ];
}

/** Events and what they come to in the measure. */
export type Base = { events: number; amount: number };

/**
 * The board that the rows of `selectBoard` tell.
 * @param whole of all events that pass all filters, for a field without filters of its own
 * @returns null where the kinds of the field have to be counted together to be sure
 */
export function readBoard(task: BoardTask, rows: readonly BoardRow[], whole: Base): Board | null {
  const numbersOf = (part: string) => rows.filter((row) => row.part === part).map(({ numbers }) => numbers);
  if (numbersOf('unsure').some(([values]) => (values ?? 0) > 0)) return null;
  const [own] = numbersOf('base');
  const base = own === undefined ? whole : { events: own[0] ?? 0, amount: own[1] ?? 0 };
  const rough = numbersOf('rough');
  const kinds = [...numbersOf('ranked'), ...rough];
  const sum = (at: number) => kinds.reduce((total, numbers) => total + (numbers[at] ?? 0), 0);
  const present = sum(1);
  return {
    reference: task.field.reference,
    base: base.amount,
    // Sums of doubles leave a rest.
    absent: present === base.events ? 0 : base.amount - sum(2),
    distinct: sum(0),
    isDistinctExact: rough.every(([distinct]) => (distinct ?? 0) === 0),
    values: rough.length > 0 ? null : rankValues(task, rows),
    spread: task.scale === null ? null : readSpread(task.scale, rows),
  };
}

function rankValues({ limit, pinned }: BoardTask, rows: readonly BoardRow[]): BoardValue[] {
  const told = new Set<string>();
  const values: BoardValue[] = [];
  for (const { part, label, numbers } of rows) {
    if (part !== 'value' || label === null) continue;
    const value = toValue(label, numbers[1] ?? 0);
    // Pinned values may be among the largest, too.
    if (!value.isCut && told.has(value.value)) continue;
    told.add(value.value);
    values.push(value);
  }
  for (const value of pinned) {
    if (!told.has(value)) values.push({ value, amount: 0, isCut: false });
  }
  values.sort(compareValues);
  const isPinned = new Set(pinned);
  return values.filter(({ value }, index) => index < limit || isPinned.has(value));
}

/** The largest first; among equals numbers by size, then texts by their characters. */
function compareValues(one: BoardValue, other: BoardValue): number {
  if (one.amount !== other.amount) return other.amount - one.amount;
  const [isNumber, isOtherNumber] = [one, other].map(({ value }) => isIntegerText(value) || isDoubleText(value));
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  const difference = isNumber ? Number(one.value) - Number(other.value) : 0;
  return difference !== 0 ? difference : one.value < other.value ? -1 : 1;
}

function toValue(value: string, amount: number): BoardValue {
  if (value.length <= longestValue) return { value, amount, isCut: false };
  const characters = [...value];
  if (characters.length <= longestValue) return { value, amount, isCut: false };
  return { value: characters.slice(0, longestValue).join(''), amount, isCut: true };
}
