import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../../shared/problem';
import type { Database } from '../workspace/db';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { defaultFlowFields, flowFields } from './flow-log';

/**
 * Parquet files as lines of text, which are then read like any other file: the first line names the fields of flow logs, and
 * is empty for other files; each further line is a row. Rows of flow logs are records, those of other files JSON objects.
 */

/** Gives the text of an open Parquet file in blocks. @throws UserError `file/parquet-damaged` after all that could be read */
export type UnpackParquet = (
  handle: FileHandle,
  size: number,
  onBytes: (bytes: number) => void,
) => AsyncGenerator<Buffer>;

/** So many characters of text are made at a time. */
const wantedChars = 8_000_000;

/** Rows of the first piece, which tells how many fit into the next ones. A hostile file has rows of any size. */
const firstRows = 128;

const mostRows = 100_000;

/** A line is cut anyway at this many bytes. */
const maxLineChars = 1024 * 1024 + 2;

/** Makes the reader of Parquet files: DuckDB reads a copy in the spool, the only place where it may. */
export function createParquetUnpacker({ db, spoolDirectory }: { db: Database; spoolDirectory: string }): UnpackParquet {
  return async function* unpack(handle, size, onBytes) {
    const path = joinPath(spoolDirectory, `log-${randomBytes(6).toString('hex')}.parquet`);
    try {
      await copyTo(handle, size, path);
      const table = await ask(() => describe(db, path), path);
      yield Buffer.from(`${(table.header ?? []).join(' ')}\n`);
      let done = 0;
      let count = firstRows;
      for (let from = 0; from < table.rows; from += count) {
        if (from > 0) count = nextCount(count, done, from);
        const last = from + count - 1;
        const text = await ask(() => readRows(db, path, table.line, from, last), path);
        if (text === null) throw damaged('rows are missing');
        onBytes(
          Math.floor((size * Math.min(last + 1, table.rows)) / table.rows) - Math.floor((size * from) / table.rows),
        );
        done += text.length;
        yield Buffer.from(text);
      }
    } finally {
      await rm(path, { force: true });
    }
  };
}

function nextCount(count: number, chars: number, rows: number): number {
  const fitting = Math.floor((wantedChars * rows) / Math.max(1, chars));
  return Math.max(1, Math.min(fitting, count * 8, mostRows));
}

