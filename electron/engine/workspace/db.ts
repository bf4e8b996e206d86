import { type DuckDBConnection, DuckDBInstance, type DuckDBValue, version } from '@duckdb/node-api';
import { id, type Sql } from './sql';

export type Row = Record<string, string | number | boolean | null | (string | number | null)[]>;

export type DatabaseOptions = {
  /** The only folder, besides the database's own file, that SQL may read from or write to. */
  spoolDirectory: string;
  temporaryDirectory: string;
  memoryLimitBytes: number;
  threads: number;
  /** Nothing is written to the file, nor to what lies beside it. */
  isReadOnly?: boolean;
};

type CallOptions = { signal?: AbortSignal | undefined };

/** `since`: the generation of which the caller knows what stands in the file. */
type WriteOptions = { since?: number | undefined };

/** The file was opened anew, and may hold something else than the caller knows: nothing was written. */
class ReopenedError extends Error {
  constructor() {
    super('The workspace was opened anew meanwhile.');
  }
}

type ReadOptions = CallOptions & {
  /** A log is read, not the workspace: damage in it says nothing about the workspace. */
  isOfLog?: boolean | undefined;
  /**
   * Integer groups of up to so many bits are counted in an array, one for each thread, instead of a hash table: several
   * times as fast where they are many. DuckDB's own limit is 12.
   */
  groupBits?: number | undefined;
};

/**
 * A DuckDB file, locked down: no extensions, no files but the spool's, no changes of configuration.
 * One connection writes (`write`, `transaction`: one at a time, in order); each `read` has a connection of its own, so an
 * abort hits only that read.
 */
export class Database {
  #queue: Promise<unknown> = Promise.resolve();
  #open = new Set<DuckDBConnection>();
  readonly #reads = new Set<Promise<unknown>>();
  #isClosing = false;
  #removals = 0;
  #reopening: Promise<void> | null = null;
  #generation = 0;
  #connected: Connected;

  /** Called when a statement fails. Resolves to true where the file was opened anew, so that a read may be repeated. */
  onFailure: ((cause: unknown) => Promise<boolean>) | null = null;
  /** Called after each write that was kept. */
  onWrite: (() => void) | null = null;

  private constructor(
    readonly path: string,
    private readonly options: DatabaseOptions,
    connected: Connected,
  ) {
    this.#connected = connected;
  }

  /** Opens or creates `path`. Throws DuckDB's own error where the file is held, damaged or newer. */
  static async open(path: string, options: DatabaseOptions): Promise<Database> {
    return new Database(path, options, await connect(path, options));
  }

  get threads(): number {
    return this.options.threads;
  }

