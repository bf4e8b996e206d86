import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Problem, UserError } from '../../../shared/problem';
import { Catalog } from './catalog';
import { Database } from './db';
import { claimPath, heldBy, readHolder, releasePath, removeHolder, writeHolder } from './lock';
import { migrations } from './migrations';
import { Sql, sql } from './sql';

export type OpenOptions = {
  /** Names the holder in the lock: `the app`, `the command line`. */
  app: string;
  appVersion: string;
  isSample?: boolean;
  memoryLimitBytes?: number;
  threads?: number;
};

/** An open workspace: one DuckDB file, and a spool folder beside it that only this process uses. */
export type Workspace = {
  path: string;
  name: string;
  isSample: boolean;
  db: Database;
  catalog: Catalog;
  spoolDirectory: string;
  close(): Promise<void>;
};

const GIGABYTE = 1_000_000_000;

/**
 * Opens a workspace file, or makes it.
 * @param path `NAME.duckdb`
 * @throws UserError `workspace/held`, `workspace/foreign`, `workspace/newer`, `workspace/damaged`, `workspace/unavailable`
 */
export async function openWorkspace(path: string, options: OpenOptions): Promise<Workspace> {
  const absolute = resolve(path);
  claimPath(absolute);
  let spoolDirectory: string | null = null;
  let db: Database | null = null;
  try {
    mkdirSync(dirname(absolute), { recursive: true });
    spoolDirectory = makeSpool(absolute);
    db = await Database.open(absolute, {
      spoolDirectory,
      temporaryDirectory: spoolDirectory,
      memoryLimitBytes: options.memoryLimitBytes ?? Math.min(GIGABYTE, totalmem() / 4),
      threads:
        options.threads ??
        Math.max(1, typeof availableParallelism === 'function' ? availableParallelism() : cpus().length),
    });
    removeOldSpools(absolute, spoolDirectory);
    await migrate(db, absolute, options);
    writeHolder(absolute, options.app);
    const [meta] = await db.read(sql`SELECT is_sample FROM meta`);
    return assemble(absolute, db, await Catalog.load(db), spoolDirectory, meta?.is_sample === true);
  } catch (cause) {
    await db?.close();
    if (spoolDirectory !== null) rmSync(spoolDirectory, { recursive: true, force: true });
    releasePath(absolute);
    throw explain(absolute, cause);
  }
}

function assemble(path: string, db: Database, catalog: Catalog, spoolDirectory: string, isSample: boolean): Workspace {
  return {
    path,
    name: basename(path).replace(/\.duckdb$/, ''),
    isSample,
    db,
    catalog,
    spoolDirectory,
    async close() {
      removeHolder(path);
      await db.close();
      rmSync(spoolDirectory, { recursive: true, force: true });
      releasePath(path);
    },
  };
}

/**
 * A folder for the files that DuckDB reads and spills, beside the workspace. DuckDB takes the path of a file to read for a
 * pattern, so where the workspace's own path could be one, the folder is made elsewhere.
 */
function makeSpool(workspacePath: string): string {
  const beside = `${spoolPrefix(workspacePath)}${randomBytes(6).toString('hex')}`;
  if (/[*?[\]{}]/.test(beside)) return mkdtempSync(join(tmpdir(), 'contributor-insights-spool-'));
  mkdirSync(beside, { mode: 0o700 });
  return beside;
}

function spoolPrefix(workspacePath: string): string {
  return join(dirname(workspacePath), `.${basename(workspacePath)}.spool-`);
}

/** Takes away what a crash left: pieces of logs. Only the holder of the workspace may. */
function removeOldSpools(workspacePath: string, own: string): void {
  const prefix = spoolPrefix(workspacePath);
  for (const name of readdirSync(dirname(workspacePath))) {
    const path = join(dirname(workspacePath), name);
    if (path.startsWith(prefix) && path !== own) rmSync(path, { recursive: true, force: true });
  }
}

/** Size of the workspace file with what is not yet merged into it, in bytes. Only `stat`: see docs/architecture.md. */
export function workspaceBytes(path: string): number {
  return [path, `${path}.wal`].reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
}

async function migrate(db: Database, path: string, options: OpenOptions): Promise<void> {
  const tables = (await db.read(sql`SELECT table_name FROM duckdb_tables()`)).map((row) => row.table_name);
  const isNew = tables.length === 0;
  if (!isNew && !(tables.includes('meta') && tables.includes('event_table'))) throw foreign(path);
  const version = isNew ? 0 : Number((await db.read(sql`SELECT version FROM meta`))[0]?.version ?? 0);
  if (version > migrations.length) {
    throw new UserError([
      {
        code: 'workspace/newer',
        place: basename(path),
        message: `The workspace was made by a newer version of the app (format ${version}, this one reads up to ${migrations.length}).`,
        hint: 'Open it with that version, or load the logs into a new workspace.',
      },
    ]);
  }
  for (let next = version; next < migrations.length; next += 1) {
    await db.transaction(async (run) => {
      for (const statement of migrations[next] ?? []) await run(new Sql(statement));
      await run(
        isNew && next === 0
          ? sql`INSERT INTO meta (version, app_version, is_sample) VALUES (1, ${options.appVersion}, ${options.isSample ?? false})`
          : sql`UPDATE meta SET version = ${next + 1}, app_version = ${options.appVersion}`,
      );
    });
  }
}

function foreign(path: string): UserError {
  return new UserError([
    {
      code: 'workspace/foreign',
      place: basename(path),
      message: 'The file is a DuckDB database of something else. It was left as it is.',
      hint: 'Choose another name for the workspace.',
    },
  ]);
}

function explain(path: string, cause: unknown): unknown {
  if (cause instanceof UserError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/Could not set lock|Conflicting lock|being used by another process/i.test(text))
    return heldBy(path, readHolder(path));
  const place = basename(path);
  const problem: Problem = /not a valid DuckDB|Corrupt|checksum|Serialization|deserialize|magic bytes/i.test(text)
    ? {
        code: 'workspace/damaged',
        place,
        message: "The workspace file is damaged and can't be opened.",
        hint: 'Its logs are untouched: move the file away and load them again.',
      }
    : {
        code: 'workspace/unavailable',
        place,
        message: `The workspace can't be opened: ${text.split('\n')[0]}`,
        hint: 'Check that its folder exists and may be written to.',
      };
  return new UserError([problem], { cause });
}
