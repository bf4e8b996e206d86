import { accountedEnd, type FileRecord } from './file-record';
import type { Entry } from './source-entry';
import type { Ending } from './unwrap/types';
import { type FoundFile, isSameFile } from './walk';

/** A file that did not change for so long ends with its last line, be that complete or not. */
const quietMs = 2000;

/** And after so long with its last document, be that complete or not. */
const finalMs = 60_000;

/** File systems tell times so coarsely that a change soon after another may leave the time as it was. */
const coarseMs = 2000;

const rank: Record<Ending, number> = { open: 0, quiet: 1, final: 2 };

/** Since when a file is as it is. A clock that is ahead of ours, as on a network drive, says nothing: then since we saw it. */
export function quietSince(record: FileRecord, found: FoundFile): number {
  return Math.min(found.modifiedMs, record.look.changedMs);
}

/** How the end of a file is read that is as it is since `sinceMs`. */
export function endingAt(sinceMs: number, nowMs: number): Ending {
  const age = nowMs - sinceMs;
  return age < quietMs ? 'open' : age < finalMs ? 'quiet' : 'final';
}

/** Whether a file has to be opened: it may have changed, or its end is to be read in another way than before. */
export function needsReading(record: FileRecord, found: FoundFile, ending: Ending): boolean {
  if (record.size !== found.size || record.modifiedMs !== found.modifiedMs) return true;
  if (record.path !== found.path || !isSameFile(record, found)) return true;
  if (record.look.checkedMs - record.modifiedMs < coarseMs) return true;
  return hasOpenEnd(record) && rank[ending] > rank[record.look.ending];
}

/** When a file has to be looked at again, though it may not change; null where that is not needed. */
export function nextLookMs(record: FileRecord, found: FoundFile, nowMs: number): number | null {
  const sinceMs = quietSince(record, found);
  const times = [sinceMs + coarseMs];
  if (hasOpenEnd(record)) times.push(sinceMs + quietMs, sinceMs + finalMs);
  const next = times.filter((timeMs) => timeMs > nowMs).sort((a, b) => a - b)[0];
  return next ?? null;
}

/** Whether a file has content that waits for its rest. */
function hasOpenEnd(record: FileRecord): boolean {
  if (record.problem !== null) return false;
  return record.compression === 'none' ? record.size > accountedEnd(record) : !record.done;
}

/** Files that have to be looked at again at a time. */
export class DueFiles {
  readonly #files = new Map<string, { entry: Entry; path: string; atMs: number }>();

  /** @param atMs null: no more */
  set(entry: Entry, path: string, atMs: number | null): void {
    const key = `${entry.id}:${path}`;
    if (atMs === null) this.#files.delete(key);
    else this.#files.set(key, { entry, path, atMs });
  }

  isDue(nowMs: number): boolean {
    return [...this.#files.values()].some(({ atMs }) => atMs <= nowMs);
  }

  /** Takes out those whose time has come. */
  take(nowMs: number): { entry: Entry; path: string }[] {
    const due = [...this.#files.values()].filter(({ atMs }) => atMs <= nowMs);
    for (const { entry, path } of due) this.set(entry, path, null);
    return due;
  }
}
