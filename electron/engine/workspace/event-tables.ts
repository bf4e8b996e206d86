import type { Derivation, FieldReference, LogFormat } from '../../../shared/rule';
import { duckdb } from '../rules/dialect';
import type { EventTable, FieldExpression } from '../rules/event-table';
import { columnName, eventTableName, type FieldEntry, type GroupEntry, type TableEntry } from './catalog';
import { isDerived } from './derived-groups';
import { numberOf } from './number';
import { id, integer, join, type Sql, sql } from './sql';

/** Token positions up to this one have columns; later ones stand in the list column `more`. */
export const lastTokenColumn = 64;

/** Whether a rule's log group pattern (a name, or a prefix with `*` at its end) takes a log group. */
export function matchesGroup(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/**
 * Whether a rule with these patterns reads a log group: one whose name they take, or of a one-shot report. A derived one
 * counts only where the pattern has the `#`, or each request would count beside its lines.
 */
export function readsGroup(
  patterns: readonly string[],
  group: Pick<GroupEntry, 'name' | 'matchesAll' | 'kind'>,
): boolean {
  if (isDerived(group)) {
    return patterns.some((pattern) => pattern.includes('#') && (group.matchesAll || matchesGroup(pattern, group.name)));
  }
  return group.matchesAll || patterns.some((pattern) => matchesGroup(pattern, group.name));
}

/** The event tables of the groups that a rule with these patterns reads. */
export function tablesForGroups(groups: readonly GroupEntry[], patterns: readonly string[]): EventTable[] {
  return groups
    .filter((group) => readsGroup(patterns, group))
    .flatMap((group) => [...group.tables.values()].map((table) => toEventTable(group, table)));
}

/** A table as the rule compiler sees it. */
export function toEventTable(group: GroupEntry, table: TableEntry): EventTable {
  return {
    group: group.name,
    format: table.format,
    name: eventTableName(table),
    field: (reference) => readField(table, reference),
  };
}

/** How a reference is written in the `field` table: the steps as JSON text, or the position. What is worked out of a field has its name. */
export function referenceKey(reference: FieldReference): string {
  return 'position' in reference ? String(reference.position) : JSON.stringify(reference.path);
}

function readField(table: TableEntry, reference: FieldReference): FieldExpression | null {
  const plain = readPlainField(table, reference);
  return plain === null || reference.derivation === undefined ? plain : deriveField(plain, reference.derivation);
}

/** What is worked out of a field: a text, and never a number. */
export function deriveField({ text }: FieldExpression, derivation: Derivation): FieldExpression {
  return { text: duckdb.derive(text, derivation), number: sql`CAST(NULL AS DOUBLE)`, integer: null };
}

function readPlainField(table: TableEntry, reference: FieldReference): FieldExpression | null {
  if (formatOf(reference) !== table.format) return null;
  const field = table.fields.get(referenceKey(reference));
  if (field && field.kinds.size > 0) return readColumns(field);
  if ('position' in reference) {
    return reference.position > lastTokenColumn
      ? fromText(sql`more[${integer(reference.position - lastTokenColumn)}]`)
      : null;
  }
  return table.fieldsComplete ? null : fromText(textInMessage(reference.path));
}

function formatOf(reference: FieldReference): LogFormat {
  return 'position' in reference ? 'CLF' : 'JSON';
}

function readColumns(field: FieldEntry): FieldExpression {
  const texts: Sql[] = [];
  const numbers: Sql[] = [];
  for (const kind of field.kinds) {
    const column = id(columnName(field, kind));
    texts.push(kind === 't' ? column : sql`CAST(${column} AS VARCHAR)`);
    numbers.push(kind === 't' ? numberOf(column) : kind === 'i' ? sql`CAST(${column} AS DOUBLE)` : column);
  }
  const onlyIntegers = field.kinds.size === 1 && field.kinds.has('i');
  return {
    text: firstPresent(texts),
    number: firstPresent(numbers),
    integer: onlyIntegers ? id(columnName(field, 'i')) : null,
  };
}

/**
 * A field's value: where all of them are of one kind, as its column has them, which is cheap to group by; else as texts.
 */
export function readValue(field: FieldEntry): Sql {
  const columns = [...field.kinds].map((kind) => id(columnName(field, kind)));
  return columns.length === 1
    ? firstPresent(columns)
    : firstPresent(columns.map((column) => sql`CAST(${column} AS VARCHAR)`));
}

function firstPresent(expressions: readonly Sql[]): Sql {
  return expressions.length === 1 && expressions[0] ? expressions[0] : sql`coalesce(${join(expressions, ', ')})`;
}

function fromText(text: Sql): FieldExpression {
  return { text, number: numberOf(text), integer: null };
}

/** The text of a leaf that has no column, from the message itself. */
function textInMessage(path: readonly (string | number)[]): Sql {
  const place = jsonPath(path);
  const leaf = sql`json_extract_string(message, ${place})`;
  const number = sql`TRY_CAST(${leaf} AS DOUBLE)`;
  // DuckDB calls an integer beyond 64 bits and a number beyond a double DOUBLE too, and gives their digits.
  return sql`TRY(CASE json_type(message, ${place})
    WHEN 'VARCHAR' THEN ${leaf} WHEN 'BOOLEAN' THEN ${leaf} WHEN 'BIGINT' THEN ${leaf} WHEN 'UBIGINT' THEN ${leaf}
    WHEN 'DOUBLE' THEN CASE WHEN regexp_full_match(${leaf}, '-?[0-9]+') THEN ${leaf}
      WHEN isfinite(${number}) THEN CAST(${number} AS VARCHAR)
      WHEN regexp_matches(${leaf}, '^-?[0-9]') THEN ${leaf} END
    END)`;
}

/**
 * DuckDB's `$` form tells indexes from names, but its quoted names take no quote, no backslash and no empty name, and `*`
 * is a wildcard in them all the same. The pointer form takes every name.
 */
function jsonPath(path: readonly (string | number)[]): string {
  if (path.every((step) => typeof step === 'number' || /^[^"\\*]+$/.test(step))) {
    return `$${path.map((step) => (typeof step === 'number' ? `[${step}]` : `."${step}"`)).join('')}`;
  }
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
