import type { Coverage, CoverageLane, FileCoverage, GroupCoverage } from '../../../shared/coverage';
import type { TimeRange } from '../../../shared/report';
import { duckdb } from '../rules/dialect';
import { isWithin } from '../rules/event-table';
import { eventTableName, type GroupEntry } from '../workspace/catalog';
import type { Database, Row } from '../workspace/db';
import { join, type Sql, sql } from '../workspace/sql';
import { choosePeriod } from './period';

/** Files of a log group that are listed. */
const mostFiles = 200;

export type CoverageArgs = TimeRange & { periodSeconds: number | null };

/**
 * Counts the events of each log group and of its files a period.
 * @throws the signal's reason when aborted
 */
export async function readCoverage(
  db: Database,
  groups: readonly GroupEntry[],
  { startMs, endMs, periodSeconds }: CoverageArgs,
  signal?: AbortSignal,
): Promise<Coverage> {
  const named = groupByName(groups);
  const within = isWithin({ startMs, endMs });
  const files = new Map<string, FileCoverage[]>();
  for (const [name, events] of named) files.set(name, await readFiles(db, events, within, signal));
  const all = [...files.values()].flat();
  const first = startMs ?? all.reduce<number | null>((least, { firstMs }) => pick(Math.min, least, firstMs), null);
  const last = all.reduce<number | null>((most, { lastMs }) => pick(Math.max, most, lastMs), null);
  const end = endMs ?? (last === null ? null : last + 1);
  const span = first === null || end === null || end <= first ? null : { startMs: first, endMs: end };
  const seconds = periodSeconds ?? (span === null ? 60 : choosePeriod(span.endMs - span.startMs));
  const coverage: Coverage = { periodSeconds: seconds, span, groups: [] };
  for (const [name, events] of named) {
    const found = files.get(name) ?? [];
    if (found.length > 0) coverage.groups.push(await readGroup(db, name, events, found, within, seconds, signal));
  }
  return coverage;
}

/** The events of the tables of each name: logs of a one-shot report may have a group of the same name. */
function groupByName(groups: readonly GroupEntry[]): [string, Sql][] {
  const names = [...new Set(groups.map(({ name }) => name))].sort();
  return names.flatMap((name): [string, Sql][] => {
    const tables = groups.filter((group) => group.name === name).flatMap((group) => [...group.tables.values()]);
    const selects = tables.map((table) => sql`SELECT file_id, time_ms FROM ${eventTableName(table)}`);
    return selects.length === 0 ? [] : [[name, sql`(${join(selects, ' UNION ALL ')})`]];
  });
}

async function readFiles(db: Database, events: Sql, within: Sql, signal?: AbortSignal): Promise<FileCoverage[]> {
  const rows = await db.read(
    sql`SELECT file_id, any_value(path) AS path, any_value(first_ms) AS first_ms, any_value(last_ms) AS last_ms,
          any_value(total) AS total
        FROM (SELECT file_id, min(time_ms) AS first_ms, max(time_ms) AS last_ms, count(*) AS total
              FROM ${events} WHERE ${within} GROUP BY file_id)
        LEFT JOIN file USING (file_id) GROUP BY file_id ORDER BY first_ms, file_id`,
    { signal },
  );
  return rows.map((row) => ({
    fileId: Number(row.file_id),
    path: String(row.path ?? ''),
    firstMs: Number(row.first_ms),
    lastMs: Number(row.last_ms),
    total: Number(row.total),
    startMs: [],
    events: [],
  }));
}

async function readGroup(
  db: Database,
  group: string,
  events: Sql,
  files: FileCoverage[],
  within: Sql,
  periodSeconds: number,
  signal?: AbortSignal,
): Promise<GroupCoverage> {
  const periodMs = periodSeconds * 1000;
  const listed = files.slice(0, mostFiles);
  const period = duckdb.periodNumber(sql`time_ms`, periodMs);
  const rows = await db.read(
    sql`SELECT file_id, ${period} AS period, count(*) AS events FROM ${events} WHERE ${within} GROUP BY ALL ORDER BY period`,
    { signal },
  );
  const whole = new Map<number, number>();
  const byFile = new Map(listed.map((file) => [file.fileId, file]));
  for (const row of rows) {
    const startMs = Number(row.period) * periodMs;
    whole.set(startMs, (whole.get(startMs) ?? 0) + Number(row.events));
    addPeriod(byFile.get(Number(row.file_id)), startMs, row);
  }
  return {
    group,
    firstMs: files.reduce<number | null>((least, { firstMs }) => pick(Math.min, least, firstMs), null),
    lastMs: files.reduce<number | null>((most, { lastMs }) => pick(Math.max, most, lastMs), null),
    total: files.reduce((sum, { total }) => sum + total, 0),
    startMs: [...whole.keys()],
    events: [...whole.values()],
    files: listed,
    moreFiles: files.length - listed.length,
  };
}

function addPeriod(lane: CoverageLane | undefined, startMs: number, row: Row): void {
  lane?.startMs.push(startMs);
  lane?.events.push(Number(row.events));
}

function pick(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}
