import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeWholeSync } from '../../files/whole-file';
import type { Database, Row } from './db';
import { id, join, type Sql, sql } from './sql';

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Rows = z.array(z.record(z.string(), Cell));
const Copy = z.object({ version: z.literal(1), source: Rows, rule: Rows, setting: Rows });

/**
 * What a workspace holds that stands in no log: its sources, rules and settings. Kept in `NAME.duckdb.restore.json`, so that
 * a workspace whose file is damaged can be made anew and loaded again.
 */
export type RestoreCopy = z.infer<typeof Copy>;

type CopiedTable = Exclude<keyof RestoreCopy, 'version'>;

/** A source goes on where it was left only if the user had stopped it. */
const selects: Record<CopiedTable, Sql> = {
  source: sql`SELECT * REPLACE (CASE WHEN state IN ('paused', 'cancelled') THEN state ELSE 'waiting' END AS state)
    FROM source ORDER BY source_id`,
  rule: sql`SELECT * FROM rule ORDER BY name`,
  setting: sql`SELECT * FROM setting ORDER BY key`,
};

function restorePath(workspacePath: string): string {
  return `${workspacePath}.restore.json`;
}

/** The copy that lies beside a workspace; null where there is none that can be read. */
export function readRestoreCopy(workspacePath: string): RestoreCopy | null {
  try {
    return Copy.parse(JSON.parse(readFileSync(restorePath(workspacePath), 'utf8')));
  } catch {
    return null;
  }
}

/** Puts what a copy holds into a workspace, in the place of what that has. Columns that it does not have are left out. */
export async function restoreFrom(copy: RestoreCopy, db: Database): Promise<void> {
  const columns = await db.read(sql`SELECT table_name, column_name FROM duckdb_columns()`);
  await db.transaction(async (run) => {
    for (const table of Object.keys(selects) as CopiedTable[]) {
      await run(sql`DELETE FROM ${id(table)}`);
      const known = new Set(columns.filter((row) => row.table_name === table).map((row) => row.column_name));
      for (const row of copy[table]) {
        const cells = Object.entries(row).filter(([name]) => known.has(name));
        if (cells.length === 0) continue;
        const names = join(
          cells.map(([name]) => id(name)),
          ', ',
        );
        const values = join(
          cells.map(([, value]) => sql`${value}`),
          ', ',
        );
        await run(sql`INSERT INTO ${id(table)} (${names}) VALUES (${values})`);
      }
    }
  });
}

/** Keeps the copy beside a workspace true. */
export class RestoreKeeper {
  #kept = '';
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly workspacePath: string,
    private readonly db: Database,
  ) {}

  /** Has the copy written soon: something was written, perhaps of what it holds. */
  wake(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.keep().catch(() => undefined);
    }, keepDelayMs).unref();
  }

  /** Writes the copy, where something in it changed. */
  async keep(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const copy: Record<string, Row[] | number> = { version: 1 };
    for (const [table, select] of Object.entries(selects)) copy[table] = await this.db.read(select);
    const text = `${JSON.stringify(copy, null, 1)}\n`;
    if (text === this.#kept) return;
    writeWholeSync(restorePath(this.workspacePath), text, 0o600);
    this.#kept = text;
  }
}

const keepDelayMs = 1000;
