import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import type { Sql } from './sql';

export type Row = Record<string, string | number | boolean | null | (string | number | null)[]>;

export type DatabaseOptions = {
  /** The only folder, besides the database's own file, that SQL may read from or write to. */
  spoolDirectory: string;
  temporaryDirectory: string;
  memoryLimitBytes: number;
  threads: number;
};

type CallOptions = { signal?: AbortSignal | undefined };

type ReadOptions = CallOptions & {
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

  private constructor(
    readonly path: string,
    readonly threads: number,
    private readonly instance: DuckDBInstance,
    private readonly writer: DuckDBConnection,
  ) {}

  /** Opens or creates `path`. Throws DuckDB's own error where the file is held, damaged or newer. */
  static async open(path: string, options: DatabaseOptions): Promise<Database> {
    const instance = await DuckDBInstance.create(path, {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      allow_unsigned_extensions: 'false',
      allow_persistent_secrets: 'false',
      storage_compatibility_version: 'latest',
      memory_limit: `${Math.floor(options.memoryLimitBytes / 1e6)}MB`,
      threads: String(options.threads),
      temp_directory: options.temporaryDirectory,
      max_temp_directory_size: '64GB',
      // Rows know their file and line; keeping their order made loading take twice as long.
      preserve_insertion_order: 'false',
    });
    const writer = await instance.connect();
    await writer.run("SET TimeZone = 'UTC'");
    await writer.run(`SET allowed_directories = ['${options.spoolDirectory.replaceAll("'", "''")}']`);
    await writer.run("ATTACH ':memory:' AS scratch (COMPRESS)");
    await writer.run('SET enable_external_access = false');
    await writer.run("SET allowed_configs = ['perfect_ht_threshold']");
    await writer.run('SET lock_configuration = true');
    return new Database(path, options.threads, instance, writer);
  }

  /** Rows of a query, on a connection of its own. Counts and sums come as numbers; beyond 2^53 they lose digits. */
  async read(statement: Sql, { signal, groupBits }: ReadOptions = {}): Promise<Row[]> {
    signal?.throwIfAborted();
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
    const connection = await this.instance.connect();
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
   * the database `scratch`, which is in memory, and to no other.
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
    if (this.#isClosing) throw new Error('The database is being closed.');
    const connection = await this.instance.connect();
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
  write(statement: Sql): Promise<Row[]> {
    return this.#enqueue(() => this.#run(statement));
  }

  /** Runs `work` in one transaction: all of it is kept, or nothing. */
  transaction<T>(work: (run: (statement: Sql) => Promise<Row[]>) => Promise<T>): Promise<T> {
    return this.#enqueue(async () => {
      await this.writer.run('BEGIN');
      const removals = this.#removals;
      try {
        const result = await work((statement) => this.#run(statement));
        await this.writer.run('COMMIT');
        // Who looked before this saw the rows still.
        if (this.#removals !== removals) this.#removals += 1;
        return result;
      } catch (cause) {
        await this.writer.run('ROLLBACK').catch(() => undefined);
        throw cause;
      }
    });
  }

  /** Interrupts what runs, waits for the writer and closes the file. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const connection of this.#open) connection.interrupt();
    // A read that is still on its way when the process ends takes it down with an error of its own.
    await Promise.all([this.#queue.catch(() => undefined), ...this.#reads]);
    this.writer.closeSync();
    this.instance.closeSync();
  }

  async #run(statement: Sql): Promise<Row[]> {
    if (/^\s*(?:DELETE FROM|UPDATE|DROP TABLE) (?:IF EXISTS )?"event_/.test(statement.text)) this.#removals += 1;
    const reader = await this.writer.runAndReadAll(statement.text, [...statement.values]);
    return toRows(reader.columnNames(), reader.getRows());
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
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
