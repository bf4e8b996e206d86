import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../shared/problem';
import type { Source } from '../../shared/workspace';
import type { Engine } from '../engine/engine';
import type { NewSource } from '../engine/ingest/sources';
import type { Context } from './context';

/** `PATH` or `PATH=GROUP`. What exists as a path is a path, else it is split at the last `=`. */
export function parseLogs(text: string): { path: string; group: string | null } {
  const at = text.lastIndexOf('=');
  if (existsSync(text) || at <= 0 || at === text.length - 1) return { path: text, group: null };
  return { path: text.slice(0, at), group: text.slice(at + 1) };
}

/** @throws UserError `file/missing` where a path does not exist */
export function requireLogs(logs: readonly NewSource[]): void {
  for (const { path } of logs) {
    if (existsSync(path)) continue;
    throw new UserError([
      {
        code: 'file/missing',
        place: path,
        message: 'There is no such file or folder.',
        hint: 'Check the path after --logs.',
      },
    ]);
  }
}

/**
 * Loads logs and says what was left out.
 * @throws UserError `file/missing` where a path does not exist
 */
export async function loadLogs(context: Context, engine: Engine, logs: readonly NewSource[]): Promise<Source[]> {
  requireLogs(logs);
  const loaded: Source[] = [];
  for (const source of logs) {
    loaded.push(
      await engine.addSource(source, { signal: context.signal, progress: (step) => context.progress.show(step) }),
    );
  }
  context.progress.clear();
  for (const source of loaded) {
    for (const { problem } of source.notices) {
      context.warn(`${problem.place}: ${problem.message}${problem.hint === undefined ? '' : ` ${problem.hint}`}`);
    }
  }
  return loaded;
}

/** The sample logs: each folder with its log group. */
export function sampleLogs(resourcesPath: string): NewSource[] {
  const folder = join(resourcesPath, 'sample-logs');
  const groups = JSON.parse(readFileSync(join(folder, 'groups.json'), 'utf8')) as Record<string, string>;
  return Object.entries(groups).map(([name, group]) => ({ path: join(folder, name), group }));
}
