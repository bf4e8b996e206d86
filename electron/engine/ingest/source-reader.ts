import { sep } from 'node:path';
import type { Problem } from '../../../shared/problem';
import type { FileBook } from './file-book';
import { isExcluded } from './file-choices';
import { pathBelow } from './file-paths';
import { accountedEnd, type FileRecord, toFileRow } from './file-record';
import { findOrigin, isInPlace, type Origin } from './identify';
import type { Loader } from './load';
import { type LoadOutcome, loadFile } from './load-file';
import { DueFiles, endingAt, needsReading, nextLookMs, quietSince } from './look-times';
import type { OpenFiles } from './open-files';
import { orderStrangers } from './read-order';
import { type Entry, groupOf } from './source-entry';
import type { Ending } from './unwrap/types';
import { type FoundFile, type FoundFolder, findFile, isSameFile, type OwnFiles, type Walked, walk } from './walk';

/** So long a file that is like another one, as rotation copies it, waits for what becomes of that one. */
const copyMs = 10_000;

/** A file that is gone and held open is read on until it was quiet for so long: its writer may still hold it too. */
const drainMs = 5000;

const drainLookMs = 1000;

/** A file that did not grow for so long is not held open. */
const heldMs = 60_000;

/** A file of which something was heard while it is being read is looked at again after so long. */
const busyMs = 200;

export type LookOptions = {
  nowMs: number;
  /** Whether files may go on; else the end of each is taken as it stands. */
  isFollowing: boolean;
  /** The source that reads a record's file and goes on doing so; null where none does. */
  ownerOf: (record: FileRecord) => Entry | null;
  onBytes?: ((entry: Entry) => void) | undefined;
  onFile?: ((entry: Entry) => void) | undefined;
  /** Called between chunks of a file. */
  between?: (() => Promise<void>) | undefined;
};

type Seen = { entry: Entry; found: FoundFile };

/**
 * Finds out what became of the files of sources, and hands what is new in them to a loader. What it learns counts once
 * the loader has written it: after a failure a new reader goes on from what stands in the workspace.
 */
export class SourceReader {
  readonly due = new DueFiles();
  readonly busy = new Set<FileRecord>();
  readonly #copies = new Map<string, { size: number; modifiedMs: number; sinceMs: number }>();

  constructor(
    readonly book: FileBook,
    private readonly held: OpenFiles,
    private readonly own: OwnFiles | null,
  ) {}

  /**
   * Looks at all files of sources. Which of them are known, renamed, rewritten or gone shows only in all of them together.
   * @returns the folders below each source, and whether no file was renamed or replaced meanwhile
   */
  async look(
    loader: Loader,
    entries: readonly Entry[],
    options: LookOptions,
  ): Promise<{ folders: Map<Entry, FoundFolder[]>; isSettled: boolean }> {
    const round = new Round(this, loader, this.held, options);
    const folders = new Map<Entry, FoundFolder[]>();
    for (const entry of entries) {
      const walked = await walk(entry.path, this.own);
      walked.files = walked.files.filter(({ path }) => !isExcluded(entry.choices, entry.path, path));
      entry.unreadable = walked.unreadable;
      entry.overlaps = new Map();
      entry.files = walked.files.length;
      folders.set(entry, walked.folders);
      // A folder that is gone may come back with all its files; a file that is gone was deleted or renamed.
      const isFile = this.book.lastAt(entry.id, entry.path) !== undefined;
      if (walked.root !== 'missing' || isFile) await round.readKnown(entry, walked);
    }
    await round.readRenamed();
    // Before what is new is compared with them: what was packed holds also what was appended last.
    await round.endLost();
    await round.readStrangers();
    await this.held.closeIdle(options.nowMs - heldMs);
    return { folders, isSettled: round.isSettled };
  }

  /**
   * Looks at one file, of which something was heard.
   * @returns false where only a look at all files can tell what became of it
   */
  async lookAt(loader: Loader, entry: Entry, path: string, options: LookOptions): Promise<boolean> {
    if (isExcluded(entry.choices, entry.path, path)) return true;
    const found = await findFile(path).catch(() => null);
    const record = found === null ? undefined : this.book.find(entry.id, found);
    if (found === null) return false;
    if (record === undefined) return (await findElsewhere(this.book, entry, found, options)) !== null;
    // It is being read just now: later, from where that ends.
    if (this.busy.has(record)) this.due.set(entry, path, options.nowMs + busyMs);
    else if ((await new Round(this, loader, this.held, options).read(entry, record, found)) !== 'read') return false;
    return true;
  }

