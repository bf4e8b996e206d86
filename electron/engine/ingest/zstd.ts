import { Decompress } from 'fzstd';
import { Xxh64 } from './xxh64';

/** What is wrong with packed data: it ends before its end, or does not add up. */
export class DamagedDataError extends Error {
  constructor(readonly endsEarly: boolean) {
    super(endsEarly ? 'The packed data ends early.' : 'The packed data is damaged.');
  }
}

/** Whether bytes start a zstd frame, or one that decoders skip, which some programs write first. */
export function isZstd(head: Uint8Array): boolean {
  return head.length >= 4 && (readMagic(head) === frameMagic || isSkippable(readMagic(head)));
}

/**
 * Unpacks zstd, one frame after another; those to be skipped may stand among them. The library unpacks a frame but does not check
 * it; so frames are taken apart here, and their checksums compared.
 * @throws DamagedDataError after all that could be unpacked has been given
 */
export async function* unzstd(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const out: Buffer[] = [];
  const frames = new FrameReader((bytes) => out.push(bytes));
  for await (const block of content) {
    let failure: { cause: unknown } | null = null;
    try {
      frames.push(block);
    } catch (cause) {
      failure = { cause };
    }
    yield* out.splice(0);
    if (failure !== null) throw toDamage(failure.cause);
  }
  if (!frames.isBetween) throw new DamagedDataError(true);
}

const frameMagic = 0xfd2fb528;

function readMagic(head: Uint8Array): number {
  return (
    ((head[0] as number) | ((head[1] as number) << 8) | ((head[2] as number) << 16) | ((head[3] as number) << 24)) >>> 0
  );
}

function isSkippable(magic: number): boolean {
  return magic >>> 4 === 0x184d2a5;
}

/** Whatever the library throws about bytes it does not understand. */
function toDamage(cause: unknown): DamagedDataError {
  return cause instanceof DamagedDataError ? cause : new DamagedDataError(false);
}

/** What comes next in the data. */
type Part = 'magic' | 'skipped-size' | 'skipped' | 'header' | 'block-header' | 'block' | 'checksum';

/** Follows the parts of frames, and hands each frame to a decoder of its own. */
class FrameReader {
  #part: Part = 'magic';
  /** Bytes of the part that is read whole, and how many it has. */
  #held = Buffer.alloc(18);
  #filled = 0;
  #wanted = 4;
  /** Bytes of the part that passes through. */
  #left = 0;
  #isLast = false;
  #hasChecksum = false;
  #decoder: Decompress | null = null;
  #hash = new Xxh64();

  constructor(private readonly onBytes: (bytes: Buffer) => void) {}

  /** No frame has begun that did not end. */
  get isBetween(): boolean {
    return this.#part === 'magic' && this.#filled === 0;
  }

  push(block: Buffer): void {
    for (let at = 0; at < block.length; ) {
      if (this.#part === 'block' || this.#part === 'skipped') {
        const size = Math.min(this.#left, block.length - at);
        if (this.#part === 'block') this.#decode(block.subarray(at, at + size));
        at += size;
        this.#left -= size;
        if (this.#left === 0) this.#endPassing();
        continue;
      }
      const size = Math.min(this.#wanted - this.#filled, block.length - at);
      block.copy(this.#held, this.#filled, at, at + size);
      this.#filled += size;
      at += size;
      if (this.#filled === this.#wanted) this.#endHeld();
    }
  }

  #endHeld(): void {
    const held = this.#held.subarray(0, this.#filled);
    switch (this.#part) {
      case 'magic': {
        const magic = readMagic(held);
        if (magic === frameMagic) {
          this.#decoder = new Decompress((chunk) => {
            if (this.#hasChecksum) this.#hash.update(chunk);
            if (chunk.length > 0) this.onBytes(Buffer.from(chunk));
          });
          this.#decode(held);
          this.#expect('header', 1);
        } else if (isSkippable(magic)) this.#expect('skipped-size', 4);
        else throw new DamagedDataError(false);
        return;
      }
      case 'skipped-size':
        this.#left = held.readUInt32LE(0);
        this.#filled = 0;
        this.#part = 'skipped';
        if (this.#left === 0) this.#endPassing();
        return;
      case 'header':
        if (this.#filled === 1) {
          const descriptor = held[0] as number;
          this.#wanted = headerSize(descriptor);
          this.#hasChecksum = (descriptor & 4) !== 0;
          this.#hash = new Xxh64();
          if (this.#wanted > 1) return;
        }
        this.#decode(held);
        this.#expect('block-header', 3);
        return;
      case 'block-header': {
        const header = held.readUIntLE(0, 3);
        const isRun = ((header >> 1) & 3) === 1;
        this.#isLast = (header & 1) === 1;
        this.#left = isRun ? 1 : header >> 3;
        this.#decode(held);
        this.#filled = 0;
        this.#part = 'block';
        if (this.#left === 0) this.#endPassing();
        return;
      }
      case 'checksum':
        this.#decode(held);
        // The decoder holds small frames until it hears of their end.
        this.#endFrame();
        if (held.readUInt32LE(0) !== this.#hash.low32()) throw new DamagedDataError(false);
    }
  }

  #endPassing(): void {
    if (this.#part === 'skipped') this.#expect('magic', 4);
    else if (!this.#isLast) this.#expect('block-header', 3);
    else if (this.#hasChecksum) this.#expect('checksum', 4);
    else this.#endFrame();
  }

  #endFrame(): void {
    this.#decoder?.push(new Uint8Array(0), true);
    this.#decoder = null;
    this.#expect('magic', 4);
  }

  #expect(part: Part, bytes: number): void {
    this.#part = part;
    this.#filled = 0;
    this.#wanted = bytes;
  }

  /** The decoder may keep what it is given. */
  #decode(bytes: Buffer): void {
    this.#decoder?.push(Uint8Array.from(bytes));
  }
}

/** Bytes of a frame's header, by the first of them. */
function headerSize(descriptor: number): number {
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] as number;
  const content = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  return 1 + (isSingle ? 0 : 1) + dictionary + content;
}
