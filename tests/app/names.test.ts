import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { type Launched, launchApp } from '../support/electron';

const csv = [
  'address,name',
  '10.0.0.0/8,Corporate network',
  '10.0.0.0/24,"Head office, London"',
  '203.0.113.88,Attacker',
  '10.0.0.0/99,broken',
].join('\r\n');

test("the user's own names stand beside addresses, are found, exported, kept over a restart and taken away", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const userDataDir = path.join(folder, 'user-data');
  const file = path.join(folder, 'hosts.csv');
  await writeFile(file, csv);
  const first = await launch(['--sample'], userDataDir);
  await first.window.getByTestId('status-events').getByText('216,913 events').waitFor({ timeout: 90_000 });
  await first.window.getByTestId('report-title').getByText('Top 10 of 14,049 unique contributors').waitFor();
  await runCommand(await choosing(first, file), 'names from a csv');
  await expectNames(first.window);

  const search = first.window.getByLabel('Search contributors');
  await search.fill('london 10.0.34');
  await rowOf(first.window, '10.0.34.87', '10.0.0.14', 'Head office, London').waitFor();
  expect(await first.window.getByTestId('contributor-row').filter({ hasNotText: 'London' }).count()).toBe(0);
  await search.fill('');

  await rowOf(first.window, 'Attacker').click();
  await first.window.getByTestId('contributor-panel').getByText('Attacker').waitFor();
  await first.window.keyboard.press('Escape');
  await first.window.getByTestId('export').click();
  await first.window.locator('[data-form="csv"]').click();
  const preview = first.window.getByTestId('export-preview');
  await preview.getByText('PercentOfTotal,srcaddr name,dstaddr name').waitFor();
  const redact = first.window.getByRole('radiogroup', { name: 'Redact srcaddr' });
  await redact.getByRole('radio', { name: 'Pseudonym' }).click();
  await preview.getByText(/PercentOfTotal,dstaddr name\s/).waitFor();
  await first.window.keyboard.press('Escape');
  await first.close();

  const again = await launch([], userDataDir);
  const { window: page } = again;
  await expectNames(page);
  await runCommand(page, 'sources');
  const names = page.getByTestId('names');
  await names.getByText('3 names from hosts.csv').waitFor();
  await names.getByText('"10.0.0.0/99" is no address and no range.').waitFor();
  await names.getByText('hosts.csv:5').waitFor();
  await names.getByRole('button', { name: 'Remove' }).click();
  await names.getByRole('button', { name: 'Choose a CSV file…' }).waitFor();
  await page.keyboard.press('Control+z');
  await names.getByText('3 names from hosts.csv').waitFor();

  await writeFile(file, '203.0.113.0/24,Partner\n');
  await choosing(again, file);
  await names.getByRole('button', { name: 'Choose another file…' }).click();
  await names.getByText('1 name from hosts.csv').waitFor();
  await writeFile(file, '');
  await names.getByRole('button', { name: 'Choose another file…' }).click();
  await page.getByText('No line of the file names anything.').waitFor();
  expect(await names.getByText('1 name from hosts.csv').isVisible()).toBe(true);
}, 180_000);

/** The app, closed when the test is over unless it was before. */
async function launch(args: string[], userDataDir: string): Promise<Launched> {
  const launched = await launchApp({ args, userDataDir });
  let closing: Promise<void> | null = null;
  const close = () => (closing ??= launched.close());
  onTestFinished(close);
  return { ...launched, close };
}

/** In the table, and in the legend and the title of the line that tells who was first. */
async function expectNames(page: Page): Promise<void> {
  await rowOf(page, '203.0.113.88', 'Attacker', '10.0.34.87', 'Corporate network').waitFor();
  await page
    .locator('.legend')
    .getByTitle(/203\.0\.113\.88 \(Attacker\) · 10\.0\.34\.87 \(Corporate network\)/)
    .waitFor();
}

/** The first row of the report's table that holds all of these. */
function rowOf(page: Page, ...texts: string[]) {
  return texts.reduce((rows, hasText) => rows.filter({ hasText }), page.getByTestId('contributor-row')).first();
}

/** The window, once the next dialog gives a file. */
async function choosing({ app, window: page }: Launched, file: string): Promise<Page> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, file);
  return page;
}

/** Opens the command palette and runs what comes first for a text. */
async function runCommand(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill(text);
  await page.keyboard.press('Enter');
  await page.getByTestId('palette-input').waitFor({ state: 'detached' });
}
