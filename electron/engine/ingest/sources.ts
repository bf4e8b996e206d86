import { basename, resolve } from 'node:path';
import { UserError } from '../../../shared/problem';
import type { LoadProgress, Source, SourceState } from '../../../shared/workspace';
import { eventTableName } from '../workspace/catalog';
import type { Workspace } from '../workspace/open';
import { sql } from '../workspace/sql';
import { type FileRecord, hashRange, hashTail, loadFileRecords } from './file-record';
import { type GroupChoice, Loader } from './load';
import { loadFile } from './load-file';
import { recogniseGroups } from './recognise-groups';
import { type FoundFile, findFiles, type Unreadable } from './walk';

/** A folder or file to load. `group` null: events go by their document's log group, else by the folder's name. */
export type NewSource = { path: string; label?: string; group: string | null; matchesAll?: boolean };

type Entry = {
  id: number;
  path: string;
  label: string;
  groupName: string | null;
  matchesAll: boolean;
  state: SourceState;
  records: Map<number, FileRecord>;
  unreadable: Unreadable[];
  bytes: number;
  bytesDone: number;
};

export type LoadOptions = { signal?: AbortSignal; progress?: (step: LoadProgress) => void };

/** The sources of a workspace: adds, loads, removes. Loads run one after another. */
export class Sources {
  readonly #entries: Entry[] = [];
  readonly #stopping = new AbortController();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly workspace: Workspace,
    private readonly onChange: (change: { progress: LoadProgress | null; committed: boolean }) => void,
  ) {}

  /** The sources that the workspace knows, as they were left. */
  static async open(
    workspace: Workspace,
    onChange: (change: { progress: LoadProgress | null; committed: boolean }) => void,
  ): Promise<Sources> {
    const sources = new Sources(workspace, onChange);
    const rows = await workspace.db.read(
      sql`SELECT source_id, path, group_name, matches_all, state FROM source ORDER BY source_id`,
    );
    for (const row of rows) {
      const id = Number(row.source_id);
      const records = await loadFileRecords(workspace.db, id);
      sources.#entries.push({
        id,
        path: String(row.path),
        label: String(row.path),
        groupName: row.group_name === null ? null : String(row.group_name),
        matchesAll: row.matches_all === true,
        state: row.state as SourceState,
        records: new Map(records.map((record) => [record.fileId, record])),
        unreadable: [],
        bytes: records.reduce((sum, record) => sum + record.size, 0),
        bytesDone: records.reduce((sum, record) => sum + record.size, 0),
      });
    }
    return sources;
  }

  list(): Source[] {
    return this.#entries.map((entry) => this.#describe(entry));
  }

  /** Ids of the sources that a crash or a quit left half loaded. */
  unfinished(): number[] {
    return this.#entries.filter((entry) => entry.state === 'loading' || entry.state === 'waiting').map(({ id }) => id);
  }

  /** Adds a folder or file; one that is a source already is looked at again. Nothing is loaded yet. */
  async add(source: NewSource): Promise<number> {
    const path = resolve(source.path);
    const known = this.#entries.find((entry) => entry.path === path && entry.groupName === source.group);
    if (known) return known.id;
    const id = 1 + Math.max(0, ...this.#entries.map((entry) => entry.id));
    const matchesAll = source.matchesAll ?? false;
    // Listed before it is written: another call may come meanwhile, and must get another id.
    this.#entries.push({
      id,
      path,
      label: source.label ?? source.path,
      groupName: source.group,
      matchesAll,
      state: 'waiting',
      records: new Map(),
      unreadable: [],
      bytes: 0,
      bytesDone: 0,
    });
    await this.workspace.db.write(sql`INSERT INTO source (source_id, path, group_name, matches_all, state, added_ms)
      VALUES (${id}, ${path}, ${source.group}, ${matchesAll}, 'waiting', ${Date.now()})`);
    return id;
  }

  /**
   * Loads what is new in a source, after the loads that were asked for before.
   * @throws the signal's reason when it is aborted; what was committed stays
   */
  load(id: number, { signal, progress }: LoadOptions = {}): Promise<Source> {
    return this.#enqueue(async () => {
      const entry = this.#entryOf(id);
      const controller = new AbortController();
      const cancel = () => controller.abort(signal?.reason);
      const stop = () => controller.abort();
      if (signal?.aborted) cancel();
      signal?.addEventListener('abort', cancel);
      this.#stopping.signal.addEventListener('abort', stop);
      try {
        this.#stopping.signal.throwIfAborted();
        controller.signal.throwIfAborted();
        await this.#setState(entry, 'loading');
        await this.#loadEntry(entry, controller.signal, progress);
        await this.#setState(entry, entry.unreadable.some(({ path }) => path === entry.path) ? 'missing' : 'loaded');
      } catch (cause) {
        // A source that was stopped with the engine stays `loading`: it goes on at the next start.
        if (!this.#stopping.signal.aborted) {
          // What was read and not committed is not in the workspace: go back to what is.
          const records = await loadFileRecords(this.workspace.db, entry.id);
          entry.records = new Map(records.map((record) => [record.fileId, record]));
          await this.#setState(entry, controller.signal.aborted ? 'cancelled' : 'failed');
        }
        throw cause;
      } finally {
        signal?.removeEventListener('abort', cancel);
        this.#stopping.signal.removeEventListener('abort', stop);
      }
      return this.#describe(entry);
    });
  }

  /** Takes a source out of the workspace with its events. Its files are not touched. */
  remove(id: number): Promise<void> {
    return this.#enqueue(async () => {
      const entry = this.#entryOf(id);
      await this.#dropEvents(entry);
      await this.workspace.db.write(sql`DELETE FROM source WHERE source_id = ${id}`);
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      this.onChange({ progress: null, committed: true });
    });
  }

  /** Drops the events of a source, so that the next load reads everything anew. */
  clear(id: number): Promise<void> {
    return this.#enqueue(async () => {
      await this.#dropEvents(this.#entryOf(id));
      this.onChange({ progress: null, committed: true });
    });
  }

  /** Ends the loads after the block they are at; they go on when the workspace is opened again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#queue;
  }

  async #loadEntry(entry: Entry, signal: AbortSignal, progress: LoadOptions['progress']): Promise<void> {
    const startedMs = Date.now();
    const { files, unreadable } = await findFiles(entry.path);
    entry.unreadable = unreadable;
    entry.bytes = files.reduce((sum, file) => sum + file.size, 0);
    entry.bytesDone = 0;
    let committed = 0;
    let filesDone = 0;
    let reportedMs = 0;
    const report = (hasCommitted: boolean) => {
      const now = Date.now();
      if (!hasCommitted && now - reportedMs < 100) return;
      reportedMs = now;
      const step: LoadProgress = {
        sourceId: entry.id,
        bytes: entry.bytes,
        bytesDone: entry.bytesDone,
        events: committed,
        files: files.length,
        filesDone,
        elapsedMs: now - startedMs,
      };
      progress?.(step);
      this.onChange({ progress: step, committed: hasCommitted });
    };
    const loader = new Loader(this.workspace, (events) => {
      committed += events;
      report(true);
    });
    const group = groupOf(entry);
    for (const found of files) {
      signal.throwIfAborted();
      const record = await this.#recordFor(entry, found);
      if (record === null) entry.bytesDone += found.size;
      else {
        const onBytes = (bytes: number) => {
          entry.bytesDone += bytes;
          report(false);
        };
        entry.records.set(record.fileId, record);
        await loadFile(loader, found, record, { group, signal, final: true, onBytes });
      }
      filesDone += 1;
    }
    await loader.flush();
    await recogniseGroups(this.workspace, headersOf(entry));
    report(true);
  }

  /** The record to go on with for a file: the known one, a new one, or null where nothing is to be read. */
  async #recordFor(entry: Entry, found: FoundFile): Promise<FileRecord | null> {
    const known = [...entry.records.values()]
      .reverse()
      .find((record) => record.device === found.device && record.inode === found.inode && record.path === found.path);
    if (known) {
      const unchanged = known.size === found.size && known.modifiedMs === found.modifiedMs && known.problem === null;
      if (unchanged) return null;
      if (await isContinued(known, found)) return known.done && known.problem === null ? null : known;
    }
    return {
      fileId: await this.#nextFileId(),
      sourceId: entry.id,
      path: found.path,
      device: found.device,
      inode: found.inode,
      size: 0,
      modifiedMs: 0,
      headLength: 0,
      headHash: '',
      tailHash: '',
      state: null,
      done: false,
      events: 0,
      untimed: 0,
      problem: null,
    };
  }

  #lastFileId = 0;

  async #nextFileId(): Promise<number> {
    if (this.#lastFileId === 0) {
      const [row] = await this.workspace.db.read(sql`SELECT coalesce(max(file_id), 0) AS last FROM file`);
      this.#lastFileId = Number(row?.last ?? 0);
    }
    this.#lastFileId += 1;
    return this.#lastFileId;
  }

  async #dropEvents(entry: Entry): Promise<void> {
    const tables = this.workspace.catalog.groups.flatMap((group) => [...group.tables.values()]);
    await this.workspace.db.transaction(async (run) => {
      for (const table of tables) {
        await run(sql`DELETE FROM ${eventTableName(table)}
          WHERE file_id IN (SELECT file_id FROM file WHERE source_id = ${entry.id})`);
      }
      await run(sql`DELETE FROM file WHERE source_id = ${entry.id}`);
    });
    entry.records.clear();
  }

  async #setState(entry: Entry, state: SourceState): Promise<void> {
    entry.state = state;
    await this.workspace.db.write(sql`UPDATE source SET state = ${state} WHERE source_id = ${entry.id}`);
    this.onChange({ progress: null, committed: false });
  }

  #entryOf(id: number): Entry {
    const entry = this.#entries.find((candidate) => candidate.id === id);
    if (entry) return entry;
    throw new UserError([
      {
        code: 'source/unknown',
        place: `source ${id}`,
        message: 'The workspace has no such source.',
        hint: 'It may have been removed.',
      },
    ]);
  }

  #describe(entry: Entry): Source {
    const records = [...entry.records.values()];
    const sum = (read: (record: FileRecord) => number) => records.reduce((total, record) => total + read(record), 0);
    return {
      id: entry.id,
      label: entry.label,
      state: entry.state,
      groups: [groupOf(entry).name],
      files: records.length,
      bytes: entry.bytes,
      bytesDone: entry.bytesDone,
      events: sum((record) => record.events),
      untimed: sum((record) => record.untimed),
      malformed: sum((record) => record.state?.malformed ?? 0),
      cut: sum((record) => record.state?.cut ?? 0),
      notices: [
        ...entry.unreadable.map(({ path, problem }) => ({ path, bytes: 0, problem })),
        ...records.flatMap(({ path, size, problem }) => (problem === null ? [] : [{ path, bytes: size, problem }])),
      ],
    };
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function groupOf(entry: Entry): GroupChoice {
  return {
    name: entry.groupName ?? basename(entry.path),
    isSet: entry.groupName !== null,
    matchesAll: entry.matchesAll,
  };
}

/** Flow log headers that the files of a source have, by log group. */
function headersOf(entry: Entry): Map<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  for (const { state } of entry.records.values()) if (state?.header) headers.set(groupOf(entry).name, state.header);
  return headers;
}

/** Whether a file still begins as it did, and holds before the read position what was read there. */
async function isContinued(known: FileRecord, found: FoundFile): Promise<boolean> {
  const position = known.done ? 0 : (known.state?.position ?? 0);
  if (found.size < known.headLength || found.size < position) return false;
  const head = await hashRange(found.path, 0, known.headLength);
  return (
    head.hash === known.headHash && (known.tailHash === '' || (await hashTail(found.path, position)) === known.tailHash)
  );
}
