import type { TimeRange } from '../../../shared/report';
import type { FieldReference, LogFormat } from '../../../shared/rule';
import { join, type Sql, sql } from '../workspace/sql';

/** How a field of a rule is read from the columns of an event table. All expressions refer to the table's own columns. */
export type FieldExpression = {
  /** VARCHAR: the value's text as `docs/rules.md` defines it; NULL where the field is absent. */
  text: Sql;
  /** DOUBLE; NULL where the field is absent or its value is no number. */
  number: Sql;
  /** BIGINT whose decimal digits are the text, where every present value of the table is such a number: cheap to group by and exact to sum up. */
  integer: Sql | null;
};

/** A table of events of one log group and one format. It has `time_ms BIGINT` (NULL: no time). */
export type EventTable = {
  group: string;
  format: LogFormat;
  /** The table's quoted name. */
  name: Sql;
  /** The expressions of a field; null where no event of the table has it. */
  field(reference: FieldReference): FieldExpression | null;
};

/** A condition that events with a time within a range meet. A bound leaves out those without a time by itself. */
export function isWithin({ startMs, endMs }: TimeRange): Sql {
  const bounds: Sql[] = [];
  if (startMs !== null) bounds.push(sql`time_ms >= ${startMs}`);
  if (endMs !== null) bounds.push(sql`time_ms < ${endMs}`);
  return bounds.length === 0 ? sql`time_ms IS NOT NULL` : join(bounds, ' AND ');
}

/** The events of tables within a time range. */
export function limitTables(tables: readonly EventTable[], range: TimeRange): EventTable[] {
  return tables.map((table) => ({ ...table, name: sql`(SELECT * FROM ${table.name} WHERE ${isWithin(range)})` }));
}
