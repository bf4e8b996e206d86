import { type FileHandle, open } from 'node:fs/promises';
import { type Problem, UserError } from '../../../shared/problem';
import { looksBinary } from './bytes';
import { accountedEnd, type FileRecord } from './file-record';
import { compareContent, holdGuards, readRange, startTrail } from './guards';
import { joinBlocks } from './join-blocks';
import type { GroupChoice, Loader } from './load';
import { type Compression, detectCompression, readBlocks } from './read';
import { createUnwrapper } from './unwrap/create';
import type { Ending, Unwrapper } from './unwrap/types';
import { describeFile, type FoundFile, isMissing, isSameFile, unreadableProblem } from './walk';

/** How much is taken apart into events at a time. */
const sliceBytes = 1024 * 1024;

/** An event that is larger and has no end yet is left to the unwrapper. */
const mostHeldBytes = 4 * 1024 * 1024;

const noBytes = Buffer.alloc(0);

export type LoadFileOptions = {
  group: GroupChoice;
  signal: AbortSignal;
  /** How the last line, event and document are read where the file does not end them. */
  ending: Ending;
  /** An open handle, which stays open; left out, the file is opened by its path. */
  handle?: FileHandle | undefined;
  /** Called with the bytes of the file itself that were taken since the last call. */
  onBytes: (bytes: number) => void;
  /** Called between chunks, where all that was taken over so far may be written. */
  between?: (() => Promise<void>) | undefined;
};

/**
 * `read`: the record is true to the file. `elsewhere`: the path no longer holds the file that was found. `rewritten`: the
 * file does not hold any more what was read of it, and belongs to another record.
 */
export type LoadOutcome = 'read' | 'elsewhere' | 'rewritten';

/**
 * Loads what a file holds beyond the record's position, and keeps the record true to it. What is wrong with the file is
 * kept in `record.problem`; nothing is thrown for it. A record that changed without events is not written yet.
 * @throws the signal's reason; errors of the workspace
 */
export async function loadFile(
  loader: Loader,
  found: FoundFile,
  record: FileRecord,
  options: LoadFileOptions,
): Promise<LoadOutcome> {
  let handle = options.handle;
  try {
    handle ??= await open(found.path, 'r');
    const opened = describeFile(found.path, await handle.stat({ bigint: true }));
    if (!isSameFile(opened, found)) return 'elsewhere';
    return await loadOpened(loader, handle, opened, record, options);
  } catch (cause) {
    options.signal.throwIfAborted();
    if (isMissing(cause)) return 'elsewhere';
    const problem = problemOf(found.path, cause);
    if (problem === null) throw cause;
    record.problem = problem;
    return 'read';
  } finally {
    if (handle !== options.handle) await handle?.close();
  }
}

async function loadOpened(
  loader: Loader,
  handle: FileHandle,
  file: FoundFile,
  record: FileRecord,
  options: LoadFileOptions,
): Promise<LoadOutcome> {
  const compression = detectCompression(await readRange(handle, 0, 4));
  const isPacked = compression !== 'none';
  if (record.state !== null && !isPacked && record.compression !== 'none') return 'rewritten';
  if (!(await isContinued(loader, handle, compression, file, record))) return 'rewritten';
  record.compression = compression;
  record.path = file.path;
  record.device = file.device;
  record.inode = file.inode;
  record.bornMs = file.bornMs;
  record.ended = false;
  let problem: Problem | null = null;
  if (isPacked || file.size > accountedEnd(record)) {
    const result = await loadContent(loader, handle, file, record, options);
    if (result === 'rewritten') return result;
    problem = result;
  }
  // Not before its bytes were taken: after a crash the file must differ from its record.
  record.size = file.size;
  record.modifiedMs = file.modifiedMs;
  // A packed file that is still being written ends early, and is looked at again.
  const isUnfinished =
    isPacked &&
    options.ending === 'open' &&
    (problem?.code === 'file/gzip-damaged' || problem?.code === 'file/parquet-damaged');
  record.done = isPacked && !isUnfinished;
  record.problem = isUnfinished || problem === null ? null : { ...problem, place: file.path };
  return 'read';
}

/** Whether a file still holds what was read of it. */
async function isContinued(
  loader: Loader,
  handle: FileHandle,
  compression: Compression,
  file: FoundFile,
  record: FileRecord,
): Promise<boolean> {
  if (compression === 'none') return file.size >= accountedEnd(record) && (await holdNewest(handle, record));
  if (record.guards.length === 0) return true;
  const comparison = await compareContent(
    readBlocks(handle, compression, 0, file.size, loader.unpackParquet),
    record.guards,
  );
  return comparison?.isWhole === true;
}

