import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/**
 * A stretch of a file's content that was read, kept as its hash: the `length` bytes before `end`, both counted in the
 * unpacked content. While all guards of a file hold, it still is the file that was read, whatever its name or inode.
 */
export type Guard = { end: number; length: number; hash: string };

/** Stretches from the start of the file that are kept once that much was read. The first one also finds copies. */
export const headLengths = [1024, 4096] as const;

const tailLength = 1024;

/** Guards before the newest read positions that are kept: a copy may have been made a moment before the last read. */
const keptTails = 6;

/** The key under which a file's beginning is looked up; null while less than `headLengths[0]` bytes were read. */
export function headKey(guards: readonly Guard[]): string | null {
  return guards.find(({ end, length }) => end === headLengths[0] && length === end)?.hash ?? null;
}

/** Hash of a stretch, as guards keep it. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

/**
 * Follows the content of a file as it is read, so that guards can be made of the very bytes that became events, not of
 * what stands in the file a moment later.
 */
export class ContentTrail {
  #head: Buffer;
  /** The bytes before the block. */
  #before: Buffer;
  #block: Buffer = Buffer.alloc(0);
  #end: number;

  /**
   * @param head the first bytes of the file, up to the largest head length, as far as they were read
   * @param before the bytes before `end`, up to the length of a tail guard
   * @param end where reading goes on
   */
  constructor(head: Buffer, before: Buffer, end: number) {
    this.#head = head;
    this.#before = before;
    this.#end = end;
  }

  /** Takes the next bytes. The block must not change until the next one is taken. */
  push(block: Buffer): void {
    const wanted = headLengths[1] - this.#head.length;
    if (wanted > 0 && this.#head.length === this.#end) {
      this.#head = Buffer.concat([this.#head, block.subarray(0, wanted)]);
    }
    this.#before = Buffer.from(this.#slice(this.#end - tailLength, this.#end));
    this.#block = block;
    this.#end += block.length;
  }

  /** Guards for a file that was read up to `position`, which keep what still counts of the `former` ones. */
  guardsAt(position: number, former: readonly Guard[]): Guard[] {
    const heads = headLengths
      .filter((length) => position >= length)
      .flatMap((length) => {
        const known = former.find((guard) => guard.end === length && guard.length === length);
        if (known) return [known];
        return this.#head.length >= length ? [toGuard(this.#head.subarray(0, length), length)] : [];
      });
    const tails = former.filter(
      (guard) => guard.end < position && !heads.some((head) => head.end === guard.end && head.length === guard.length),
    );
    const newest = this.#tailAt(position);
    return [...heads, ...tails.slice(-(keptTails - 1)), ...(newest === null ? [] : [newest])];
  }

  #tailAt(position: number): Guard | null {
    if (position === 0 || position > this.#end) return null;
    const bytes = this.#slice(position - tailLength, position);
    return bytes.length === 0 ? null : toGuard(bytes, position);
  }

  /** The bytes from `start` to before `end`, as far as they are still held. */
  #slice(start: number, end: number): Buffer {
    const blockStart = this.#end - this.#block.length;
    const beforeStart = blockStart - this.#before.length;
    return Buffer.concat([
      this.#before.subarray(Math.max(0, start - beforeStart), Math.max(0, end - beforeStart)),
      this.#block.subarray(Math.max(0, start - blockStart), Math.max(0, end - blockStart)),
    ]);
  }
}

function toGuard(bytes: Buffer, end: number): Guard {
  return { end, length: bytes.length, hash: hashBytes(bytes) };
}

/** A trail for a file that is not packed and was read up to `position`. */
export async function startTrail(handle: FileHandle, position: number): Promise<ContentTrail> {
  const head = await readRange(handle, 0, Math.min(position, headLengths[1]));
  const start = Math.max(0, position - tailLength);
  return new ContentTrail(head, await readRange(handle, start, position - start), position);
}

/** Whether a file that is not packed still holds what the guards say; those beyond its end do not hold. */
export async function holdGuards(handle: FileHandle, guards: readonly Guard[]): Promise<boolean> {
  for (const guard of guards) {
    const bytes = await readRange(handle, guard.end - guard.length, guard.length);
    if (bytes.length < guard.length || hashBytes(bytes) !== guard.hash) return false;
  }
  return true;
}

/** How much of what guards say a content holds: `matched` is the end of the last guard, `isWhole` that none is beyond it. */
export type Comparison = { matched: number; isWhole: boolean };

/** Compares a file that is not packed; null where a guard within it does not hold, or none is within it. */
export async function compareFile(
  handle: FileHandle,
  size: number,
  guards: readonly Guard[],
): Promise<Comparison | null> {
  const within = guards.filter(({ end }) => end <= size);
  if (within.length === 0 || !(await holdGuards(handle, within))) return null;
  return { matched: Math.max(...within.map(({ end }) => end)), isWhole: within.length === guards.length };
}

/** Compares content that can only be read from its start, as far as the guards reach. Likewise. */
export async function compareContent(
  content: AsyncIterable<Buffer>,
  guards: readonly Guard[],
): Promise<Comparison | null> {
  const pending = [...guards].sort((a, b) => a.end - b.end);
  let recent: Buffer = Buffer.alloc(0);
  let end = 0;
  let matched = 0;
  for await (const block of content) {
    recent = Buffer.concat([recent.subarray(-headLengths[1]), block]);
    end += block.length;
    while (pending[0] !== undefined && pending[0].end <= end) {
      const guard = pending.shift() as Guard;
      const from = end - recent.length;
      const stretch = recent.subarray(guard.end - guard.length - from, guard.end - from);
      if (hashBytes(stretch) !== guard.hash) return null;
      matched = guard.end;
    }
    if (pending.length === 0) break;
  }
  return matched === 0 ? null : { matched, isWhole: pending.length === 0 };
}

/** Bytes of a file from `start` on; fewer where it ends before. */
export async function readRange(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
