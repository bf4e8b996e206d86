import { readFile, writeFile } from 'node:fs/promises';
import type { Report } from '../../../shared/report';
import type { Workspace } from '../workspace/open';
import { id, integer, join, sql } from '../workspace/sql';
import { nameColumns, withSpoolFile, writeRows } from './spool-file';

/** The ranking as Parquet, a row a contributor, with the columns of the CSV. @returns the file */
export async function writeReportParquet(
  workspace: Workspace,
  report: Report,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { keyLabels, contributors } = report;
  const names = nameColumns(['Rank', ...keyLabels, 'Sum', 'Maximum', 'PercentOfTotal']);
  const keys = keyLabels.map(
    (_, index) => sql`CAST(keys[${integer(index + 1)}] AS VARCHAR) AS ${id(names[index + 1] ?? '')}`,
  );
  const named = (offset: number) => id(names[keyLabels.length + offset] ?? '');
  return withSpoolFile(workspace, 'json', async (json) => {
    const lines = contributors.map(({ keys: values, total, maximum, percentOfTotal }, index) =>
      JSON.stringify({ rank: index + 1, keys: values, total, maximum, percent: percentOfTotal }),
    );
    await writeFile(json, lines.join('\n'));
    return withSpoolFile(workspace, 'parquet', async (parquet) => {
      const rows = sql`SELECT rank AS ${id(names[0] ?? '')}, ${join(keys, ', ')}, total AS ${named(1)}, maximum AS ${named(2)},
          percent AS ${named(3)}
        FROM read_json(${json}, format = 'newline_delimited', columns = {rank: 'INTEGER', keys: 'VARCHAR[]', total: 'DOUBLE',
          maximum: 'DOUBLE', percent: 'DOUBLE'}) ORDER BY rank`;
      const mostBytes = Number.POSITIVE_INFINITY;
      await writeRows(workspace, { select: rows, path: parquet, form: 'parquet', mostBytes }, signal);
      return readFile(parquet);
    });
  });
}
