import { readFileSync, realpathSync, statSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { sep } from 'node:path';
import { UserError } from '../../shared/problem';

/** No rule and no list of metrics is larger. */
const mostBytes = 10_000_000;

/**
 * Text of a file that an argument names. Devices and pipes may never end: only what is a file is read.
 * @throws UserError `args/invalid` with the file and the reason
 */
export function readArgumentFile(path: string): string {
  try {
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is a device or a pipe');
    if (stats.size > mostBytes) throw new Error('it is larger than 10 MB');
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw badFile(path, 'read', cause);
  }
}

/**
 * Writes a result. Written beside it and renamed, so that a reader never sees half of it.
 * @param kept files, and folders with the files in them, that a result may not take the place of
 * @throws UserError `args/invalid` with the file and the reason
 */
export async function writeArgumentFile(
  path: string,
  text: string | Uint8Array,
  kept: readonly string[],
): Promise<void> {
  const owner = kept.find((one) => isWithin(path, one));
  if (owner !== undefined) throw badFile(path, 'written', new Error(`it belongs to ${owner}, which is only read`));
  const partial = `${path}.partial-${process.pid}`;
  try {
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw badFile(path, 'written', cause);
  }
}

/** Whether there is such a file, and it is this one or lies below it. */
function isWithin(path: string, one: string): boolean {
  try {
    const [file, folder] = [realpathSync(path), realpathSync(one)];
    return file === folder || file.startsWith(folder + sep);
  } catch {
    return false;
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  EACCES: 'you may not',
  EPERM: 'you may not',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
};

function badFile(path: string, what: 'read' | 'written', cause: unknown): UserError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = reasons[code] ?? (code || (cause instanceof Error ? cause.message : String(cause)));
  const message = `The file can't be ${what}: ${reason}.`;
  return new UserError([{ code: 'args/invalid', place: path, message, hint: 'Check the path.' }], { cause });
}
