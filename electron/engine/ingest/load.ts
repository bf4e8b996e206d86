import { rm, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import type { LogFormat } from '../../../shared/rule';
import { eventTableName, type GroupEntry, type TableEntry } from '../workspace/catalog';
import type { Database } from '../workspace/db';
import type { Workspace } from '../workspace/open';
import { id, join, Sql, sql } from '../workspace/sql';
import { ColumnBlock, groupRows } from './column-block';
import { requestsAfterInsert, requestsBeforeDelete } from './derive-requests';
import { type FileRecord, fileColumns, toFileRow } from './file-record';
import { LineLoader } from './load-lines';
import { createParquetUnpacker, type UnpackParquet } from './parquet-log';
import { Shredder } from './shred';
import type { TimeZone } from './time-zone';
import type { Container, RawEvent, UnwrapState } from './unwrap/types';

/** Events are written when so many wait: a row group for each of two threads. */
const flushRows = 2 * groupRows;

/** Or when the log lines that they came from are so large. */
const flushBytes = 600_000_000;

/**
 * Rows stay in memory until a group of them is full, or takes so many bytes. Smaller groups cost a lot: DuckDB writes them
 * again, put together, when the workspace is closed.
 */
const groupBytes = 150_000_000;

/** Spool files made so far. No path is used twice: nothing that is known of one file may be taken for another. */
let lastSpoolFile = 0;

/** How the events of a file are taken: their log group is that of their document, unless the user has set one. */
export type GroupChoice = {
  name: string;
  isSet: boolean;
  matchesAll: boolean;
  /** Where the clocks were that wrote times without an offset; UTC if left out. */
  zone?: TimeZone | null;
  /** What carried the events into the file; left out, its content tells. */
  container?: Container | null;
};

/**
 * Takes events of files and writes them in blocks, each block in one transaction with the positions of its files. So
 * after a crash every event stands in the workspace once, or its file is read again from before it. While a block is
 * written, the next one is filled.
 */
export class Loader {
  readonly workspace: Workspace;
  readonly shredder: Shredder;
  readonly lines: LineLoader;
  readonly unpackParquet: UnpackParquet;
  readonly #blocks = new Map<TableEntry, ColumnBlock>();
  readonly #files = new Map<number, FileRecord>();
  #drops: Sql[] = [];
  #rows = 0;
  #uncommitted = 0;
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #failure: { cause: unknown } | null = null;
  readonly #since: number;

  /** @param onCommit called after each block with the number of events in it, and whether others were taken out */
  constructor(
    workspace: Workspace,
    private readonly onCommit: (events: number, hasDropped: boolean) => void,
  ) {
    // With the catalogue of now: where the file is opened anew there is another one, and nothing of this loader fits.
    this.workspace = { ...workspace };
    this.#since = workspace.db.generation;
    this.shredder = new Shredder(workspace.catalog);
    this.lines = new LineLoader(this);
    this.unpackParquet = createParquetUnpacker(workspace);
  }

  /**
   * Takes over events of a file. They are written together with the file's record, later or when the block is full.
   * @param record the file as it stands *after* these events
   */
  async add(events: readonly RawEvent[], record: FileRecord, choice: GroupChoice): Promise<void> {
    await this.#addEvents(events, record, choice);
    await this.#writeIfFull();
  }

  /**
   * Takes over the events at the end of a file that may still go on there, in the place of those taken for its end
   * before. `record.state` stays in front of them.
   * @param after the state behind these events
   */
  async addTail(
    events: readonly RawEvent[],
    after: UnwrapState,
    record: FileRecord,
    choice: GroupChoice,
  ): Promise<void> {
    await this.dropTail(record);
    const { untimed } = record;
    const tables = await this.#addEvents(events, record, choice);
    record.tail = {
      end: after.position,
      line: Math.min(...events.map(({ line }) => line), after.line),
      tables: [...tables].map(({ groupId, format }) => ({ groupId, format })),
      events: events.length,
      untimed: record.untimed - untimed,
      malformed: after.malformed,
      cut: after.cut,
      faults: after.faults,
    };
    await this.#writeIfFull();
  }

  /** Takes the events at the end of a file out again, with the block that is written next. */
  async dropTail(record: FileRecord): Promise<void> {
    if (record.tail === null) return;
    // They may not have been written themselves.
    if (this.#files.has(record.fileId)) await this.flush();
    const { tables, line, events, untimed } = record.tail;
    for (const table of tables) {
      const where = sql`file_id = ${record.fileId} AND line >= ${line}`;
      this.#drops.push(...requestsBeforeDelete(this.workspace, table, where));
      this.#drops.push(sql`DELETE FROM ${eventTableName(table)} WHERE ${where}`);
    }
    record.events -= events;
    record.untimed -= untimed;
    record.tail = null;
    this.#files.set(record.fileId, record);
  }

  async #addEvents(events: readonly RawEvent[], record: FileRecord, choice: GroupChoice): Promise<Set<TableEntry>> {
    const tables = new Set<TableEntry>();
    let group: GroupEntry | null = null;
    let bytes = 0;
    for (const event of events) {
      const own = choice.isSet ? null : event.group;
      const name = own ?? choice.name;
      const matchesAll = own === null && choice.matchesAll;
      if (group?.name !== name || group.matchesAll !== matchesAll) {
        group = await this.workspace.catalog.group(name, matchesAll);
      }
      const { format, timeMs, tokens } = this.shredder.read(event, choice.zone);
      const block = this.block(group, format) ?? (await this.openBlock(group, format));
      this.shredder.write(block, event.message, tokens);
      if (event.stream !== null) {
        block.stream.addInteger(block.row, await this.workspace.catalog.stream(event.stream));
      }
      this.endRow(block, record, timeMs, event.line);
      tables.add(block.table);
      bytes += event.message.length;
    }
    this.#note(record, events.length, bytes);
    return tables;
  }

  /** The rows that wait for an event table; null where there is none yet. */
  block(group: GroupEntry, format: LogFormat): ColumnBlock | null {
    const table = group.tables.get(format);
    return (table && this.#blocks.get(table)) ?? null;
  }

  /** The same; the table is made where there is none. */
  async openBlock(group: GroupEntry, format: LogFormat): Promise<ColumnBlock> {
    const table = await this.workspace.catalog.table(group, format);
    const known = this.#blocks.get(table);
    if (known) return known;
    const block = new ColumnBlock(table);
    this.#blocks.set(table, block);
    return block;
  }

  /** Ends a row whose fields are written. */
  endRow(block: ColumnBlock, record: FileRecord, timeMs: number | null, line: number): void {
    const { row } = block;
    if (timeMs === null) record.untimed += 1;
    else block.time.addInteger(row, timeMs);
    block.file.addInteger(row, record.fileId);
    block.line.addInteger(row, line);
    block.endRow(this.#nextPath);
  }

  /**
   * Takes note of a file as it stands after the rows that were ended; they are written together.
   * @param events rows ended since the last call   @param bytes of these events, about
   */
  async take(record: FileRecord, events: number, bytes: number): Promise<void> {
    this.#note(record, events, bytes);
    await this.#writeIfFull();
  }

  /** Events that were taken over and are not in the workspace yet. */
  get uncommitted(): number {
    return this.#uncommitted;
  }

  /** How many rows can still be ended before those that wait are to be written. */
  get room(): number {
    return Math.max(1, flushRows - this.#rows);
  }

  /** Writes what waits, and waits until it is written. @throws what went wrong with this or an earlier block */
  async flush(): Promise<void> {
    await this.#writeBlocks();
    await this.#finish();
  }

  /** Waits for the block that is being written, whatever becomes of it, and gives up what waits. Never throws. */
  async abandon(): Promise<void> {
    await this.#writing;
    for (const block of this.#blocks.values()) block.discard();
    this.#forget();
  }

  #note(record: FileRecord, events: number, bytes: number): void {
    record.events += events;
    this.#files.set(record.fileId, record);
    this.#rows += events;
    this.#uncommitted += events;
    this.#bytes += bytes;
  }

  #forget(): void {
    this.#files.clear();
    this.#drops = [];
    this.#rows = 0;
    this.#bytes = 0;
  }

  async #writeIfFull(): Promise<void> {
    if (this.#rows >= flushRows || this.#bytes >= flushBytes) await this.#writeBlocks();
    else if ([...this.#blocks.values()].reduce((sum, block) => sum + block.bytes, 0) >= groupBytes) {
      for (const block of this.#blocks.values()) block.endGroup(this.#nextPath);
    }
  }

  /** Begins to write what waits, once the block before is written. */
  async #writeBlocks(): Promise<void> {
    if (this.#files.size === 0) return;
    const spooled: string[] = [];
    const inserts: Insert[] = [];
    try {
      await this.#finish();
      const { catalog, spoolDirectory } = this.workspace;
      for (const block of this.#blocks.values()) {
        if (block.rows === 0) continue;
        const { table, incomplete } = block;
        await catalog.addColumns(table);
        if (incomplete) await catalog.setIncomplete(table);
        const { path, rows, hasMore } = block.take(this.#nextPath);
        spooled.push(path);
        const requests = await requestsAfterInsert(this.workspace, table, path);
        inserts.push({ insert: insertRows(table, path, hasMore), rows, requests });
      }
      const files = joinPath(spoolDirectory, `files-${++lastSpoolFile}.json`);
      spooled.push(files);
      const records = [...this.#files.values()];
      const counts = records.map((record) => [record, { events: record.events, untimed: record.untimed }] as const);
      await writeFile(files, records.map((record) => JSON.stringify(toFileRow(record))).join('\n'));
      const drops = this.#drops;
      this.#forget();
      this.#writing = this.#commit(drops, inserts, files, () => {
        for (const [record, committed] of counts) record.committed = committed;
      })
        .catch((cause) => {
          this.#failure = { cause };
        })
        .finally(() => removeAll(spooled));
    } catch (cause) {
      await removeAll(spooled);
      throw cause;
    }
  }

  async #commit(
    drops: readonly Sql[],
    inserts: readonly Insert[],
    files: string,
    onWritten: () => void,
  ): Promise<void> {
    const write: Parameters<Database['transaction']>[0] = async (run) => {
      for (const drop of drops) await run(drop);
      for (const { insert, rows, requests } of inserts) {
        const [result] = await run(insert);
        if (result?.Count !== rows) throw new Error(`${result?.Count} of ${rows} rows came through.`);
        for (const statement of requests) await run(statement);
      }
      await run(sql`DELETE FROM file WHERE file_id IN (SELECT file_id FROM ${spooledFiles(files)})`);
      await run(sql`INSERT INTO file BY NAME SELECT * FROM ${spooledFiles(files)}`);
    };
    await this.workspace.db.transaction(write, { since: this.#since });
    onWritten();
    const events = inserts.reduce((sum, { rows }) => sum + rows, 0);
    this.#uncommitted -= events;
    this.onCommit(events, drops.length > 0);
  }

  async #finish(): Promise<void> {
    await this.#writing;
    if (this.#failure !== null) throw this.#failure.cause;
  }

  readonly #nextPath = () => joinPath(this.workspace.spoolDirectory, `block-${++lastSpoolFile}.parquet`);
}

/** What writes a block: its rows, and what follows from them for the requests' events. */
type Insert = { insert: Sql; rows: number; requests: readonly Sql[] };

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

function insertRows(table: TableEntry, path: string, hasMore: boolean): Sql {
  const columns = hasMore ? sql`* REPLACE (from_json(more, '["VARCHAR"]') AS more)` : sql`*`;
  return sql`INSERT INTO ${eventTableName(table)} BY NAME SELECT ${columns} FROM read_parquet(${path})`;
}

/** Rows of the spool file of file records. */
function spooledFiles(path: string): Sql {
  const list = Object.entries(fileColumns).map(([name, type]) => sql`${id(name)}: ${new Sql(`'${type}'`)}`);
  return sql`read_json(${path}, format = 'newline_delimited', columns = {${join(list, ', ')}})`;
}
