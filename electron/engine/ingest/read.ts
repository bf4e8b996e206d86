import type { FileHandle } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Problem, UserError } from '../../../shared/problem';
import type { UnpackParquet } from './parquet-log';
import { DamagedDataError, isZstd, unzstd } from './zstd';

/** How the content of a file is packed. That of a Parquet file is text with a line a row: see parquet-log.ts. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'parquet';

const blockBytes = 1 << 20;

/** What the first bytes of a file or stream say: a name says nothing. */
export function detectCompression(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (isZstd(head)) return 'zstd';
  if (head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31) return 'parquet';
  return 'none';
}

export type Blocks = AsyncIterable<Buffer> & {
  /** Bytes taken from the file itself so far, compressed where it is. */
  fileBytesRead(): number;
};

/**
 * The content of an open file, unpacked (gzip with any number of members, zstd, either nested once). A packed file is
 * read from its start, as it can only be. The handle stays open.
 * @param position byte offset where reading starts in a file that is not packed
 * @param endOfFile where to stop: what is appended meanwhile waits for the next round
 * @param unpackParquet makes the text of Parquet files; without it they are damaged ones
 * @throws UserError `file/gzip-damaged`, `file/parquet-damaged` after all that could be unpacked has been given; system
 *   errors as they are
 */
export function readBlocks(
  handle: FileHandle,
  compression: Compression,
  position: number,
  endOfFile: number,
  unpackParquet: UnpackParquet = refuseParquet,
): Blocks {
  let bytesRead = 0;
  const isPlain = compression === 'none';
  if (compression === 'parquet') {
    const content = unpackParquet(handle, endOfFile, (bytes) => {
      bytesRead += bytes;
    });
    return Object.assign(content, { fileBytesRead: () => bytesRead });
  }
  const source = readBytes(handle, isPlain ? position : 0, endOfFile, (bytes) => {
    bytesRead += bytes;
  });
  const content = isPlain ? source : explainDamage(unpackNested(unpack(source, compression), 1));
  return Object.assign(content, { fileBytesRead: () => bytesRead });
}

const refuseParquet: UnpackParquet = async function* () {
  yield* [];
  throw new UserError([
    {
      code: 'file/parquet-damaged',
      place: '',
      message: 'Parquet is not read here.',
    },
  ]);
};

/** By the handle, not by a stream, which would close it. */
async function* readBytes(
  handle: FileHandle,
  start: number,
  end: number,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const buffer = Buffer.allocUnsafe(Math.min(blockBytes, end - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    onBytes(bytesRead);
    yield buffer.subarray(0, bytesRead);
  }
}

async function* unpackNested(content: AsyncIterable<Buffer>, levels: number): AsyncGenerator<Buffer> {
  const iterator = content[Symbol.asyncIterator]();
  let first = await iterator.next();
  if (!first.done && first.value.length < 4) {
    const second = await iterator.next();
    if (!second.done) first = { done: false, value: Buffer.concat([first.value, second.value]) };
  }
  if (first.done) return;
  const rest = (async function* () {
    try {
      yield first.value;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      // Whoever stops early closes the file, too.
      await iterator.return?.();
    }
  })();
  const compression = levels > 0 ? detectCompression(first.value) : 'none';
  yield* compression === 'none' || compression === 'parquet' ? rest : unpack(rest, compression);
}

function unpack(content: AsyncIterable<Buffer>, compression: Compression): AsyncIterable<Buffer> {
  return compression === 'zstd' ? unzstd(content) : gunzip(content);
}

/**
 * All bytes that gunzip gives, then its error. Read by events: iterating over a stream drops what it holds when it fails.
 */
async function* gunzip(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream: Transform = createGunzip({ chunkSize: 256 * 1024 });
  const queue: Buffer[] = [];
  let wake = () => {};
  let failure: unknown = null;
  let ended = false;
  stream.on('data', (chunk: Buffer) => {
    queue.push(chunk);
    if (queue.length >= 8) stream.pause();
    wake();
  });
  stream.on('end', () => {
    ended = true;
    wake();
  });
  stream.on('error', (cause) => {
    failure ??= cause;
    wake();
  });
  const feeding = feed(content, stream).catch((cause) => {
    failure ??= cause;
    wake();
  });
  try {
    for (;;) {
      const chunk = queue.shift();
      if (chunk) {
        if (queue.length === 0 && stream.isPaused()) stream.resume();
        yield chunk;
      } else if (failure !== null) throw failure;
      else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (queue.length > 0 || failure !== null || ended) resolve();
        });
    }
  } finally {
    stream.destroy();
    await feeding;
  }
}

async function feed(content: AsyncIterable<Buffer>, stream: Transform): Promise<void> {
  for await (const chunk of content) {
    if (stream.destroyed || stream.writableEnded) return;
    if (!stream.write(chunk)) {
      await new Promise<void>((resolve) => {
        const events = ['drain', 'close', 'error'] as const;
        const goOn = () => {
          for (const event of events) stream.removeListener(event, goOn);
          resolve();
        };
        for (const event of events) stream.once(event, goOn);
      });
    }
  }
  stream.end();
}

async function* explainDamage(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of content) {
      bytes += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    const problem = damageOf(cause, bytes);
    throw problem === null ? cause : new UserError([problem], { cause });
  }
}

function damageOf(cause: unknown, bytes: number): Problem | null {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const isZstdDamage = cause instanceof DamagedDataError;
  if (!/^Z_/.test(code) && !isZstdDamage) return null;
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  return {
    code: 'file/gzip-damaged',
    place: '',
    message:
      code === 'Z_BUF_ERROR' || (isZstdDamage && cause.endsEarly)
        ? `The compressed data ends early, at ${size} of content.`
        : `The compressed data is damaged after ${size} of content.`,
    hint: 'The events before it were kept. Export or copy the file again.',
  };
}
