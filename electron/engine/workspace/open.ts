import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Problem, UserError } from '../../../shared/problem';
import { usualLimits } from '../../../shared/settings';
import { readMachine } from '../../files/machine';
import { Catalog } from './catalog';
import { Database, type DatabaseOptions } from './db';
import { type Failure, readFailure } from './failures';
import { claimPath, heldBy, isOpenHere, readHolder, releasePath, removeHolder, writeHolder } from './lock';
import { migrations } from './migrations';
import { finishRepair, Recovery } from './recovery';
import { openRepaired } from './repair';
import { RestoreKeeper, readRestoreCopy } from './restore-copy';
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
  /** Another one after a recovery. */
  catalog: Catalog;
  spoolDirectory: string;
  recovery: Recovery;
  close(): Promise<void>;
};

/**
 * Opens a workspace file, or makes it. One that is damaged is repaired; `recovery.notices` tells what was done.
 * @param path `NAME.duckdb`
 * @throws UserError `workspace/held`, `workspace/foreign`, `workspace/newer`, `workspace/damaged`, `workspace/unavailable`
 */
export async function openWorkspace(path: string, options: OpenOptions): Promise<Workspace> {
  const absolute = resolve(path);
  requireSuitable(path, absolute);
  claimPath(absolute);
  let spoolDirectory: string | null = null;
  let db: Database | null = null;
  try {
    makeFolder(dirname(absolute));
    spoolDirectory = makeSpool(absolute);
    const usual = usualLimits(readMachine());
    const dbOptions: DatabaseOptions = {
      spoolDirectory,
      temporaryDirectory: spoolDirectory,
      memoryLimitBytes: options.memoryLimitBytes ?? usual.memoryMb * 1e6,
      threads: options.threads ?? usual.threads,
    };
    const { opened, repair } = await openRepaired(absolute, () => Database.open(absolute, dbOptions));
    db = opened;
    removeOldSpools(absolute, spoolDirectory);
    const keeper = new RestoreKeeper(absolute, db);
    const recovery = new Recovery({
      path: absolute,
      db,
      dbOptions,
      keeper,
      prepare: (alone) => migrate(alone, absolute, options),
    });
    // Damage may show in the first look at any table.
    db.onFailure = (cause) => recovery.recover(cause);
    await migrate(db, absolute, options);
    recovery.notices.push(...(await finishRepair(absolute, db, dbOptions, repair)));
    writeHolder(absolute, options.app);
    return await assemble(absolute, db, spoolDirectory, keeper, recovery);
  } catch (cause) {
    await db?.close();
    if (spoolDirectory !== null) rmSync(spoolDirectory, { recursive: true, force: true });
    releasePath(absolute);
    throw explain(absolute, cause);
  }
}

async function assemble(
  path: string,
  db: Database,
  spoolDirectory: string,
  keeper: RestoreKeeper,
  recovery: Recovery,
): Promise<Workspace> {
  const catalog = await Catalog.load(db);
  const [meta] = await db.read(sql`SELECT is_sample FROM meta`);
  const workspace: Workspace = {
    path,
    name: basename(path).replace(/\.duckdb$/, ''),
    isSample: meta?.is_sample === true,
    db,
    catalog,
    spoolDirectory,
    recovery,
    async close() {
      await keeper.keep().catch(() => undefined);
      removeHolder(path);
      await db.close();
      rmSync(spoolDirectory, { recursive: true, force: true });
      releasePath(path);
    },
  };
  recovery.onReopened = async (alone) => {
    workspace.catalog = await Catalog.load(db, alone);
  };
  db.onWrite = () => keeper.wake();
  await keeper.keep().catch(() => undefined);
  return workspace;
}

/** Makes a folder and those above it. Node's own `recursive` runs in circles where the system refuses one, as in `/proc`. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
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

/**
 * Refuses what can be no workspace, before DuckDB takes it for something: it opens CSV, JSON and SQLite files too. A file that
 * is ours and damaged has its copy beside it, and is repaired.
 */
function requireSuitable(given: string, path: string): void {
  if (given === '') throw unsuitable('workspace/unavailable', 'No workspace is named.', given);
  if (path.includes('?')) {
    throw unsuitable('workspace/unavailable', "A workspace can't have a “?” in its path.", basename(path));
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.size === 0 || readRestoreCopy(path) !== null) return;
  if (stats.isDirectory()) throw foreign(path, 'It is a folder, and no workspace.');
  if (!stats.isFile()) throw foreign(path, 'It is a device or a pipe, and no workspace.');
  if (!isOpenHere(path) && !isDuckDb(path)) throw foreign(path, 'The file is no workspace. It was left as it is.');
}

/** Only of a file that this process has not open: see docs/architecture.md. */
function isDuckDb(path: string): boolean {
  try {
    const handle = openSync(path, 'r');
    try {
      const head = Buffer.alloc(12);
      readSync(handle, head, 0, head.length, 0);
      return head.toString('latin1', 8) === 'DUCK';
    } finally {
      closeSync(handle);
    }
  } catch {
    // DuckDB says why it can't be read.
    return true;
  }
}

function unsuitable(code: Problem['code'], message: string, place: string): UserError {
  return new UserError([{ code, place, message, hint: 'Choose another path for the workspace.' }]);
}

function foreign(
  path: string,
  message = 'The file is a DuckDB database of something else. It was left as it is.',
): UserError {
  return new UserError([
    {
      code: 'workspace/foreign',
      place: basename(path),
      message,
      hint: 'Choose another name for the workspace.',
    },
  ]);
}

function explain(path: string, cause: unknown): unknown {
  if (cause instanceof UserError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  const failure = readFailure(cause);
  if (failure.isHeld) return heldBy(path, readHolder(path));
  const place = basename(path);
  const reason = text.split('\n')[0] ?? '';
  return new UserError([openProblem(place, reason, failure)], { cause });
}

function openProblem(place: string, reason: string, failure: Failure): Problem {
  if (failure.isNewer) {
    return {
      code: 'workspace/newer',
      place,
      message: `The workspace was written by a newer version of DuckDB: ${reason}`,
      hint: 'Open it with the version of the app that wrote it, or load the logs into a new workspace.',
    };
  }
  if (failure.isDamaged || failure.isWalDamaged) {
    return {
      code: 'workspace/damaged',
      place,
      message: "The file is damaged, or no workspace, and can't be opened.",
      hint: 'Its logs are untouched: move the file away and load them again.',
    };
  }
  if (failure.isFull) {
    return {
      code: 'workspace/disk-full',
      place,
      message: "The workspace can't be opened: the disk is full.",
      hint: 'Make room on the disk of the workspace.',
    };
  }
  return {
    code: 'workspace/unavailable',
    place,
    message: `The workspace can't be opened: ${reason}`,
    hint: 'Check that its folder exists and may be written to.',
  };
}
