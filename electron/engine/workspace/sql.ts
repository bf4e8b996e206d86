/** A value that DuckDB takes as a parameter. Whole numbers bind as INTEGER or BIGINT, others as DOUBLE. */
export type Value = string | number | boolean | null;

/** A piece of SQL with its bound values. Made by the `sql` tag, but where DuckDB takes no parameter, of text of our own. */
export class Sql {
  constructor(
    readonly text: string,
    readonly values: readonly Value[] = [],
  ) {}
}

/** Writes SQL: each hole is a bound value, or another piece of SQL. Text never becomes SQL. */
export function sql(parts: TemplateStringsArray, ...holes: (Sql | Value)[]): Sql {
  const inner = holes.map((hole) => (hole instanceof Sql ? hole : new Sql('?', [hole])));
  return new Sql(
    String.raw({ raw: parts }, ...inner.map((piece) => piece.text)),
    inner.flatMap((piece) => piece.values),
  );
}

/** An identifier. The only place that quotes one. */
export function id(name: string): Sql {
  return new Sql(`"${name.replaceAll('"', '""')}"`);
}

/** Pieces put together with a separator, which is SQL text of our own such as `, ` or ` AND `. */
export function join(pieces: readonly Sql[], separator: ', ' | ' AND ' | ' OR ' | ' UNION ALL ' | ' '): Sql {
  return new Sql(
    pieces.map((piece) => piece.text).join(separator),
    pieces.flatMap((piece) => piece.values),
  );
}

/** A whole number written into the SQL text, where DuckDB takes no parameter or plans better with a constant. */
export function integer(value: number): Sql {
  if (!Number.isSafeInteger(value)) throw new RangeError(`Not a whole number: ${value}`);
  return new Sql(String(value));
}

/**
 * A name that differs from those that are taken, also where the case of letters does not count, as for DuckDB's names even
 * in quotes. From then on it is taken.
 * @param number what is put behind a name that is there already, from 2
 */
export function distinguish(name: string, taken: Set<string>, number = (count: number) => ` (${count})`): string {
  let unique = name;
  for (let count = 2; taken.has(unique.toLowerCase()); count++) unique = `${name}${number(count)}`;
  taken.add(unique.toLowerCase());
  return unique;
}
