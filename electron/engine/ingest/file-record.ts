import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Problem } from '../../../shared/problem';
import type { Database } from '../workspace/db';
import { sql } from '../workspace/sql';
import type { UnwrapState } from './unwrap/types';

/** A file of a source as the workspace remembers it: what it is, and up to where its events are in the workspace. */
export type FileRecord = {
  fileId: number;
  sourceId: number;
  path: string;
  device: string;
  inode: string;
  size: number;
  modifiedMs: number;
  /** The first `headLength` bytes had this hash. */
  headLength: number;
  headHash: string;
  /** Hash of the bytes before `state.position`, for files that are not compressed; empty at position 0. */
  tailHash: string;
  state: UnwrapState | null;
  /** Read to the end of a compressed file, which does not grow. */
  done: boolean;
  events: number;
  untimed: number;
  problem: Problem | null;
};

export const headBytes = 4096;
const tailBytes = 256;

/** Hash of a stretch of a file; shorter where the file is. */
export async function hashRange(
  path: string,
  start: number,
  length: number,
): Promise<{ hash: string; length: number }> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, start);
    return { hash: createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex'), length: bytesRead };
  } finally {
    await handle.close();
  }
}

/** Hash of the last bytes before a position: shows whether a file was rewritten in place. */
export async function hashTail(path: string, position: number): Promise<string> {
  if (position === 0) return '';
  const start = Math.max(0, position - tailBytes);
  return (await hashRange(path, start, position - start)).hash;
}

/** All files the workspace knows of a source. */
export async function loadFileRecords(db: Database, sourceId: number): Promise<FileRecord[]> {
  const rows = await db.read(sql`SELECT * FROM file WHERE source_id = ${sourceId}`);
  return rows.map((row) => ({
    fileId: Number(row.file_id),
    sourceId: Number(row.source_id),
    path: String(row.path),
    device: String(row.device),
    inode: String(row.inode),
    size: Number(row.size),
    modifiedMs: Number(row.modified_ms),
    headLength: Number(row.head_length),
    headHash: String(row.head_hash),
    tailHash: String(row.tail_hash),
    state: row.reader_state === null ? null : (JSON.parse(String(row.reader_state)) as UnwrapState),
    done: row.done === true,
    events: Number(row.events),
    untimed: Number(row.untimed),
    problem: row.problem === null ? null : (JSON.parse(String(row.problem)) as Problem),
  }));
}

/** A record as a row of the spool file that `saveFileRecords` reads. */
export function toFileRow(record: FileRecord): Record<string, unknown> {
  return {
    file_id: record.fileId,
    source_id: record.sourceId,
    path: record.path,
    device: record.device,
    inode: record.inode,
    size: record.size,
    modified_ms: record.modifiedMs,
    head_length: record.headLength,
    head_hash: record.headHash,
    tail_hash: record.tailHash,
    position: record.state?.position ?? 0,
    reader_state: record.state === null ? null : JSON.stringify(record.state),
    done: record.done,
    events: record.events,
    untimed: record.untimed,
    malformed: record.state?.malformed ?? 0,
    cut: record.state?.cut ?? 0,
    problem: record.problem === null ? null : JSON.stringify(record.problem),
  };
}

/** Columns of the table `file`, for reading spooled rows. */
export const fileColumns: Record<string, string> = {
  file_id: 'INTEGER',
  source_id: 'INTEGER',
  path: 'VARCHAR',
  device: 'VARCHAR',
  inode: 'VARCHAR',
  size: 'BIGINT',
  modified_ms: 'DOUBLE',
  head_length: 'INTEGER',
  head_hash: 'VARCHAR',
  tail_hash: 'VARCHAR',
  position: 'BIGINT',
  reader_state: 'VARCHAR',
  done: 'BOOLEAN',
  events: 'BIGINT',
  untimed: 'BIGINT',
  malformed: 'BIGINT',
  cut: 'BIGINT',
  problem: 'VARCHAR',
};
