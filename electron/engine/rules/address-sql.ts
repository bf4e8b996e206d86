import { integer, type Sql, sql } from '../workspace/sql';
import { addressPattern } from './address-range';

const group = '[0-9A-Fa-f]{1,4}';
const version6Pattern = `(${group}:){7}${group}|(${group}(:${group})*)?::(${group}(:${group})*)?`;

/**
 * What `use` makes of the 32 hexadecimal digits of an IPv6 address, in DuckDB; NULL where the text is no such address. Its
 * zone does not count. `use` gets a name, which it may write as often as it likes: `list_transform([x], …)[1]` gives an
 * expression a name, so that it is worked out once.
 */
export function mapVersion6(text: Sql, use: (hex: Sql) => Sql): Sql {
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
  return sql`list_transform(list_transform(list_transform([${withoutZone}],
    lambda address: ${onlyGroups}), lambda groups: ${allDigits}), lambda hex: ${use(sql`hex`)})[1]`;
}
