import type { EventPage, EventRow, EventStep } from '../../../shared/event';
import { parsePath } from '../../../shared/json-path';
import { UserError } from '../../../shared/problem';
import type { TimeRange } from '../../../shared/report';
import type { FieldReference, Rule } from '../../../shared/rule';
import { compileFilter } from '../rules/condition';
import { duckdb } from '../rules/dialect';
import { suggest } from '../rules/suggest';
import type { Database, Row } from '../workspace/db';
import type { GroupTable } from '../workspace/group-tables';
import { printReference } from '../workspace/groups';
import { originalLine } from '../workspace/original-line';
import { integer, join, type Sql, sql } from '../workspace/sql';
import { markMessage } from './event-marks';
import { compileOutcome, isOutcome, isScanned } from './outcome';

/** A field, as a rule or an alias of the logs names it, and the text that it has to have. */
export type Condition = { field: string; value: string };

export type EventQuery = TimeRange & {
  /** Only events that a rule leaves at a step; `filter` numbers one of its filters from 0. */
  step: { rule: Rule; step: EventStep | 'scanned'; filter: number | null } | null;
  where: readonly Condition[];
  /** Text anywhere in the message, upper or lower case; empty where it does not matter. */
  search: string;
  order: 'newest' | 'oldest';
  limit: number;
  offset: number;
  /** Longest part of a message that is given, in characters. */
  messageMax: number;
  /** Whether to count all that match. */
  count: boolean;
};

/**
 * Events with their original lines.
 * @param tables where to look
 * @throws UserError `args/invalid` for a field that no table has
 */
export async function findEvents(
  db: Database,
  tables: readonly GroupTable[],
  query: EventQuery,
  signal?: AbortSignal,
): Promise<EventPage> {
  const conditions = resolveConditions(tables, query);
  const selects = tables.flatMap((at, index) => {
    const own = conditions.map((resolve) => resolve(at));
    if (!own.every((condition) => condition !== null)) return [];
    const where = join([isWanted(at, query), ...own, ...contains(at, query.search)], ' AND ');
    return [sql`SELECT ${integer(index)} AS table_index, rowid AS row, time_ms FROM ${at.table.name} WHERE ${where}`];
  });
  if (selects.length === 0) return { events: [], total: query.count ? 0 : null };
  const found = sql`(${join(selects, ' UNION ALL ')})`;
  const direction = query.order === 'newest' ? sql`DESC` : sql`ASC`;
  const rows = await db.read(
    sql`SELECT table_index, row FROM ${found}
      ORDER BY time_ms ${direction} NULLS LAST, table_index, row LIMIT ${integer(query.limit)} OFFSET ${integer(query.offset)}`,
    { signal },
  );
  const picks = rows.flatMap((row) => {
    const at = tables[Number(row.table_index)];
    return at === undefined ? [] : [{ at, row: Number(row.row) }];
  });
  const [total] = query.count ? await db.read(sql`SELECT count(*) AS events FROM ${found}`, { signal }) : [];
  return {
    events: await readEvents(db, picks, query.step?.rule ?? null, query.messageMax, signal),
    total: total === undefined ? null : Number(total.events),
  };
}

/** The events of rows, in the order of the rows. One that is gone is left out. */
export async function readEvents(
  db: Database,
  picks: readonly { at: GroupTable; row: number }[],
  rule: Rule | null,
  messageMax: number,
  signal?: AbortSignal,
): Promise<EventRow[]> {
  const read = new Map<GroupTable, Map<number, Row>>();
  for (const at of new Set(picks.map((pick) => pick.at))) {
    const numbers = picks.filter((pick) => pick.at === at).map(({ row }) => integer(row));
    const line = originalLine(at.entry);
    const rows = await db.read(
      sql`SELECT rowid AS row, time_ms, file_id, line, stream_id, left(${line}, ${integer(messageMax)}) AS message,
          length(${line}) > ${integer(messageMax)} AS cut,
          (SELECT path FROM file WHERE file.file_id = event.file_id) AS path,
          (SELECT name FROM log_stream WHERE log_stream.stream_id = event.stream_id) AS stream
        FROM ${at.table.name} AS event WHERE rowid IN (${join(numbers, ', ')})`,
      { signal },
    );
    read.set(at, new Map(rows.map((row) => [Number(row.row), row])));
  }
  return picks.flatMap(({ at, row: number }) => {
    const row = read.get(at)?.get(number);
    if (row === undefined) return [];
    const message = String(row.message ?? '');
    return [
      {
        group: at.group.name,
        format: at.entry.format,
        row: number,
        fileId: Number(row.file_id),
        line: Number(row.line),
        timeMs: typeof row.time_ms === 'number' ? row.time_ms : null,
        file: typeof row.path === 'string' ? row.path : '',
        stream: typeof row.stream === 'string' ? row.stream : null,
        message,
        cut: row.cut === true,
        marks: rule === null ? [] : markMessage(message, at.entry.format, rule),
      },
    ];
  });
}

