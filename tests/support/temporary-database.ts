import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../../electron/engine/workspace/db';

/** An empty database in a folder of its own. `close` removes both. */
export async function openTemporaryDatabase(): Promise<{ db: Database; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'contributor-insights-'));
  const db = await Database.open(join(folder, 'test.duckdb'), {
    spoolDirectory: folder,
    temporaryDirectory: folder,
    memoryLimitBytes: 1e9,
    threads: 2,
  });
  return {
    db,
    close: async () => {
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
