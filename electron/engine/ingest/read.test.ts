import { open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../shared/problem';
import { detectCompression, readBlocks } from './read';
import { Xxh64 } from './xxh64';

/** 200 lines, packed with the zstd command, which adds a checksum. */
const packedLines = Buffer.from(
  [
    'KLUv/WTKLz0SAOb0ZhlwS6o5SGpgIA5Q/6rekIiICJHiLHD/rysCcgBgAFMAQqFcXFhYVFRQUExMSEhERDQax8FgXK9Wa7VKpU6n',
    'Umk02rb3sux923Zd0/Q8y3Ic9/7P+R3NWEUizlCEEWz5AAokGBocEBQaHBAMCwwMCgeEA4eCAQUJBYRCAQUFFgwJECQUCJAMQAqI',
    'BbQD5IM/iLIBERfRa3wHj3F2NbOWVcmoY1MxaVi01m6Xxl7dVnZVTUVPzVJyVNzq17P40dHIWFQkIg4NhYRBwVI5TRJ5c2NjU1ND',
    'QzMzIyMTE9PpPA+Hc3JiYlJSQkIyMiIiEhJSqSwHlanyVJbKUbmVr8zGd2zHdUzHcyzHcdzjj3k/dmMvdmIfdmEP9rLPTv7N23zN',
    '0/zMy3zMd/55Dj/hJryEk/ARLsJDeIUvnHJ3YWdRV0FHMTchJwH3fdt3fdP3fMt3fPf7b24fbaNdtIn20BbaQbu0p03WN7VNXVPT',
    '1DPL1DF1p35qDn1Cm9AlNAk9QovQIXSFXmjKfDFbzBUzxTwxS8wRc2M+ZoZ8la1yBYGPqBEw+P2/A8GrUa0GEviAwQrBrxB8f2Z3',
    '7lohU4SQkSFSRIwy5FNDLNfuiphEhIwcJSJizsrcvUKmiCgjQ8SImFlpd1fIKUJk5BARojwR4THvTmR2zNWZiI65OZPJORfnZHAC',
    'iAAFBCSAACAihcxMACMAgBACAACMSJA5I0AEECBAgAAAETFkpgQRAQBEEAAARISE7BJ8MGEECBJEgBACBOC6AA20qSo/cPQG',
  ].join(''),
  'base64',
);
const lines = Array.from(
  { length: 200 },
  (_, i) => `2023-11-14T22:13:${String(i % 60).padStart(2, '0')}.000Z line ${i} of a log that repeats itself\n`,
).join('');

/** A frame of zstd whose blocks are not packed, as the format's description has it. */
function toFrame(content: string | Buffer, { checksum = false, blockBytes = 1000, tag = '' } = {}): Buffer {
  const data = Buffer.from(content);
  const header = Buffer.alloc(9);
  header.writeUInt32LE(0xfd2fb528, 0);
  header[4] = (2 << 6) | (1 << 5) | (checksum ? 4 : 0);
  header.writeUInt32LE(data.length, 5);
  const parts = [header];
  for (let at = 0; at === 0 || at < data.length; at += blockBytes) {
    const block = data.subarray(at, at + blockBytes);
    const blockHeader = Buffer.alloc(3);
    blockHeader.writeUIntLE((at + blockBytes >= data.length ? 1 : 0) | (block.length << 3), 0, 3);
    parts.push(blockHeader, block);
  }
  if (checksum) {
    const hash = new Xxh64();
    hash.update(tag === '' ? data : Buffer.from(tag));
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(hash.low32(), 0);
    parts.push(sum);
  }
  return Buffer.concat(parts);
}

/** A frame that decoders skip: some programs write one first. */
function toSkippedFrame(bytes: number): Buffer {
  const frame = Buffer.alloc(8 + bytes, 0x28);
  frame.writeUInt32LE(0x184d2a50, 0);
  frame.writeUInt32LE(bytes, 4);
  return frame;
}

/** What is read of a file with these bytes, and the problem that it ends with. */
async function read(bytes: Uint8Array): Promise<{ text: string; problem: string | null; ratio: number }> {
  const path = join(tmpdir(), `contributor-insights-read-${process.pid}`);
  await writeFile(path, bytes);
  const handle = await open(path, 'r');
  const blocks = readBlocks(handle, detectCompression(bytes), 0, bytes.length);
  let text = '';
  let problem: string | null = null;
  try {
    for await (const block of blocks) text += block.toString('latin1');
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    problem = cause.problems[0]?.message ?? '';
  } finally {
    await handle.close();
    await rm(path);
  }
  return { text, problem, ratio: blocks.fileBytesRead() / bytes.length };
}

const whole = (text: string) => ({ text, problem: null, ratio: 1 });

describe('zstd', () => {
  test('is unpacked', async () => {
    expect(await read(packedLines)).toEqual(whole(lines));
  });

  test('may have any number of frames, empty ones and some to be skipped among them', async () => {
    const frames = [toSkippedFrame(5), toFrame('a', { checksum: true }), toFrame(''), toSkippedFrame(0), toFrame('b')];
    expect(await read(Buffer.concat([...frames, packedLines, packedLines]))).toEqual(whole(`ab${lines}${lines}`));
    expect(await read(toSkippedFrame(3))).toEqual(whole(''));
  });

  test('may be packed once more, in either way', async () => {
    expect(await read(toFrame(gzipSync(lines)))).toEqual(whole(lines));
    expect(await read(gzipSync(packedLines))).toEqual(whole(lines));
    expect(await read(gzipSync(gzipSync(lines)))).toEqual(whole(lines));
  });

  test('frames of many blocks are put together', async () => {
    const text = 'x'.repeat(300_000);
    expect(await read(toFrame(text, { checksum: true }))).toEqual(whole(text));
  });

  test.each([
    ['that ends in a block', packedLines.subarray(0, 400), /ends early/],
    ['that ends before its checksum', packedLines.subarray(0, -2), /ends early/],
    ['with another frame that has only begun', Buffer.concat([packedLines, packedLines.subarray(0, 3)]), /ends early/],
    ['with something else behind it', Buffer.concat([packedLines, Buffer.from('garbage')]), /is damaged/],
  ])('data %s is said to be damaged, and what came before is kept', async (_, bytes, message) => {
    const { text, problem } = await read(bytes);
    expect(problem).toMatch(message);
    expect(lines.startsWith(text)).toBe(true);
    if (bytes.length > packedLines.length) expect(text).toBe(lines);
  });

  test('a wrong checksum shows damage that nothing else does', async () => {
    const { text, problem } = await read(
      Buffer.concat([toFrame('good\n'), toFrame('bad\n', { checksum: true, tag: 'else' })]),
    );
    expect(text).toBe('good\nbad\n');
    expect(problem).toMatch(/damaged after 0.0 MB/);
  });

  test('any flipped bit of packed data is either found or changes nothing', async () => {
    let found = 0;
    for (let bit = 32; bit < packedLines.length * 8; bit += 37) {
      const bytes = Buffer.from(packedLines);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { text, problem } = await read(bytes);
      if (problem === null) expect(text).toBe(lines);
      else found++;
    }
    expect(found).toBeGreaterThan(100);
  });

  test('sizes that are made up do no harm', async () => {
    const bytes = toFrame('abc');
    const large = Buffer.concat([
      bytes.subarray(0, 4),
      Buffer.from([(3 << 6) | (1 << 5), 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0]),
      bytes.subarray(9),
    ]);
    expect((await read(large)).problem).not.toBeNull();
  });
});

describe('gzip', () => {
  test('may have any number of members', async () => {
    expect(await read(Buffer.concat([gzipSync('a'), gzipSync(''), gzipSync('b')]))).toEqual(whole('ab'));
  });

  test('that ends early, or is damaged, is said to be', async () => {
    const bytes = gzipSync(Buffer.from(lines), { level: 1 });
    expect((await read(bytes.subarray(0, bytes.length - 20))).problem).toMatch(/ends early/);
    const damaged = Buffer.from(bytes);
    damaged[damaged.length - 6] = (damaged[damaged.length - 6] ?? 0) ^ 1;
    expect((await read(damaged)).problem).toMatch(/damaged/);
  });
});

test('what is not packed comes as it is', async () => {
  expect(await read(Buffer.from('plain'))).toEqual(whole('plain'));
  expect(detectCompression(Buffer.from([0x28]))).toBe('none');
  expect(detectCompression(Buffer.from('PAR1'))).toBe('parquet');
});
