import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Problem, UserError } from '../../../shared/problem';
import { Catalog } from './catalog';
import { Database } from './db';
import { heldBy, takeLock } from './lock';
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
 * @throws UserError `workspace/held`, `workspace/newer`, `workspace/damaged`, `workspace/unavailable`
 */
export async function openWorkspace(path: string, options: OpenOptions): Promise<Workspace> {
  const absolute = resolve(path);
  const giveBack = takeLock(absolute, options.app);
  const spoolDirectory = join(dirname(absolute), `.${basename(absolute)}.spool-${randomBytes(6).toString('hex')}`);
  let db: Database | null = null;
  try {
    mkdirSync(spoolDirectory, { recursive: true, mode: 0o700 });
    db = await Database.open(absolute, {
      spoolDirectory,
      temporaryDirectory: spoolDirectory,
      memoryLimitBytes: options.memoryLimitBytes ?? Math.min(GIGABYTE, totalmem() / 4),
      threads:
        options.threads ??
        Math.max(1, typeof availableParallelism === 'function' ? availableParallelism() : cpus().length),
    });
    await migrate(db, absolute, options);
    const [meta] = await db.read(sql`SELECT is_sample FROM meta`);
    const opened = db;
    return {
      path: absolute,
      name: basename(absolute).replace(/\.duckdb$/, ''),
      isSample: meta?.is_sample === true,
      db,
      catalog: await Catalog.load(db),
      spoolDirectory,
      async close() {
        await opened.close();
        rmSync(spoolDirectory, { recursive: true, force: true });
        giveBack();
      },
    };
  } catch (cause) {
    await db?.close();
    rmSync(spoolDirectory, { recursive: true, force: true });
    giveBack();
    throw explain(absolute, cause);
  }
}

/** Size of the workspace file with what is not yet merged into it, in bytes. Only `stat`: see docs/architecture.md. */
export function workspaceBytes(path: string): number {
  return [path, `${path}.wal`].reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
}

async function migrate(db: Database, path: string, options: OpenOptions): Promise<void> {
  const tables = await db.read(sql`SELECT table_name FROM duckdb_tables() WHERE table_name IN ('meta', 'event_table')`);
  const isNew = tables.length === 0;
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

function explain(path: string, cause: unknown): unknown {
  if (cause instanceof UserError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/Could not set lock|Conflicting lock|being used by another process/i.test(text)) return heldBy(path, null);
  const place = basename(path);
  const problem: Problem = /not a valid DuckDB|Corrupt|checksum|Serialization|deserialize|magic bytes/i.test(text)
    ? {
        code: 'workspace/damaged',
        place,
        message: 'The workspace file is damaged and can’t be opened.',
        hint: 'Its logs are untouched: move the file away and load them again.',
      }
    : {
        code: 'workspace/unavailable',
        place,
        message: `The workspace can’t be opened: ${text.split('\n')[0]}`,
        hint: 'Check that its folder exists and may be written to.',
      };
  return new UserError([problem], { cause });
}
