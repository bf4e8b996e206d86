import { isDoubleText } from '../ingest/double-text';
import { isIntegerText } from '../rules/condition';
import { columnName, type FieldEntry, type ValueKind } from '../workspace/catalog';
import { id, join, type Sql, sql } from '../workspace/sql';

/**
 * Whether a field has one of these texts, or with `exclude` another: as `In` and `NotIn` of a rule, but asked of the
 * field's columns as they are stored, so that no number is turned into text. False or NULL where the field is absent.
 */
export function compareTexts(field: FieldEntry, texts: readonly string[], exclude: boolean): Sql {
  const conditions = [...field.kinds].map((kind) => {
    const column = id(columnName(field, kind));
    const values = bindAs(kind, texts);
    if (values === null) return exclude ? sql`${column} IS NOT NULL` : sql`FALSE`;
    return exclude ? sql`${column} NOT IN (${values})` : sql`${column} IN (${values})`;
  });
  return conditions.length === 0 ? sql`FALSE` : sql`(${join(conditions, ' OR ')})`;
}

/** The texts as values of a column of that kind; null where none of them is how such a value prints. */
export function bindAs(kind: ValueKind, texts: readonly string[]): Sql | null {
  const values = texts.flatMap((text) => {
    if (kind === 't') return [sql`${text}`];
    if (kind === 'i') return isIntegerText(text) ? [sql`CAST(${text} AS BIGINT)`] : [];
    return isDoubleText(text) ? [sql`CAST(${text} AS DOUBLE)`] : [];
  });
  return values.length === 0 ? null : join(values, ', ');
}