/** The range, and the rule's step where one is asked for. */
function isWanted({ table }: GroupTable, query: EventQuery): Sql {
  if (query.step === null) {
    return query.startMs === null && query.endMs === null
      ? sql`TRUE`
      : sql`(time_ms IS NOT NULL AND ${isScanned(query)})`;
  }
  const { rule, step, filter } = query.step;
  if (step === 'scanned') return isScanned(query);
  return sql`${isScanned(query)} AND ${isOutcome(compileOutcome(rule, table), step, filter)}`;
}

function contains({ entry }: GroupTable, text: string): Sql[] {
  return text === '' ? [] : [sql`contains(lower(${originalLine(entry)}), ${text.toLowerCase()})`];
}

/** For each condition how it reads in a table; null where no event of the table can meet it. */
function resolveConditions(tables: readonly GroupTable[], query: EventQuery): ((at: GroupTable) => Sql | null)[] {
  return query.where.map(({ field, value }) => {
    const find = (at: GroupTable) => {
      const reference = resolveField(at, field, query.step?.rule ?? null);
      return reference === null || at.table.field(reference) === null ? null : reference;
    };
    if (tables.every((at) => find(at) === null)) throw unknownField(field, tables);
    return (at) => {
      const reference = find(at);
      if (reference === null) return null;
      return compileFilter({ field: reference, label: field, operator: 'In', operands: [value] }, at.table, duckdb);
    };
  });
}

/** A field of a table by a rule's name for it, a path, a position, or the alias that the logs are known to have. */
function resolveField({ entry }: GroupTable, name: string, rule: Rule | null): FieldReference | null {
  const named = rule?.format === entry.format ? rule.keys.find((key) => key.label === name) : undefined;
  if (named !== undefined) return named.field;
  if (entry.format === 'JSON') {
    if (!/^\$[.[]/.test(name)) return null;
    const path = parsePath(name);
    return typeof path === 'string' ? null : { path };
  }
  if (/^[1-9][0-9]{0,14}$/.test(name)) return { position: Number(name) };
  const field = [...entry.fields.values()].find(({ alias }) => alias === name);
  return field === undefined ? null : { position: Number(field.reference) };
}

function unknownField(name: string, tables: readonly GroupTable[]): UserError {
  const known = tables.flatMap(({ entry }) =>
    [...entry.fields.values()].flatMap((field) =>
      field.alias === null ? [printReference(entry, field)] : [field.alias, field.reference],
    ),
  );
  return new UserError([
    {
      code: 'args/invalid',
      place: name.slice(0, 200),
      message: 'The log group has no such field.',
      hint:
        suggest(name, known) ??
        suggest(`$.${name}`, known) ??
        (known.length === 0 ? 'It holds no events.' : `Known are ${known.slice(0, 8).join(', ')}.`),
    },
  ]);
}

/** Longer values are no choices. */
const longestValue = 1000;

/** The most frequent values of a field whose text holds `search`, in upper or lower case. */
export async function listValues(
  db: Database,
  tables: readonly GroupTable[],
  field: FieldReference,
  search: string,
  limit: number,
  signal?: AbortSignal,
): Promise<{ value: string; events: number }[]> {
  const selects = tables.flatMap(({ table }) => {
    const text = table.field(field)?.text;
    if (text === undefined) return [];
    return [sql`SELECT value, count(*) AS events FROM (SELECT ${text} AS value FROM ${table.name}) GROUP BY value`];
  });
  if (selects.length === 0) return [];
  const rows = await db.read(
    sql`SELECT value, sum(events) AS events FROM (${join(selects, ' UNION ALL ')})
      WHERE value IS NOT NULL AND length(value) <= ${integer(longestValue)} AND contains(lower(value), ${search.toLowerCase()})
      GROUP BY value ORDER BY sum(events) DESC, value LIMIT ${integer(limit)}`,
    { signal },
  );
  return rows.map((row) => ({ value: String(row.value), events: Number(row.events) }));
}
