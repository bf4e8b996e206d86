import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FileBook } from './file-book';
import { accountedEnd, type FileRecord } from './file-record';
import { compareContent, compareFile, hashBytes, headLengths, holdGuards, readRange } from './guards';
import type { UnpackParquet } from './parquet-log';
import { type Compression, detectCompression, readBlocks } from './read';
import { possibleOriginals } from './rotated-name';
import { describeFile, type FoundFile, findFile, isMissing, isSameFile } from './walk';

/**
 * Where a file comes from whose device and inode no record has.
 * - `continued`: it holds all that was read of a file that is gone, packed or not: only the rest is new
 * - `part`: it holds a part of what was read of such a file, and nothing else; `found` is the file as it was compared
 * - `copy`: it is like a file that is still there, and may be what that one is about to be cut down to nothing for
 * - `moving`: it, or a file that it may come from, is not what it was when it was found: the next look tells more
 * - `new`: none of these
 */
export type Origin =
  | { kind: 'continued' | 'copy'; record: FileRecord }
  | { kind: 'part'; record: FileRecord; found: FoundFile }
  | { kind: 'moving' }
  | { kind: 'new' };

/** So many bytes in common are no chance: files that differ share at most a header. */
const proofBytes = headLengths[0];

/** Finds out where a file comes from. @throws system errors where it can't be read */
export async function findOrigin(
  book: FileBook,
  sourceId: number,
  listed: FoundFile,
  unpackParquet: UnpackParquet,
): Promise<Origin> {
  const handle = await open(listed.path, 'r');
  try {
    // A copy may have been under way when it was found. It is whole by the time at which its original is cut or deleted,
    // and that is known here: the files that records have are looked at before those that none has.
    const found = describeFile(listed.path, await handle.stat({ bigint: true }));
    if (!isSameFile(found, listed)) return { kind: 'moving' };
    if (found.size === 0) return { kind: 'new' };
    const compression = detectCompression(await readRange(handle, 0, 4));
    const content = () => readBlocks(handle, compression, 0, found.size, unpackParquet);
    const head = compression === 'none' ? await readRange(handle, 0, proofBytes) : await readHead(content());
    const headHash = head.length < proofBytes ? null : hashBytes(head);
    const stranger = { found, handle, compression, head, hashes: new Map<string, string>(), content };
    const related = findRelated(book, found, headHash);
    const alike = headHash === null ? [] : [...book.withHead(headHash)];
    const before = book.lastAt(sourceId, found.path);
    const all = new Set([...(before ? [before] : []), ...related, ...alike]);
    // Where rotation left thousands of files, a look at each of them for every new one would take minutes. What was read of
    // a file that is still there was compared with it after this one was found: no copy of anything newer can be meant.
    const candidates = [...all].filter(
      (record) =>
        !beginsOtherwise(stranger, record) &&
        (mayBeGone(stranger, record) || (mayBeCopied(record, sourceId) && related.has(record))),
    );
    let whole: FileRecord | null = null;
    // The one it has most in common with comes first.
    for (const record of candidates.sort((a, b) => accountedEnd(b) - accountedEnd(a))) {
      // The same file, known to have been rewritten.
      if (isSameFile(record, found)) continue;
      const isRelated = related.has(record);
      if (await isInPlace(record)) {
        const kind = mayBeCopied(record, sourceId) && isRelated ? await compareToPresent(stranger, record) : null;
        if (kind === 'copy') return { kind, record };
        if (kind === 'moving') return { kind };
        continue;
      }
      const kind = await compareToGone(stranger, record, isRelated);
      if (kind === 'continued') return { kind, record };
      // Only what was copied and then cut in its place can have had more than the copy.
      if (kind === 'part' && isRelated && (await isRewritten(record))) whole ??= record;
    }
    if (whole !== null) return { kind: 'part', record: whole, found };
    return { kind: 'new' };
  } finally {
    await handle.close();
  }
}

/** Whether the file of a record still is where it was. Other files may be anywhere. */
export async function isInPlace(record: FileRecord): Promise<boolean> {
  return !record.ended && (await isAtItsPath(record));
}

/** Whether the file of an ended record is still there, with other content. */
async function isRewritten(record: FileRecord): Promise<boolean> {
  return record.look.isRewritten || (record.ended && (await isAtItsPath(record)));
}

async function isAtItsPath(record: FileRecord): Promise<boolean> {
  const found = await findFile(record.path).catch(() => null);
  return found !== null && isSameFile(record, found);
}

type Stranger = {
  found: FoundFile;
  handle: FileHandle;
  compression: Compression;
  head: Buffer;
  /** Of stretches of `head`, by their place. */
  hashes: Map<string, string>;
  /** From the start, unpacked. */
  content: () => AsyncIterable<Buffer>;
};

