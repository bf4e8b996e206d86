import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Problem, UserError } from '../../../shared/problem';
import type { Database, DatabaseOptions } from './db';
import { readFailure } from './failures';
import { openRepaired, type Repair, rebuiltNotice, setAsideAll } from './repair';
import { type RestoreKeeper, readRestoreCopy, restoreFrom } from './restore-copy';
import { salvage } from './salvage';

/** Room that must be left on the disk: DuckDB needs some to put its log into the file. */
const usualFreeBytes = 64_000_000;

type Parts = {
  path: string;
  db: Database;
  dbOptions: DatabaseOptions;
  keeper: RestoreKeeper;
  /** Makes the tables of a file that has none. */
  prepare: (db: Database) => Promise<void>;
};

/** Gets an open workspace going again after DuckDB or the disk failed. */
export class Recovery {
  /** What was done to the workspace since it was opened, and in opening it. */
  readonly notices: Problem[] = [];
  /** Called when the file was opened anew, before anybody else uses it again. */
  onReopened: (alone: Database) => Promise<void> = async () => undefined;
  /** Called after that: positions and events may have gone back to an earlier state. */
  onRecovered: () => void = () => undefined;
  /** Room that must be left on the disk. */
  minimumFreeBytes = usualFreeBytes;
  #running: Promise<boolean> | null = null;

  constructor(private readonly parts: Parts) {}

  /** Keeps beside the workspace what stands in no log, as it is now. */
  keep(): Promise<void> {
    return this.parts.keeper.keep();
  }

  /**
   * Opens the file anew where a failure asks for it: where DuckDB gave up, and where the file is damaged.
   * @returns whether it did
   */
  recover(cause: unknown): Promise<boolean> {
    const { isEnded, isDamaged } = readFailure(cause);
    if (!isEnded && !isDamaged) return Promise.resolve(false);
    this.#running ??= this.#reopenAlone(isDamaged).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** What fails while this runs does not ask for it again. */
  async #reopenAlone(isDamaged: boolean): Promise<boolean> {
    const { db } = this.parts;
    const { onFailure } = db;
    db.onFailure = null;
    try {
      return await this.#reopen(isDamaged);
    } finally {
      db.onFailure = onFailure;
    }
  }

  /** @throws UserError `workspace/disk-full` while the disk has too little room to write more */
  async requireRoom(): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(this.parts.path));
    if (bavail * bsize < this.minimumFreeBytes) throw new UserError([this.fullProblem()]);
  }

  /** Why nothing is written where the disk is full. */
  fullProblem(): Problem {
    return {
      code: 'workspace/disk-full',
      place: basename(this.parts.path),
      message: 'The disk is full. What was loaded is kept; nothing more is loaded until there is room.',
      hint: 'Make room on the disk of the workspace: loading then goes on by itself.',
    };
  }

  async #reopen(isDamaged: boolean): Promise<boolean> {
    const { path, db, dbOptions, keeper, prepare } = this.parts;
    // A damaged file is given up only if what stands in no log is kept elsewhere.
    if (isDamaged) await keeper.keep().catch(() => undefined);
    const isRebuilt = isDamaged && readRestoreCopy(path) !== null && existsSync(path);
    if (isDamaged && !isRebuilt) return false;
    let repair: Repair = { isBehind: false, damagedPath: null, notices: [] };
    await db.reopen(
      async (connect) => {
        const aside = isRebuilt ? setAsideAll(path) : null;
        const result = await openRepaired(path, connect);
        repair = result.repair;
        if (aside !== null) {
          repair.isBehind = true;
          repair.damagedPath = aside;
          repair.notices.push(rebuiltNotice(path, aside));
        }
        return result.opened;
      },
      async (alone) => {
        await prepare(alone);
        this.notices.push(...(await finishRepair(path, alone, dbOptions, repair)));
        await this.onReopened(alone);
      },
    );
    this.onRecovered();
    return true;
  }
}

/**
 * Gives a workspace that was repaired what is kept of it elsewhere.
 * @returns what to tell the user of the repair
 */
export async function finishRepair(
  path: string,
  db: Database,
  options: DatabaseOptions,
  { isBehind, damagedPath, notices }: Repair,
): Promise<Problem[]> {
  const copy = isBehind ? readRestoreCopy(path) : null;
  if (copy !== null) await restoreFrom(copy, db);
  const { events, lostEvents } =
    damagedPath === null ? { events: 0, lostEvents: 0 } : await salvage(damagedPath, db, options);
  if (events + lostEvents === 0) return notices;
  const kept = `${events} of ${events + lostEvents} events of files that are gone could be taken over from it.`;
  return notices.map((notice, index) => (index === 0 ? { ...notice, message: `${notice.message} ${kept}` } : notice));
}
