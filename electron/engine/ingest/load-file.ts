import { type Problem, UserError } from '../../../shared/problem';
import { looksBinary } from './bytes';
import { type FileRecord, hashRange, hashTail, headBytes } from './file-record';
import type { GroupChoice, Loader } from './load';
import { loadRecords } from './load-records';
import { type Compression, detectCompression, readBlocks, readHead } from './read';
import { createUnwrapper } from './unwrap/create';
import { type FoundFile, unreadableProblem } from './walk';

/** The first chunk of a file tells what it is. */
const firstChunkBytes = 256 * 1024;

const chunkBytes = 24 * 1024 * 1024;

/** How much is taken apart into events at a time. */
const sliceBytes = 1024 * 1024;

export type LoadFileOptions = {
  group: GroupChoice;
  signal: AbortSignal;
  /** No byte will follow: the last line and document are complete as they stand. */
  final: boolean;
  /** Called with the bytes of the file itself that were taken since the last call. */
  onBytes: (bytes: number) => void;
};

/**
 * Loads what a file holds beyond the record's position, and keeps the record true to it. What is wrong with the file is
 * kept in `record.problem`; nothing is thrown for it.
 * @throws the signal's reason; errors of the workspace
 */
export async function loadFile(
  loader: Loader,
  found: FoundFile,
  record: FileRecord,
  options: LoadFileOptions,
): Promise<void> {
  record.problem = null;
  let taken = 0;
  try {
    const compression = detectCompression(await readHead(found.path, 4));
    const head = await hashRange(found.path, 0, headBytes);
    record.headHash = head.hash;
    record.headLength = head.length;
    taken = await loadContent(loader, found, record, compression, options);
    record.size = found.size;
    record.modifiedMs = found.modifiedMs;
    record.done = compression !== 'none';
    if (compression === 'none') record.tailHash = await hashTail(found.path, record.state?.position ?? 0);
  } catch (cause) {
    options.signal.throwIfAborted();
    const problem = problemOf(found.path, cause);
    if (problem === null) throw cause;
    record.problem = problem;
  }
  options.onBytes(Math.max(0, found.size - taken));
  await loader.add([], record, options.group);
}

async function loadContent(
  loader: Loader,
  found: FoundFile,
  record: FileRecord,
  compression: Compression,
  { group, signal, final, onBytes }: LoadFileOptions,
): Promise<number> {
  const from = record.state?.position ?? 0;
  let unwrapper = createUnwrapper(record.state);
  const blocks = readBlocks(found.path, compression, from, found.size);
  let taken = 0;
  let received = 0;
  const pass = async () => {
    const events = unwrapper.take();
    record.state = unwrapper.state();
    await loader.add(events, record, group);
  };
  try {
    for await (const chunk of joinBlocks(blocks, firstChunkBytes, chunkBytes)) {
      signal.throwIfAborted();
      if (from + received === 0 && looksBinary(chunk)) throw new UserError([binaryProblem(found.path)]);
      const isAtLineStart = record.state !== null && record.state.position === from + received;
      received += chunk.length;
      if (isAtLineStart && (await loadRecords(loader, chunk, record, group))) unwrapper = createUnwrapper(record.state);
      else {
        for (let at = 0; at < chunk.length; at += sliceBytes) {
          signal.throwIfAborted();
          unwrapper.push(chunk.subarray(at, at + sliceBytes));
          await pass();
        }
      }
      const now = blocks.fileBytesRead();
      onBytes(now - taken);
      taken = now;
    }
  } catch (cause) {
    // Damaged in the middle: what came before is complete, nothing will follow.
    if (!(cause instanceof UserError) || received === 0) throw cause;
    unwrapper.end(true);
    await pass();
    throw cause;
  }
  if (compression === 'none' && received < found.size - from)
    throw new UserError([shrunkProblem(found, from + received)]);
  unwrapper.end(final);
  await pass();
  return taken;
}

/**
 * Blocks put together to chunks that end at a line's end where there is one: a small first one, then large ones.
 * @throws what `blocks` throws, after all that came before it was given
 */
async function* joinBlocks(blocks: AsyncIterable<Buffer>, first: number, later: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  let wanted = first;
  let failure: { cause: unknown } | null = null;
  try {
    for await (const block of blocks) {
      held.push(block);
      bytes += block.length;
      if (bytes < wanted) continue;
      const joined = held.length === 1 ? block : Buffer.concat(held);
      const end = joined.lastIndexOf(10) + 1 || joined.length;
      yield joined.subarray(0, end);
      held = end === joined.length ? [] : [Buffer.from(joined.subarray(end))];
      bytes = joined.length - end;
      wanted = later;
    }
  } catch (cause) {
    failure = { cause };
  }
  const rest = Buffer.concat(held);
  const end = rest.lastIndexOf(10) + 1;
  if (end > 0) yield rest.subarray(0, end);
  if (end < rest.length) yield rest.subarray(end);
  if (failure !== null) throw failure.cause;
}

function problemOf(path: string, cause: unknown): Problem | null {
  if (cause instanceof UserError && cause.problems[0]) return { ...cause.problems[0], place: path };
  const isSystemError = cause instanceof Error && 'syscall' in cause;
  return isSystemError ? unreadableProblem(path, cause) : null;
}

function binaryProblem(path: string): Problem {
  return {
    code: 'file/binary',
    place: path,
    message: 'It holds bytes that are no text.',
    hint: 'Nothing to do unless it should be a log: then export it as text.',
  };
}

function shrunkProblem(found: FoundFile, bytes: number): Problem {
  return {
    code: 'file/shrunk',
    place: found.path,
    message: `It became shorter while it was read: ${bytes} of ${found.size} bytes were there.`,
    hint: 'The events that were read are kept. Reload the source to read the file as it is now.',
  };
}
