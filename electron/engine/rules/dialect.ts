import { integer, join, type Sql, sql } from '../workspace/sql';
import { type AddressRange, addressPattern, rangePattern } from './address-range';

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
};

/** RE2 refuses patterns whose program gets too large. */
const rangesPerPattern = 200;

const group = '[0-9A-Fa-f]{1,4}';
const version6Pattern = `(${group}:){7}${group}|(${group}(:${group})*)?::(${group}(:${group})*)?`;

/** `list_transform([x], …)[1]` gives an expression a name, so that it is worked out once. */
function isInVersion6Range(text: Sql, ranges: readonly AddressRange[]): Sql {
  const isInside = join(
    ranges.map((range) => sql`hex BETWEEN ${range.first} AND ${range.last}`),
    ' OR ',
  );
  const withoutZone = sql`regexp_extract(${text}, '^([^%]*)(%[^%]+)?$', 1)`;
  const octets = sql`TRY_CAST(string_split(regexp_extract(address, '[0-9.]+$'), '.') AS INTEGER[])`;
  const onlyGroups = sql`CASE WHEN regexp_full_match(address, ${`[0-9A-Fa-f:]*:${addressPattern}`})
    THEN regexp_replace(address, '[0-9.]+$', '') || list_transform([${octets}], lambda o: printf('%x:%x', o[1] * 256 + o[2], o[3] * 256 + o[4]))[1]
    ELSE address END`;
  const digits = (half: 1 | 2) =>
    sql`array_to_string(list_transform(string_split(split_part(groups, '::', ${integer(half)}), ':'),
      lambda g: CASE WHEN g = '' THEN '' ELSE lpad(lower(g), 4, '0') END), '')`;
  const allDigits = sql`CASE
    WHEN NOT regexp_full_match(groups, ${version6Pattern}) THEN NULL
    WHEN contains(groups, '::') AND length(${digits(1)}) + length(${digits(2)}) > 28 THEN NULL
    ELSE ${digits(1)} || repeat('0', 32 - length(${digits(1)}) - length(${digits(2)})) || ${digits(2)} END`;
  return sql`coalesce(list_transform(list_transform(list_transform([${withoutZone}],
    lambda address: ${onlyGroups}), lambda groups: ${allDigits}), lambda hex: ${isInside})[1], FALSE)`;
}

function splitEvery<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
