import type { LogFormat } from '../../../shared/rule';
import type { Database } from './db';
import { isDerived } from './derived-groups';
import { id, Sql, sql } from './sql';

/** How a value is stored: `i` BIGINT, `d` DOUBLE, `t` text. A field has a column for each kind that occurred. */
export type ValueKind = 'i' | 'd' | 't';

/** A field of an event table. Its columns are named by kind and number (`i12`), since DuckDB folds the case of names. */
export type FieldEntry = {
  fieldId: number;
  reference: string;
  /** Kinds that have a column. */
  kinds: Set<ValueKind>;
  /** Kinds that are about to be written and have no column yet. */
  wanted: Set<ValueKind>;
  alias: string | null;
};

/** The text around the values of events: a piece before each field and one behind the last. With the values it is the event. */
export type LineShape = { shapeId: number; pieces: string[]; fieldIds: number[] };

export type TableEntry = {
  groupId: number;
  format: LogFormat;
  fieldsComplete: boolean;
  /** Events on their way into the table have values without a column, or those in it do: further fields get none. */
  mayHaveMore: boolean;
  /** By reference: JSON text of the path's steps, or the token position. */
  fields: Map<string, FieldEntry>;
  shapes: LineShape[];
  /** How many of the shapes are written. */
  savedShapes: number;
};

/** A table keeps this many shapes; events of others keep their text. */
const maxShapes = 1000;

export type GroupEntry = {
  groupId: number;
  name: string;
  /** From a one-shot report without a group: every rule reads it. */
  matchesAll: boolean;
  kind: string | null;
  tables: Map<LogFormat, TableEntry>;
};

/** Columns that every event table has before its fields. `more`: the tokens past the last one that has a column. */
const ownColumns =
  'time_ms BIGINT, file_id INTEGER, line BIGINT, stream_id INTEGER, shape_id INTEGER, message VARCHAR USING COMPRESSION zstd, more VARCHAR[]';

/** Name of an event table: `event_3_json`. */
export function eventTableName(table: Pick<TableEntry, 'groupId' | 'format'>): Sql {
  return id(`event_${table.groupId}_${table.format.toLowerCase()}`);
}

/** Name of a field's column of one kind: `i12`. */
export function columnName(field: Pick<FieldEntry, 'fieldId'>, kind: ValueKind): string {
  return `${kind}${field.fieldId}`;
}

const columnTypes = { i: 'BIGINT', d: 'DOUBLE', t: 'VARCHAR' } as const;

/**
 * What the workspace holds: log groups, their event tables and the columns of these. Kept in memory, written as it
 * changes; every change is a transaction of its own, before the rows that need it.
 */
export class Catalog {
  readonly groups: GroupEntry[] = [];
  readonly #streams = new Map<string, number>();

  private constructor(
    private readonly db: Database,
    /** Of the file that it knows: nothing is written into one that was opened anew since. */
    private readonly since: number,
  ) {}

  /** @param alone reads the file where it is opened anew and `db` waits */
  static async load(db: Database, alone: Database = db): Promise<Catalog> {
    for (;;) {
      const catalog = new Catalog(db, db.generation);
      await catalog.#read(alone);
      // Damage shows in reading: then the file was made anew in the middle of it.
      if (catalog.since === db.generation) return catalog;
    }
  }

