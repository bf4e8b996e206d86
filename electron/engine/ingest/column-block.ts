import { columnName, type FieldEntry, type TableEntry, type ValueKind } from '../workspace/catalog';
import { ParquetFile } from './parquet-file';

/** Rows a group of a spool file: as many as DuckDB's own row groups hold, so that it takes each over as it is. */
export const groupRows = 122_880;

/** The values of one column in the rows since the last group; rows without one are absent. */
export class Column {
  /** A bit a row, the lowest first: whether it has a value. Of the rows before `firstGap` it is not filled in. */
  present = noBits;
  /** All rows before this one have a value. */
  firstGap = 0;
  /** Values. */
  count = 0;
  /** Bytes of the values as Parquet's plain encoding has them. */
  size = 0;
  bytes: Buffer = emptyBytes;
  #words: Int32Array = new Int32Array(0);
  #doubles: Float64Array = new Float64Array(0);
  #view = new DataView(new ArrayBuffer(0));
  #lastRow = -1;

  constructor(
    readonly name: string,
    readonly kind: ValueKind,
  ) {}

  /** Whether the row has a value already. Rows are written in order. */
  has(row: number): boolean {
    return this.#lastRow === row;
  }

  /** @param value a whole number that a double holds exactly */
  addInteger(row: number, value: number): void {
    if (!this.#mark(row)) return;
    if (this.size + 8 > this.bytes.length) this.#grow(8);
    const high = Math.floor(value / 0x1_0000_0000);
    const at = this.size >> 2;
    this.#words[at] = value - high * 0x1_0000_0000;
    this.#words[at + 1] = high;
    this.size += 8;
  }

  /** @param digits a whole number of at most 18 digits */
  addDigits(row: number, digits: string): void {
    if (digits.length <= 15) this.addInteger(row, Number(digits));
    else if (this.#mark(row)) {
      if (this.size + 8 > this.bytes.length) this.#grow(8);
      this.bytes.writeBigInt64LE(BigInt(digits), this.size);
      this.size += 8;
    }
  }

  addDouble(row: number, value: number): void {
    if (!this.#mark(row)) return;
    if (this.size + 8 > this.bytes.length) this.#grow(8);
    this.#doubles[this.size >> 3] = value;
    this.size += 8;
  }

  /**
   * Adds a text.
   * @param source bytes that are UTF-8, at least from `start` to `end` and around   @param view of the same bytes
   */
  addBytes(row: number, source: Uint8Array, view: DataView, start: number, end: number): void {
    if (!this.#mark(row)) return;
    const length = end - start;
    // Room for a whole word more, since words are copied.
    if (this.size + 12 + length > this.bytes.length) this.#grow(12 + length);
    let at = this.size + 4;
    this.#view.setInt32(this.size, length, true);
    this.size = at + length;
    if (length > 256) this.bytes.set(source.subarray(start, end), at);
    else if (end + 8 <= view.byteLength) {
      // As doubles: eight bytes of UTF-8 never mean NaN, so they come through bit by bit.
      const to = this.#view;
      for (let from = start; from < end; from += 8, at += 8) to.setFloat64(at, view.getFloat64(from, true), true);
    } else for (let from = start; from < end; from++) this.bytes[at++] = source[from] as number;
  }

  /** Halves of surrogate pairs become U+FFFD. */
  addText(row: number, text: string): void {
    if (!this.#mark(row)) return;
    const most = 4 + text.length * 3;
    if (this.size + most > this.bytes.length) this.#grow(most);
    const length = this.bytes.write(text, this.size + 4);
    this.bytes.writeUInt32LE(length, this.size);
    this.size += 4 + length;
  }

  /** Forgets all values. */
  clear(): void {
    if (this.count > this.firstGap) this.present.fill(0);
    this.firstGap = 0;
    this.count = 0;
    this.size = 0;
    this.#lastRow = -1;
    if (this.bytes.length > keptBytes) this.#resize(0);
  }

  /** @returns false where the row has a value already: the first one counts */
  #mark(row: number): boolean {
    if (this.#lastRow === row) return false;
    this.#lastRow = row;
    this.count++;
    if (row === this.firstGap) this.firstGap++;
    else {
      if (this.present === noBits) this.present = new Uint8Array(groupRows / 8);
      this.present[row >> 3] = (this.present[row >> 3] as number) | (1 << (row & 7));
    }
    return true;
  }

  #grow(more: number): void {
    this.#resize(Math.max(4096, this.bytes.length * 2, this.size + more));
  }

  #resize(length: number): void {
    const buffer = new ArrayBuffer((length + 7) & ~7);
    const larger = Buffer.from(buffer);
    if (length > 0) this.bytes.copy(larger, 0, 0, this.size);
    this.bytes = larger;
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#view = new DataView(buffer);
  }
}

const emptyBytes = Buffer.alloc(0);
const noBits = new Uint8Array(0);

/** A column's memory is kept for the next rows, up to this. */
const keptBytes = 32 * 1024 * 1024;

const kindOffset: Record<ValueKind, number> = { i: 0, d: 1, t: 2 };

/** Rows of one event table, column by column, on their way into a spool file. */
export class ColumnBlock {
  readonly time = new Column('time_ms', 'i');
  readonly file = new Column('file_id', 'i');
  readonly line = new Column('line', 'i');
  readonly stream = new Column('stream_id', 'i');
  readonly shape = new Column('shape_id', 'i');
  readonly message = new Column('message', 't');
  /** The tokens past the last one that has a column, as a JSON array. */
  readonly more = new Column('more', 't');
  readonly #columns: Column[] = [this.time, this.file, this.line, this.stream, this.shape, this.message, this.more];
  readonly #ofField: (Column | undefined)[] = [];
  #file: ParquetFile | null = null;
  #written = 0;
  /** The row that is being written: its number in the group. */
  row = 0;
  /** Some values of the rows have no column. */
  incomplete = false;

  constructor(readonly table: TableEntry) {}

  /** Rows since the block was last taken. */
  get rows(): number {
    return this.#written + this.row;
  }

  /** What the rows in memory take. */
  get bytes(): number {
    return this.#columns.reduce((sum, column) => sum + column.size, 0);
  }

  /** The column of a field for one kind of value; the table gets it before the rows. */
  column(field: FieldEntry, kind: ValueKind): Column {
    const at = field.fieldId * 3 + kindOffset[kind];
    const known = this.#ofField[at];
    if (known) {
      if (!field.kinds.has(kind)) field.wanted.add(kind);
      return known;
    }
    if (!field.kinds.has(kind)) field.wanted.add(kind);
    const column = new Column(columnName(field, kind), kind);
    this.#columns.push(column);
    this.#ofField[at] = column;
    return column;
  }

  /**
   * Ends a row; a full group goes to the spool file.
   * @param nextPath the path of a new spool file
   */
  endRow(nextPath: () => string): void {
    this.row++;
    if (this.row === groupRows) this.#writeGroup(nextPath);
  }

  /** Takes note that a value of the row has no column. */
  leaveGap(): void {
    this.incomplete = true;
    this.table.mayHaveMore = true;
  }

  /** Moves the rows that are in memory into the spool file. */
  endGroup(nextPath: () => string): void {
    if (this.row > 0) this.#writeGroup(nextPath);
  }

  /** Writes what is left and closes the spool file, which the caller removes. The block is empty afterwards. */
  take(nextPath: () => string): { path: string; rows: number; hasMore: boolean } {
    if (this.row > 0) this.#writeGroup(nextPath);
    const file = this.#file as ParquetFile;
    file.finish();
    const { rows } = this;
    const taken = { path: file.path, rows, hasMore: file.hasColumn(this.more.name) };
    this.#file = null;
    this.#written = 0;
    this.incomplete = false;
    return taken;
  }

  /** Gives up the rows since the block was last taken. */
  discard(): void {
    for (const column of this.#columns) column.clear();
    this.#file?.remove();
    this.#file = null;
    this.#written = 0;
    this.row = 0;
    this.incomplete = false;
  }

  #writeGroup(nextPath: () => string): void {
    this.#file ??= new ParquetFile(nextPath());
    this.#file.writeGroup(this.#columns, this.row);
    for (const column of this.#columns) column.clear();
    this.#written += this.row;
    this.row = 0;
  }
}
