import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { listDisplayFlags } from '../../scripts/display.mjs';
import { findRuntime, repositoryRoot, runtimeEnvironment } from '../../scripts/electron-runtime.mjs';

export type Started = {
  app: ElectronApplication;
  /** Quits the app and removes the user-data folder, unless the test brought its own. */
  close: () => Promise<void>;
  /** What the app wrote to its output so far. */
  output: () => string;
};

export type Launched = {
  app: ElectronApplication;
  /** The first window, after the app has said that it is ready. */
  window: Page;
  /** Quits the app and removes the user-data folder, unless the test brought its own. */
  close: () => Promise<void>;
};

export type LaunchOptions = {
  /** Arguments of the app: a folder, `--sample`. */
  args?: string[];
  /** Kept after the test, for one that starts the app twice on the same data. A fresh folder if not given. */
  userDataDir?: string;
  /** Added to the environment of the test run. */
  env?: Record<string, string>;
};

/** The app sets this attribute once the window shows its first view with what the engine answered. */
const readySelector = 'body[data-ready]';
const readyTimeoutMs = 60_000;
const quitTimeoutMs = 15_000;

/**
 * Starts the built app in a real Electron, with a user-data folder of its own, and waits until its window is ready.
 * The build and the display are there already under `npm test`.
 *
 * @throws Error with what the app wrote to its output, where the window is not ready after 60 s
 */
export async function launchApp(options: LaunchOptions = {}): Promise<Launched> {
  const { app, close, output } = await startApp(options);
  try {
    const window = await app.firstWindow({ timeout: readyTimeoutMs });
    await window.waitForSelector(readySelector, { state: 'attached', timeout: readyTimeoutMs });
    return { app, window, close };
  } catch (cause) {
    await close();
    throw new Error(`The window did not get ready. The app wrote:\n${output()}`, { cause });
  }
}

/** Likewise, without waiting for the window. */
export async function startApp({ args = [], userDataDir, env = {} }: LaunchOptions = {}): Promise<Started> {
  const runtime = await findRuntime({ say: () => {} });
  // Playwright looks for Electron in its own environment, not in the one that it gives to the app.
  Object.assign(process.env, runtimeEnvironment(runtime));
  const dataDir = userDataDir ?? (await mkdtemp(path.join(tmpdir(), 'contributor-insights-user-')));
  const removeData = async () => {
    // Chromium's last processes may still write while they end.
    if (userDataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  const flags = listDisplayFlags(runtime.dist, () => {});
  const app = await _electron.launch({
    args: [repositoryRoot, ...flags, `--user-data-dir=${dataDir}`, ...args],
    cwd: repositoryRoot,
    env: { ...definedEntries(process.env), ...env },
    chromiumSandbox: !flags.includes('--no-sandbox'),
  });
  const output = collectOutput(app);
  const close = async () => {
    await quit(app);
    await removeData();
  };
  return { app, close, output };
}

/** Process id of the engine; null where there is none at the moment. */
export function findEngine(app: ElectronApplication): Promise<number | null> {
  return app.evaluate(({ app }) => {
    // The substitute runtime has the name in another place.
    const engine = app.getAppMetrics().find(({ name, serviceName }) => 'engine' === (name ?? serviceName));
    return engine?.pid ?? null;
  });
}

/** Closes the app as a user would; one that does not end is killed, so that no test leaves a process behind. */
async function quit(app: ElectronApplication): Promise<void> {
  const child = app.process();
  const timer = setTimeout(() => child.kill('SIGKILL'), quitTimeoutMs);
  // It may have ended already: a test may kill it on purpose.
  await app.close().catch(() => {});
  clearTimeout(timer);
}

function collectOutput(app: ElectronApplication): () => string {
  let text = '';
  const collect = (bytes: Buffer) => {
    text += bytes.toString();
  };
  app.process().stdout?.on('data', collect);
  app.process().stderr?.on('data', collect);
  return () => text;
}

function definedEntries(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