function beginsOtherwise({ head, hashes }: Stranger, { guards }: FileRecord): boolean {
  return guards.some(({ end, length, hash }) => {
    if (end > head.length) return false;
    const place = `${end}:${length}`;
    const own = hashes.get(place) ?? hashBytes(head.subarray(end - length, end));
    hashes.set(place, own);
    return own !== hash;
  });
}

/** Whether a record's guards allow that a file holds what it held, or a part of it. */
function mayBeGone({ found, compression, head }: Stranger, { guards }: FileRecord): boolean {
  // Then its content is no longer than that.
  if (head.length < proofBytes) return guards.some(({ end }) => end <= head.length);
  return compression === 'none' ? guards.some(({ end }) => end <= found.size) : guards.length > 0;
}

/** Whether the file of a record may be one that is copied and then cut. */
function mayBeCopied(record: FileRecord, sourceId: number): boolean {
  return !record.ended && record.compression === 'none' && record.sourceId === sourceId;
}

async function compareToGone(
  { found, handle, compression, head, content }: Stranger,
  record: FileRecord,
  isRelated: boolean,
): Promise<'continued' | 'part' | null> {
  if (record.guards.length === 0) return null;
  const early = record.guards.filter(({ end }) => end <= head.length);
  if (early.length > 0 && (await compareContent(oneBlock(head), early)) === null) return null;
  const comparison =
    compression === 'none'
      ? await compareFile(handle, found.size, record.guards)
      : await compareContent(content(), record.guards).catch(() => null);
  if (comparison === null) return null;
  if (comparison.matched >= proofBytes) return comparison.isWhole ? 'continued' : 'part';
  // Little in common proves nothing, unless something else speaks for it: it has the name that rotation gives to what it
  // packs or copies; or nothing but its device or inode changed, as on a drive that was mounted again.
  const isRotated = isRelated && (compression !== 'none' || (await isRewritten(record)));
  const isUnchanged =
    record.path === found.path && record.size === found.size && record.modifiedMs === found.modifiedMs;
  if (!isRotated && !isUnchanged) return null;
  return comparison.isWhole ? 'continued' : 'part';
}

/** What a file is to one that a record has and that was in its place a moment ago; null: another file. */
async function compareToPresent(stranger: Stranger, record: FileRecord): Promise<'copy' | 'moving' | null> {
  const original = await open(record.path, 'r').catch((cause) => {
    if (isMissing(cause)) return null;
    throw cause;
  });
  if (original === null) return 'moving';
  try {
    const present = describeFile(record.path, await original.stat({ bigint: true }));
    if (await beginAlike(stranger, original, present.size)) return 'copy';
    // Cut since it was looked at: what a copy of it holds is known to have been read once that is seen.
    const hasChanged = present.size !== record.size || present.modifiedMs !== record.modifiedMs;
    return hasChanged && !(await holdGuards(original, record.guards)) ? 'moving' : null;
  } finally {
    await original.close();
  }
}

/** Whether a file has the same beginning and, as far as the shorter of the two goes, the same end as another. */
async function beginAlike(stranger: Stranger, original: FileHandle, size: number): Promise<boolean> {
  const { head } = stranger;
  const theirs = await readRange(original, 0, head.length);
  const common = Math.min(head.length, theirs.length);
  if (common === 0 || !head.subarray(0, common).equals(theirs.subarray(0, common))) return false;
  const { bytes, end } = await readBefore(stranger, size);
  return bytes.equals(await readRange(original, end - bytes.length, bytes.length));
}

/** The content before `limit`, or before its end where it is shorter: some bytes, and where they end. */
async function readBefore(
  { found, handle, compression, content }: Stranger,
  limit: number,
): Promise<{ bytes: Buffer; end: number }> {
  if (compression === 'none') {
    const end = Math.min(found.size, limit);
    const start = Math.max(0, end - proofBytes);
    return { bytes: await readRange(handle, start, end - start), end };
  }
  let bytes: Buffer = Buffer.alloc(0);
  let end = 0;
  try {
    for await (const block of content()) {
      const part = block.subarray(0, limit - end);
      bytes = Buffer.concat([bytes, part]).subarray(-proofBytes);
      end += part.length;
      if (end === limit) break;
    }
  } catch {
    // It is still being written: what is there so far is compared.
  }
  return { bytes, end };
}

async function readHead(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const blocks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const block of content) {
      blocks.push(block);
      bytes += block.length;
      if (bytes >= proofBytes) break;
    }
  } catch {
    // Damaged, or still being written: what came before that tells enough.
  }
  return Buffer.concat(blocks).subarray(0, proofBytes);
}

async function* oneBlock(block: Buffer): AsyncGenerator<Buffer> {
  yield block;
}

/** Records of files of another name that rotation may have turned into this one's, and that may begin like it. */
function findRelated(book: FileBook, found: FoundFile, head: string | null): Set<FileRecord> {
  const name = basename(found.path);
  const records = possibleOriginals(name).flatMap((original) => book.withOriginalName(original, head));
  return new Set(records.filter((record) => basename(record.path) !== name));
}
