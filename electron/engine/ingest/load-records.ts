import { rm, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { columnName, eventTableName, type TableEntry, type ValueKind } from '../workspace/catalog';
import { lastTokenColumn } from '../workspace/event-tables';
import type { Workspace } from '../workspace/open';
import { id, integer, join, Sql, sql } from '../workspace/sql';
import { decodeText, isBlank, maxLineBytes } from './bytes';
import type { FileRecord } from './file-record';
import { defaultFlowFields, readFlowHeader } from './flow-log';
import { findOddLines, type OddLine, type RecordLayout, replaceOddLines } from './flow-records';
import { textKind } from './json-fields';
import type { GroupChoice, Loader } from './load';
import { tokenize } from './tokens';
import type { RawEvent, UnwrapState } from './unwrap/types';

/** Lines at the start of a block that decide which columns hold numbers. */
const sampleLines = 200;

/** A block is worth it while at most one line in so many is odd. */
const linesPerOddLine = 20;

/** A block of flow records that is ready to be written by one statement. */
export type RecordBlock = {
  /** Plain records in it. */
  rows: number;
  /** Writes them into the spool and returns the statement that loads them. */
  spool(): Promise<{ insert: Sql; rows: number; discard(): Promise<void> }>;
};

/** Whether a chunk may be loaded by `loadRecords`: whole lines at a place where lines begin. */
export function canLoadRecords(chunk: Buffer, { state }: FileRecord): boolean {
  return state?.container === 'lines' && state.resume === null && chunk.at(-1) === 10;
}

/**
 * Loads a chunk of a file by DuckDB's own parser, where it is whole lines of flow records.
 * @param chunk the bytes at the record's position
 * @returns false, and nothing is loaded, where the chunk has to go the long way
 */
export async function loadRecords(
  loader: Loader,
  chunk: Buffer,
  record: FileRecord,
  choice: GroupChoice,
): Promise<boolean> {
  const { state } = record;
  if (state === null || !canLoadRecords(chunk, record)) return false;
  const layout = findLayout(chunk, state.header);
  if (layout === null) return false;
  const found = findOddLines(chunk, layout, Math.ceil(chunk.length / 100 / linesPerOddLine));
  if (found === null || found.odd.length * linesPerOddLine > found.lines) return false;
  const oddEvents = readOddLines(chunk, found.odd, state);
  if (oddEvents === null) return false;
  const { catalog } = loader.workspace;
  const table = await catalog.table(await catalog.group(choice.name, choice.matchesAll), 'CLF');
  const block = toBlock(loader.workspace, table, chunk, layout, found, record.fileId, state.line);
  // Before the new position: a block must never be committed with the position of the next one.
  await loader.flush();
  record.state = { ...state, position: state.position + chunk.length, line: state.line + found.lines };
  const isLoaded = await loader.addRecords(block, oddEvents, record, choice);
  if (!isLoaded) record.state = state;
  return isLoaded;
}

/** The events of odd lines; null where one of them changes how the lines after it are read, or has to be cut. */
function readOddLines(chunk: Buffer, odd: readonly OddLine[], state: UnwrapState): RawEvent[] | null {
  const events: RawEvent[] = [];
  for (const { index, start, end } of odd) {
    if (end - start > maxLineBytes) return null;
    const message = decodeText(chunk, start, end - 1).replace(/\r$/, '');
    if (isBlank(message)) continue;
    if (readFlowHeader(message) !== null) return null;
    events.push({ timeMs: null, message, group: null, stream: null, line: state.line + index, header: state.header });
  }
  return events;
}

function toBlock(
  workspace: Workspace,
  table: TableEntry,
  chunk: Buffer,
  layout: RecordLayout,
  { lines, odd }: { lines: number; odd: OddLine[] },
  fileId: number,
  firstLine: number,
): RecordBlock {
  const rows = lines - odd.length;
  return {
    rows,
    spool: async () => {
      const fields = layout.isNumber.map((isNumber, index) => {
        const field = workspace.catalog.field(table, String(index + 1));
        const kind: ValueKind = isNumber ? 'i' : 't';
        if (!field.kinds.has(kind)) field.wanted.add(kind);
        return { column: columnName(field, kind), isNumber };
      });
      await workspace.catalog.addColumns(table);
      const path = joinPath(workspace.spoolDirectory, `records-${fileId}-${firstLine}.txt`);
      await writeFile(path, replaceOddLines(chunk, odd, layout));
      const insert = insertRecords(table, path, fields, layout, fileId, firstLine, odd);
      return { insert, rows, discard: () => rm(path, { force: true }) };
    },
  };
}

function findLayout(block: Buffer, header: readonly string[] | null): RecordLayout | null {
  const isDefault = header === null;
  const names = header ?? defaultFlowFields;
  const start = names.indexOf('start');
  if (start === -1 || names.length > lastTokenColumn) return null;
  let isNumber: boolean[] | null = null;
  let from = 0;
  for (let count = 0; count < sampleLines; count++) {
    const end = block.indexOf(10, from);
    if (end === -1) break;
    const tokens = tokenize(block.toString('latin1', from, end));
    from = end + 1;
    if (tokens.length !== names.length || tokens.includes('-')) continue;
    isNumber = tokens.map((token, index) => (isNumber?.[index] ?? true) && textKind(token) === 'integer');
  }
  if (isNumber === null || !isNumber[start]) return null;
  return { tokens: names.length, isNumber, start, isDefault };
}

function insertRecords(
  table: TableEntry,
  path: string,
  fields: readonly { column: string; isNumber: boolean }[],
  layout: RecordLayout,
  fileId: number,
  firstLine: number,
  odd: readonly OddLine[],
): Sql {
  const columns = fields.map(
    ({ column, isNumber }) => sql`${id(column)}: ${new Sql(isNumber ? "'BIGINT'" : "'VARCHAR'")}`,
  );
  const start = id(fields[layout.start]?.column ?? '');
  const isKept =
    odd.length === 0
      ? new Sql('true')
      : sql`line NOT IN (${join(
          odd.map(({ index }) => integer(firstLine + index)),
          ', ',
        )})`;
  return sql`INSERT INTO ${eventTableName(table)} BY NAME
    SELECT ${start} * 1000 AS time_ms, ${integer(fileId)} AS file_id, * FROM (
      SELECT row_number() OVER () + ${integer(firstLine - 1)} AS line, *
      FROM read_csv(${path}, auto_detect = false, header = false, delim = ' ', quote = '', escape = '',
        new_line = '\\n', max_line_size = 2097152, columns = {${join(columns, ', ')}}))
    WHERE ${isKept}`;
}