  /**
   * Whether a file that looks like a copy of one that is still there has to wait for what becomes of that one.
   * @param foundMs since when it is there, if this is the first look at it
   */
  isWaiting(entry: Entry, found: FoundFile, nowMs: number, foundMs: number): boolean {
    const key = `${entry.id}:${found.path}`;
    const known = this.#copies.get(key);
    const isSame = known?.size === found.size && known.modifiedMs === found.modifiedMs;
    const sinceMs = isSame ? known.sinceMs : foundMs;
    if (nowMs - sinceMs >= copyMs) {
      this.#copies.delete(key);
      return false;
    }
    this.#copies.set(key, { size: found.size, modifiedMs: found.modifiedMs, sinceMs });
    this.due.set(entry, found.path, sinceMs + copyMs);
    return true;
  }
}

/** One round of looking. */
class Round {
  readonly #looked = new Set<FileRecord>();
  /** Sources that could be looked at, but for the paths below them that could not. */
  readonly #scanned: { entry: Entry; unknown: string[] }[] = [];
  readonly #newEntries = new Set<Entry>();
  /** No file was renamed or replaced between being found and being opened. */
  isSettled = true;
  /** Nothing was known before this round that a file could come from. */
  readonly #isFirst: boolean;
  #strangers: Seen[] = [];

  constructor(
    private readonly reader: SourceReader,
    private readonly loader: Loader,
    private readonly held: OpenFiles,
    private readonly options: LookOptions,
  ) {
    this.#isFirst = reader.book.isEmpty;
  }

  /** Reads the files of a source that are where they were; the others wait. */
  async readKnown(entry: Entry, { root, files }: Walked): Promise<void> {
    this.#scanned.push({ entry, unknown: root === 'missing' ? [] : entry.unreadable.map(({ path }) => path) });
    if (!entry.isKnown) this.#newEntries.add(entry);
    entry.isKnown = true;
    entry.bytes = files.reduce((sum, { size }) => sum + size, 0);
    entry.bytesDone = 0;
    for (const found of files) {
      const record = this.reader.book.find(entry.id, found);
      if (record === undefined) this.#strangers.push({ entry, found });
      else if ((await this.read(entry, record, found)) === 'rewritten') {
        await this.#end(entry, record, rewrittenProblem(record));
        this.#strangers.push({ entry, found });
      }
    }
  }

