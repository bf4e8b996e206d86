import type { FieldReference, Filter, Key, Rule } from '../../../shared/rule';
import { numberOf } from '../workspace/number';
import { id, join, type Sql, sql, type Value } from '../workspace/sql';
import { compileFilter } from './condition';
import { duckdb } from './dialect';
import type { EventTable, FieldExpression } from './event-table';

const contributorCount = 10;

/**
 * A rule's ranking as SQL for people. It stands for what the app runs, which also counts periods and what falls out; its
 * values are written into the text, where the app binds them.
 * @param tables the event tables of the rule's log groups
 */
export function writeRuleSql(name: string, rule: Rule, tables: readonly EventTable[]): string {
  const own = tables.filter((table) => table.format === rule.format);
  const columns = nameColumns(rule, own);
  const view = viewOf(columns, rule);
  const keys = rule.keys.map((key) => columnOf(columns, key.field)?.name ?? sql`NULL`);
  const value = rule.value === null ? null : columnOf(columns, rule.value.field);
  const conditions = [
    sql`time_ms IS NOT NULL`,
    ...rule.filters.map((filter) => compileFilter(filter, view, duckdb)),
    ...keys.map((key) => sql`${key} IS NOT NULL`),
    ...(value === null ? [] : [sql`${numberFrom(value)} IS NOT NULL`]),
  ];
  const total = value === null ? sql`count(*)` : sql`sum(${numberFrom(value)})`;
  const lines = [
    `-- ${printComment(name)}`,
    '-- For reading: the app binds the values that stand in this text, and counts the periods, too.',
    '-- It runs on a copy of the workspace file, with DuckDB.',
    ...(own.length === 0 ? ['-- No log group of the rule is loaded, so that there is no table to read.'] : []),
    `SELECT ${[...keys, sql`${total} AS total`].map(inline).join(', ')}`,
    'FROM (',
    indent(listTables(own, columns).map(inline).join('\nUNION ALL\n')),
    ')',
    `WHERE ${conditions.map((condition) => inline(condition)).join('\n  AND ')}`,
    `GROUP BY ${keys.map(inline).join(', ')}`,
    `ORDER BY total DESC, ${keys.map(inline).join(', ')}`,
    `LIMIT ${contributorCount};`,
    '',
  ];
  return lines.join('\n');
}

/** A field of the rule as a column of the inner query. */
type Column = { field: FieldReference; name: Sql; isInteger: boolean };

/** One column a field, named as the rule names it. DuckDB takes names that differ in case only for the same. */
function nameColumns(rule: Rule, tables: readonly EventTable[]): Column[] {
  const used: Pick<Key, 'label' | 'field'>[] = [
    ...rule.keys,
    ...(rule.value === null ? [] : [rule.value]),
    ...rule.filters.flatMap(listConditions),
  ];
  const taken = new Set(['time_ms', 'total']);
  const columns: Column[] = [];
  for (const { label, field } of used) {
    if (columnOf(columns, field) !== null) continue;
    let name = label;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${label} (${number})`;
    taken.add(name.toLowerCase());
    const found = tables.map((table) => table.field(field)).filter((expression) => expression !== null);
    const isInteger = found.length > 0 && found.every(({ integer }) => integer !== null);
    columns.push({ field, name: id(name), isInteger });
  }
  return columns;
}

function listConditions(filter: Filter): Pick<Key, 'label' | 'field'>[] {
  return 'any' in filter ? filter.any.flatMap(listConditions) : [filter];
}

function columnOf(columns: readonly Column[], field: FieldReference): Column | null {
  return columns.find((column) => JSON.stringify(column.field) === JSON.stringify(field)) ?? null;
}

function numberFrom({ name, isInteger }: Column): Sql {
  return isInteger ? name : numberOf(name);
}

/** The inner query as a table that filters read. */
function viewOf(columns: readonly Column[], rule: Rule): EventTable {
  return {
    group: '',
    format: rule.format,
    name: sql`event`,
    field: (reference): FieldExpression | null => {
      const column = columnOf(columns, reference);
      if (column === null) return null;
      const { name, isInteger } = column;
      return isInteger
        ? { text: sql`CAST(${name} AS VARCHAR)`, number: sql`CAST(${name} AS DOUBLE)`, integer: name }
        : { text: name, number: numberOf(name), integer: null };
    },
  };
}

function listTables(tables: readonly EventTable[], columns: readonly Column[]): Sql[] {
  if (tables.length === 0) {
    const none = columns.map(({ name }) => sql`CAST(NULL AS VARCHAR) AS ${name}`);
    return [sql`SELECT ${join([sql`CAST(NULL AS BIGINT) AS time_ms`, ...none], ', ')} WHERE FALSE`];
  }
  return tables.map((table) => {
    const read = columns.map(({ field, name, isInteger }) => {
      const expression = table.field(field);
      const value = isInteger ? expression?.integer : expression?.text;
      const absent = isInteger ? sql`CAST(NULL AS BIGINT)` : sql`CAST(NULL AS VARCHAR)`;
      return sql`${value ?? absent} AS ${name}`;
    });
    return sql`SELECT ${join([sql`time_ms`, ...read], ', ')} FROM ${table.name}`;
  });
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** On one line: a comment ends with it. */
function printComment(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\u1fff]+/g, ' ');
}

/** The text of a statement with its values written into it, as literals. */
export function inline(statement: Sql): string {
  const values = [...statement.values];
  // A question mark in a literal or in a name is no place for a value.
  return statement.text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g, (part) =>
    part === '?' ? printLiteral(values.shift() ?? null) : part,
  );
}

function printLiteral(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : `CAST('${value}' AS DOUBLE)`;
  // Control characters as calls, so that the text can be printed anywhere.
  const parts = value.split(/(\p{Cc}+)/u).filter((part) => part !== '');
  if (parts.length === 0) return "''";
  const literals = parts.flatMap((part) =>
    /^\p{Cc}/u.test(part)
      ? [...part].map((character) => `chr(${character.charCodeAt(0)})`)
      : [`'${part.replaceAll("'", "''")}'`],
  );
  return literals.length === 1 ? (literals[0] ?? "''") : `(${literals.join(' || ')})`;
}
