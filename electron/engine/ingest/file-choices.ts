import { basename, dirname, join } from 'node:path';
import type { FileChoices } from '../../../shared/source-preview';
import { pathBelow } from './file-paths';
import { originalName } from './rotated-name';

/** Choices as sets, kept beside the plain ones: a source may have thousands of files. */
const lookups = new WeakMap<FileChoices, { excluded: Set<string>; groups: Map<string, string> }>();

/** Whether the user left a file of a source out. */
export function isExcluded(choices: FileChoices | null, root: string, path: string): boolean {
  return choices !== null && lookUp(choices).excluded.has(pathBelow(root, path));
}

/** The log group that the user chose for a file of a source, also under the name that rotation gives it; null: none. */
export function chosenGroup(choices: FileChoices | null, root: string, path: string): string | null {
  if (choices === null) return null;
  const { groups } = lookUp(choices);
  const original = join(dirname(path), originalName(basename(path)));
  return groups.get(pathBelow(root, path)) ?? groups.get(pathBelow(root, original)) ?? null;
}

function lookUp(choices: FileChoices) {
  const known = lookups.get(choices);
  if (known !== undefined) return known;
  const lookup = {
    excluded: new Set(choices.excluded),
    groups: new Map(choices.groups.map(({ path, group }) => [path, group])),
  };
  lookups.set(choices, lookup);
  return lookup;
}
