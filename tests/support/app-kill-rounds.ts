import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { findEngine, launchApp, type Started, startApp } from './electron';
import { type Random, seedRandom } from './random';

/** So long an engine that was killed gets to be replaced. */
const mostRestartMs = 20_000;

/** And so long the last start gets to load what is there. A copy that may be one of a file about to be cut waits 10 s. */
const mostLoadMs = 90_000;

/** What the system needs at most to clear away the processes of an app that was killed. */
const mostEndMs = 15_000;

export type AppKillOptions = {
  seed: number;
  /** Kills in all: of the engine's process and of the whole app in turn, but for apps that are killed as they start. */
  kills: number;
  /** Longest time from a start to the next kill, once the window shows. */
  longestMs: number;
};

/** Processes that were killed. */
export type AppKills = { engines: number; apps: number };

/**
 * Starts the app on the same folder and user data again and again, and kills its engine, then all of it, at random moments.
 * All of it is every process at once, or the main process alone, which the others have to follow.
 * @returns when no process of the killed apps is left
 */
export async function killAppRounds(
  args: readonly string[],
  userDataDir: string,
  options: AppKillOptions,
): Promise<AppKills> {
  const random = seedRandom(options.seed);
  const kills: AppKills = { engines: 0, apps: 0 };
  const groups: number[] = [];
  const left = () => options.kills - kills.engines - kills.apps;
  while (left() > 0) {
    // The first start makes the workspace; of the later ones some are killed before they show anything.
    const isEarly = kills.apps > 0 && random.chance(0.3);
    const started = isEarly
      ? await startApp({ args: [...args], userDataDir })
      : await launchApp({ args: [...args], userDataDir });
    try {
      await sleep(random.below(isEarly ? 2000 : options.longestMs));
      if (!isEarly && left() > 1) {
        await killEngine(started.app);
        kills.engines += 1;
        await sleep(random.below(options.longestMs));
      }
      groups.push(await killAll(started.app, random));
      kills.apps += 1;
    } catch (cause) {
      await started.close();
      throw cause;
    }
  }
  for (const group of groups) await waitForEnd(group);
  return kills;
}

/**
 * Starts the app once more and quits it when it has as many events as there are lines, or does not get more.
 * @returns the number of events that its window shows
 */
export async function loadRest(args: readonly string[], userDataDir: string, lines: number): Promise<number> {
  const { window, close } = await launchApp({ args: [...args], userDataDir });
  try {
    const latestMs = performance.now() + mostLoadMs;
    while ((await shownEvents(window)) !== lines && performance.now() < latestMs) await sleep(100);
    return await shownEvents(window);
  } finally {
    await close();
  }
}

async function shownEvents(window: Page): Promise<number> {
  // It reads `1,234 events · 5.6 MB`.
  const [count = ''] = (await window.getByTestId('status-events').innerText()).split(' ');
  return Number(count.replaceAll(',', ''));
}

/** Kills the engine and waits until another process has taken its place. */
async function killEngine(app: Started['app']): Promise<void> {
  const pid = await waitForEngine(app, null);
  process.kill(pid, 'SIGKILL');
  await waitForEngine(app, pid);
}

async function waitForEngine(app: Started['app'], former: number | null): Promise<number> {
  const latestMs = performance.now() + mostRestartMs;
  for (;;) {
    const pid = await findEngine(app);
    if (pid !== null && pid !== former) return pid;
    if (performance.now() > latestMs) throw new Error('No engine came.');
    await sleep(10);
  }
}

/** @returns the group of its processes */
async function killAll(app: Started['app'], random: Random): Promise<number> {
  const child = app.process();
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null) throw new Error(`The app ended by itself with ${child.exitCode}.`);
  const ended = once(child, 'exit');
  process.kill(random.chance(0.7) ? -pid : pid, 'SIGKILL');
  await ended;
  return pid;
}

async function waitForEnd(group: number): Promise<void> {
  const latestMs = performance.now() + mostEndMs;
  while (hasProcesses(group)) {
    if (performance.now() > latestMs) throw new Error(`Processes of the killed app ${group} are still there.`);
    await sleep(50);
  }
}

function hasProcesses(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}
