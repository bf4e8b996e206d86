import { type DoubleFiles, type Doubles, type DoublesSetting, doublesSettingKey } from '../../../shared/doubles';
import type { TimeRange } from '../../../shared/report';
import type { EventTable } from '../rules/event-table';
import { eventTableName, type GroupEntry, type TableEntry } from '../workspace/catalog';
import type { Workspace } from '../workspace/open';
import { originalLine } from '../workspace/original-line';
import { readSetting } from '../workspace/rule-store';
import { integer, join, type Sql, sql } from '../workspace/sql';

/** Pairs of files that are listed. */
const mostPairs = 200;

type Listed = { group: GroupEntry; table: TableEntry };

/** Files of a table that have times in common, and the span in which they do. */
type Overlap = { fileIds: number[]; startMs: number; endMs: number };

/**
 * Finds events that came from more than one file, as overlapping exports bring them. Of events that are alike in log group,
 * stream, time and message, the file with the most of them keeps its own; those of the others are doubles. What one file
 * holds several times is no double.
 */
export class DoubleFinder {
  #found: { version: number; doubles: Promise<Omit<Doubles, 'setting'>> } | null = null;
  #stored: { version: number; done: Promise<void> } | null = null;

  /** @param version grows with each change of the events */
  constructor(
    private readonly workspace: Workspace,
    private readonly version: () => number,
  ) {}

  /** All doubles, counted once for each change of the events. @throws the signal's reason when aborted */
  async find(signal?: AbortSignal): Promise<Doubles> {
    const version = this.version();
    if (this.#found?.version !== version) {
      const doubles = this.#count(signal);
      this.#found = { version, doubles };
      doubles.catch(() => {
        if (this.#found?.doubles === doubles) this.#found = null;
      });
    }
    return { ...(await this.#found.doubles), setting: await this.setting() };
  }

  /** What reports do with doubles. */
  async setting(): Promise<DoublesSetting> {
    return (await readSetting(this.workspace.db, doublesSettingKey)) === 'leave out' ? 'leave out' : 'keep';
  }

  /**
   * The tables as a report reads them: without doubles where the user wants that.
   * @returns how many are left out of a time range; null where they are kept
   */
  async leaveOut(
    tables: readonly EventTable[],
    range: TimeRange,
    signal?: AbortSignal,
  ): Promise<{ tables: readonly EventTable[]; leftOut: number | null }> {
    if ((await this.setting()) === 'keep') return { tables, leftOut: null };
    if ((await this.find(signal)).events === 0) return { tables, leftOut: 0 };
    await this.#store();
    let leftOut = 0;
    const without: EventTable[] = [];
    for (const table of tables) {
      const listed = this.#tables().find((one) => eventTableName(one.table).text === table.name.text);
      const count = listed === undefined ? 0 : await this.#countStored(listed, range, signal);
      leftOut += count;
      without.push(count === 0 || listed === undefined ? table : { ...table, name: withoutDoubles(listed.table) });
    }
    return { tables: without, leftOut };
  }

  #tables(): Listed[] {
    return this.workspace.catalog.groups.flatMap((group) =>
      [...group.tables.values()].map((table) => ({ group, table })),
    );
  }

  async #count(signal: AbortSignal | undefined): Promise<Omit<Doubles, 'setting'>> {
    const { db } = this.workspace;
    const files: DoubleFiles[] = [];
    for (const { group, table } of this.#tables()) {
      const overlap = await this.#findOverlap(table, signal);
      if (overlap === null) continue;
      const rows = await db.read(
        sql`WITH ${selectDoubles(table, overlap)}
            SELECT (SELECT any_value(path) FROM file WHERE file_id = double.file_id) AS path,
              (SELECT any_value(path) FROM file WHERE file_id = double.kept_id) AS kept_path,
              sum(count) AS events, min(time_ms) AS first_ms, max(time_ms) AS last_ms
            FROM double GROUP BY file_id, kept_id`,
        { signal },
      );
      for (const row of rows) {
        files.push({
          group: group.name,
          path: String(row.path ?? ''),
          keptPath: String(row.kept_path ?? ''),
          events: Number(row.events),
          firstMs: Number(row.first_ms),
          lastMs: Number(row.last_ms),
        });
      }
    }
    files.sort((a, b) => b.events - a.events || (a.path < b.path ? -1 : 1));
    return {
      events: files.reduce((sum, { events }) => sum + events, 0),
      files: files.slice(0, mostPairs),
      moreFiles: Math.max(0, files.length - mostPairs),
    };
  }

  /** The files whose times overlap those of another one; null where there are none, which is found at once. */
  async #findOverlap(table: TableEntry, signal: AbortSignal | undefined): Promise<Overlap | null> {
    const rows = await this.workspace.db.read(
      sql`SELECT file_id, min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM ${eventTableName(table)}
          WHERE time_ms IS NOT NULL GROUP BY file_id ORDER BY first_ms, file_id`,
      { signal },
    );
    const fileIds = new Set<number>();
    let startMs = Number.POSITIVE_INFINITY;
    let endMs = Number.NEGATIVE_INFINITY;
    let open: { fileId: number; lastMs: number } | null = null;
    for (const row of rows) {
      const file = { fileId: Number(row.file_id), lastMs: Number(row.last_ms) };
      const firstMs = Number(row.first_ms);
      if (open !== null && firstMs <= open.lastMs) {
        fileIds.add(file.fileId).add(open.fileId);
        startMs = Math.min(startMs, firstMs);
        endMs = Math.max(endMs, Math.min(file.lastMs, open.lastMs));
      }
      if (open === null || file.lastMs > open.lastMs) open = file;
    }
    return fileIds.size === 0 ? null : { fileIds: [...fileIds], startMs, endMs };
  }

