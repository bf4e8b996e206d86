import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../engine/engine';
import type { Context } from './context';

/**
 * Runs `work` on an engine and closes it. Without a workspace, on a temporary one that is removed afterwards.
 * @throws what `work` throws; UserError where the workspace can't be opened
 */
export async function withEngine<T>(
  context: Context,
  workspacePath: string | undefined,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const temporary = workspacePath === undefined ? await mkdtemp(join(tmpdir(), 'contributor-insights-')) : null;
  try {
    const engine = await Engine.open(workspacePath ?? join(temporary ?? '', 'report.duckdb'), {
      app: 'the command line',
      appVersion: context.version,
      resourcesPath: context.resourcesPath,
    });
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  } finally {
    if (temporary !== null) await rm(temporary, { recursive: true, force: true });
  }
}
