import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../shared/contract';
import { printProblem, UserError } from '../../shared/problem';
import { Engine } from '../engine/engine';
import type { Context } from './context';

/**
 * Runs `work` on an engine and closes it. Without a workspace, on a temporary one that is removed afterwards.
 * @param workspacePath made where there is none   @param onEvent takes the engine's broadcasts
 * @throws what `work` throws; UserError where the workspace can't be opened
 */
export async function withEngine<T>(
  context: Context,
  workspacePath: string | undefined,
  work: (engine: Engine) => Promise<T>,
  onEvent: (event: EngineEvent) => void = () => undefined,
): Promise<T> {
  const temporary = workspacePath === undefined ? await mkdtemp(join(tmpdir(), 'contributor-insights-')) : null;
  try {
    const engine = await Engine.open(workspacePath ?? join(temporary ?? '', 'report.duckdb'), {
      app: 'the command line',
      appVersion: context.version,
      resourcesPath: context.resourcesPath,
      onEvent,
    });
    try {
      for (const problem of engine.notices) context.warn(printProblem(problem));
      // What was lost with a damaged file comes back before anybody counts it.
      if (engine.notices.length > 0) await engine.catchUp();
      return await work(engine);
    } finally {
      await engine.close();
    }
  } finally {
    if (temporary !== null) await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * The same on a workspace that is there already: a call that only looks makes no file.
 * @throws UserError `workspace/unavailable` where there is none, and as `withEngine`
 */
export async function withExistingWorkspace<T>(
  context: Context,
  workspacePath: string,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  if (existsSync(workspacePath)) return withEngine(context, workspacePath, work);
  throw new UserError([
    {
      code: 'workspace/unavailable',
      place: workspacePath,
      message: 'There is no such workspace.',
      hint: 'Check the path; `ingest` makes a workspace.',
    },
  ]);
}
