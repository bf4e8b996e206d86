import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { findEngine, type LaunchOptions, launchApp } from '../support/electron';

const records = ['10.0.0.1', '10.0.0.2'].map(
  (source) => `2 123456789012 eni-1 ${source} 172.31.0.9 50000 443 6 10 700 1795068000 1795068060 ACCEPT OK`,
);

test('settings are used at once and after a restart, and single-letter keys that are off do nothing', async () => {
  const { logs, userDataDir } = await makePlaces();
  const first = await launch({ args: [logs], userDataDir });
  await first.page.getByTestId('contributor-row').first().waitFor();
  const engine = await findEngine(first.app);
  await first.page.keyboard.press('Control+,');
  const dialog = first.page.getByTestId('settings');
  await dialog.getByRole('radio', { name: 'Dark' }).click();
  await dialog.getByRole('radio', { name: 'Local time' }).click();
  await dialog.getByRole('checkbox', { name: 'Single-letter keys' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'Desktop notifications' }).uncheck();
  await dialog.getByLabel('Memory in MB').fill('255');
  await dialog.getByText('A whole number from 256').waitFor();
  expect(await dialog.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Memory in MB').fill('300');
  await dialog.getByLabel('Threads').fill('1');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  // Another process, with the workspace open again.
  await expect.poll(() => findEngine(first.app)).not.toBe(engine);
  await expect.poll(() => readEngine(first.page)).toEqual({ state: 'running', restarts: 0 });
  await first.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await first.page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
  expect(await first.page.getByTestId('zone').innerText()).not.toBe('UTC');
  await first.close();

  const kept = { theme: 'dark', zone: 'local', letterKeys: false, notifications: false, memoryMb: 300, threads: 1 };
  const { page } = await launch({ userDataDir });
  await page.getByTestId('contributor-row').first().waitFor();
  expect(await page.evaluate(async () => (await window.bridge.state()).settings)).toEqual(kept);
  await page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' });
  for (const key of ['n', 'm', 'j', '3', '?', '/']) await page.keyboard.press(key);
  // What comes after them works, and finds the report as it was.
  await page.keyboard.press('F1');
  await page.getByRole('tab', { name: 'Keyboard', selected: true }).waitFor();
  await page.getByText('are switched off').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await page.getByTestId('report-title').innerText()).toContain('Top 2 of 2');
  expect(await page.locator('[data-testid="contributor-row"][aria-selected="true"]').count()).toBe(0);
  expect(await page.getByRole('radio', { name: 'Bar' }).getAttribute('aria-checked')).toBe('false');

  // And on again, without a restart.
  await page.keyboard.press('Control+,');
  await page.getByRole('checkbox', { name: 'Single-letter keys' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('j');
  await page.locator('[data-testid="contributor-row"][aria-selected="true"]').waitFor();
  await page.keyboard.press('n');
  await page.getByTestId('rule-json').waitFor();
});

test('a settings file that is damaged gives what is usual, and is written anew', async () => {
  const { logs, userDataDir } = await makePlaces();
  await writeFile(path.join(userDataDir, 'settings.json'), '{"theme": "dark", "memoryMb"');
  const { page, close } = await launch({ args: [logs], userDataDir });
  await page.getByTestId('contributor-row').first().waitFor();
  const { settings } = await page.evaluate(() => window.bridge.state());
  expect(settings).toMatchObject({ theme: 'system', letterKeys: true, memoryMb: null, threads: null });
  await page.evaluate(() => window.bridge.changeSettings({ zone: 'local' }));
  await close();
  const written = JSON.parse(readFileSync(path.join(userDataDir, 'settings.json'), 'utf8'));
  expect(written).toMatchObject({ theme: 'system', zone: 'local' });
});

test('the sample logs load with the least memory and one thread, with times in the zone that is set', async () => {
  const { userDataDir } = await makePlaces();
  await writeFile(
    path.join(userDataDir, 'settings.json'),
    JSON.stringify({ zone: 'local', memoryMb: 256, threads: 1 }),
  );
  const { page } = await launch({ args: ['--sample'], userDataDir });
  await page.getByTestId('status-events').getByText('216,913 events').waitFor({ timeout: 90_000 });
  await page.getByTestId('contributor-row').first().waitFor();
  expect(await page.getByTestId('zone').innerText()).toMatch(/9/);
});

test('diagnostics are copied as they are shown, with counts and no name', async () => {
  const { logs, userDataDir } = await makePlaces();
  const { app, page } = await launch({ args: [logs], userDataDir });
  await page.getByTestId('contributor-row').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').waitFor();
  await page.keyboard.type('> diagnostics');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Copy diagnostics' }).click();
  await page.getByText('Diagnostics copied').waitFor();
  const copied = await app.evaluate(({ clipboard }) => clipboard.readText());
  expect(copied).toBe(await page.getByTestId('diagnostics').innerText());
  expect(copied).toMatch(/DuckDB v\d+\.\d+/);
  expect(copied).toContain('2 events');
  expect(copied).toContain('Log groups: 1 (1 VPC flow logs)');
  expect(copied).toContain('Engine: running');
  for (const name of ['checkout-secret', 'edge-secret', userDataDir, tmpdir(), '10.0.0.1', 'srcaddr']) {
    expect(copied).not.toContain(name);
  }
});

test('the licences name what is in the window and what main and the engine hold', async () => {
  const { page } = await launch();
  await page.getByRole('button', { name: 'Help and keyboard map' }).click();
  await page.getByRole('tab', { name: 'Licences' }).click();
  const names = page.locator('summary .strong');
  await names.first().waitFor();
  const shown = await names.allInnerTexts();
  const expected = [
    'Contributor Insights',
    '@duckdb/node-api',
    'bits-ui',
    'svelte',
    'uplot',
    '@codemirror/view',
    'zod',
  ];
  expect(shown).toEqual(expect.arrayContaining(expected));
  // What builds the app is not in it.
  for (const tool of ['vite', 'typescript', 'electron-builder', 'acorn']) expect(shown).not.toContain(tool);
});

test('the folder of the workspaces is shown by the system', async () => {
  const { userDataDir } = await makePlaces();
  const { app, page } = await launch({ userDataDir });
  await app.evaluate(({ shell }) => {
    shell.openPath = async (shown) => {
      Object.assign(globalThis, { shown });
      return '';
    };
  });
  await page.keyboard.press('Control+,');
  await page.getByText(path.join(userDataDir, 'workspaces')).waitFor();
  await page.getByRole('button', { name: 'Show folder' }).click();
  await expect
    .poll(() => app.evaluate(() => (globalThis as { shown?: string }).shown))
    .toBe(path.join(userDataDir, 'workspaces'));
});

function readEngine(page: Page): Promise<unknown> {
  return page.evaluate(async () => (await window.bridge.state()).engine);
}

async function launch(options: LaunchOptions = {}) {
  const { app, window: page, close } = await launchApp({ ...options, env: { TZ: 'Asia/Tokyo' } });
  let closing: Promise<void> | null = null;
  const closeOnce = () => (closing ??= close());
  onTestFinished(closeOnce);
  return { app, page, close: closeOnce };
}

/** A folder with two flow records, and one for the app's own files. */
async function makePlaces(): Promise<{ logs: string; userDataDir: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const logs = path.join(folder, 'checkout-secret', 'edge-secret');
  const userDataDir = path.join(folder, 'user');
  await Promise.all([mkdir(logs, { recursive: true }), mkdir(userDataDir)]);
  await writeFile(path.join(logs, 'flow.log'), `${records.join('\n')}\n`);
  return { logs, userDataDir };
}
