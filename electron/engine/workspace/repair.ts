import { copyFileSync, existsSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { basename } from 'node:path';
import type { Problem } from '../../../shared/problem';
import { readFailure } from './failures';
import { readRestoreCopy } from './restore-copy';

/** What was done to the files of a workspace so that it could be opened. */
export type Repair = {
  /** The last commits are missing, or all. */
  isBehind: boolean;
  /** The damaged file, where the workspace begins anew. */
  damagedPath: string | null;
  notices: Problem[];
};

/**
 * Opens a workspace's file, and repairs what keeps it from opening: files are moved aside, never removed.
 * - A write-ahead log that can't be replayed is cut where it still can, else left out: then the last commits are missing,
 *   with the positions of the files they came from, so that the logs are read again from there.
 * - A damaged file is left out, where what stands in no log can be restored from its copy.
 * @throws what `open` throws, where that is not to be repaired
 */
export async function openRepaired<T>(path: string, open: () => Promise<T>): Promise<{ opened: T; repair: Repair }> {
  const repair: Repair = { isBehind: false, damagedPath: null, notices: [] };
  const isOurs = readRestoreCopy(path) !== null;
  const wal = `${path}.wal`;
  if (isOurs && !existsSync(path) && existsSync(wal)) {
    // DuckDB would make a new file and drop the log.
    setAside(wal);
    repair.isBehind = true;
    repair.notices.push(missingNotice(path));
  }
  let hasCut = false;
  for (;;) {
    try {
      return { opened: await open(), repair };
    } catch (cause) {
      const failure = readFailure(cause);
      repair.isBehind = true;
      if (isOurs && failure.isWalDamaged && existsSync(wal)) {
        if (hasCut) {
          // Our own copy.
          rmSync(wal);
          continue;
        }
        const aside = setAside(wal);
        repair.notices.push(walNotice(path, aside));
        // The commits before the damage can still be read.
        if (failure.walEnd !== null && failure.walEnd > 0) {
          copyFileSync(aside, wal);
          truncateSync(wal, failure.walEnd);
          hasCut = true;
        }
      } else if (failure.isDamaged && existsSync(path) && (isOurs || statSync(path).size === 0)) {
        repair.damagedPath = setAsideAll(path);
        repair.notices.push(rebuiltNotice(path, repair.damagedPath));
      } else throw cause;
    }
  }
}

/** Moves a workspace's file and its log out of the way. @returns the file's new path */
export function setAsideAll(path: string): string {
  const aside = freePath((stamp) => `${path.replace(/\.duckdb$/, '')}.damaged-${stamp}.duckdb`);
  renameSync(path, aside);
  if (existsSync(`${path}.wal`)) renameSync(`${path}.wal`, `${aside}.wal`);
  return aside;
}

function setAside(path: string): string {
  const aside = freePath((stamp) => `${path}.damaged-${stamp}`);
  renameSync(path, aside);
  return aside;
}

function freePath(name: (stamp: string) => string): string {
  const stamp = new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  for (let number = 1; ; number++) {
    const path = name(number === 1 ? stamp : `${stamp}-${number}`);
    if (!existsSync(path)) return path;
  }
}

function walNotice(path: string, aside: string): Problem {
  return {
    code: 'workspace/recovered',
    place: basename(path),
    message: `The last changes could not be read back, and were left out; they are kept in ${basename(aside)}.`,
    hint: 'What is missing is loaded again from the logs. Check the rules changed last.',
  };
}

/** What to tell when a workspace begins anew. */
export function rebuiltNotice(path: string, damagedPath: string): Problem {
  return {
    code: 'workspace/rebuilt',
    place: basename(path),
    message: `The workspace file was damaged and was made anew, with its sources, rules and settings; it is kept as ${basename(damagedPath)}.`,
    hint: 'The logs are loaded again. Check the disk: files do not get damaged by themselves.',
  };
}

function missingNotice(path: string): Problem {
  return {
    code: 'workspace/rebuilt',
    place: basename(path),
    message: 'The workspace file was gone and was made anew, with its sources, rules and settings.',
    hint: 'The logs are loaded again.',
  };
}
