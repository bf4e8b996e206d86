import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../shared/problem';
import type { Workspace } from '../workspace/open';
import { distinguish, Sql } from '../workspace/sql';

/** Forms of a file that DuckDB writes, under its own name from the start: a partial file of another would be left over. */
const options = {
  csv: `(FORMAT csv, HEADER, QUOTE '"', ESCAPE '"', USE_TMP_FILE FALSE)`,
  jsonl: '(FORMAT json, USE_TMP_FILE FALSE)',
  parquet: '(FORMAT parquet, USE_TMP_FILE FALSE)',
};

/** The statement that writes the rows of a query to a file in the spool. */
function copyTo(select: Sql, path: string, form: keyof typeof options): Sql {
  // DuckDB numbers the parameter of the path before those of the query, although it stands behind them.
  return new Sql(`COPY (${select.text}) TO ? ${options[form]}`, [path, ...select.values]);
}

/** A path in the spool, the only folder that DuckDB may write to. What stands there is removed when `work` is done. */
export async function withSpoolFile<T>(
  { spoolDirectory }: Pick<Workspace, 'spoolDirectory'>,
  extension: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(spoolDirectory, `export-${randomBytes(6).toString('hex')}.${extension}`);
  try {
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** Names of the columns of a file: they differ for every engine that reads it, and none is empty. */
export function nameColumns(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => distinguish(name === '' ? '_' : name, taken, (count) => `_${count}`));
}

/** How often the size of a file is looked at while it is written, in ms. */
const lookEvery = 100;

/**
 * Writes the rows of a query to a file in the spool.
 * @throws UserError `export/too-large` as soon as the file has more than `mostBytes`; the signal's reason when aborted
 */
export async function writeRows(
  { db }: Pick<Workspace, 'db'>,
  { select, path, form, mostBytes }: { select: Sql; path: string; form: keyof typeof options; mostBytes: number },
  signal?: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const cancel = () => stop.abort(signal?.reason);
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  const look = async () => {
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    if (size > mostBytes) stop.abort(tooLarge(mostBytes));
  };
  const timer = setInterval(() => void look(), lookEvery);
  try {
    await db.read(copyTo(select, path, form), { signal: stop.signal });
    await look();
    stop.signal.throwIfAborted();
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', cancel);
  }
}

/** What an export that is made in memory is refused with. */
export function tooLarge(mostBytes: number): UserError {
  const size = `${(mostBytes / 1024 ** 2).toLocaleString('en-US', { maximumFractionDigits: 0 })} MiB`;
  return new UserError([
    {
      code: 'export/too-large',
      place: 'events',
      message: `The events make more than ${size}.`,
      hint: 'Choose a shorter time range.',
    },
  ]);
}