  /** Notes each double in the workspace, for reports to leave out. */
  async #store(): Promise<void> {
    const version = this.version();
    if (this.#stored?.version !== version) {
      const done = this.#write();
      this.#stored = { version, done };
      done.catch(() => {
        if (this.#stored?.done === done) this.#stored = null;
      });
    }
    await this.#stored.done;
  }

  async #write(): Promise<void> {
    const inserts: Sql[] = [];
    for (const { table } of this.#tables()) {
      const overlap = await this.#findOverlap(table, undefined);
      if (overlap === null) continue;
      inserts.push(sql`INSERT INTO double_event BY NAME
        WITH ${selectDoubles(table, overlap)}
        SELECT ${integer(table.groupId)} AS group_id, ${table.format} AS format, candidate.*
        FROM candidate SEMI JOIN double ON candidate.file_id = double.file_id AND candidate.time_ms = double.time_ms
          AND candidate.digest = double.digest AND candidate.stream_id IS NOT DISTINCT FROM double.stream_id`);
    }
    await this.workspace.db.transaction(async (run) => {
      await run(sql`DELETE FROM double_event`);
      for (const insert of inserts) await run(insert);
    });
  }

  async #countStored({ table }: Listed, { startMs, endMs }: TimeRange, signal?: AbortSignal): Promise<number> {
    const conditions = [sql`group_id = ${table.groupId}`, sql`format = ${table.format}`];
    if (startMs !== null) conditions.push(sql`time_ms >= ${startMs}`);
    if (endMs !== null) conditions.push(sql`time_ms < ${endMs}`);
    const [row] = await this.workspace.db.read(
      sql`SELECT count(*) AS events FROM double_event WHERE ${join(conditions, ' AND ')}`,
      { signal },
    );
    return Number(row?.events ?? 0);
  }
}

/**
 * Steps `candidate`, the events that may have doubles, and `double`: events that are alike in one file, how many they are,
 * and the file that keeps its own. The message goes in by its hash: many long lines at once would not fit the memory.
 */
function selectDoubles(table: TableEntry, { fileIds, startMs, endMs }: Overlap): Sql {
  const ids = join(fileIds.map(integer), ', ');
  return sql`candidate AS MATERIALIZED (
      SELECT file_id, line, time_ms, stream_id, hash(${originalLine(table)}) AS digest FROM ${eventTableName(table)}
      WHERE file_id IN (${ids}) AND time_ms >= ${startMs} AND time_ms <= ${endMs}),
    alike AS (
      SELECT stream_id, time_ms, digest, file_id, count(*) AS count FROM candidate GROUP BY ALL),
    ranked AS (
      SELECT *, first_value(file_id) OVER (
        PARTITION BY stream_id, time_ms, digest ORDER BY count DESC, file_id) AS kept_id FROM alike
      SEMI JOIN (SELECT time_ms, digest FROM alike GROUP BY time_ms, digest HAVING count(*) > 1) AS shared
        USING (time_ms, digest)),
    double AS MATERIALIZED (FROM ranked WHERE file_id <> kept_id)`;
}

/** An event table without its doubles, to stand after FROM. */
function withoutDoubles(table: TableEntry): Sql {
  return sql`(SELECT * FROM ${eventTableName(table)} AS event WHERE NOT EXISTS (
    SELECT 1 FROM double_event AS twice
    WHERE twice.group_id = ${integer(table.groupId)} AND twice.format = ${table.format}
      AND twice.file_id = event.file_id AND twice.line = event.line AND twice.time_ms = event.time_ms
      AND twice.stream_id IS NOT DISTINCT FROM event.stream_id AND twice.digest = hash(${originalLine(table)})))`;
}