  /** Reads the files that have another name than before. First, since they are older than what stands in their place. */
  async readRenamed(): Promise<void> {
    const rest: Seen[] = [];
    for (const stranger of this.#strangers) {
      if (!(await this.#readByInode(stranger))) rest.push(stranger);
    }
    this.#strangers = rest;
  }

  async #readByInode({ entry, found }: Seen): Promise<boolean> {
    if (await this.#leaveToOther(entry, found)) return true;
    for (const record of this.reader.book.withInode(found)) {
      if (await isInPlace(record)) {
        // One more name of a file that is read under another; or a file that another source reads too.
        if (record.sourceId === entry.id && found.links > 1) return true;
      } else if (record.guards.length > 0 || !record.ended) {
        if (await this.#adopt(entry, record, found)) return true;
      }
    }
    return false;
  }

  /** Where the folders of sources overlap, each file is read once. */
  async #leaveToOther(entry: Entry, found: FoundFile): Promise<boolean> {
    const other = await findElsewhere(this.reader.book, entry, found, this.options);
    if (other === null) return false;
    entry.overlaps.set(other.label, (entry.overlaps.get(other.label) ?? 0) + 1);
    return true;
  }

  /** Reads the files that no record knows. */
  async readStrangers(): Promise<void> {
    for (const { stranger, mayBeCopy } of orderStrangers(this.#strangers)) {
      await this.#readStranger(stranger, mayBeCopy);
    }
  }

  async #readStranger({ entry, found }: Seen, mayBeCopy: boolean): Promise<void> {
    if (entry.stop.signal.aborted) return;
    // It came into two sources at once.
    if (await this.#leaveToOther(entry, found)) return;
    const { book } = this.reader;
    const { nowMs, isFollowing } = this.options;
    const isNew = this.#newEntries.has(entry);
    // Of the files of a folder that was just added one may be the copy for which another one in it is about to be cut.
    const isFreshCopy = mayBeCopy && nowMs - newestMs(found) < copyMs;
    const hasOrigin = !(this.#isFirst && isNew) || isFreshCopy;
    const origin: Origin = hasOrigin
      ? // Where it can't be read, loading it says so.
        await findOrigin(book, entry.id, found, this.loader.unpackParquet).catch(() => ({ kind: 'new' }) as const)
      : { kind: 'new' };
    if (origin.kind === 'moving') {
      this.isSettled = false;
      return;
    }
    if (origin.kind === 'continued' && (await this.#adopt(entry, origin.record, found))) return;
    if (origin.kind === 'part') return this.#keepPart(entry, origin.record, origin.found);
    // What stood in a folder before it was added came at the time that its file tells.
    const sinceMs = isNew ? Math.min(nowMs, newestMs(found)) : nowMs;
    if (origin.kind === 'copy' && isFollowing && this.reader.isWaiting(entry, found, nowMs, sinceMs)) return;
    const record = book.create(entry.id, found);
    const outcome = await this.read(entry, record, found);
    if (outcome === 'rewritten') await this.#end(entry, record, rewrittenProblem(record));
  }

  /** Goes on with a record at another file: the same one under another name, or one that holds what it held. */
  async #adopt(entry: Entry, record: FileRecord, found: FoundFile): Promise<boolean> {
    const { sourceId } = record;
    record.sourceId = entry.id;
    const outcome = await this.read(entry, record, found);
    if (outcome === 'read') return true;
    record.sourceId = sourceId;
    this.reader.book.keep(record);
    // Gone again in this moment: looked at in the next round.
    return outcome === 'elsewhere';
  }

  /** A file of which all was read as a part of another one. */
  async #keepPart(entry: Entry, whole: FileRecord, found: FoundFile): Promise<void> {
    const record = this.reader.book.create(entry.id, found);
    record.size = found.size;
    record.modifiedMs = found.modifiedMs;
    record.guards = whole.guards.filter(({ end }) => end <= found.size);
    record.compression = whole.compression;
    record.done = true;
    record.state =
      whole.state === null ? null : { ...whole.state, position: found.size, malformed: 0, cut: 0, faults: [] };
    await this.#save(entry, record);
    this.#looked.add(record);
    whole.problem = null;
    await this.#save(entry, whole);
  }

  /** Reads what is new in the file of a record, if anything is. A source that is stopped counts as `elsewhere`. */
  async read(entry: Entry, record: FileRecord, found: FoundFile, isGone = false): Promise<LoadOutcome> {
    const { nowMs, isFollowing, onFile } = this.options;
    this.#looked.add(record);
    if (entry.stop.signal.aborted) return 'elsewhere';
    const hasChanged = record.size !== found.size || record.modifiedMs !== found.modifiedMs;
    if (hasChanged || record.look.changedMs === 0) record.look.changedMs = nowMs;
    const ending = isFollowing && !isGone ? endingAt(quietSince(record, found), nowMs) : 'final';
    const end = accountedEnd(record);
    const outcome = needsReading(record, found, ending) ? await this.#load(entry, record, found, ending) : 'read';
    if (entry.stop.signal.aborted) return outcome;
    const isActive = record.compression === 'none' && nowMs - quietSince(record, found) < heldMs;
    const hasGrown = end > 0 && accountedEnd(record) > end;
    if (isFollowing && isActive && outcome === 'read' && !isGone && (hasGrown || this.held.hasRoom)) {
      await this.held.hold(record, nowMs);
    }
    entry.bytesDone += found.size;
    onFile?.(entry);
    if (outcome === 'elsewhere') this.isSettled = false;
    else if (isFollowing) this.reader.due.set(entry, found.path, nextLookMs(record, found, nowMs));
    return outcome;
  }

  async #load(entry: Entry, record: FileRecord, found: FoundFile, ending: Ending): Promise<LoadOutcome> {
    const { nowMs, onBytes, between } = this.options;
    const before = JSON.stringify(toFileRow(record));
    const { bytesDone } = entry;
    let outcome: LoadOutcome;
    const current = { path: pathBelow(entry.path, found.path), bytes: found.size, bytesDone: 0 };
    entry.current = current;
    this.reader.busy.add(record);
    try {
      outcome = await loadFile(this.loader, found, record, {
        group: groupOf(entry, found.path),
        signal: entry.stop.signal,
        ending,
        handle: await this.held.find(record, found),
        onBytes: (bytes) => {
          entry.bytesDone += bytes;
          current.bytesDone += bytes;
          onBytes?.(entry);
        },
        between,
      });
    } catch (cause) {
      if (!entry.stop.signal.aborted || cause !== entry.stop.signal.reason) throw cause;
      // Stopped between two chunks: what was taken over so far and the record agree.
      outcome = 'elsewhere';
    } finally {
      this.reader.busy.delete(record);
      entry.bytesDone = bytesDone;
      entry.current = null;
    }
    if (outcome === 'rewritten' && isSameFile(record, found)) record.look.isRewritten = true;
    if (outcome === 'read') {
      record.look = { checkedMs: nowMs, changedMs: record.look.changedMs, ending, isRewritten: false };
    }
    if (JSON.stringify(toFileRow(record)) !== before) await this.#save(entry, record);
    return outcome;
  }

  /** Ends the records whose files are gone from the sources that could be looked at. */
  async endLost(): Promise<void> {
    for (const { entry, unknown } of this.#scanned) {
      for (const record of [...this.reader.book.ofSource(entry.id)]) {
        if (this.#looked.has(record) || (record.ended && !this.held.has(record))) continue;
        const isUnknown = unknown.some((path) => record.path === path || record.path.startsWith(path + sep));
        if (!isUnknown) await this.#endGone(entry, record);
      }
    }
  }

  /** A file that is gone and still open is read on until nothing comes any more. */
  async #endGone(entry: Entry, record: FileRecord): Promise<void> {
    const found = await this.held.look(record);
    const isRead = found !== null && (await this.read(entry, record, found, true)) === 'read';
    if (isRead && this.options.nowMs - quietSince(record, found) < drainMs) {
      this.reader.due.set(entry, found.path, this.options.nowMs + drainLookMs);
      record.ended = true;
      await this.#save(entry, record);
    } else await this.#end(entry, record, lostProblem(record));
  }

  async #end(entry: Entry, record: FileRecord, problem: Problem | null): Promise<void> {
    await this.held.release(record);
    record.ended = true;
    record.problem = problem;
    await this.#save(entry, record);
  }

  async #save(entry: Entry, record: FileRecord): Promise<void> {
    this.reader.book.keep(record);
    await this.loader.add([], record, groupOf(entry, record.path));
  }
}

/** When a file was made or changed last. */
function newestMs({ modifiedMs, bornMs }: FoundFile): number {
  return Math.max(modifiedMs, bornMs ?? 0);
}

/** Another source that reads this very file; null where there is none. */
async function findElsewhere(
  book: FileBook,
  entry: Entry,
  found: FoundFile,
  { ownerOf }: LookOptions,
): Promise<Entry | null> {
  for (const record of book.withInode(found)) {
    const owner = ownerOf(record);
    if (owner !== null && owner !== entry && (await isInPlace(record))) return owner;
  }
  return null;
}

function rewrittenProblem(record: FileRecord): Problem {
  return {
    code: 'file/shrunk',
    place: record.path,
    message: 'It was cut short or written anew, and what it holds now was read as a file of its own.',
    hint: 'What was appended between the last look at it and that moment is not in the workspace, unless a copy of it is in the folder.',
  };
}

function lostProblem(record: FileRecord): Problem | null {
  const unread = record.compression === 'none' && record.state !== null ? record.size - accountedEnd(record) : 0;
  if (unread <= 0) return null;
  return {
    code: 'file/missing',
    place: record.path,
    message: `It was deleted before its last ${unread} bytes were read.`,
    hint: 'If a copy of it exists, put that into the folder: what is missing will be read from it.',
  };
}
