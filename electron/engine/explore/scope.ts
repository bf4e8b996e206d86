import type { ParsedArgs } from '../../../shared/contract';
import { UserError } from '../../../shared/problem';
import { duckdb } from '../rules/dialect';
import {
  columnName,
  eventTableName,
  type FieldEntry,
  type GroupEntry,
  type TableEntry,
  type ValueKind,
} from '../workspace/catalog';
import { toEventTable } from '../workspace/event-tables';
import { printReference } from '../workspace/groups';
import { id, join, type Sql, sql } from '../workspace/sql';
import { compareTexts } from './condition';

export type ExploreArgs = Pick<ParsedArgs<'explore.boards'>, 'group' | 'startMs' | 'endMs' | 'filters' | 'measure'>;

/** A field with columns, under the name that the window knows it by. */
export type ScopeField = { reference: string; entry: FieldEntry };

/** An event table of the explored log group with what is asked of its events. */
export type Scope = {
  group: GroupEntry;
  table: TableEntry;
  name: Sql;
  /** In the order in which they first occurred. */
  fields: ScopeField[];
  /** What is summed up; null where each event counts as 1, or the table has no such field. */
  measured: ScopeField | null;
  /** Aggregate over rows: what they come to in the measure. */
  amount: Sql;
  /** Whether a row counts for the measure. */
  counts: Sql;
  /** Whether a row is in the time range and passes the filters, all but those of one field. */
  passes(except: string | null): Sql;
};

/**
 * The event tables of a log group, one a format.
 * @throws UserError `args/invalid` where there is no such group
 */
export function listScopes(groups: readonly GroupEntry[], args: ExploreArgs): Scope[] {
  const named = groups.filter((group) => group.name === args.group);
  // A one-shot report's logs have a group of their own, which may have the same name.
  const group = named.find((one) => !one.matchesAll) ?? named[0];
  if (group === undefined) {
    throw new UserError([
      {
        code: 'args/invalid',
        place: 'group',
        message: `There is no log group ${JSON.stringify(args.group)}.`,
        hint: 'Its source may have been removed.',
      },
    ]);
  }
  return [...group.tables.values()].map((table) => toScope(group, table, args));
}

function toScope(group: GroupEntry, table: TableEntry, { startMs, endMs, filters, measure }: ExploreArgs): Scope {
  const fields = [...table.fields.values()]
    .filter((entry) => entry.kinds.size > 0)
    .map((entry) => ({ reference: printReference(table, entry), entry }));
  const find = (reference: string) => fields.find((field) => field.reference === reference) ?? null;
  const measured = measure.kind === 'sum' ? find(measure.reference) : null;
  const value = measured === null ? null : numberIn(group, table, measured.entry);
  const isEvents = measure.kind === 'events';
  return {
    group,
    table,
    name: eventTableName(table),
    fields,
    measured,
    amount: value !== null ? value.sum : isEvents ? sql`count(*)` : sql`sum(0)`,
    counts: value === null ? (isEvents ? sql`TRUE` : sql`FALSE`) : sql`${value.number} IS NOT NULL`,
    passes: (except) => {
      const conditions = filters
        .filter(({ reference }) => reference !== except)
        .map(({ reference, values, exclude }) => {
          const field = find(reference);
          return field === null ? sql`FALSE` : compareTexts(field.entry, values, exclude);
        });
      if (startMs !== null) conditions.push(sql`time_ms >= ${startMs}`);
      if (endMs !== null) conditions.push(sql`time_ms < ${endMs}`);
      return conditions.length === 0 ? sql`TRUE` : join(conditions, ' AND ');
    },
  };
}

/** A field as a number, and its sum over rows: exact for integers. */
function numberIn(group: GroupEntry, table: TableEntry, entry: FieldEntry): { number: Sql; sum: Sql } | null {
  const reference =
    table.format === 'CLF'
      ? { position: Number(entry.reference) }
      : { path: JSON.parse(entry.reference) as (string | number)[] };
  const field = toEventTable(group, table).field(reference);
  if (field === null) return null;
  if (field.integer !== null) return { number: field.integer, sum: sql`sum(${field.integer})` };
  return { number: field.number, sum: duckdb.sumDoubles(field.number) };
}

/** A field's column of one kind. */
export function columnOf(field: ScopeField, kind: ValueKind): Sql {
  return id(columnName(field.entry, kind));
}
