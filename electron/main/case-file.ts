import { open } from 'node:fs/promises';
import type { ChosenFile } from '../../shared/bridge';
import { mostFileBytes } from '../../shared/export';
import { labelPath } from './grants';

/** Reads a case file that the user chose; what is in it, the engine judges. @param path absolute */
export async function readCaseFile(path: string): Promise<ChosenFile> {
  const refuse = (message: string, hint: string): ChosenFile => {
    return { data: null, problems: [{ code: 'case/unreadable', place: labelPath(path), message, hint }] };
  };
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > mostFileBytes)
        return refuse('The file has more than 512 MiB.', 'Export the case for a shorter time range.');
      return { data: await file.readFile(), problems: [] };
    } finally {
      await file.close();
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return refuse(
      `The file can't be read (${code ?? 'unknown reason'}).`,
      'Copy it to another folder and open it there.',
    );
  }
}
