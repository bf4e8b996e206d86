import { basename, dirname, join } from 'node:path';
import type { FileChoices, Reading } from '../../../shared/source-preview';
import { pathBelow } from './file-paths';
import { originalName } from './rotated-name';

/** Choices as sets, kept beside the plain ones: a source may have thousands of files. */
const lookups = new WeakMap<
  FileChoices,
  { excluded: Set<string>; groups: Map<string, string>; readings: Map<string, Reading> }
>();

/** Whether the user left a file of a source out. */
export function isExcluded(choices: FileChoices | null, root: string, path: string): boolean {
  return choices !== null && lookUp(choices).excluded.has(pathBelow(root, path));
}

/** The log group that the user chose for a file of a source, also under the name that rotation gives it; null: none. */
export function chosenGroup(choices: FileChoices | null, root: string, path: string): string | null {
  if (choices === null) return null;
  return ofFile(lookUp(choices).groups, root, path) ?? null;
}

/** How the user wants a file of a source to be read, also under the name that rotation gives it. */
export function chosenReading(choices: FileChoices | null, root: string, path: string): Reading {
  if (choices === null) return {};
  const { readings } = lookUp(choices);
  return { ...choices.reading, ...ofFile(readings, root, path) };
}

function ofFile<T>(choices: ReadonlyMap<string, T>, root: string, path: string): T | undefined {
  if (choices.size === 0) return undefined;
  const original = join(dirname(path), originalName(basename(path)));
  return choices.get(pathBelow(root, path)) ?? choices.get(pathBelow(root, original));
}

function lookUp(choices: FileChoices) {
  const known = lookups.get(choices);
  if (known !== undefined) return known;
  const lookup = {
    excluded: new Set(choices.excluded),
    groups: new Map(choices.groups.map(({ path, group }) => [path, group])),
    readings: new Map((choices.readings ?? []).map(({ path, ...reading }) => [path, reading])),
  };
  lookups.set(choices, lookup);
  return lookup;
}
