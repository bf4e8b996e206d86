import { closeSync, openSync, rmSync, writevSync } from 'node:fs';
import type { ValueKind } from '../workspace/catalog';
import { int32, int64, list, struct, text, varint } from './thrift';

/**
 * What is written of a column: values in Parquet's plain encoding; the rows before `firstGap` have one, and of the others
 * those whose bit is set.
 */
export type ColumnValues = {
  name: string;
  kind: ValueKind;
  present: Uint8Array;
  firstGap: number;
  count: number;
  bytes: Uint8Array;
  size: number;
};

type Chunk = { offset: number; size: number };
type Group = { rows: number; size: number; chunks: Map<string, Chunk> };

const magic = Buffer.from('PAR1');

/**
 * A Parquet file that is written group by group, uncompressed: what DuckDB reads with the least work, and holds any text
 * without quoting. A column may appear in a later group only. Writing is synchronous: it goes to the system's cache.
 * @see https://parquet.apache.org/docs/file-format/
 */
export class ParquetFile {
  readonly #descriptor: number;
  readonly #kinds = new Map<string, ValueKind>();
  readonly #groups: Group[] = [];
  #position = 0;
  #isOpen = true;

  /** @throws the system's error where the file is there already */
  constructor(readonly path: string) {
    this.#descriptor = openSync(path, 'wx', 0o600);
    this.#write([magic]);
  }

  /** Whether a column of that name has a value in a row. */
  hasColumn(name: string): boolean {
    return this.#kinds.has(name);
  }

  /** @param columns those without a value are left out */
  writeGroup(columns: readonly ColumnValues[], rows: number): void {
    const group: Group = { rows, size: 0, chunks: new Map() };
    for (const column of columns) {
      if (column.count === 0) continue;
      this.#kinds.set(column.name, column.kind);
      const levels = column.count === rows ? repeatLevel(1, rows) : packLevels(column, rows);
      this.#writeChunk(group, column.name, levels, column.bytes.subarray(0, column.size));
    }
    this.#groups.push(group);
  }

  /** Writes what makes the file readable, and closes it. */
  finish(): void {
    for (const group of this.#groups) {
      for (const name of this.#kinds.keys()) {
        if (!group.chunks.has(name)) this.#writeChunk(group, name, repeatLevel(0, group.rows), noValues);
      }
    }
    const footer = Buffer.from(this.#describe());
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    this.#write([footer, length, magic]);
    this.#close();
  }

  /** Closes and removes the file. */
  remove(): void {
    this.#close();
    rmSync(this.path, { force: true });
  }

  /** A column chunk of one page. */
  #writeChunk(group: Group, name: string, levels: Buffer, values: Uint8Array): void {
    const size = levels.length + values.length;
    const page = struct([
      [1, int32(0)],
      [2, int32(size)],
      [3, int32(size)],
      [
        5,
        struct([
          [1, int32(group.rows)],
          [2, int32(plainEncoding)],
          [3, int32(levelEncoding)],
          [4, int32(levelEncoding)],
        ]),
      ],
    ]);
    const head = Buffer.from(page.bytes);
    group.chunks.set(name, { offset: this.#position, size: head.length + size });
    group.size += head.length + size;
    this.#write([head, levels, values]);
  }

  #describe(): number[] {
    const columns = [...this.#kinds].map(([name, kind]) =>
      struct([
        [1, int32(physicalTypes[kind])],
        [3, int32(isOptional)],
        [4, text(name)],
        ...(kind === 't' ? [[6, int32(isUtf8)] as const] : []),
      ]),
    );
    const root = struct([
      [4, text('rows')],
      [5, int32(columns.length)],
    ]);
    const rows = this.#groups.reduce((sum, group) => sum + group.rows, 0);
    return struct([
      [1, int32(1)],
      [2, list([root, ...columns])],
      [3, int64(rows)],
      [4, list(this.#groups.map((group) => this.#describeGroup(group)))],
    ]).bytes;
  }

  #describeGroup({ rows, size, chunks }: Group) {
    const columns = [...this.#kinds].map(([name, kind]) => {
      const chunk = chunks.get(name) ?? { offset: 0, size: 0 };
      return struct([
        [2, int64(chunk.offset)],
        [
          3,
          struct([
            [1, int32(physicalTypes[kind])],
            [2, list([int32(plainEncoding), int32(levelEncoding)])],
            [3, list([text(name)])],
            [4, int32(0)],
            [5, int64(rows)],
            [6, int64(chunk.size)],
            [7, int64(chunk.size)],
            [9, int64(chunk.offset)],
          ]),
        ],
      ]);
    });
    return struct([
      [1, list(columns)],
      [2, int64(size)],
      [3, int64(rows)],
    ]);
  }

  #write(parts: readonly Uint8Array[]): void {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    let written = writevSync(this.#descriptor, parts as Uint8Array[]);
    // The system may take less at a time than it is given.
    let rest = written < bytes ? Buffer.concat(parts).subarray(written) : noValues;
    for (; rest.length > 0; rest = rest.subarray(written)) written = writevSync(this.#descriptor, [rest]);
    this.#position += bytes;
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}

const noValues = Buffer.alloc(0);

/** Numbers of the format: INT64, DOUBLE and BYTE_ARRAY; PLAIN; RLE; OPTIONAL; UTF8. */
const physicalTypes: Record<ValueKind, number> = { i: 2, d: 5, t: 6 };
const plainEncoding = 0;
const levelEncoding = 3;
const isOptional = 1;
const isUtf8 = 0;

/** The same level for all rows. */
function repeatLevel(level: 0 | 1, rows: number): Buffer {
  return withLength(Buffer.from([...varint(rows * 2), level]));
}

/** A level a row, packed into bits. */
function packLevels({ present, firstGap }: ColumnValues, rows: number): Buffer {
  const groups = Math.ceil(rows / 8);
  const bits = Buffer.alloc(groups);
  bits.set(present.subarray(0, groups));
  bits.fill(0xff, 0, firstGap >> 3);
  if ((firstGap & 7) > 0) bits[firstGap >> 3] = (bits[firstGap >> 3] as number) | ((1 << (firstGap & 7)) - 1);
  return withLength(Buffer.concat([Buffer.from(varint(groups * 2 + 1)), bits]));
}

function withLength(levels: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(levels.length);
  return Buffer.concat([length, levels]);
}
