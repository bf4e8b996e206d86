import { basename, relative, sep } from 'node:path';

/** A file's path below a source as the window knows it, with `/` between its parts; of a source that is a file, its name. */
export function pathBelow(root: string, path: string): string {
  return path === root ? basename(path) : relative(root, path).split(sep).join('/');
}