  async #read(alone: Database): Promise<void> {
    for (const row of await alone.read(
      sql`SELECT group_id, name, matches_all, kind FROM log_group ORDER BY group_id`,
    )) {
      this.groups.push({
        groupId: Number(row.group_id),
        name: String(row.name),
        matchesAll: row.matches_all === true,
        kind: row.kind === null ? null : String(row.kind),
        tables: new Map(),
      });
    }
    for (const row of await alone.read(sql`SELECT group_id, format, fields_complete FROM event_table`)) {
      const format = row.format as LogFormat;
      const groupId = Number(row.group_id);
      this.groups
        .find((group) => group.groupId === groupId)
        ?.tables.set(format, createEntry(groupId, format, row.fields_complete === true));
    }
    for (const row of await alone.read(
      sql`SELECT group_id, format, shape_id, pieces, field_ids FROM line_shape ORDER BY shape_id`,
    )) {
      const group = this.groups.find((entry) => entry.groupId === Number(row.group_id));
      const table = group?.tables.get(row.format as LogFormat);
      if (!table) continue;
      table.shapes.push({
        shapeId: Number(row.shape_id),
        pieces: JSON.parse(String(row.pieces)) as string[],
        fieldIds: JSON.parse(String(row.field_ids)) as number[],
      });
      table.savedShapes += 1;
    }
    for (const row of await alone.read(
      sql`SELECT group_id, format, field_id, reference, kinds, alias FROM field ORDER BY field_id`,
    )) {
      const group = this.groups.find((entry) => entry.groupId === Number(row.group_id));
      group?.tables.get(row.format as LogFormat)?.fields.set(String(row.reference), {
        fieldId: Number(row.field_id),
        reference: String(row.reference),
        kinds: new Set(String(row.kinds)) as Set<ValueKind>,
        wanted: new Set(),
        alias: row.alias === null ? null : String(row.alias),
      });
    }
    for (const row of await alone.read(sql`SELECT stream_id, name FROM log_stream`)) {
      this.#streams.set(String(row.name), Number(row.stream_id));
    }
  }

  /**
   * The log group of that name, made where there is none.
   * @param derivedKind kind of a group that the app makes of another one's events; it never is one that files name
   */
  async group(name: string, matchesAll: boolean, derivedKind: string | null = null): Promise<GroupEntry> {
    const known = this.groups.find(
      (group) =>
        group.name === name &&
        group.matchesAll === matchesAll &&
        (derivedKind === null ? !isDerived(group) : group.kind === derivedKind),
    );
    if (known) return known;
    const groupId = 1 + Math.max(0, ...this.groups.map((group) => group.groupId));
    await this.#write(
      sql`INSERT INTO log_group (group_id, name, matches_all, kind) VALUES (${groupId}, ${name}, ${matchesAll}, ${derivedKind})`,
    );
    const group: GroupEntry = { groupId, name, matchesAll, kind: derivedKind, tables: new Map() };
    this.groups.push(group);
    return group;
  }

  /** Keeps what the events of a group were recognised as. */
  async setKind(group: GroupEntry, kind: string): Promise<void> {
    group.kind = kind;
    await this.#write(sql`UPDATE log_group SET kind = ${kind} WHERE group_id = ${group.groupId}`);
  }

  /** The event table of a group and format, made where there is none. */
  async table(group: GroupEntry, format: LogFormat): Promise<TableEntry> {
    const known = group.tables.get(format);
    if (known) return known;
    const { groupId } = group;
    const table = createEntry(groupId, format, true);
    await this.#transaction(async (run) => {
      await run(sql`INSERT INTO event_table (group_id, format, fields_complete) VALUES (${groupId}, ${format}, true)`);
      await run(sql`CREATE TABLE ${eventTableName(table)} (${columns(ownColumns)})`);
    });
    group.tables.set(format, table);
    return table;
  }

  /** The field of that reference; a new one gets its columns from `addColumns`. */
  field(table: TableEntry, reference: string): FieldEntry {
    const known = table.fields.get(reference);
    if (known) return known;
    const fieldId = table.fields.size + 1;
    const field: FieldEntry = { fieldId, reference, kinds: new Set(), wanted: new Set(), alias: null };
    table.fields.set(reference, field);
    return field;
  }

  /** The number of a shape of the table's events, a new one if need be, which `addColumns` writes; null where there is no room. */
  shape(table: TableEntry, pieces: readonly string[], fields: readonly FieldEntry[]): number | null {
    const fieldIds = fields.map(({ fieldId }) => fieldId);
    const known = table.shapes.find(
      (shape) => areEqual(shape.pieces, pieces) && areEqual<number>(shape.fieldIds, fieldIds),
    );
    if (known) return known.shapeId;
    if (table.shapes.length === maxShapes) return null;
    const shapeId = table.shapes.length + 1;
    table.shapes.push({ shapeId, pieces: [...pieces], fieldIds });
    return shapeId;
  }

  /** Makes the columns that the fields of a table want, and writes its new shapes. */
  async addColumns(table: TableEntry): Promise<void> {
    await this.#saveShapes(table);
    const fields = [...table.fields.values()].filter((field) => field.wanted.size > 0);
    if (fields.length === 0) return;
    await this.#transaction(async (run) => {
      for (const field of fields) {
        for (const kind of field.wanted) {
          const column = id(columnName(field, kind));
          await run(sql`ALTER TABLE ${eventTableName(table)} ADD COLUMN ${column} ${columns(columnTypes[kind])}`);
        }
        const kinds = [...field.kinds, ...field.wanted].sort().join('');
        await run(
          field.kinds.size > 0
            ? sql`UPDATE field SET kinds = ${kinds} WHERE group_id = ${table.groupId} AND format = ${table.format} AND field_id = ${field.fieldId}`
            : sql`INSERT INTO field (group_id, format, field_id, reference, kinds, alias)
                  VALUES (${table.groupId}, ${table.format}, ${field.fieldId}, ${field.reference}, ${kinds}, NULL)`,
        );
      }
    });
    for (const field of fields) {
      for (const kind of field.wanted) field.kinds.add(kind);
      field.wanted.clear();
    }
  }

  async #saveShapes(table: TableEntry): Promise<void> {
    const shapes = table.shapes.slice(table.savedShapes);
    if (shapes.length === 0) return;
    await this.#transaction(async (run) => {
      for (const { shapeId, pieces, fieldIds } of shapes) {
        await run(sql`INSERT INTO line_shape (group_id, format, shape_id, pieces, field_ids)
          VALUES (${table.groupId}, ${table.format}, ${shapeId}, ${JSON.stringify(pieces)}, ${JSON.stringify(fieldIds)})`);
      }
    });
    table.savedShapes += shapes.length;
  }

  /** Notes that some values of the table's events have no column of their own. */
  async setIncomplete(table: TableEntry): Promise<void> {
    table.mayHaveMore = true;
    if (!table.fieldsComplete) return;
    await this.#write(
      sql`UPDATE event_table SET fields_complete = false WHERE group_id = ${table.groupId} AND format = ${table.format}`,
    );
    table.fieldsComplete = false;
  }

  /** Keeps the known names of token positions. */
  async setAliases(table: TableEntry, aliases: readonly string[]): Promise<void> {
    for (const [index, alias] of aliases.entries()) {
      const field = table.fields.get(String(index + 1));
      if (!field || field.kinds.size === 0 || field.alias === alias) continue;
      await this.#write(
        sql`UPDATE field SET alias = ${alias} WHERE group_id = ${table.groupId} AND format = ${table.format} AND field_id = ${field.fieldId}`,
      );
      field.alias = alias;
    }
  }

  /** The number of a log stream's name. */
  async stream(name: string): Promise<number> {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const streamId = this.#streams.size + 1;
    await this.#write(sql`INSERT INTO log_stream (stream_id, name) VALUES (${streamId}, ${name})`);
    this.#streams.set(name, streamId);
    return streamId;
  }
  #write(statement: Sql): Promise<unknown> {
    return this.db.write(statement, { since: this.since });
  }

  #transaction(work: Parameters<Database['transaction']>[0]): Promise<unknown> {
    return this.db.transaction(work, { since: this.since });
  }
}

/** Column definitions: text of our own, never of a log. */
function columns(definition: typeof ownColumns | (typeof columnTypes)[ValueKind]): Sql {
  return new Sql(definition);
}

function createEntry(groupId: number, format: LogFormat, fieldsComplete: boolean): TableEntry {
  const mayHaveMore = !fieldsComplete;
  return { groupId, format, fieldsComplete, mayHaveMore, fields: new Map(), shapes: [], savedShapes: 0 };
}

function areEqual<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
