import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { Engine, type EngineOptions } from '../../electron/engine/engine';
import { engineDefaults } from './stored-events';

export { readEvents, type StoredEvent } from './stored-events';

/** A folder that is removed when the test is over. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An engine on a workspace file, closed when the test is over. */
export async function openEngine(path: string, options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await Engine.open(path, { ...engineDefaults, ...options });
  onTestFinished(() => engine.close());
  return engine;
}

/** An engine that the tests of a block share, on a workspace that `fill` has filled. */
export function openBefore(fill: (engine: Engine, folder: string) => Promise<void>): { engine: () => Engine } {
  let opened: { folder: string; engine: Engine } | undefined;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contributor-insights-test-'));
    const engine = await Engine.open(join(folder, 'test.duckdb'), engineDefaults);
    opened = { folder, engine };
    await fill(engine, folder);
  });
  afterAll(async () => {
    await opened?.engine.close();
    if (opened) await rm(opened.folder, { recursive: true, force: true });
  });
  return {
    engine: () => {
      if (opened === undefined) throw new Error('There is no engine yet.');
      return opened.engine;
    },
  };
}
