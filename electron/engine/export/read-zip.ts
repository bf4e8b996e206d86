import { inflateRawSync } from 'node:zlib';

/** Everything in an archive may be so large when it is unpacked. */
const mostBytes = 1024 * 1024 * 1024;

/**
 * The files of a ZIP archive as `writeZip` makes them. An archive may come from anybody: names are only names here, and a
 * size that does not hold ends it.
 * @throws Error where it is no such archive, is damaged or is too large
 */
export function readZip(archive: Uint8Array): Map<string, Buffer> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error('no directory');
  const files = new Map<string, Buffer>();
  let left = mostBytes;
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    if (bytes.toString('latin1', at, at + 4) !== 'PK\x01\x02') throw new Error('damaged directory');
    const [method, packed, size] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 24),
    ];
    const [nameLength, extraLength] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30)];
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const data = bytes.subarray(start, start + packed);
    if (data.length !== packed || size > left) throw new Error('damaged or too large');
    // Another program may store what it can't make smaller.
    const content = method === 0 ? data : inflateRawSync(data, { maxOutputLength: Math.max(size, 1) });
    if (content.length !== size) throw new Error('damaged file');
    files.set(name, content);
    left -= size;
    at += 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32);
  }
  return files;
}
