import { basename } from 'node:path';
import { createFileRecord, type FileRecord } from './file-record';
import { headKey } from './guards';
import { originalName } from './rotated-name';
import { type FileIdentity, type FoundFile, isSameFile } from './walk';

/** All files that the workspace knows, found by place, inode, beginning and name. */
export class FileBook {
  readonly #keys = new Map<FileRecord, Keys>();
  readonly #byPlace = new Index();
  readonly #byInode = new Index();
  readonly #byHead = new Index();
  readonly #byName = new Index();
  readonly #byNameAndHead = new Index();
  readonly #bySource = new Index();
  #lastFileId = 0;

  constructor(records: readonly FileRecord[]) {
    for (const record of records) this.keep(record);
  }

  /** Takes in a record, or what has changed of it. */
  keep(record: FileRecord): void {
    this.forget(record);
    const keys: Keys = {
      place: placeKey(record.sourceId, record.path),
      inode: inodeKey(record),
      head: headKey(record.guards),
      name: originalName(basename(record.path)),
      source: String(record.sourceId),
    };
    this.#keys.set(record, keys);
    this.#byPlace.add(keys.place, record);
    this.#byInode.add(keys.inode, record);
    this.#byHead.add(keys.head, record);
    this.#byName.add(keys.name, record);
    this.#byNameAndHead.add(nameAndHeadKey(keys.name, keys.head), record);
    this.#bySource.add(keys.source, record);
    this.#lastFileId = Math.max(this.#lastFileId, record.fileId);
  }

  forget(record: FileRecord): void {
    const keys = this.#keys.get(record);
    if (keys === undefined) return;
    this.#keys.delete(record);
    this.#byPlace.remove(keys.place, record);
    this.#byInode.remove(keys.inode, record);
    this.#byHead.remove(keys.head, record);
    this.#byName.remove(keys.name, record);
    this.#byNameAndHead.remove(nameAndHeadKey(keys.name, keys.head), record);
    this.#bySource.remove(keys.source, record);
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  /** A record for a file of which nothing was read. It is not in the book until it is kept. */
  create(sourceId: number, found: FoundFile): FileRecord {
    this.#lastFileId += 1;
    return createFileRecord(this.#lastFileId, sourceId, found);
  }

  ofSource(sourceId: number): ReadonlySet<FileRecord> {
    return this.#bySource.get(String(sourceId));
  }

  /** The record of a file that is where it was. Another record of that path may be of a file that is gone and still open. */
  find(sourceId: number, found: FoundFile): FileRecord | undefined {
    const records = newestFirst(this.#byPlace.get(placeKey(sourceId, found.path)));
    return records.find((record) => !record.ended && isSameFile(record, found));
  }

  /** The newest record of a file at a path of a source, gone or not. */
  lastAt(sourceId: number, path: string): FileRecord | undefined {
    return newestFirst(this.#byPlace.get(placeKey(sourceId, path)))[0];
  }

  /** Records of the same file by device, inode and birth, of any source, the newest first. */
  withInode(found: FileIdentity): FileRecord[] {
    return newestFirst(this.#byInode.get(inodeKey(found))).filter((record) => isSameFile(record, found));
  }

  /** Records of files that begin likewise. */
  withHead(key: string): ReadonlySet<FileRecord> {
    return this.#byHead.get(key);
  }

  /**
   * Records of files whose names rotation made of this one, and of those that have it, in any folder.
   * @param head as `headKey` gives it: without those that are known to begin otherwise; null: all
   */
  withOriginalName(name: string, head: string | null): FileRecord[] {
    if (head === null) return [...this.#byName.get(name)];
    return [head, null].flatMap((key) => [...this.#byNameAndHead.get(nameAndHeadKey(name, key))]);
  }
}

type Keys = { place: string; inode: string; head: string | null; name: string; source: string };

class Index {
  readonly #sets = new Map<string, Set<FileRecord>>();

  get(key: string): ReadonlySet<FileRecord> {
    return this.#sets.get(key) ?? nothing;
  }

  add(key: string | null, record: FileRecord): void {
    if (key === null) return;
    const set = this.#sets.get(key);
    if (set) set.add(record);
    else this.#sets.set(key, new Set([record]));
  }

  remove(key: string | null, record: FileRecord): void {
    if (key === null) return;
    const set = this.#sets.get(key);
    set?.delete(record);
    if (set?.size === 0) this.#sets.delete(key);
  }
}

const nothing: ReadonlySet<FileRecord> = new Set();

function nameAndHeadKey(name: string, head: string | null): string {
  return `${head ?? ''}:${name}`;
}

function placeKey(sourceId: number, path: string): string {
  return `${sourceId}:${path}`;
}

function inodeKey({ device, inode }: Pick<FileIdentity, 'device' | 'inode'>): string {
  return `${device}:${inode}`;
}

function newestFirst(records: ReadonlySet<FileRecord>): FileRecord[] {
  return [...records].sort((a, b) => b.fileId - a.fileId);
}
