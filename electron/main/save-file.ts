import { basename } from 'node:path';
import type { SavedFile } from '../../shared/bridge';
import { findOwner, writeWhole } from '../files/whole-file';
import { labelPath } from './grants';

/** A name without any folder, as the window suggests it. */
export function plainName(name: string): string {
  // Either kind of slash separates folders somewhere.
  const plain = basename(name.replaceAll('\\', '/')).replace(/^[.\s]+/, '');
  return plain === '' ? 'export' : plain;
}

/**
 * Writes an exported file, as a whole. A file that can't be written is a problem for the user.
 * @param kept files, and folders with the files in them, that nothing may take the place of
 */
export async function saveFile(
  path: string,
  data: string | Uint8Array,
  kept: readonly string[] = [],
): Promise<SavedFile> {
  const refuse = (message: string, hint: string): SavedFile => ({
    label: null,
    problems: [{ code: 'export/unwritable', place: labelPath(path), message, hint }],
  });
  const owner = findOwner(path, kept);
  if (owner !== undefined) {
    return refuse(`It belongs to ${labelPath(owner)}, which is only read.`, 'Choose another name or folder.');
  }
  try {
    await writeWhole(path, data);
    return { label: labelPath(path), problems: [] };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `The file can't be written here (${code ?? 'unknown reason'}).`;
    return refuse(message, 'Choose another folder, or make room on the disk.');
  }
}
