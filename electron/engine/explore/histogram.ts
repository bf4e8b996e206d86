import type { EventHistogram } from '../../../shared/explore';
import { choosePeriod } from '../reports/period';
import { duckdb } from '../rules/dialect';
import { isWithin } from '../rules/event-table';
import type { GroupEntry } from '../workspace/catalog';
import type { Database } from '../workspace/db';
import { join, sql } from '../workspace/sql';
import { type ExploreArgs, listScopes } from './scope';

type CallOptions = { signal?: AbortSignal | undefined };

/**
 * Events of a log group over time, all of them and those that pass the filters. The range is what is shown.
 * @throws UserError `args/invalid` where there is no such group; the signal's reason when aborted
 */
export async function exploreHistogram(
  db: Database,
  groups: readonly GroupEntry[],
  { startMs, endMs, ...args }: ExploreArgs,
  { signal }: CallOptions = {},
): Promise<EventHistogram> {
  const scopes = listScopes(groups, { ...args, startMs: null, endMs: null });
  const isShown = isWithin({ startMs, endMs });
  const spans = scopes.map(
    ({ name }) => sql`SELECT min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM ${name} WHERE ${isShown}`,
  );
  const [span] = await db.read(
    sql`SELECT min(first_ms) AS first_ms, max(last_ms) AS last_ms FROM (${join(spans, ' UNION ALL ')})`,
    { signal },
  );
  const [firstMs, lastMs] = [span?.first_ms, span?.last_ms];
  if (typeof firstMs !== 'number' || typeof lastMs !== 'number') {
    return { periodSeconds: 60, dataRange: null, startMs: [], events: [], remaining: [] };
  }
  const periodSeconds = choosePeriod((endMs ?? lastMs) - (startMs ?? firstMs));
  const periodMs = periodSeconds * 1000;
  const counts = scopes.map(({ name, passes }) => {
    const remaining = args.filters.length === 0 ? sql`count(*)` : sql`count(*) FILTER (WHERE ${passes(null)})`;
    return sql`SELECT ${duckdb.periodNumber(sql`time_ms`, periodMs)} AS period, count(*) AS events,
        ${remaining} AS remaining
      FROM ${name} WHERE ${isShown} GROUP BY period`;
  });
  const rows = await db.read(
    sql`SELECT period, sum(events) AS events, sum(remaining) AS remaining
      FROM (${join(counts, ' UNION ALL ')}) GROUP BY period ORDER BY period`,
    { signal },
  );
  return {
    periodSeconds,
    dataRange: { firstMs, lastMs },
    startMs: rows.map(({ period }) => Number(period) * periodMs),
    events: rows.map(({ events }) => Number(events)),
    remaining: rows.map(({ remaining }) => Number(remaining)),
  };
}
