import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
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
