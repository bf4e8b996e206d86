import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { killAppRounds, loadRest } from '../support/app-kill-rounds';
import { findDifference } from '../support/kill-rounds';
import { startWriter } from '../support/log-writer';
import { makeFolder } from '../support/workspace';

/** Large files are copied, packed and read for longer than small ones: other moments to be killed in. */
const loads = [
  { name: 'few lines, many rotations', streams: 4, linesPerSecond: 400, rotations: 0.02, kills: 30, longestMs: 1500 },
  { name: 'many lines', streams: 4, linesPerSecond: 3000, rotations: 0.005, kills: 30, longestMs: 2500 },
];

test.each(loads)('$kills kills of engine and app while it follows logs: $name', { timeout: 900_000 }, async (load) => {
  const folder = await makeFolder();
  const logs = join(folder, 'logs');
  const userData = join(folder, 'user');
  await mkdir(logs);
  const writer = startWriter(logs, { seed: 7, ...load });
  onTestFinished(() => writer.stop());
  const { engines, apps } = await killAppRounds([logs], userData, { seed: 8, ...load });
  await writer.stop();
  expect(engines).toBeGreaterThan(load.kills / 4);
  const lines = writer.written.reduce((sum, count) => sum + count, 0);
  const shown = await loadRest([logs], userData, lines);
  const workspace = join(userData, 'workspaces', 'logs.duckdb');
  expect(await findDifference(workspace, writer.written)).toEqual({ lost: [], doubled: [] });
  expect(shown).toBe(lines);
  console.log(`${engines} engines and ${apps} apps killed, ${lines} lines: none lost, none doubled.`);
});
