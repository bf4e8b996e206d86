import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FileBook } from './file-book';
import { accountedEnd, type FileRecord } from './file-record';
import { compareContent, compareFile, hashBytes, headLengths, readRange } from './guards';
import { type Compression, detectCompression, readBlocks } from './read';
import { possibleOriginals } from './rotated-name';
import { type FoundFile, findFile, isSameFile } from './walk';

/**
 * Where a file comes from whose device and inode no record has.
 * - `continued`: it holds all that was read of a file that is gone, packed or not: only the rest is new
 * - `part`: it holds a part of what was read of such a file, and nothing else
 * - `copy`: it is like a file that is still there, and may be what that one is about to be cut down to nothing for
 * - `new`: none of these
 */
export type Origin = { kind: 'continued' | 'part' | 'copy'; record: FileRecord } | { kind: 'new' };

/** So many bytes in common are no chance: files that differ share at most a header. */
const proofBytes = headLengths[0];

/** Finds out where a file comes from. @throws system errors where it can't be read */
export async function findOrigin(book: FileBook, sourceId: number, found: FoundFile): Promise<Origin> {
  if (found.size === 0) return { kind: 'new' };
  const handle = await open(found.path, 'r');
  try {
    const compression = detectCompression(await readRange(handle, 0, 4));
    const stranger = { found, handle, compression, head: await readHead(handle, compression, found.size) };
    const related = findRelated(book, found);
    const alike = stranger.head.length < proofBytes ? [] : [...book.withHead(hashBytes(stranger.head))];
    const before = book.lastAt(sourceId, found.path);
    const candidates = new Set([...(before ? [before] : []), ...related, ...alike]);
    const inPlace: FileRecord[] = [];
    for (const record of [...candidates].sort((a, b) => accountedEnd(b) - accountedEnd(a))) {
      // The same file, known to have been rewritten.
      if (isSameFile(record, found)) continue;
      if (await isInPlace(record)) inPlace.push(record);
      else {
        const kind = await compareToGone(stranger, record, related.has(record));
        if (kind !== null) return { kind, record };
      }
    }
    for (const record of inPlace) {
      const isOfSource = record.sourceId === sourceId && related.has(record);
      if (isOfSource && (await beginAlike(stranger, record))) return { kind: 'copy', record };
    }
    return { kind: 'new' };
  } finally {
    await handle.close();
  }
}

/** Whether the file of a record still is where it was. Other files may be anywhere. */
export async function isInPlace(record: FileRecord): Promise<boolean> {
  if (record.ended) return false;
  const found = await findFile(record.path).catch(() => null);
  return found !== null && isSameFile(record, found);
}

type Stranger = { found: FoundFile; handle: FileHandle; compression: Compression; head: Buffer };

async function compareToGone(
  { found, handle, compression, head }: Stranger,
  record: FileRecord,
  isRelated: boolean,
): Promise<'continued' | 'part' | null> {
  if (record.guards.length === 0) return null;
  const early = record.guards.filter(({ end }) => end <= head.length);
  if (early.length > 0 && (await compareContent(oneBlock(head), early)) === null) return null;
  const comparison =
    compression === 'none'
      ? await compareFile(handle, found.size, record.guards)
      : await compareContent(readBlocks(handle, compression, 0, found.size), record.guards).catch(() => null);
  if (comparison === null) return null;
  // Little in common proves nothing, unless the file was renamed as rotation does, or did not change at all: then only
  // its device or inode did, as on a drive that was mounted again.
  const isUnchanged =
    record.path === found.path && record.size === found.size && record.modifiedMs === found.modifiedMs;
  if (comparison.matched < proofBytes && !isRelated && !isUnchanged) return null;
  return comparison.isWhole ? 'continued' : 'part';
}

/** Whether a file has the same beginning and, as far as the shorter of the two goes, the same end as that of a record. */
async function beginAlike({ found, handle, compression, head }: Stranger, record: FileRecord): Promise<boolean> {
  if (record.compression !== 'none') return false;
  const original = await open(record.path, 'r');
  try {
    const theirs = await readRange(original, 0, head.length);
    const common = Math.min(head.length, theirs.length);
    if (common === 0 || !head.subarray(0, common).equals(theirs.subarray(0, common))) return false;
    if (compression !== 'none') return true;
    const { size } = await original.stat();
    const end = Math.min(size, found.size);
    const start = Math.max(0, end - proofBytes);
    return (await readRange(handle, start, end - start)).equals(await readRange(original, start, end - start));
  } finally {
    await original.close();
  }
}

async function readHead(handle: FileHandle, compression: Compression, size: number): Promise<Buffer> {
  if (compression === 'none') return readRange(handle, 0, proofBytes);
  const blocks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const block of readBlocks(handle, compression, 0, size)) {
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

/** Records of files of another name that rotation may have turned into this one's. */
function findRelated(book: FileBook, found: FoundFile): Set<FileRecord> {
  const name = basename(found.path);
  const records = possibleOriginals(name).flatMap((original) => [...book.withOriginalName(original)]);
  return new Set(records.filter((record) => basename(record.path) !== name));
}
