import type { AddressRange } from '../../../shared/address';
import type { Derivation } from '../../../shared/rule';
import { splitEvery } from '../split-every';
import { integer, join, type Sql, sql } from '../workspace/sql';
import { rangePattern } from './address-range';
import { mapVersion6 } from './address-sql';
import { deriveText } from './derive-sql';

/** What differs between database engines in the SQL of a report. */
export type Dialect = {
  /** Number of the period that holds a time, counted from the epoch: rounded down, also before 1970. */
  periodNumber(timeMs: Sql, periodMs: number): Sql;
  /** How many distinct values there are, about. */
  countDistinctRoughly(value: Sql): Sql;
  /** Sum of doubles, exact but for the last bits of the result. Infinite or NaN where it is beyond a double. */
  sumDoubles(value: Sql): Sql;
  isFinite(value: Sql): Sql;
  startsWith(text: Sql, start: string): Sql;
  endsWith(text: Sql, end: string): Sql;
  contains(text: Sql, part: string): Sql;
  /** Whether the pattern (RE2) is found anywhere in the text. */
  matches(text: Sql, pattern: string): Sql;
  /** Whether the text is an IP address in one of the ranges. */
  isInRange(text: Sql, ranges: readonly AddressRange[]): Sql;
  /** What a derived field makes of the text of its field; NULL for NULL. */
  derive(text: Sql, derivation: Derivation): Sql;
};

export const duckdb: Dialect = {
  // `//` truncates towards zero. Two cases are faster than one formula with two remainders.
  periodNumber: (timeMs, periodMs) => sql`CASE WHEN ${timeMs} >= 0 THEN ${timeMs} // ${integer(periodMs)}
    ELSE -1 - (-1 - ${timeMs}) // ${integer(periodMs)} END`,
  countDistinctRoughly: (value) => sql`approx_count_distinct(${value})`,
  // Compensated, and scaled by a power of two, which loses nothing, so that no sum on the way exceeds a double.
  sumDoubles: (value) => sql`fsum(${value} * 0.5 ** 64) * CAST(2 AS DOUBLE) ** 64`,
  isFinite: (value) => sql`isfinite(${value})`,
  startsWith: (text, start) => sql`starts_with(${text}, ${start})`,
  endsWith: (text, end) => sql`suffix(${text}, ${end})`,
  contains: (text, part) => sql`contains(${text}, ${part})`,
  matches: (text, pattern) => sql`regexp_matches(${text}, ${pattern})`,
  isInRange: (text, ranges) => {
    const version4 = ranges.filter((range) => range.version === 4);
    const version6 = ranges.filter((range) => range.version === 6);
    const tests = splitEvery(version4, rangesPerPattern).map(
      (some) => sql`regexp_full_match(${text}, ${some.map(rangePattern).join('|')})`,
    );
    if (version6.length > 0) tests.push(sql`(contains(${text}, ':') AND ${isInVersion6Range(text, version6)})`);
    return sql`(${join(tests, ' OR ')})`;
  },
  derive: deriveText,
};

/** RE2 refuses patterns whose program gets too large. */
const rangesPerPattern = 200;

function isInVersion6Range(text: Sql, ranges: readonly AddressRange[]): Sql {
  const isInside = (hex: Sql) =>
    join(
      ranges.map((range) => sql`${hex} BETWEEN ${range.first} AND ${range.last}`),
      ' OR ',
    );
  return sql`coalesce(${mapVersion6(text, isInside)}, FALSE)`;
}
