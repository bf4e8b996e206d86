import type { Problem } from '../../../shared/problem';
import type { LogFormat } from '../../../shared/rule';
import type { Database, Row } from '../workspace/db';
import { sql } from '../workspace/sql';
import type { Guard } from './guards';
import type { Compression } from './read';
import type { Ending, Fault, UnwrapState } from './unwrap/types';
import type { FoundFile } from './walk';

/**
 * The end of a file's events where the file may still go on: a last line without a line feed, the last event of an export.
 * These events stand in the workspace; when the file grows they are dropped in the transaction that brings the file's
 * further events, and read again from `state.position`.
 */
export type OpenTail = {
  /** Bytes of content up to which these events reach. */
  end: number;
  /** Line of the first of them; no event before `state.position` starts on it or below. */
  line: number;
  /** Event tables that hold some. */
  tables: { groupId: number; format: LogFormat }[];
  events: number;
  untimed: number;
  /** In all of the file, with the tail. */
  malformed: number;
  cut: number;
  faults: readonly Fault[];
};

/** A file of a source as the workspace remembers it: what it is, and up to where its events are in the workspace. */
export type FileRecord = {
  fileId: number;
  sourceId: number;
  path: string;
  device: string;
  inode: string;
  bornMs: number | null;
  size: number;
  modifiedMs: number;
  /** What was read of it, as hashes. */
  guards: Guard[];
  state: UnwrapState | null;
  tail: OpenTail | null;
  compression: Compression;
  /** Read to the end of a packed file, or as far as it could be unpacked. */
  done: boolean;
  /** It is gone, or was rewritten and goes on as another record; its events stay. */
  ended: boolean;
  events: number;
  untimed: number;
  problem: Problem | null;
  /** Of its events, those that stand in the workspace; the others wait to be written. */
  committed: { events: number; untimed: number };
  /** Of the last look at it; not kept in the workspace. */
  look: Look;
};

export type Look = {
  /** When that was. */
  checkedMs: number;
  /** Since when the file is as it is, as far as we saw. */
  changedMs: number;
  /** How its end was read. */
  ending: Ending;
  /** The file was there, under whatever name, and held something else. */
  isRewritten: boolean;
};

/** Bytes of content whose events are in the workspace. */
export function accountedEnd(record: FileRecord): number {
  return record.tail?.end ?? record.state?.position ?? 0;
}

/** A record for a file of which nothing was read. */
export function createFileRecord(fileId: number, sourceId: number, found: FoundFile): FileRecord {
  return {
    fileId,
    sourceId,
    path: found.path,
    device: found.device,
    inode: found.inode,
    bornMs: found.bornMs,
    size: 0,
    modifiedMs: 0,
    guards: [],
    state: null,
    tail: null,
    compression: 'none',
    done: false,
    ended: false,
    events: 0,
    untimed: 0,
    problem: null,
    committed: { events: 0, untimed: 0 },
    look: { checkedMs: 0, changedMs: 0, ending: 'open', isRewritten: false },
  };
}

/** All files the workspace knows. */
export async function loadFileRecords(db: Database): Promise<FileRecord[]> {
  return (await db.read(sql`SELECT * FROM file ORDER BY file_id`)).map(fromFileRow);
}

function fromFileRow(row: Row): FileRecord {
  const parse = <T>(value: Row[string] | undefined): T | null =>
    value === null || value === undefined ? null : (JSON.parse(String(value)) as T);
  return {
    fileId: Number(row.file_id),
    sourceId: Number(row.source_id),
    path: String(row.path),
    device: String(row.device),
    inode: String(row.inode),
    bornMs: row.born_ms === null ? null : Number(row.born_ms),
    size: Number(row.size),
    modifiedMs: Number(row.modified_ms),
    guards: parse<Guard[]>(row.guards) ?? [],
    state: parse<UnwrapState>(row.reader_state),
    tail: parse<OpenTail>(row.open_tail),
    compression: (row.compression ?? 'none') as Compression,
    done: row.done === true,
    ended: row.ended === true,
    events: Number(row.events),
    untimed: Number(row.untimed),
    problem: parse<Problem>(row.problem),
    committed: { events: Number(row.events), untimed: Number(row.untimed) },
    // What was committed had been looked at long enough ago.
    look: { checkedMs: Number.POSITIVE_INFINITY, changedMs: 0, ending: 'open', isRewritten: false },
  };
}

/** A record as a row of the spool file that the loader writes. */
export function toFileRow(record: FileRecord): Record<keyof typeof fileColumns, string | number | boolean | null> {
  return {
    file_id: record.fileId,
    source_id: record.sourceId,
    path: record.path,
    device: record.device,
    inode: record.inode,
    born_ms: record.bornMs,
    size: record.size,
    modified_ms: record.modifiedMs,
    guards: JSON.stringify(record.guards),
    position: record.state?.position ?? 0,
    reader_state: record.state === null ? null : JSON.stringify(record.state),
    open_tail: record.tail === null ? null : JSON.stringify(record.tail),
    compression: record.compression,
    done: record.done,
    ended: record.ended,
    events: record.events,
    untimed: record.untimed,
    malformed: malformedOf(record),
    cut: cutOf(record),
    problem: record.problem === null ? null : JSON.stringify(record.problem),
  };
}

/** Pieces of text that could not be read. */
export function malformedOf(record: FileRecord): number {
  return record.tail?.malformed ?? record.state?.malformed ?? 0;
}

/** Lines and events that were too long. */
export function cutOf(record: FileRecord): number {
  return record.tail?.cut ?? record.state?.cut ?? 0;
}

/** Where the first of these are. */
export function faultsOf(record: FileRecord): readonly Fault[] {
  // Workspaces of earlier versions know of none.
  return (record.tail ?? record.state)?.faults ?? [];
}

/** Columns of the table `file`, for reading spooled rows. */
export const fileColumns = {
  file_id: 'INTEGER',
  source_id: 'INTEGER',
  path: 'VARCHAR',
  device: 'VARCHAR',
  inode: 'VARCHAR',
  born_ms: 'DOUBLE',
  size: 'BIGINT',
  modified_ms: 'DOUBLE',
  guards: 'VARCHAR',
  position: 'BIGINT',
  reader_state: 'VARCHAR',
  open_tail: 'VARCHAR',
  compression: 'VARCHAR',
  done: 'BOOLEAN',
  ended: 'BOOLEAN',
  events: 'BIGINT',
  untimed: 'BIGINT',
  malformed: 'BIGINT',
  cut: 'BIGINT',
  problem: 'VARCHAR',
} as const;
