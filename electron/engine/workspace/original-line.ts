import { columnName, type FieldEntry, type LineShape, type TableEntry } from './catalog';
import { id, integer, join, type Sql, sql } from './sql';

/** The message of an event as it was in the file: kept as text, or put together from its fields and what stands around them. */
export function originalLine(table: TableEntry): Sql {
  const fields = [...table.fields.values()].filter((field) => field.kinds.size > 0);
  const byId = new Map(fields.map((field) => [field.fieldId, field]));
  const shaped = table.shapes.map((shape) => sql`WHEN ${integer(shape.shapeId)} THEN ${fillShape(shape, byId)}`);
  const withShape = shaped.length === 0 ? [] : [sql`CASE shape_id ${join(shaped, ' ')} END`];
  if (table.format === 'JSON') return sql`coalesce(${join([sql`message`, ...withShape, sql`NULL`], ', ')})`;
  const tokens = fields.sort((a, b) => Number(a.reference) - Number(b.reference)).map((field) => textOf(field));
  const plain = sql`concat_ws(' ', ${join([...tokens, sql`array_to_string(more, ' ')`], ', ')})`;
  return sql`coalesce(${join([sql`message`, ...withShape, plain], ', ')})`;
}

function fillShape({ pieces, fieldIds }: LineShape, fields: ReadonlyMap<number, FieldEntry>): Sql {
  const parts = pieces.flatMap((piece, index) => {
    const field = fields.get(fieldIds[index] ?? -1);
    return field === undefined ? [sql`${piece}`] : [sql`${piece}`, textOf(field)];
  });
  return sql`concat(${join(parts, ', ')})`;
}

function textOf(field: FieldEntry): Sql {
  const texts = [...field.kinds].map((kind) => sql`CAST(${id(columnName(field, kind))} AS VARCHAR)`);
  return texts.length === 1 && texts[0] ? texts[0] : sql`coalesce(${join(texts, ', ')})`;
}