/** Two stretches are enough where the file is the same by its name or inode. */
function holdNewest(handle: FileHandle, { guards }: FileRecord): Promise<boolean> {
  return holdGuards(handle, guards.length < 2 ? guards : [...guards.slice(0, 1), ...guards.slice(-1)]);
}

/** @returns what kept it from reading all, or null */
async function loadContent(
  loader: Loader,
  handle: FileHandle,
  file: FoundFile,
  record: FileRecord,
  options: LoadFileOptions,
): Promise<'rewritten' | Problem | null> {
  const { group, signal, onBytes } = options;
  const isPlain = record.compression === 'none';
  const from = record.state?.position ?? 0;
  // A packed file comes from its start: what was read of it passes by.
  let received = isPlain ? from : 0;
  const trail = await startTrail(handle, received);
  const blocks = readBlocks(handle, record.compression, received, file.size, loader.unpackParquet);
  const container = record.compression === 'parquet' ? 'table' : options.group.container;
  let unwrapper = createUnwrapper(record.state, container ? { container } : {});
  /** The bytes behind the record's position that the unwrapper has, where a new one may be given them again. */
  let held: Buffer | null = noBytes;
  let taken = 0;
  let damage: Problem | null = null;
  try {
    for await (const chunk of joinBlocks(blocks)) {
      signal.throwIfAborted();
      if (received === 0 && looksBinary(chunk)) return binaryProblem(file.path);
      // The chunk goes on from what was read before only if that still stands there.
      if (isPlain && !(await holdNewest(handle, record))) return 'rewritten';
      const fresh = chunk.subarray(Math.min(chunk.length, Math.max(0, from - received)));
      trail.push(chunk);
      received += chunk.length;
      const former = record.guards;
      // A block may be written in the middle of a chunk, and what is known of the file must not fall behind its position:
      // after a crash nothing else tells the file from another, once it was renamed, packed or cut.
      const keepGuards = () => {
        record.guards = trail.guardsAt(accountedEnd(record), former);
      };
      if (fresh.length === 0) continue;
      const bytes: Buffer = held === null || held.length === 0 ? fresh : Buffer.concat([held, fresh]);
      let rest = fresh;
      if (held !== null && record.state?.position === received - bytes.length) {
        const done = await loader.lines.load(bytes, record, group, keepGuards);
        if (done > 0) {
          rest = bytes.subarray(done);
          unwrapper = createUnwrapper(record.state);
        }
      }
      for (let at = 0; at < rest.length; at += sliceBytes) {
        signal.throwIfAborted();
        unwrapper.push(rest.subarray(at, at + sliceBytes));
        await takeEvents(loader, unwrapper, record, group, keepGuards);
      }
      const pending = received - (record.state?.position ?? 0);
      held =
        pending <= Math.min(bytes.length, mostHeldBytes) ? Buffer.from(bytes.subarray(bytes.length - pending)) : null;
      const now = blocks.fileBytesRead();
      onBytes(now - taken);
      taken = now;
      await options.between?.();
    }
  } catch (cause) {
    if (!(cause instanceof UserError) || !cause.problems[0]) throw cause;
    damage = cause.problems[0];
  }
  if (isPlain && received < file.size) return 'rewritten';
  // Nothing follows in a packed file that is whole, nor where the data is damaged.
  const isWhole = !isPlain && damage === null;
  if ((isWhole || options.ending !== 'open') && received > from) {
    unwrapper.end(isWhole || damage !== null || options.ending === 'final');
    const events = unwrapper.take();
    const after = unwrapper.state();
    if (after.position > accountedEnd(record)) {
      record.guards = trail.guardsAt(after.position, record.guards);
      await loader.addTail(events, after, record, group);
    }
  }
  return damage;
}

async function takeEvents(
  loader: Loader,
  unwrapper: Unwrapper,
  record: FileRecord,
  group: GroupChoice,
  onRead: () => void,
): Promise<void> {
  const events = unwrapper.take();
  const state = unwrapper.state();
  // The file went on beyond what was taken for its end.
  if (events.length > 0 || state.position > (record.state?.position ?? 0)) await loader.dropTail(record);
  record.state = state;
  onRead();
  await loader.add(events, record, group);
}

function problemOf(path: string, cause: unknown): Problem | null {
  if (cause instanceof UserError && cause.problems[0]) return { ...cause.problems[0], place: path };
  const isSystemError = cause instanceof Error && 'syscall' in cause;
  return isSystemError ? unreadableProblem(path, cause) : null;
}

/** What to tell of a file that is no text. */
export function binaryProblem(path: string): Problem {
  return {
    code: 'file/binary',
    place: path,
    message: 'It holds bytes that are no text.',
    hint: 'Nothing to do unless it should be a log: then export it as text.',
  };
}
