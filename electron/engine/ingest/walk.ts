import type { BigIntStats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../../shared/problem';

/** A file below a source, as the file system describes it. */
export type FoundFile = { path: string; size: number; modifiedMs: number; device: string; inode: string };

/** A path that could not be listed or looked at, with the reason. */
export type Unreadable = { path: string; problem: Problem };

/**
 * All log files below a folder, or the file itself, sorted by path. Hidden files and folders and the test object of S3
 * exports are left out. Symbolic links are not followed: what they point to inside the folder is found anyway.
 */
export async function findFiles(root: string): Promise<{ files: FoundFile[]; unreadable: Unreadable[] }> {
  const files: FoundFile[] = [];
  const unreadable: Unreadable[] = [];
  const visit = async (path: string, look: (path: string) => Promise<BigIntStats>): Promise<void> => {
    try {
      const stats = await look(path);
      if (stats.isFile()) files.push(describe(path, stats));
      if (!stats.isDirectory()) return;
      const names = await readdir(path);
      for (const name of names.sort()) {
        if (!name.startsWith('.') && name !== 'aws-logs-write-test') await visit(join(path, name), lookAtLink);
      }
    } catch (cause) {
      unreadable.push({ path, problem: unreadableProblem(path, cause) });
    }
  };
  await visit(root, lookThroughLink);
  return { files, unreadable };
}

/** What to tell the user of a path that the system refuses. */
export function unreadableProblem(path: string, cause: unknown): Problem {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') {
    return {
      code: 'file/missing',
      place: path,
      message: 'There is no such file or folder.',
      hint: 'Check the path; if it was moved, add it from its new place.',
    };
  }
  const reasons: Record<string, string> = {
    EACCES: 'You may not read it',
    EPERM: 'You may not read it',
    EISDIR: 'It is a folder',
    EIO: 'The disk reports an error',
    EMFILE: 'Too many files are open',
  };
  const message = `${reasons[code] ?? (cause instanceof Error ? cause.message : String(cause))}.`;
  return { code: 'file/unreadable', place: path, message, hint: 'Allow reading, then reload the source.' };
}

// As bigint: an inode of some file systems needs all 64 bits.
const lookAtLink = (path: string) => lstat(path, { bigint: true });
const lookThroughLink = (path: string) => stat(path, { bigint: true });

function describe(path: string, stats: BigIntStats): FoundFile {
  return {
    path,
    size: Number(stats.size),
    modifiedMs: Number(stats.mtimeNs) / 1e6,
    device: String(stats.dev),
    inode: String(stats.ino),
  };
}
