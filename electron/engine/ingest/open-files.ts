import { type FileHandle, open } from 'node:fs/promises';
import type { FileRecord } from './file-record';
import { describeFile, type FoundFile, isSameFile } from './walk';

/** Handles held at a time. */
const mostHandles = 64;

/**
 * Handles of the files that grew last. What a writer appends just before it deletes such a file, or moves it out of the
 * folder, can still be read.
 */
export class OpenFiles {
  /** By file id, the one used last at the end. */
  readonly #handles = new Map<number, { handle: FileHandle; usedMs: number }>();

  /** Windows keeps a deleted file's name taken while a handle is open: there none is held. */
  constructor(private readonly most = process.platform === 'win32' ? 0 : mostHandles) {}

  get hasRoom(): boolean {
    return this.#handles.size < this.most;
  }

  has(record: FileRecord): boolean {
    return this.#handles.has(record.fileId);
  }

  /** A held handle, if it is of the file that was found. */
  async find(record: FileRecord, found: FoundFile): Promise<FileHandle | undefined> {
    const held = await this.look(record);
    return held !== null && isSameFile(held, found) ? this.#handles.get(record.fileId)?.handle : undefined;
  }

  /** The file behind a held handle as it is now; null where none is held. */
  async look(record: FileRecord): Promise<FoundFile | null> {
    const held = this.#handles.get(record.fileId);
    if (held === undefined) return null;
    try {
      return describeFile(record.path, await held.handle.stat({ bigint: true }));
    } catch {
      await this.release(record);
      return null;
    }
  }

  /** Holds a file that grows. Where it can't be opened, it is read by its path, as other files are. */
  async hold(record: FileRecord, nowMs: number): Promise<void> {
    if (this.most === 0) return;
    const found = await this.look(record);
    const known = this.#handles.get(record.fileId);
    if (known && found !== null && isSameFile(found, record)) {
      this.#handles.delete(record.fileId);
      this.#handles.set(record.fileId, { ...known, usedMs: nowMs });
      return;
    }
    await this.release(record);
    const handle = await open(record.path, 'r').catch(() => null);
    if (handle === null) return;
    this.#handles.set(record.fileId, { handle, usedMs: nowMs });
    const opened = await this.look(record);
    if (opened === null || !isSameFile(opened, record)) await this.release(record);
    const [oldest] = this.#handles.keys();
    if (this.#handles.size > this.most && oldest !== undefined) await this.#close(oldest);
  }

  async release(record: FileRecord): Promise<void> {
    await this.#close(record.fileId);
  }

  /** Closes the handles of files that did not grow since `beforeMs`. */
  async closeIdle(beforeMs: number): Promise<void> {
    for (const [fileId, { usedMs }] of [...this.#handles]) if (usedMs < beforeMs) await this.#close(fileId);
  }

  async closeAll(): Promise<void> {
    for (const fileId of [...this.#handles.keys()]) await this.#close(fileId);
  }

  async #close(fileId: number): Promise<void> {
    const held = this.#handles.get(fileId);
    this.#handles.delete(fileId);
    await held?.handle.close().catch(() => undefined);
  }
}