  /** Counts how often the file was opened anew. What was learned from it before may no longer hold. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Closes the file and opens it again, after a failure that made DuckDB refuse all further statements. All others wait
   * until what stands in it is prepared: else they would read or write a file that is made anew just now.
   * @param open calls what it is given to open the file; it may move files before that
   * @param prepare is given the file for itself
   */
  reopen(
    open: (connect: () => Promise<Connected>) => Promise<Connected>,
    prepare: (alone: Database) => Promise<void>,
  ): Promise<void> {
    this.#reopening ??= this.#enqueue(async () => {
      for (const connection of this.#open) connection.interrupt();
      await Promise.all(this.#reads);
      disconnect(this.#connected);
      this.#connected = await open(() => connect(this.path, this.options));
      this.#generation += 1;
      this.#removals += 1;
      await prepare(new Database(this.path, this.options, this.#connected));
    }).finally(() => {
      this.#reopening = null;
    });
    return this.#reopening;
  }

  /** Rows of a query, on a connection of its own. Counts and sums come as numbers; beyond 2^53 they lose digits. */
  async read(statement: Sql, options: ReadOptions = {}): Promise<Row[]> {
    const generation = this.#generation;
    try {
      return await this.#readOnce(statement, options);
    } catch (cause) {
      if (options.signal?.aborted || this.#isClosing) throw cause;
      if (options.isOfLog && this.#generation === generation && this.#reopening === null) throw cause;
      // Another statement may have had the file opened anew, which ended this one.
      const isAnew = this.#generation !== generation || this.#reopening !== null;
      if (!isAnew && !(await this.onFailure?.(cause))) throw cause;
      return this.#readOnce(statement, options);
    }
  }

  async #readOnce(statement: Sql, { signal, groupBits }: ReadOptions): Promise<Row[]> {
    signal?.throwIfAborted();
    await this.#reopening;
    if (this.#isClosing) throw new DOMException('The workspace is closing.', 'AbortError');
    const reading = this.#read(statement, { signal, groupBits });
    const settled = reading.catch(() => undefined);
    this.#reads.add(settled);
    try {
      return await reading;
    } finally {
      this.#reads.delete(settled);
    }
  }

  async #read(statement: Sql, { signal, groupBits }: ReadOptions): Promise<Row[]> {
    const connection = await this.#connected.instance.connect();
    this.#open.add(connection);
    const interrupt = () => connection.interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      // An abort while connecting came before there was anybody to hear it.
      signal?.throwIfAborted();
      if (groupBits !== undefined) await connection.run(`SET perfect_ht_threshold = ${Math.trunc(groupBits)}`);
      const reader = await connection.runAndReadAll(statement.text, [...statement.values]);
      return toRows(reader.columnNames(), reader.getRows());
    } catch (cause) {
      signal?.throwIfAborted();
      throw cause;
    } finally {
      signal?.removeEventListener('abort', interrupt);
      this.#open.delete(connection);
      connection.closeSync();
    }
  }

  /**
   * Runs several statements on a connection of their own, in one transaction: they see the same events. They may write to
   * the database `scratch` names, which is in memory, and to no other.
   */
  async apart<T>(work: (run: (statement: Sql) => Promise<Row[]>) => Promise<T>): Promise<T> {
    const whole = this.#apart(work);
    const settled = whole.catch(() => undefined);
    this.#reads.add(settled);
    try {
      return await whole;
    } finally {
      this.#reads.delete(settled);
    }
  }

  async #apart<T>(work: (run: (statement: Sql) => Promise<Row[]>) => Promise<T>): Promise<T> {
    await this.#reopening;
    if (this.#isClosing) throw new Error('The database is being closed.');
    const connection = await this.#connected.instance.connect();
    this.#open.add(connection);
    try {
      await connection.run('BEGIN');
      const result = await work(async (statement) => {
        if (this.#isClosing) throw new Error('The database is being closed.');
        const reader = await connection.runAndReadAll(statement.text, [...statement.values]);
        return toRows(reader.columnNames(), reader.getRows());
      });
      await connection.run('COMMIT');
      return result;
    } finally {
      this.#open.delete(connection);
      connection.closeSync();
    }
  }

  /** How often rows were taken out of event tables since the database was opened, or may have been. */
  get removals(): number {
    return this.#removals;
  }

  /** Runs one statement outside any transaction of ours (it commits by itself). */
  write(statement: Sql, { since }: WriteOptions = {}): Promise<Row[]> {
    const done = this.#enqueue(() => {
      this.#requireSame(since);
      return this.#run(statement);
    });
    return this.#report(done);
  }

  /**
   * Runs `work` in one transaction: all of it is kept, or nothing.
   * @throws ReopenedError where the file was opened anew since
   */
  transaction<T>(
    work: (run: (statement: Sql) => Promise<Row[]>) => Promise<T>,
    { since }: WriteOptions = {},
  ): Promise<T> {
    const done = this.#enqueue(async () => {
      this.#requireSame(since);
      const { writer } = this.#connected;
      await writer.run('BEGIN');
      const removals = this.#removals;
      try {
        const result = await work((statement) => this.#run(statement));
        await writer.run('COMMIT');
        // Who looked before this saw the rows still.
        if (this.#removals !== removals) this.#removals += 1;
        return result;
      } catch (cause) {
        await writer.run('ROLLBACK').catch(() => undefined);
        throw cause;
      }
    });
    return this.#report(done);
  }

  #requireSame(since: number | undefined): void {
    if (since !== undefined && since !== this.#generation) throw new ReopenedError();
  }

  /** A write is not repeated: a commit that failed may have been kept all the same. */
  async #report<T>(done: Promise<T>): Promise<T> {
    try {
      const result = await done;
      this.onWrite?.();
      return result;
    } catch (cause) {
      if (!this.#isClosing) await this.onFailure?.(cause);
      throw cause;
    }
  }

  /** Interrupts what runs, waits for the writer and closes the file. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const connection of this.#open) connection.interrupt();
    // A read that is still on its way when the process ends takes it down with an error of its own.
    await Promise.all([this.#queue.catch(() => undefined), ...this.#reads]);
    disconnect(this.#connected);
  }

  async #run(statement: Sql): Promise<Row[]> {
    if (/^\s*(?:DELETE FROM|UPDATE|DROP TABLE) (?:IF EXISTS )?"event_/.test(statement.text)) this.#removals += 1;
    const reader = await this.#connected.writer.runAndReadAll(statement.text, [...statement.values]);
    return toRows(reader.columnNames(), reader.getRows());
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** Name of a database in memory. The workspace's is named after its file, which hardly has this name. */
export const scratch = id('scratch: in memory');

/** DuckDB's version, such as `v1.5.5`. */
export function readDuckDbVersion(): string {
  return version();
}

type Connected = { instance: DuckDBInstance; writer: DuckDBConnection };

async function connect(path: string, options: DatabaseOptions): Promise<Connected> {
  const instance = await DuckDBInstance.create(path, {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_unsigned_extensions: 'false',
    allow_persistent_secrets: 'false',
    storage_compatibility_version: 'latest',
    ...(options.isReadOnly ? { access_mode: 'READ_ONLY' } : {}),
    memory_limit: `${Math.floor(options.memoryLimitBytes / 1e6)}MB`,
    threads: String(options.threads),
    temp_directory: options.temporaryDirectory,
    max_temp_directory_size: '64GB',
    // Rows know their file and line; keeping their order made loading take twice as long.
    preserve_insertion_order: 'false',
    // It took a spool file for the one that had its path before. Each is read once, so that nothing is lost with it.
    enable_external_file_cache: 'false',
  });
  const connected = { instance, writer: await instance.connect() };
  try {
    await connected.writer.run("SET TimeZone = 'UTC'");
    await connected.writer.run(`SET allowed_directories = ['${options.spoolDirectory.replaceAll("'", "''")}']`);
    if (!options.isReadOnly) await connected.writer.run(`ATTACH ':memory:' AS ${scratch.text} (COMPRESS)`);
    await connected.writer.run('SET enable_external_access = false');
    await connected.writer.run("SET allowed_configs = ['perfect_ht_threshold']");
    await connected.writer.run('SET lock_configuration = true');
  } catch (cause) {
    disconnect(connected);
    throw cause;
  }
  return connected;
}

function disconnect({ instance, writer }: Connected): void {
  writer.closeSync();
  instance.closeSync();
}

function toRows(names: string[], rows: DuckDBValue[][]): Row[] {
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, toPlain(row[index] ?? null)])));
}

function toPlain(value: DuckDBValue): Row[string] {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if ('items' in value && Array.isArray(value.items)) {
    return value.items.map((item) => (typeof item === 'bigint' ? Number(item) : (item as string | number | null)));
  }
  throw new TypeError('A column of a type that no query of ours returns.');
}
