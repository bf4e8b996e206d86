import { randomBytes } from 'node:crypto';
import { copyFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../shared/problem';
import type { Workspace } from '../workspace/open';
import { Sql } from '../workspace/sql';

/** Forms of a file that DuckDB writes. */
const options = {
  csv: `(FORMAT csv, HEADER, QUOTE '"', ESCAPE '"')`,
  jsonl: '(FORMAT json)',
  parquet: '(FORMAT parquet)',
};

/** The statement that writes the rows of a query to a file in the spool. */
export function copyTo(select: Sql, path: string, form: keyof typeof options): Sql {
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

/**
 * Puts a file where the user wants it. It is whole or not there at all.
 * @throws UserError `export/unwritable`
 */
export async function placeFile(from: string, to: string): Promise<void> {
  await placeWith(to, (partial) => copyFile(from, partial));
}

/** The same with a text or bytes. @throws UserError `export/unwritable` */
export async function placeContent(content: string | Uint8Array, to: string): Promise<void> {
  await placeWith(to, (partial) => writeFile(partial, content));
}

const reasons: Record<string, string> = {
  ENOENT: 'the folder is not there',
  EISDIR: 'it is a folder',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'nothing can be written there',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
};

async function placeWith(to: string, write: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${to}.partial-${randomBytes(4).toString('hex')}`;
  try {
    await write(partial);
    await rename(partial, to);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new UserError(
      [
        {
          code: 'export/unwritable',
          place: to,
          message: `The file can't be written: ${reasons[code] ?? code}.`,
          hint: 'Choose another place.',
        },
      ],
      { cause },
    );
  }
}
