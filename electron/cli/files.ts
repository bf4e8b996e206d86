import { readFileSync, statSync } from 'node:fs';
import { formatBytes } from '../../shared/format';
import { UserError } from '../../shared/problem';
import { findOwner, writeWhole } from '../files/whole-file';

/** No rule and no list of metrics is larger. */
const mostTextBytes = 10_000_000;

/** Text of a file that an argument names. @throws as `readArgumentBytes` */
export function readArgumentFile(path: string): string {
  return readArgumentBytes(path, mostTextBytes).toString('utf8');
}

/**
 * A file that an argument names. Devices and pipes may never end: only what is a file is read.
 * @throws UserError `args/invalid` with the file and the reason
 */
export function readArgumentBytes(path: string, mostBytes: number): Buffer {
  try {
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is a device or a pipe');
    if (stats.size > mostBytes) throw new Error(`it is larger than ${formatBytes(mostBytes)}`);
    return readFileSync(path);
  } catch (cause) {
    throw badFile(path, 'read', cause);
  }
}

/**
 * Writes a result, as a whole.
 * @param kept files, and folders with the files in them, that a result may not take the place of
 * @throws UserError `args/invalid` with the file and the reason
 */
export async function writeArgumentFile(
  path: string,
  text: string | Uint8Array,
  kept: readonly string[],
): Promise<void> {
  const owner = findOwner(path, kept);
  if (owner !== undefined) throw badFile(path, 'written', new Error(`it belongs to ${owner}, which is only read`));
  await writeWhole(path, text).catch((cause) => {
    throw badFile(path, 'written', cause);
  });
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
