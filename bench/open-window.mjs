// The app's real window on a workspace, for the benches that look at what it shows.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { _electron } from 'playwright-core';
import { ensureBuild } from '../scripts/build-state.mjs';
import { hasDisplay, listDisplayFlags, startVirtualDisplay } from '../scripts/display.mjs';
import { findRuntime, repositoryRoot, runtimeEnvironment } from '../scripts/electron-runtime.mjs';

const cli = path.join(repositoryRoot, 'out', 'cli', 'index.js');

/**
 * Builds the app where it is not built, and gives it a display where there is none.
 * @template T
 * @param {() => Promise<T>} act
 */
export async function withDisplay(act) {
  const display = hasDisplay() ? null : await startVirtualDisplay();
  if (display !== null) process.env.DISPLAY = display.name;
  try {
    await ensureBuild(repositoryRoot);
    return await act();
  } finally {
    await display?.stop();
  }
}

/**
 * Makes a workspace by the command line.
 * @param {string} scratch folder for it
 * @param {string[]} logs folders   @param {string} name of a rule   @param {string} body of that rule
 * @returns {string} its file
 */
export function makeWorkspace(scratch, logs, name, body) {
  const rule = path.join(scratch, 'rule.json');
  writeFileSync(rule, body);
  const workspace = path.join(scratch, 'bench.duckdb');
  for (const args of [
    ['ingest', '--workspace', workspace, ...logs.flatMap((folder) => ['--logs', folder])],
    ['rules', 'put', name, '--definition', rule, '--workspace', workspace],
  ]) {
    const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }
  return workspace;
}

/**
 * Opens a workspace in the app and closes it afterwards.
 * @param {string} workspace file
 * @param {string} userDataDir folder for the app's own files
 * @param {(page: import('playwright-core').Page) => Promise<void>} act
 */
export async function openWindow(workspace, userDataDir, act) {
  const runtime = await findRuntime({ say: () => {} });
  Object.assign(process.env, runtimeEnvironment(runtime));
  const flags = listDisplayFlags(runtime.dist, () => {});
  const app = await _electron.launch({
    args: [repositoryRoot, ...flags, `--user-data-dir=${userDataDir}`, workspace],
    cwd: repositoryRoot,
    chromiumSandbox: !flags.includes('--no-sandbox'),
  });
  try {
    const page = await app.firstWindow();
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1440, 900));
    await act(page);
  } finally {
    await app.close();
  }
}
