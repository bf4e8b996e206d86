import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type Page } from 'playwright-core';
import { listDisplayFlags } from '../../scripts/display.mjs';
import { findRuntime, runtimeEnvironment } from '../../scripts/electron-runtime.mjs';

/** Opens a file, with nothing of the app around it. */
const browser = `
const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1200, height: 900, webPreferences: { sandbox: true } });
  return window.loadFile(process.env.PLAIN_PAGE);
});
`;

/**
 * Opens an HTML file in a browser window that is nothing but a browser.
 * @returns the page, and everything that its console said
 */
export async function openPlainPage(file: string): Promise<{ page: Page; said: string[]; close: () => Promise<void> }> {
  const runtime = await findRuntime({ say: () => {} });
  Object.assign(process.env, runtimeEnvironment(runtime));
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-browser-'));
  await writeFile(path.join(folder, 'package.json'), '{"name": "plain-browser", "main": "main.js"}');
  await writeFile(path.join(folder, 'main.js'), browser);
  const flags = listDisplayFlags(runtime.dist, () => {});
  const app = await _electron.launch({
    args: [folder, ...flags, `--user-data-dir=${path.join(folder, 'data')}`],
    env: { ...(process.env as Record<string, string>), PLAIN_PAGE: file },
    chromiumSandbox: !flags.includes('--no-sandbox'),
  });
  const said: string[] = [];
  const close = async () => {
    await app.close().catch(() => {});
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    const page = await app.firstWindow({ timeout: 60_000 });
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    // What it said before anybody listened is said again.
    await page.reload({ waitUntil: 'load' });
    return { page, said, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}
