import { basename } from 'node:path';
import { originalName, possibleOriginals } from './rotated-name';

/** A file, and whether it has the name of a copy that rotation made of another one that is read before it. */
export type Ordered<T> = { stranger: T; mayBeCopy: boolean };

/**
 * The order in which files that no record knows are read: as they come, but each after those of its source, in any folder,
 * that it may be a copy of. What a copy is of can only be told once that was read.
 */
export function orderStrangers<T extends { entry: { id: number }; found: { path: string } }>(
  strangers: readonly T[],
): Ordered<T>[] {
  const shortest = new Map<string, number>();
  for (const { entry, found } of strangers) {
    const name = basename(found.path);
    const key = nameKey(entry.id, originalName(name));
    shortest.set(key, Math.min(name.length, shortest.get(key) ?? Number.POSITIVE_INFINITY));
  }
  const ordered = strangers.map((stranger) => {
    const name = basename(stranger.found.path);
    // Rotation makes a name longer. Of `app.1.log` and `app.2.log` neither is a copy of the other.
    const isCopyOf = (original: string) =>
      (shortest.get(nameKey(stranger.entry.id, original)) ?? name.length) < name.length;
    return { stranger, mayBeCopy: possibleOriginals(name).some(isCopyOf), length: name.length };
  });
  const copies = ordered.filter(({ mayBeCopy }) => mayBeCopy).sort((a, b) => a.length - b.length);
  return [...ordered.filter(({ mayBeCopy }) => !mayBeCopy), ...copies];
}

function nameKey(sourceId: number, name: string): string {
  return `${sourceId}:${name}`;
}
