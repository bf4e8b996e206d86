import type { LogFormat } from '../../../shared/rule';
import type { Catalog, FieldEntry, TableEntry, ValueKind } from '../workspace/catalog';
import { lastTokenColumn } from '../workspace/event-tables';
import { createJsonTimeFinder, timeOfTokens } from './event-time';
import { type LeafKind, readJsonObject, textKind } from './json-fields';
import { type PathStep, PathTable } from './path-table';
import { tokenize } from './tokens';
import type { RawEvent } from './unwrap/types';

/** A JSON table has columns for this many fields; the values of others are read from the message. */
const maxFields = 400;

const kindOfLeaf: Record<LeafKind, ValueKind> = { integer: 'i', double: 'd', text: 't' };

/** Rows of one event table, as lines of JSON with a member a column. */
export type RowBlock = {
  table: TableEntry;
  rows: string[];
  /** The fields and kinds that occur, as kind → fields. */
  used: Record<ValueKind, Set<FieldEntry>>;
  /** Some values have no column. */
  incomplete: boolean;
};

export function createRowBlock(table: TableEntry): RowBlock {
  return { table, rows: [], used: { i: new Set(), d: new Set(), t: new Set() }, incomplete: false };
}

/** Turns events into rows: finds their format, time and fields. */
export class Shredder {
  readonly #paths = new PathTable();
  readonly #times = createJsonTimeFinder(this.#paths);
  readonly #fieldsOfTable = new WeakMap<TableEntry, (FieldEntry | null | undefined)[]>();
  #leafPaths: number[] = [];
  #leafTexts: string[] = [];
  #leafKinds: LeafKind[] = [];

  constructor(private readonly catalog: Catalog) {
    // Fields that have columns keep their place, however many other paths hostile events bring.
    for (const group of catalog.groups) {
      const table = group.tables.get('JSON');
      for (const reference of table?.fields.keys() ?? []) this.#paths.intern(JSON.parse(reference) as PathStep[]);
    }
  }

  /** Reads an event. Its row can be written until the next one is read. */
  read(event: RawEvent): { format: LogFormat; timeMs: number | null; tokens: string[] | null } {
    this.#leafPaths = [];
    this.#leafTexts = [];
    this.#leafKinds = [];
    this.#times.reset();
    this.#paths.unreported = 0;
    const isJson = readJsonObject(event.message, this.#paths, (path, text, kind) => {
      this.#leafPaths.push(path);
      this.#leafTexts.push(text);
      this.#leafKinds.push(kind);
      if (event.timeMs === null) this.#times.offer(path, text);
    });
    if (isJson) return { format: 'JSON', timeMs: event.timeMs ?? this.#times.find(), tokens: null };
    const tokens = tokenize(event.message);
    return { format: 'CLF', timeMs: event.timeMs ?? timeOfTokens(tokens, event.header), tokens };
  }

  /** Adds the row of the event that was read last. */
  write(
    block: RowBlock,
    event: RawEvent,
    { timeMs, tokens }: { timeMs: number | null; tokens: string[] | null },
    fileId: number,
    streamId: number | null,
  ): void {
    let row = `{"time_ms":${timeMs},"file_id":${fileId},"line":${event.line},"stream_id":${streamId}`;
    if (tokens === null) {
      row += `,"message":${JSON.stringify(event.message)}`;
      if (this.#paths.unreported > 0) block.incomplete = true;
      for (const [index, path] of this.#leafPaths.entries()) {
        const field = this.#fieldOf(block.table, path);
        if (field === null) block.incomplete = true;
        else row += writeValue(block, field, this.#leafTexts[index] ?? '', this.#leafKinds[index] ?? 'text');
      }
    } else {
      // Blanks alone between the tokens: then the columns give the line back, and it need not be kept twice.
      if (tokens.join(' ') !== event.message) row += `,"message":${JSON.stringify(event.message)}`;
      for (const [index, token] of tokens.entries()) {
        if (index === lastTokenColumn) break;
        row += writeValue(block, this.catalog.field(block.table, String(index + 1)), token, textKind(token));
      }
      if (tokens.length > lastTokenColumn) row += `,"more":${JSON.stringify(tokens.slice(lastTokenColumn))}`;
    }
    block.rows.push(`${row}}`);
  }

  #fieldOf(table: TableEntry, path: number): FieldEntry | null {
    let fields = this.#fieldsOfTable.get(table);
    if (fields === undefined) {
      fields = [];
      this.#fieldsOfTable.set(table, fields);
    }
    const known = fields[path];
    if (known !== undefined) return known;
    const reference = JSON.stringify(this.#paths.steps(path));
    const hasRoom = table.fields.has(reference) || table.fields.size < maxFields;
    const field = hasRoom ? this.catalog.field(table, reference) : null;
    fields[path] = field;
    return field;
  }
}

function writeValue(block: RowBlock, field: FieldEntry, text: string, leaf: LeafKind): string {
  const kind = kindOfLeaf[leaf];
  if (!field.kinds.has(kind)) field.wanted.add(kind);
  block.used[kind].add(field);
  return `,"${kind}${field.fieldId}":${kind === 't' ? JSON.stringify(text) : text}`;
}
