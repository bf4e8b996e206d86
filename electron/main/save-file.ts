import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { SavedFile } from '../../shared/bridge';
import { labelPath } from './grants';

/** A name without any folder, as the window suggests it. */
export function plainName(name: string): string {
  // Either kind of slash separates folders somewhere.
  const plain = basename(name.replaceAll('\\', '/')).replace(/^[.\s]+/, '');
  return plain === '' ? 'export' : plain;
}

/**
 * Writes a file as a whole: what stood there is replaced by all of it, or stays. A file that can't be written is a
 * problem for the user.
 * @param kept files, and folders with the files in them, that nothing may take the place of
 */
export async function writeWhole(
  path: string,
  data: string | Uint8Array,
  kept: readonly string[] = [],
): Promise<SavedFile> {
  for (const one of kept) {
    if (await isWithin(path, one)) {
      const message = `It belongs to ${labelPath(one)}, which is only read.`;
      const hint = 'Choose another name or folder.';
      return { label: null, problems: [{ code: 'export/unwritable', place: labelPath(path), message, hint }] };
    }
  }
  const draft = join(dirname(path), `.${randomUUID()}.new`);
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(data);
    } finally {
      await file.close();
    }
    await rename(draft, path);
    return { label: labelPath(path), problems: [] };
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {});
    const { code } = cause as NodeJS.ErrnoException;
    const message = `The file can't be written here (${code ?? 'unknown reason'}).`;
    const hint = 'Choose another folder, or make room on the disk.';
    return { label: null, problems: [{ code: 'export/unwritable', place: labelPath(path), message, hint }] };
  }
}

/** Whether there is such a file, and it is this one or lies below it. */
async function isWithin(path: string, one: string): Promise<boolean> {
  try {
    const [file, folder] = await Promise.all([realpath(path), realpath(one)]);
    return file === folder || file.startsWith(folder + sep);
  } catch {
    return false;
  }
}
