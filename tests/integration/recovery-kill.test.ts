import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareWithWritten, killRounds } from '../support/kill-rounds';
import { startWriter } from '../support/log-writer';
import { makeFolder } from '../support/workspace';

test('killed at random moments over growing, rotated files: nothing is lost, nothing doubled', async () => {
  const folder = await makeFolder();
  const logs = join(folder, 'logs');
  const workspace = join(folder, 'test.duckdb');
  await mkdir(logs);
  const writer = startWriter(logs, { seed: 1, streams: 3, linesPerSecond: 2000, rotations: 0.02 });
  await killRounds(['--workspace', workspace, '--logs', logs, '--watch'], { seed: 2, rounds: 10, longestMs: 600 });
  await writer.stop();
  expect(await compareWithWritten(workspace, logs, writer.written)).toEqual({ lost: [], doubled: [] });
});
