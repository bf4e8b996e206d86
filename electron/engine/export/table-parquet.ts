import { readFile, writeFile } from 'node:fs/promises';
import type { Table, TableColumn } from '../../../shared/table';
import { replaceLoneSurrogates } from '../ingest/bytes';
import type { Workspace } from '../workspace/open';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { nameColumns, withSpoolFile, writeRows } from './spool-file';

/** A table as Parquet, with the columns of its CSV. @returns the file */
export async function writeTableParquet(
  workspace: Workspace,
  { columns, rows }: Table,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const names = nameColumns(columns.map(({ name }) => replaceLoneSurrogates(name)));
  // Texts and figures travel in a list each, whatever the columns are called.
  const isText = columns.map(({ kind }) => kind === 'text');
  const selected = columns.map(({ kind }, index) => {
    const place = integer(isText.slice(0, index).filter((one) => one === isText[index]).length + 1);
    return sql`${castOf(kind, place)} AS ${id(names[index] ?? '')}`;
  });
  return withSpoolFile(workspace, 'json', async (json) => {
    const lines = rows.map((row, index) =>
      JSON.stringify({
        line: index,
        texts: row.filter((_, at) => isText[at] === true).map(writeCell),
        figures: row.filter((_, at) => isText[at] !== true).map(writeCell),
      }),
    );
    await writeFile(json, lines.join('\n'));
    return withSpoolFile(workspace, 'parquet', async (parquet) => {
      const select = sql`SELECT ${join(selected, ', ')}
        FROM read_json(${json}, format = 'newline_delimited',
          columns = {line: 'INTEGER', texts: 'VARCHAR[]', figures: 'DOUBLE[]'}) ORDER BY line`;
      const mostBytes = Number.POSITIVE_INFINITY;
      await writeRows(workspace, { select, path: parquet, form: 'parquet', mostBytes }, signal);
      return readFile(parquet);
    });
  });
}

/** A cell as JSON can have it: that has no infinite numbers, which are read from texts, and no half characters. */
function writeCell(cell: string | number | null): string | number | null {
  if (typeof cell === 'string') return replaceLoneSurrogates(cell);
  return cell === null || Number.isFinite(cell) ? cell : String(cell);
}

/** A cell of a line, by its place among those of its list. */
function castOf(kind: TableColumn['kind'], place: Sql): Sql {
  if (kind === 'text') return sql`CAST(texts[${place}] AS VARCHAR)`;
  return kind === 'integer' ? sql`CAST(figures[${place}] AS INTEGER)` : sql`CAST(figures[${place}] AS DOUBLE)`;
}