async function copyTo(handle: FileHandle, size: number, path: string): Promise<void> {
  async function* read() {
    for (let at = 0; at < size; ) {
      const buffer = Buffer.allocUnsafe(Math.min(1 << 20, size - at));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
  await pipeline(Readable.from(read(), { objectMode: false }), createWriteStream(path, { mode: 0o600 }));
}

type Column = { name: string; type: string };

type Described = { rows: number; header: string[] | null; line: Sql };

const ofLog = { isOfLog: true };

async function describe(db: Database, path: string): Promise<Described> {
  const described = await db.read(sql`SELECT column_name, column_type FROM (DESCRIBE FROM ${rowsOf(path)})`, ofLog);
  const columns = described.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  const [count] = await db.read(sql`SELECT count(*) AS rows FROM ${rowsOf(path)}`, ofLog);
  const rows = Number(count?.rows ?? 0);
  return isFlowLog(columns)
    ? { rows, ...flowLines(columns) }
    : { rows, header: null, line: toObject(columns, plainValue) };
}

function rowsOf(path: string): Sql {
  return sql`read_parquet(${path}, binary_as_string = true)`;
}

async function readRows(db: Database, path: string, line: Sql, from: number, last: number): Promise<string | null> {
  const statement = sql`
    SELECT string_agg(left(${line}, ${integer(maxLineChars)}) || chr(10), '' ORDER BY file_row_number) AS text
    FROM read_parquet(${path}, binary_as_string = true, file_row_number = true)
    WHERE file_row_number BETWEEN ${integer(from)} AND ${integer(last)}`;
  const [row] = await db.read(statement, ofLog);
  return typeof row?.text === 'string' ? row.text : null;
}

/** Names of fields as flow logs have them in text. */
const flowName = (column: Column) => column.name.replaceAll('_', '-');

/** Fields that no other log has; `version`, `region` or `type` say little. */
const tellingFields = ['srcaddr', 'dstaddr', 'pkt-srcaddr', 'pkt-dstaddr', 'interface-id', 'log-status'];

function isFlowLog(columns: readonly Column[]): boolean {
  const names = columns.map(flowName);
  const known = names.filter((name) => flowFields.has(name));
  return known.length >= 2 && known.length * 2 >= names.length && known.some((name) => tellingFields.includes(name));
}

/** Fields of the default format come first, in its order, so that rules written for it find them where they expect them. */
function flowLines(columns: readonly Column[]): { header: string[]; line: Sql } {
  const rank = (column: Column) =>
    (defaultFlowFields.indexOf(flowName(column)) + 1 || defaultFlowFields.length + 1) - 1;
  const ordered = [...columns].sort((a, b) => rank(a) - rank(b));
  const values = ordered.map((column) => sql`coalesce(nullif(${recordValue(column)}, ''), '-')`);
  // A value that is no token by itself would shift those behind it. Most can be quoted; else the row becomes an object.
  const needsQuotes = (value: Sql) => sql`regexp_matches(${value}, '^["\\[{]|[ \\t\\r\\n]')`;
  const unquotable = values.map(
    (value) => sql`(${needsQuotes(value)} AND regexp_matches(${value}, '["\\r\\n]|\\\\$'))`,
  );
  const tokens = values.map(
    (value) => sql`CASE WHEN ${needsQuotes(value)} THEN '"' || ${value} || '"' ELSE ${value} END`,
  );
  const carefully = sql`CASE WHEN ${join(unquotable, ' OR ')} THEN ${toObject(ordered, recordValue, flowName)}
    ELSE concat_ws(' ', ${join(tokens, ', ')}) END`;
  // Nearly all rows have no such value, and one look at all their texts shows it.
  const texts = ordered.flatMap((column, index) =>
    isNumber(column) ? [] : [sql`chr(31), ${values[index] ?? sql`''`}`],
  );
  const isOdd =
    texts.length === 0 ? sql`false` : sql`regexp_matches(concat(${join(texts, ', ')}), '[ \\t\\r\\n]|\\x1f["\\[{]')`;
  const line = sql`CASE WHEN ${isOdd} THEN ${carefully} ELSE concat_ws(' ', ${join(values, ', ')}) END`;
  return { header: ordered.map((column) => flowName(column).replace(/\s/g, '-')), line };
}

/** The text of a column's value in a flow record. Programs other than AWS's write some with types of their own. */
function recordValue(column: Column): Sql {
  const value = id(column.name);
  const name = flowName(column);
  if (isTimestamp(column) && (name === 'start' || name === 'end'))
    return sql`CAST(CAST(floor(epoch(${value})) AS BIGINT) AS VARCHAR)`;
  if (/^(FLOAT|DOUBLE)$/.test(column.type)) {
    return sql`CASE WHEN isnan(${value}) THEN NULL WHEN ${value} = floor(${value}) AND abs(${value}) < 1e15
      THEN CAST(CAST(${value} AS BIGINT) AS VARCHAR) ELSE CAST(${value} AS VARCHAR) END`;
  }
  const text = sql`CAST(${plainValue(column)} AS VARCHAR)`;
  // A number has lost the leading zeros that an account id keeps.
  if (name === 'account-id' && /INT$/.test(column.type)) {
    return sql`CASE WHEN length(${text}) < 12 THEN lpad(${text}, 12, '0') ELSE ${text} END`;
  }
  return text;
}

/** A column's value; times as ISO 8601 in UTC, since DuckDB's own form of them does not say so. */
function plainValue(column: Column): Sql {
  const value = id(column.name);
  return isTimestamp(column) ? sql`strftime(CAST(${value} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%fZ')` : value;
}

/** Whether a column holds nothing but numbers. */
function isNumber({ type }: Column): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)?INT|INTEGER|UINTEGER|FLOAT|DOUBLE)$/.test(type);
}

function isTimestamp({ type }: Column): boolean {
  return type.startsWith('TIMESTAMP');
}

function toObject(
  columns: readonly Column[],
  value: (column: Column) => Sql,
  name: (column: Column) => string = (column) => column.name,
): Sql {
  const members = columns.map((column) => sql`CAST(${name(column)} AS VARCHAR), ${value(column)}`);
  return sql`CAST(json_object(${join(members, ', ')}) AS VARCHAR)`;
}

/** What DuckDB answers; what it can't read is a problem of the file. */
async function ask<T>(question: () => Promise<T>, path: string): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name === 'AbortError') throw cause;
    const [reason = ''] = cause.message.split('\n');
    throw damaged(reason.replaceAll(path, 'the file').replace(/[. ]+$/, ''), cause);
  }
}

function damaged(reason: string, cause?: unknown): UserError {
  return new UserError(
    [
      {
        code: 'file/parquet-damaged',
        place: '',
        message: `The Parquet file can't be read to its end: ${reason}.`,
        hint: 'The events before it were kept. Export or copy the file again.',
      },
    ],
    { cause },
  );
}
