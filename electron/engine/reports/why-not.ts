import type { EventCheck, EventExplanation, EventName } from '../../../shared/event';
import { UserError } from '../../../shared/problem';
import type { Filter, Key, Rule } from '../../../shared/rule';
import { compileFilter } from '../rules/condition';
import { duckdb } from '../rules/dialect';
import { suggest } from '../rules/suggest';
import type { GroupEntry } from '../workspace/catalog';
import type { Database, Row } from '../workspace/db';
import { readsGroup } from '../workspace/event-tables';
import { type GroupTable, listGroupTables } from '../workspace/group-tables';
import { printReference } from '../workspace/groups';
import { readNumber } from '../workspace/number';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { readEvents } from './events';

const messageMax = 200_000;

/**
 * Tries each step of a rule on one event, also those behind the first that fails.
 * @throws UserError `event/unknown` where the event is no longer in the workspace
 */
export async function explainEvent(
  db: Database,
  groups: readonly GroupEntry[],
  rule: Rule,
  name: EventName,
  signal?: AbortSignal,
): Promise<EventExplanation> {
  const at = listGroupTables(groups, [name.group]).find(
    ({ group, entry }) => group.name === name.group && entry.format === name.format,
  );
  if (at === undefined) throw unknownEvent(name);
  const [event] = await readEvents(db, [{ at, row: name.row }], rule, messageMax, signal);
  if (event === undefined || event.fileId !== name.fileId || event.line !== name.line) throw unknownEvent(name);
  const isNamed = readsGroup(rule.groups, at.group);
  const checks: EventCheck[] = [
    check('group', 0, isNamed, { reason: isNamed ? null : `The rule does not read ${event.group}.` }),
    check('time', 0, event.timeMs !== null, {
      reason: event.timeMs === null ? 'No time was found, so that it belongs to no period.' : null,
    }),
    check('format', 0, event.format === rule.format, {
      reason: event.format === rule.format ? null : describeFormat(event.format),
    }),
  ];
  if (event.format === rule.format) checks.push(...(await checkFields(db, at, rule, name.row, signal)));
  return { event, counts: checks.every(({ passed }) => passed), checks };
}

function check(
  kind: EventCheck['kind'],
  index: number,
  passed: boolean,
  rest: Partial<Pick<EventCheck, 'field' | 'found' | 'near' | 'reason' | 'any'>>,
): EventCheck {
  return { kind, index, passed, field: null, found: null, near: null, reason: null, any: [], ...rest };
}

function describeFormat(format: EventName['format']): string {
  return format === 'JSON'
    ? 'It is a JSON object, and the rule reads plain lines.'
    : 'It is no JSON object, and the rule reads those.';
}

/** What is asked of the row: each filter's answer, and each field's text. */
type Question = { columns: Sql[]; read: (row: Row) => EventCheck };

async function checkFields(
  db: Database,
  at: GroupTable,
  rule: Rule,
  row: number,
  signal: AbortSignal | undefined,
): Promise<EventCheck[]> {
  let next = 0;
  const name = () => `c${next++}`;
  const questions = [
    ...rule.filters.map((filter, index) => askFilter(at, filter, index, name)),
    ...rule.keys.map((key, index) => askField(at, key, 'key', index, name)),
    ...(rule.value === null ? [] : [askField(at, rule.value, 'value', 0, name)]),
  ];
  const columns = questions.flatMap((question) => question.columns);
  const [answer] = await db.read(
    sql`SELECT ${join(columns, ', ')} FROM ${at.table.name} WHERE rowid = ${integer(row)}`,
    { signal },
  );
  return answer === undefined ? [] : questions.map(({ read }) => read(answer));
}

