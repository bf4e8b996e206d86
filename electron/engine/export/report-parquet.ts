import { writeFile } from 'node:fs/promises';
import type { Report } from '../../../shared/report';
import type { Workspace } from '../workspace/open';
import { id, integer, join, sql } from '../workspace/sql';
import { withSpoolFile, writeRows } from './spool-file';

/** The ranking as Parquet, a row a contributor, with the columns of the CSV. @returns the file, which `use` may read */
export async function writeReportParquet<T>(
  workspace: Workspace,
  report: Report,
  use: (path: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { keyLabels, contributors } = report;
  const names = distinguish(['Rank', ...keyLabels, 'Sum', 'Maximum', 'PercentOfTotal']);
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
      return use(parquet);
    });
  });
}

/** Column names that differ even for an engine that folds their case, and are not empty. */
export function distinguish(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const base = name === '' ? '_' : name;
    let one = base;
    for (let count = 2; taken.has(one.toLowerCase()); count++) one = `${base}_${count}`;
    taken.add(one.toLowerCase());
    return one;
  });
}
