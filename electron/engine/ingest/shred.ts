import type { LogFormat } from '../../../shared/rule';
import type { Catalog, FieldEntry, TableEntry, ValueKind } from '../workspace/catalog';
import { lastTokenColumn } from '../workspace/event-tables';
import type { ColumnBlock } from './column-block';
import { createJsonTimeFinder, timeOfTokens } from './event-time';
import { type LeafKind, readJsonObject, textKind } from './json-fields';
import { type PathStep, PathTable } from './path-table';
import type { TimeZone } from './time-zone';
import { tokenize } from './tokens';
import type { RawEvent } from './unwrap/types';

/** A JSON table has columns for this many fields; the values of others are read from the message. */
const maxFields = 400;

const kindOfLeaf: Record<LeafKind, ValueKind> = { integer: 'i', double: 'd', text: 't' };

/** Turns events into rows: finds their format, time and fields. */
export class Shredder {
  readonly paths = new PathTable();
  readonly #times = createJsonTimeFinder(this.paths);
  readonly #fieldsOfTable = new WeakMap<TableEntry, (FieldEntry | null | undefined)[]>();
  readonly #leafPaths: number[] = [];
  readonly #leafTexts: string[] = [];
  readonly #leafKinds: LeafKind[] = [];

  constructor(private readonly catalog: Catalog) {
    // Fields that have columns keep their place, however many other paths hostile events bring.
    for (const group of catalog.groups) {
      const table = group.tables.get('JSON');
      for (const reference of table?.fields.keys() ?? []) this.paths.intern(JSON.parse(reference) as PathStep[]);
    }
  }

  /** Reads an event. Its row can be written until the next one is read. @param zone see `timeOfText` */
  read(
    event: RawEvent,
    zone: TimeZone | null = null,
  ): { format: LogFormat; timeMs: number | null; tokens: string[] | null } {
    this.#leafPaths.length = 0;
    this.#leafTexts.length = 0;
    this.#leafKinds.length = 0;
    this.#times.reset();
    this.paths.unreported = 0;
    const isJson = readJsonObject(event.message, this.paths, (path, text, kind) => {
      this.#leafPaths.push(path);
      this.#leafTexts.push(text);
      this.#leafKinds.push(kind);
      if (event.timeMs === null) this.#times.offer(path, text);
    });
    if (isJson) return { format: 'JSON', timeMs: event.timeMs ?? this.#times.find(zone), tokens: null };
    const tokens = tokenize(event.message);
    return { format: 'CLF', timeMs: event.timeMs ?? timeOfTokens(tokens, event.header, zone), tokens };
  }

  /** Writes the fields and the message of the event that was read last. The caller ends the row. */
  write(block: ColumnBlock, message: string, tokens: readonly string[] | null): void {
    const { row, table } = block;
    if (tokens === null) {
      block.message.addText(row, message);
      if (this.paths.unreported > 0) block.leaveGap();
      for (const [index, path] of this.#leafPaths.entries()) {
        const field = this.fieldOf(table, path);
        if (field === null) block.leaveGap();
        else writeValue(block, field, this.#leafTexts[index] ?? '', this.#leafKinds[index] ?? 'text');
      }
      return;
    }
    // Blanks alone between the tokens: then the columns give the line back, and it need not be kept twice.
    if (tokens.join(' ') !== message) block.message.addText(row, message);
    for (const [index, token] of tokens.entries()) {
      if (index === lastTokenColumn) break;
      writeValue(block, this.catalog.field(table, String(index + 1)), token, textKind(token));
    }
    if (tokens.length > lastTokenColumn) block.more.addText(row, JSON.stringify(tokens.slice(lastTokenColumn)));
  }

  /** The field of a path in a table; null where it gets no column. */
  fieldOf(table: TableEntry, path: number): FieldEntry | null {
    let fields = this.#fieldsOfTable.get(table);
    if (fields === undefined) {
      fields = [];
      this.#fieldsOfTable.set(table, fields);
    }
    const known = fields[path];
    if (known !== undefined) return known;
    const reference = JSON.stringify(this.paths.steps(path));
    // Where values were left without a column, a new one would hide those of its field.
    const hasRoom = table.fields.has(reference) || (table.fields.size < maxFields && !table.mayHaveMore);
    const field = hasRoom ? this.catalog.field(table, reference) : null;
    fields[path] = field;
    return field;
  }
}

function writeValue(block: ColumnBlock, field: FieldEntry, text: string, leaf: LeafKind): void {
  const column = block.column(field, kindOfLeaf[leaf]);
  if (leaf === 'integer') column.addDigits(block.row, text);
  else if (leaf === 'double') column.addDouble(block.row, Number(text));
  else column.addText(block.row, text);
}