function askFilter(at: GroupTable, filter: Filter, index: number, name: () => string): Question {
  const passed = name();
  const columns = [sql`((${compileFilter(filter, at.table, duckdb)}) IS TRUE) AS ${id(passed)}`];
  if ('any' in filter) {
    const inner = filter.any.map((one, innerIndex) => askFilter(at, one, innerIndex, name));
    return {
      columns: [...columns, ...inner.flatMap((question) => question.columns)],
      read: (row) => check('filter', index, row[passed] === true, { any: inner.map(({ read }) => read(row)) }),
    };
  }
  const found = name();
  return {
    columns: [...columns, sql`${textOf(at, filter)} AS ${id(found)}`],
    read: (row) => {
      const text = readText(row[found]);
      const isPassed = row[passed] === true;
      const difference = isPassed ? describePass(filter, text) : describeMiss(at, filter, text);
      return check('filter', index, isPassed, { field: filter.label, found: text, ...difference });
    },
  };
}

function askField(at: GroupTable, key: Key, kind: 'key' | 'value', index: number, name: () => string): Question {
  const found = name();
  return {
    columns: [sql`${textOf(at, key)} AS ${id(found)}`],
    read: (row) => {
      const text = readText(row[found]);
      const passed = text !== null && (kind === 'key' || readNumber(text) !== null);
      const reason = passed
        ? null
        : text === null
          ? describeAbsence(at, key.label)
          : `${JSON.stringify(text)} is no number.`;
      return check(kind, index, passed, { field: key.label, found: text, reason });
    },
  };
}

function textOf({ table }: GroupTable, { field }: Pick<Key, 'field'>): Sql {
  return table.field(field)?.text ?? sql`CAST(NULL AS VARCHAR)`;
}

function readText(value: Row[string] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

type Single = Exclude<Filter, { any: Filter[] }>;
type Difference = Pick<EventCheck, 'near' | 'reason'>;

/** A number that stands as text with blanks or quotes around it is worth a word. */
function describePass(filter: Single, text: string | null): Difference {
  const value = text === null || !('operand' in filter) || filter.operator === 'IsPresent' ? null : readNumber(text);
  const reason = value === null || String(value) === text ? null : `It reads as the number ${value}.`;
  return { near: null, reason };
}

function describeMiss(at: GroupTable, filter: Single, text: string | null): Difference {
  if (filter.operator === 'IsPresent') {
    return { near: null, reason: filter.operand ? describeAbsence(at, filter.label) : 'The event has this field.' };
  }
  if (text === null) return { near: null, reason: describeAbsence(at, filter.label) };
  if ('operand' in filter) {
    return { near: null, reason: readNumber(text) === null ? `${JSON.stringify(text)} is no number.` : null };
  }
  const reads: Record<typeof filter.operator, (a: string, b: string) => boolean> = {
    In: (a, b) => a === b,
    StartsWith: (a, b) => a.startsWith(b),
    EndsWith: (a, b) => a.endsWith(b),
    Contains: (a, b) => a.includes(b),
    NotIn: () => false,
    Matches: () => false,
    InCidr: () => false,
  };
  const isRead = reads[filter.operator];
  const byCase = filter.operands.find((operand) => isRead(text.toLowerCase(), operand.toLowerCase()));
  if (byCase !== undefined) return { near: byCase, reason: 'Capital letters count.' };
  const byBlanks = filter.operands.find((operand) => isRead(text.trim(), operand.trim()));
  if (byBlanks !== undefined) return { near: byBlanks, reason: 'Blanks count.' };
  const byNumber = filter.operands.find(
    (operand) => filter.operator === 'In' && readNumber(operand) !== null && readNumber(operand) === readNumber(text),
  );
  if (byNumber !== undefined) return { near: byNumber, reason: 'The numbers are equal, but their texts are compared.' };
  return { near: filter.operands.length === 1 ? (filter.operands[0] ?? null) : null, reason: null };
}

function describeAbsence({ entry }: GroupTable, label: string): string {
  const known = [...entry.fields.values()].map((field) => printReference(entry, field));
  const near = entry.format === 'JSON' && !known.includes(label) ? suggest(label, known) : undefined;
  const absent = entry.format === 'JSON' ? 'The event has no such field.' : 'The line has fewer fields.';
  return near === undefined ? absent : `${absent} ${near}`;
}

function unknownEvent({ fileId, line }: EventName): UserError {
  return new UserError([
    {
      code: 'event/unknown',
      place: `file ${fileId}, line ${line}`,
      message: 'The event is no longer in the workspace.',
      hint: 'Look for it again.',
    },
  ]);
}
