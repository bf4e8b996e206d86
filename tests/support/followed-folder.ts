import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { Engine } from '../../electron/engine/engine';
import type { Source } from '../../shared/workspace';
import { makeFolder, openEngine, readEvents } from './workspace';

/**
 * Folders that an engine follows by hand: no timer runs and no hint comes, a test says when the engine looks, and moves its
 * clock. Every line that is written has a number of its own, so that a lost or doubled one shows.
 */
export type FollowedFolder = {
  /** The first folder. */
  logs: string;
  /** A path in it. */
  path(name: string): string;
  /** The next lines, numbered, as text; they count as written. */
  lines(count: number): string;
  /** Appends the next lines to a file. */
  append(name: string, count: number): Promise<void>;
  /** Notes lines that were written in another way, or takes back some that were lost before the engine could see them. */
  written: string[];
  /** One look at all files. */
  look(): Promise<void>;
  /** Moves the engine's clock, and looks. */
  wait(ms: number): Promise<void>;
  /** Closes the workspace and opens it again, as after a quit; with `kill` nothing that runs is finished. */
  reopen(): Promise<void>;
  /** Messages of all events, sorted. */
  events(): Promise<string[]>;
  /** What `events` must be. */
  expected(): string[];
  source(): Source;
  engine(): Engine;
};

/** Makes folders and follows them. @param folders their names; the first one is `logs` */
export async function followFolders(folders: readonly string[] = ['logs']): Promise<FollowedFolder> {
  const home = await makeFolder();
  const workspace = join(home, 'test.duckdb');
  const logs = join(home, folders[0] ?? 'logs');
  for (const folder of folders) await mkdir(join(home, folder), { recursive: true });
  let aheadMs = 0;
  let number = 0;
  const written: string[] = [];
  const open = async () => {
    const opened = await openEngine(workspace, { now: () => Date.now() + aheadMs });
    opened.sources.follow();
    return opened;
  };
  let engine = await open();
  for (const folder of folders) await engine.addSource({ path: join(home, folder), group: null });
  const takeLines = (count: number) => {
    const lines = Array.from({ length: count }, () => `2026-11-23T10:00:00Z line ${String(++number).padStart(6, '0')}`);
    for (const line of lines) written.push(line);
    return `${lines.join('\n')}\n`;
  };
  return {
    logs,
    path: (name) => join(logs, name),
    written,
    lines: takeLines,
    append: (name, count) => appendFile(join(logs, name), takeLines(count)),
    look: () => engine.sources.look(),
    wait: async (ms) => {
      aheadMs += ms;
      await engine.sources.look();
    },
    reopen: async () => {
      await engine.close();
      engine = await open();
      await Promise.all(engine.sources.unfinished().map((id) => engine.sources.load(id)));
    },
    events: async () => (await readEvents(engine)).map(({ message }) => message).sort(),
    expected: () => [...written].sort(),
    source: () => engine.sources.list()[0] as Source,
    engine: () => engine,
  };
}

/** Every line written stands in the workspace once. */
export async function expectExact(folder: FollowedFolder): Promise<void> {
  expect(await folder.events()).toEqual(folder.expected());
}

/** Packs a file, which stays. */
export async function compress(folder: FollowedFolder, from: string, to = `${from}.gz`): Promise<void> {
  await writeFile(folder.path(to), gzipSync(await readFile(folder.path(from))));
}
