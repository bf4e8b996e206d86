import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { killAppRounds, loadRest } from '../support/app-kill-rounds';
import { findDifference } from '../support/kill-rounds';
import { startWriter } from '../support/log-writer';
import { makeFolder } from '../support/workspace';

test('engine and app killed in turn over growing, rotated files: nothing is lost, nothing doubled', async () => {
  const folder = await makeFolder();
  const logs = join(folder, 'logs');
  const userData = join(folder, 'user');
  await mkdir(logs);
  const writer = startWriter(logs, { seed: 5, streams: 3, linesPerSecond: 1000, rotations: 0.02 });
  onTestFinished(() => writer.stop());
  const { engines, apps } = await killAppRounds([logs], userData, { seed: 6, kills: 4, longestMs: 800 });
  expect(engines).toBeGreaterThan(0);
  expect(apps).toBeGreaterThan(1);
  await writer.stop();
  const lines = writer.written.reduce((sum, count) => sum + count, 0);
  const shown = await loadRest([logs], userData, lines);
  const workspace = join(userData, 'workspaces', 'logs.duckdb');
  expect(await findDifference(workspace, writer.written)).toEqual({ lost: [], doubled: [] });
  expect(shown).toBe(lines);
});
