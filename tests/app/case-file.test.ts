import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Launched, launchApp } from '../support/electron';

test('a case file opens in the workspace of a colleague: its rule, its events and the same figures', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const file = path.join(folder, 'throttled.case.zip');

  const sender = await launchApp({ args: ['--sample'] });
  onTestFinished(sender.close);
  await sender.window.getByTestId('status-events').getByText('216,913 events').waitFor({ timeout: 90_000 });
  await runCommand(sender, 'throttled requests by customer');
  await sender.window.getByTestId('report-title').getByText('Top 10 of 98 unique contributors').waitFor();
  await sender.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath, bookmark: '' });
  }, file);
  await sender.window.getByTestId('export').click();
  await sender.window.locator('[data-form="case"]').click();
  await sender.window.getByRole('checkbox', { name: /Events that matched/ }).check();
  await sender.window.getByTestId('export-save').click();
  await sender.window.getByRole('dialog').waitFor({ state: 'detached' });

  const logs = path.join(folder, 'other.log');
  await writeFile(logs, '{"timestamp":1795068000000,"a":1}\n');
  const colleague = await launchApp({ args: [logs] });
  onTestFinished(colleague.close);
  const { window: page } = colleague;
  await page.getByTestId('status-events').getByText('1 event').waitFor();
  await chooseFile(colleague, logs);
  await runCommand(colleague, '> open a case file');
  await page.getByText('other.log: The file is no case file, or it is damaged.').waitFor();

  await chooseFile(colleague, file);
  await page.getByTestId('workspace').click();
  await page.getByRole('menuitem', { name: 'Open a case file…' }).click();
  await page.getByTestId('report-title').getByText('Top 10 of 98 unique contributors').waitFor();
  expect(await page.getByTestId('tile-total').innerText()).toContain('7,224');
  await page.getByText(/^Case from ".*" opened$/).waitFor();
  await page
    .locator('nav')
    .getByRole('button', { name: /^Throttled requests by customer/ })
    .waitFor();
}, 180_000);

/** The file that the next dialog gives. */
async function chooseFile({ app }: Launched, file: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, file);
}

/** Opens the command palette and runs what comes first for a text. */
async function runCommand({ window: page }: Launched, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill(text);
  await page.keyboard.press('Enter');
  await page.getByTestId('palette-input').waitFor({ state: 'detached' });
}
