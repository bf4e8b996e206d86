import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/**
 * Writes a file as a whole: what stood there is replaced by all of it, or stays. Nothing else is left in the folder.
 * @throws the error of the file system
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const draft = join(dirname(path), `.${randomUUID()}.new`);
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(data);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {});
    throw cause;
  }
}

/**
 * Likewise for a small file that the app keeps for itself, at once and on the disk: also after a crash it holds what it held
 * or all of the new text. Written as `PATH.new`, where one that was left over is written anew.
 * @param mode permissions of the file
 * @throws the error of the file system
 */
export function writeWholeSync(path: string, text: string, mode = 0o666): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', mode);
  try {
    // All of it or an error: one write may take less.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/**
 * The first of some files and folders that there is and that is a file itself, or has it in it; `undefined` where none does.
 * Nothing may be written in the place of a log or of the workspace.
 */
export function findOwner(path: string, owners: readonly string[]): string | undefined {
  return owners.find((owner) => isWithin(path, owner));
}

function isWithin(path: string, owner: string): boolean {
  try {
    const [file, folder] = [realpathSync(path), realpathSync(owner)];
    return file === folder || file.startsWith(folder + sep);
  } catch {
    return false;
  }
}
