import type { GroupEntry } from '../workspace/catalog';
import type { Database } from '../workspace/db';
import { readValue } from '../workspace/event-tables';
import { join, sql } from '../workspace/sql';
import { type ExploreArgs, listScopes } from './scope';

type CallOptions = { signal?: AbortSignal | undefined };

/**
 * How many combinations of values some fields of a log group have among the events that pass the filters and have them all.
 * @param fields as the window knows them; of one format, or there are none
 * @throws UserError `args/invalid` where there is no such group; the signal's reason when aborted
 */
export async function countCombinations(
  db: Database,
  groups: readonly GroupEntry[],
  { fields: references, ...args }: ExploreArgs & { fields: readonly string[] },
  { signal }: CallOptions = {},
): Promise<number> {
  for (const { name, fields, passes, counts } of listScopes(groups, args)) {
    const chosen = references.flatMap((reference) => fields.find((field) => field.reference === reference) ?? []);
    if (chosen.length < references.length) continue;
    const keys = chosen.map(({ entry }) => readValue(entry));
    const present = keys.map((key) => sql`${key} IS NOT NULL`);
    const [row] = await db.read(
      sql`SELECT count(*) AS combinations FROM (
        SELECT DISTINCT ${join(keys, ', ')} FROM ${name} WHERE ${join([passes(null), counts, ...present], ' AND ')})`,
      { signal },
    );
    return Number(row?.combinations ?? 0);
  }
  return 0;
}
