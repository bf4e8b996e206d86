import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../../electron/engine/engine';
import { runCommand } from './command-line';
import { seedRandom } from './random';
import { engineDefaults, readEvents } from './stored-events';

const cli = join(import.meta.dirname, '..', '..', 'out', 'cli', 'index.js');

/** So long a process gets to load what is there. */
const mostStartMs = 8000;

/** What is wrong with the lines in a workspace. */
export type Difference = { lost: string[]; doubled: string[] };

/**
 * Starts `ingest --watch` again and again and kills it at a random moment, without a warning.
 * @param longestMs of a life once it watches; with `isLoading`, from its start
 * @returns how many of the killed processes had come to watch
 */
export async function killRounds(
  args: readonly string[],
  options: { seed: number; rounds: number; longestMs: number; isLoading?: boolean },
): Promise<number> {
  const random = seedRandom(options.seed);
  let watched = 0;
  for (let round = 0; round < options.rounds; round++) {
    const child = spawn(process.execPath, [cli, 'ingest', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const ended = once(child, 'exit');
    // Some die while they start and load, the others at any time after.
    if (options.isLoading || random.chance(0.3))
      await Promise.race([sleep(random.below(options.isLoading ? options.longestMs : 1500)), ended]);
    else {
      // On a busy machine a load may not catch up with the writers: then it is killed in the middle of it.
      const latestMs = performance.now() + mostStartMs;
      while (!output.includes('Watching') && child.exitCode === null && performance.now() < latestMs) {
        await Promise.race([sleep(10), ended]);
      }
      await Promise.race([sleep(random.below(options.longestMs)), ended]);
    }
    if (child.exitCode !== null) throw new Error(`It ended by itself with ${child.exitCode}:\n${output}`);
    child.kill('SIGKILL');
    await ended;
    if (output.includes('Watching')) watched += 1;
  }
  return watched;
}

/** Loads what is left, and compares the workspace with what the streams of a writer have written. */
export async function compareWithWritten(
  workspace: string,
  logs: string,
  written: readonly number[],
): Promise<Difference> {
  const ended = await runCommand(['ingest', '--workspace', workspace, '--logs', logs]);
  if (ended.status !== 0) throw new Error(`The last load failed:\n${ended.stderr}`);
  return findDifference(workspace, written);
}

/** Compares a workspace that nobody has open with what the streams of a writer have written. */
export async function findDifference(workspace: string, written: readonly number[]): Promise<Difference> {
  const counts = new Map<string, number>();
  for (const [stream, lines] of written.entries()) {
    for (let number = 1; number <= lines; number++) counts.set(`s${stream} n${number}`, 1);
  }
  const engine = await Engine.open(workspace, engineDefaults);
  try {
    for (const { message } of await readEvents(engine)) {
      const name = message.split(' ').slice(1, 3).join(' ');
      counts.set(name, (counts.get(name) ?? 0) - 1);
    }
  } finally {
    await engine.close();
  }
  const wrong = [...counts].filter(([, count]) => count !== 0);
  return {
    lost: wrong.filter(([, count]) => count > 0).map(([name]) => name),
    doubled: wrong.filter(([, count]) => count < 0).map(([name]) => name),
  };
}
