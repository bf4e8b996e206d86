import { type Sql, sql } from './sql';

/** What a number looks like in an event; see docs/rules.md, "Numbers". */
const numberPattern = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$/;

/**
 * A text read as a number: DOUBLE, or NULL where the text is no number or none that a double can hold.
 *
 * A cast alone takes too much: DuckDB reads `nan`, `inf`, ` 1`, `1_000` and makes infinity of `1e400`.
 * @param text a VARCHAR expression; it is written several times, so give a column rather than a long expression
 */
export function numberOf(text: Sql): Sql {
  return sql`CASE WHEN regexp_full_match(${text}, '[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?')
    AND isfinite(TRY_CAST(${text} AS DOUBLE)) THEN TRY_CAST(${text} AS DOUBLE) END`;
}

/** The same in JavaScript. */
export function readNumber(text: string): number | null {
  if (!numberPattern.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
