import { accessSync, constants, statSync } from 'node:fs';
import type { Problem } from '../../shared/problem';
import { labelPath } from './grants';
import { workspaceExtension } from './workspaces';

/** Paths that a user chose, sorted by what they are for. */
export type ChosenPaths = {
  /** Folders and log files. */
  logs: string[];
  workspaces: string[];
  /** One for each path that can't be used. */
  problems: Problem[];
};

/** Sorts absolute paths that a user chose; a path that was given twice counts once. */
export function sortPaths(paths: string[]): ChosenPaths {
  const chosen: ChosenPaths = { logs: [], workspaces: [], problems: [] };
  for (const path of new Set(paths)) {
    const kind = inspectPath(path);
    if (kind === 'logs') chosen.logs.push(path);
    else if (kind === 'workspace') chosen.workspaces.push(path);
    else chosen.problems.push(kind);
  }
  return chosen;
}

function inspectPath(path: string): 'logs' | 'workspace' | Problem {
  const place = labelPath(path);
  try {
    const found = statSync(path);
    accessSync(path, constants.R_OK);
    if (found.isDirectory()) return 'logs';
    if (found.isFile()) return path.endsWith(workspaceExtension) ? 'workspace' : 'logs';
    return {
      code: 'file/unreadable',
      place,
      message: 'This is neither a folder nor a file.',
      hint: 'Choose log files.',
    };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return missingProblem(place);
    const hint = 'Check that you may read it, then open it again.';
    return { code: 'file/unreadable', place, message: `This can't be read (${code ?? 'unknown reason'}).`, hint };
  }
}

function missingProblem(place: string): Problem {
  const hint = 'It may have been moved or renamed. Open it where it is now.';
  return { code: 'file/missing', place, message: 'There is no such folder or file.', hint };
}
