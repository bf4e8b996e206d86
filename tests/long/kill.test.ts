import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareWithWritten, killRounds } from '../support/kill-rounds';
import { startWriter } from '../support/log-writer';
import { makeFolder } from '../support/workspace';

/** Different loads hit different moments: small commits, large ones, checkpoints, rotations in quick succession. */
const loads = [
  { name: 'few lines, many rotations', streams: 4, linesPerSecond: 400, rotations: 0.03, rounds: 30, longestMs: 1000 },
  { name: 'many lines', streams: 4, linesPerSecond: 4000, rotations: 0.01, rounds: 30, longestMs: 1500 },
  { name: 'large files, often cut', streams: 4, linesPerSecond: 8000, rotations: 0.02, rounds: 30, longestMs: 1000 },
  { name: 'many files', streams: 40, linesPerSecond: 2000, rotations: 0.002, rounds: 30, longestMs: 1500 },
];

test.each(loads)('$rounds times kill -9 while it follows logs: $name', { timeout: 600_000 }, async (load) => {
  const folder = await makeFolder();
  const logs = join(folder, 'logs');
  const workspace = join(folder, 'test.duckdb');
  await mkdir(logs);
  const writer = startWriter(logs, { seed: 1, ...load });
  const watched = await killRounds(['--workspace', workspace, '--logs', logs, '--watch'], { seed: 2, ...load });
  await writer.stop();
  // Else the kills would only have hit the start. Of the lives 7 in 10 are meant to come to watch; a machine that others keep
  // busy does not let all of those catch up with the writers in time, and a kill while it loads counts as well.
  expect(watched).toBeGreaterThan(load.rounds / 4);
  expect(await compareWithWritten(workspace, logs, writer.written)).toEqual({ lost: [], doubled: [] });
  await tell(logs, writer.written);
});

test('20 times kill -9 while it loads files that were there before', { timeout: 600_000 }, async () => {
  const folder = await makeFolder();
  const logs = join(folder, 'logs');
  const workspace = join(folder, 'test.duckdb');
  await mkdir(logs);
  const writer = startWriter(logs, { seed: 3, streams: 20, linesPerSecond: 200_000, rotations: 0.05 });
  await new Promise((resolve) => setTimeout(resolve, 8000));
  await writer.stop();
  const args = ['--workspace', workspace, '--logs', logs, '--watch'];
  await killRounds(args, { seed: 4, rounds: 20, longestMs: 4000, isLoading: true });
  expect(await compareWithWritten(workspace, logs, writer.written)).toEqual({ lost: [], doubled: [] });
  await tell(logs, writer.written);
});

/** The figures that stand in docs/reliability.md. */
async function tell(logs: string, written: readonly number[]): Promise<void> {
  const files = (await readdir(logs, { withFileTypes: true, recursive: true })).filter((entry) => entry.isFile());
  console.log(
    `${written.reduce((sum, lines) => sum + lines, 0)} lines in ${files.length} files: none lost, none doubled.`,
  );
}
