import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ChosenFile } from '../../shared/bridge';
import { mostFileBytes } from '../../shared/export';
import { formatBytes } from '../../shared/format';
import { mostNamesBytes } from '../../shared/names';
import type { ProblemCode } from '../../shared/problem';
import { labelPath } from './grants';

/** A kind of file that a user may choose: how large it may be, and what is said of one that can't be taken. */
export type FileKind = { code: ProblemCode; mostBytes: number; tooLarge: string };

export const caseFile: FileKind = {
  code: 'case/unreadable',
  mostBytes: mostFileBytes,
  tooLarge: 'Export the case for a shorter time range.',
};

export const namesFile: FileKind = {
  code: 'names/unreadable',
  mostBytes: mostNamesBytes,
  tooLarge: 'Keep the names that your logs hold.',
};

/** Reads a file that the user chose; what is in it, the engine judges. @param path absolute */
export async function readChosenFile(path: string, { code, mostBytes, tooLarge }: FileKind): Promise<ChosenFile> {
  const name = basename(path);
  const refuse = (message: string, hint: string): ChosenFile => {
    return { name, data: null, problems: [{ code, place: labelPath(path), message, hint }] };
  };
  try {
    // Devices and pipes may never end; already opening one may wait for ever.
    if (!(await stat(path)).isFile()) return refuse('This is no file.', 'Choose another one.');
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > mostBytes) return refuse(`The file has more than ${formatBytes(mostBytes)}.`, tooLarge);
      return { name, data: await file.readFile(), problems: [] };
    } finally {
      await file.close();
    }
  } catch (cause) {
    const { code: reason } = cause as NodeJS.ErrnoException;
    return refuse(
      `The file can't be read (${reason ?? 'unknown reason'}).`,
      'Copy it to another folder and open it there.',
    );
  }
}
