import { rm, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { columnName, eventTableName, type GroupEntry, type TableEntry } from '../workspace/catalog';
import type { Workspace } from '../workspace/open';
import { id, join, Sql, sql } from '../workspace/sql';
import { type FileRecord, fileColumns, toFileRow } from './file-record';
import type { RecordBlock } from './load-records';
import { createRowBlock, type RowBlock, Shredder } from './shred';
import type { RawEvent, UnwrapState } from './unwrap/types';

/** Rows held before they are written: about the size of their spool files. */
const flushChars = 12_000_000;

/** The log group of a source's events: that of their document, unless the user has set one. */
export type GroupChoice = { name: string; isSet: boolean; matchesAll: boolean };

/**
 * Takes events of files and writes them in blocks, each block in one transaction with the positions of its files. So
 * after a crash every event stands in the workspace once, or its file is read again from before it.
 */
export class Loader {
  readonly #shredder: Shredder;
  readonly #blocks = new Map<TableEntry, RowBlock>();
  readonly #files = new Map<number, FileRecord>();
  #drops: Sql[] = [];
  #chars = 0;
  #spooled = 0;

  /** @param onCommit called after each block with the number of events in it, and whether others were taken out */
  constructor(
    readonly workspace: Workspace,
    private readonly onCommit: (events: number, hasDropped: boolean) => void,
  ) {
    this.#shredder = new Shredder(workspace.catalog);
  }

  /**
   * Takes over events of a file. They are written together with the file's record, later or when the block is full.
   * @param record the file as it stands *after* these events
   */
  async add(events: readonly RawEvent[], record: FileRecord, choice: GroupChoice): Promise<void> {
    await this.#take(events, record, choice);
    if (this.#chars >= flushChars) await this.flush();
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
    const tables = await this.#take(events, record, choice);
    record.tail = {
      end: after.position,
      line: Math.min(...events.map(({ line }) => line), after.line),
      tables: [...tables].map(({ groupId, format }) => ({ groupId, format })),
      events: events.length,
      untimed: record.untimed - untimed,
      malformed: after.malformed,
      cut: after.cut,
    };
    if (this.#chars >= flushChars) await this.flush();
  }

  /** Takes the events at the end of a file out again, with the block that is written next. */
  async dropTail(record: FileRecord): Promise<void> {
    if (record.tail === null) return;
    // They may not have been written themselves.
    if (this.#files.has(record.fileId)) await this.flush();
    const { tables, line, events, untimed } = record.tail;
    for (const table of tables) {
      this.#drops.push(sql`DELETE FROM ${eventTableName(table)} WHERE file_id = ${record.fileId} AND line >= ${line}`);
    }
    record.events -= events;
    record.untimed -= untimed;
    record.tail = null;
    this.#files.set(record.fileId, record);
  }

  async #take(events: readonly RawEvent[], record: FileRecord, choice: GroupChoice): Promise<Set<TableEntry>> {
    const tables = new Set<TableEntry>();
    let group: GroupEntry | null = null;
    for (const event of events) {
      const own = choice.isSet ? null : event.group;
      const name = own ?? choice.name;
      const matchesAll = own === null && choice.matchesAll;
      if (group?.name !== name || group.matchesAll !== matchesAll) {
        group = await this.workspace.catalog.group(name, matchesAll);
      }
      const shape = this.#shredder.read(event);
      const table = group.tables.get(shape.format) ?? (await this.workspace.catalog.table(group, shape.format));
      const streamId = event.stream === null ? null : await this.workspace.catalog.stream(event.stream);
      this.#shredder.write(this.#blockOf(table), event, shape, record.fileId, streamId);
      tables.add(table);
      if (shape.timeMs === null) record.untimed += 1;
      this.#chars += event.message.length * 2;
    }
    record.events += events.length;
    this.#files.set(record.fileId, record);
    return tables;
  }

  /**
   * Writes a block of flow records at once, with the events of its odd lines. Nothing else may wait to be written.
   * @param record the file as it stands after the block
   * @returns false, and nothing is written, where the table's parser sees the block otherwise than we do
   */
  async addRecords(
    records: RecordBlock,
    oddEvents: readonly RawEvent[],
    record: FileRecord,
    choice: GroupChoice,
  ): Promise<boolean> {
    const { events, untimed } = record;
    const spooled = await records.spool();
    try {
      await this.add(oddEvents, record, choice);
      record.events += spooled.rows;
      await this.flush(spooled);
      return true;
    } catch (cause) {
      if (!(cause instanceof MismatchError) && !isParserError(cause)) throw cause;
      this.#blocks.clear();
      this.#files.clear();
      this.#chars = 0;
      record.events = events;
      record.untimed = untimed;
      return false;
    } finally {
      await spooled.discard();
    }
  }

  /** Writes what was taken over since the last block, and a statement's rows with it. */
  async flush(more?: { insert: Sql; rows: number }): Promise<void> {
    if (this.#files.size === 0) return;
    const blocks = [...this.#blocks.values()];
    for (const block of blocks) {
      await this.workspace.catalog.addColumns(block.table);
      if (block.incomplete) await this.workspace.catalog.setIncomplete(block.table);
    }
    const spooled: string[] = [];
    const spool = async (rows: readonly string[]) => {
      const path = joinPath(this.workspace.spoolDirectory, `block-${this.#spooled++}.json`);
      spooled.push(path);
      await writeFile(path, rows.join('\n'));
      return path;
    };
    try {
      const inserts: Sql[] = [];
      for (const block of blocks) inserts.push(insertRows(block, await spool(block.rows)));
      const files = await spool([...this.#files.values()].map((record) => JSON.stringify(toFileRow(record))));
      await this.workspace.db.transaction(async (run) => {
        for (const drop of this.#drops) await run(drop);
        for (const insert of inserts) await run(insert);
        if (more) {
          const [result] = await run(more.insert);
          if (result?.Count !== more.rows) throw new MismatchError();
        }
        await run(sql`DELETE FROM file WHERE file_id IN (SELECT file_id FROM ${spooledRows(files, fileColumns)})`);
        await run(sql`INSERT INTO file BY NAME SELECT * FROM ${spooledRows(files, fileColumns)}`);
      });
    } finally {
      for (const path of spooled) await rm(path, { force: true });
    }
    const hasDropped = this.#drops.length > 0;
    this.#files.clear();
    this.#blocks.clear();
    this.#drops = [];
    this.#chars = 0;
    this.onCommit(
      blocks.reduce((sum, block) => sum + block.rows.length, more?.rows ?? 0),
      hasDropped,
    );
  }

  #blockOf(table: TableEntry): RowBlock {
    const known = this.#blocks.get(table);
    if (known) return known;
    const block = createRowBlock(table);
    this.#blocks.set(table, block);
    return block;
  }
}

/** DuckDB made another number of rows of a block than it has lines. */
class MismatchError extends Error {}

function isParserError(cause: unknown): boolean {
  return cause instanceof Error && /^(Invalid Input|Conversion) Error/.test(cause.message);
}

const ownColumns = {
  time_ms: 'BIGINT',
  file_id: 'INTEGER',
  line: 'BIGINT',
  stream_id: 'INTEGER',
  message: 'VARCHAR',
  more: 'VARCHAR[]',
};
const typeOfKind = { i: 'BIGINT', d: 'DOUBLE', t: 'VARCHAR' } as const;

function insertRows(block: RowBlock, path: string): Sql {
  const columns: Record<string, string> = { ...ownColumns };
  if (block.table.format === 'JSON') delete columns.more;
  for (const kind of ['i', 'd', 't'] as const) {
    for (const field of block.used[kind]) columns[columnName(field, kind)] = typeOfKind[kind];
  }
  return sql`INSERT INTO ${eventTableName(block.table)} BY NAME SELECT * FROM ${spooledRows(path, columns)}`;
}

/** Rows of a spool file. Names and types of columns are ours, never a log's. */
function spooledRows(path: string, columns: Record<string, string>): Sql {
  const list = Object.entries(columns).map(([name, type]) => sql`${id(name)}: ${new Sql(`'${type}'`)}`);
  return sql`read_json(${path}, format = 'newline_delimited', maximum_object_size = 134217728, columns = {${join(list, ', ')}})`;
}
