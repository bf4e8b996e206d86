import { duckdb } from '../rules/dialect';
import type { ValueKind } from '../workspace/catalog';
import type { Database, Row } from '../workspace/db';
import { numberOf } from '../workspace/number';
import { id, join, Sql, sql } from '../workspace/sql';
import { columnOf, type Scope, type ScopeField } from './scope';

/** What a look at some of a table's events says about a field, before all of them are counted. */
export type FieldPlan = {
  field: ScopeField;
  isNumeric: boolean;
  /** Distinct values to an event that has the field: 0 to 1, about. */
  variety: number;
  /** Boards of a lower tier come first: those that tell events apart; then rare fields and items of lists; then those that never or always differ. */
  tier: 0 | 1 | 2;
};

/** How many events are looked at, about; fewer where there are many fields. */
const sampleEvents = 10_000;
const sampleCells = 600_000;
const leastEvents = 2000;

/** Below this a field that has the same value everywhere, or never twice, may yet do otherwise. */
const tellingEvents = 100;

/**
 * Looks at some events from all over a table, whatever the filters, so that boards keep their places.
 * @param rows how many events the table holds
 */
export async function planFields(
  db: Database,
  scope: Pick<Scope, 'name' | 'fields'>,
  rows: number,
  signal: AbortSignal | undefined,
): Promise<FieldPlan[]> {
  if (scope.fields.length === 0) return [];
  const columns = scope.fields.flatMap((field, index) => describeSample(field, index));
  const [row] = await db.read(
    sql`SELECT count(*) AS events, ${join(columns, ', ')} FROM (FROM ${scope.name} ${chooseSample(rows, scope.fields.length)})`,
    { signal },
  );
  const events = numberFrom(row?.events);
  return scope.fields.map((field, index) => {
    const [present, distinct, numbers] = ['p', 'd', 'n'].map((name) => numberFrom(row?.[`${name}${index}`]));
    return readPlan(field, events, present ?? 0, distinct ?? 0, numbers ?? 0);
  });
}

/** Whole vectors from all over the table, always the same ones. */
function chooseSample(rows: number, fields: number): Sql {
  const events = Math.max(Math.min(sampleEvents, sampleCells / fields), leastEvents);
  if (rows <= 2 * events) return sql``;
  // DuckDB takes no parameter here.
  const percent = new Sql(Math.max((100 * events) / rows, 0.001).toFixed(3));
  return sql`TABLESAMPLE SYSTEM (${percent}%) REPEATABLE (1)`;
}

function describeSample(field: ScopeField, index: number): Sql[] {
  const kinds = [...field.entry.kinds];
  const add = (counts: readonly Sql[]) => counts.reduce((sum, count) => sql`${sum} + ${count}`);
  const present = kinds.map((kind) => sql`count(${columnOf(field, kind)})`);
  const distinct = kinds.map((kind) => duckdb.countDistinctRoughly(columnOf(field, kind)));
  const numbers = kinds.map((kind) => sql`count(${readNumber(field, kind)})`);
  return [
    sql`${add(present)} AS ${id(`p${index}`)}`,
    sql`${add(distinct)} AS ${id(`d${index}`)}`,
    sql`${kinds.every((kind) => kind === 't') ? sql`0` : add(numbers)} AS ${id(`n${index}`)}`,
  ];
}

function readNumber(field: ScopeField, kind: ValueKind): Sql {
  const column = columnOf(field, kind);
  return kind === 't' ? numberOf(column) : column;
}

function readPlan(field: ScopeField, events: number, present: number, distinct: number, numbers: number): FieldPlan {
  const { kinds } = field.entry;
  const isNumeric = present === 0 ? !kinds.has('t') : numbers * 2 > present;
  const variety = present === 0 ? 0 : Math.min(distinct / present, 1);
  const isTelling = present >= tellingEvents;
  const isDull = isTelling && (distinct <= 1 || (variety > 0.8 && !isNumeric));
  const isRare = (events >= tellingEvents && present * 100 < events) || isItem(field);
  return { field, isNumeric, variety, tier: isDull ? 2 : isRare ? 1 : 0 };
}

function isItem({ entry }: ScopeField): boolean {
  const path: unknown = JSON.parse(entry.reference);
  return Array.isArray(path) && path.some((step) => typeof step === 'number');
}

function numberFrom(value: Row[string] | undefined): number {
  return typeof value === 'number' ? value : 0;
}
