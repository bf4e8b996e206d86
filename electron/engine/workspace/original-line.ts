import { columnName, type TableEntry } from './catalog';
import { id, join, type Sql, sql } from './sql';

/** The message of an event as it was in the file: kept as text, or its tokens with blanks between them. */
export function originalLine(table: TableEntry): Sql {
  if (table.format === 'JSON') return sql`message`;
  const tokens = [...table.fields.values()]
    .filter((field) => field.kinds.size > 0)
    .sort((a, b) => Number(a.reference) - Number(b.reference))
    .map((field) => {
      const texts = [...field.kinds].map((kind) => sql`CAST(${id(columnName(field, kind))} AS VARCHAR)`);
      return texts.length === 1 && texts[0] ? texts[0] : sql`coalesce(${join(texts, ', ')})`;
    });
  return sql`coalesce(message, concat_ws(' ', ${join([...tokens, sql`array_to_string(more, ' ')`], ', ')}))`;
}
