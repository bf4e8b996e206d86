import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Launched, launchApp } from '../support/electron';
import { unzip } from '../support/unzip';
import { findFaults } from './axe';

/** Each test goes on where the one before ended: notes are made, kept, and handed on. */
let folder: string;
let userDataDir: string;
let launched: Launched;
let page: Page;
let archive: string;

const sampleRule = 'Throttled requests by customer';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  userDataDir = path.join(folder, 'user');
  archive = path.join(folder, 'throttled.case.zip');
  await start(['--sample']);
  await page.getByTestId('status-events').getByText('216,913 events').waitFor({ timeout: 90_000 });
}, 120_000);

afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

test('a note on the moment under the pointer, one on a contributor, and one on the report', async () => {
  await runCommand(sampleRule.toLowerCase());
  await page.getByTestId('report-title').getByText('Top 10 of 98 unique contributors').waitFor();
  // Who was first in each period comes last: then the report is complete.
  await page.getByTestId('leader-strip').waitFor();
  await askAt(0.5);
  expect(await findFaults(page)).toEqual([]);
  // The text has the focus.
  await page.keyboard.type('Here it <b>starts</b>');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: /^Note 1, 19 Nov 2026, \d\d:\d\d UTC: Here it <b>starts<\/b>$/ }).waitFor();

  await page.getByTestId('contributor-row').first().click();
  await page.getByTestId('contributor-panel').getByRole('button', { name: 'Note', exact: true }).click();
  expect(await page.getByTestId('note-about').isChecked()).toBe(true);
  await page.getByTestId('note-text').fill('A broken loop');
  await page.getByTestId('note-keep').click();
  await page.getByTestId('contributor-panel').getByText('A broken loop').waitFor();
  await page.getByTestId('contributor-row').first().getByTitle('Note 2').waitFor();

  await page.keyboard.press('l');
  await page.getByTestId('notes-panel').getByRole('button', { name: 'Note', exact: true }).click();
  await page.getByTestId('note-text').fill('Quiet since noon');
  await page.getByTestId('note-about').uncheck();
  await page.getByTestId('note-keep').click();
  await expectNotes(/^Note 1.*starts/s, /^Note 2.*cust-00417.*A broken loop/s, /^Note 3.*Quiet since noon/s);
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    expect(await findFaults(page)).toEqual([]);
  }
});

test('a chart that is drawn anew keeps the moment under the pointer', async () => {
  await page.emulateMedia({ colorScheme: 'light' });
  await askAt(0.25);
  const moment = await page.getByTestId('note-from').inputValue();
  await page.keyboard.press('Escape');
  await page.getByTestId('note-from').waitFor({ state: 'detached' });
  await pointAt(0.25);
  const plot = await page.locator('.draw .uplot').elementHandle();
  // Other colours: another plot takes the place of the one under the pointer.
  await page.emulateMedia({ colorScheme: 'dark' });
  await plot?.waitForElementState('hidden');
  await page.keyboard.press('a');
  expect(await page.getByTestId('note-from').inputValue()).toBe(moment);
  await page.keyboard.press('Escape');
});

test('a note is changed, deleted, brought back, and leads to what it is about', async () => {
  await page.getByRole('button', { name: 'Change note 3' }).click();
  await page.getByTestId('note-text').fill('Quiet since 11:00');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('notes-panel').getByText('Quiet since 11:00').waitFor();
  await page.getByRole('button', { name: 'Delete note 1' }).click();
  await page.getByTestId('note-mark').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await page.getByTestId('note-mark').waitFor();

  await page.keyboard.press('Escape');
  // Beyond the moment of the note there is no mark; the note leads back to it.
  for (let step = 0; step < 3; step++) await page.keyboard.press('+');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.getByTestId('note-mark').waitFor({ state: 'detached' });
  await page.keyboard.press('l');
  await page.getByTestId('notes-panel').getByTitle('Show this time in the chart').click();
  await page.getByTestId('note-mark').waitFor();
  await page.keyboard.press('0');
  await page.getByTestId('notes-panel').getByTitle('Show this contributor').click();
  await page.getByTestId('contributor-panel').getByText('A broken loop').waitFor();
});

test('notes go into the case file, which warns that their text is not redacted, and can be left out', async () => {
  const page1 = await exportFile('html', path.join(folder, 'report.html'), async () => {});
  expect(page1).toMatch(/1\. 19 Nov 2026, \d\d:\d\d UTC: Here it &lt;b&gt;starts&lt;\/b&gt;/);
  const hidden = await exportFile('html', path.join(folder, 'hidden.html'), async () => {
    await page.getByRole('radio', { name: 'Pseudonym' }).first().click();
    await page.getByTestId('export-notes-warning').getByText('is not redacted').waitFor();
  });
  expect(hidden).toMatch(/2\. x-[0-9a-f]{12}: A broken loop/);
  const without = await exportFile('html', path.join(folder, 'without.html'), () =>
    page.getByTestId('export-notes').uncheck(),
  );
  expect(without).not.toContain('A broken loop');
  await exportFile('case', archive, () => page.getByRole('checkbox', { name: /Events that matched/ }).check());
  const about = JSON.parse(unzip(await readFile(archive)).get('case.json') ?? '') as { notes: unknown[] };
  expect(about.notes).toMatchObject([
    { text: 'Here it <b>starts</b>', contributor: null },
    { text: 'A broken loop', time: null, contributor: ['cust-00417'] },
    { text: 'Quiet since 11:00', time: null, contributor: null },
  ]);
});

test('notes, and the page of an investigation with what it asks, are there after a restart', async () => {
  await page.keyboard.press('m');
  await page.getByTestId('impact-title').getByText('8.0% of customers affected at the peak').waitFor();
  await page.getByRole('checkbox', { name: 'What if without cust-00417' }).check();
  await page.getByTestId('impact-total-without').getByText('938').waitFor();
  await page.locator('.app:not([data-unsaved])').waitFor();
  await launched.close();
  await start([]);
  await page.getByTestId('impact-title').getByText('8.0% of customers affected at the peak').waitFor();
  await page.getByTestId('impact-total-without').getByText('938').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('note-mark').waitFor();
  await page.getByTestId('contributor-row').first().getByTitle('Note 2').waitFor();
  await page.getByTestId('notes').click();
  await expectNotes(/^Note 1.*starts/s, /^Note 2.*cust-00417.*A broken loop/s, /^Note 3.*Quiet since 11:00/s);
}, 60_000);

test('a comparison, metric math with its threshold, and an answer of AWS are there after a restart, too', async () => {
  await page.keyboard.press('c');
  const row = page.getByTestId('compare-row').first();
  await row.waitFor();
  await page.getByRole('radio', { name: 'Per hour' }).click();
  await expect.poll(() => page.locator('main [aria-busy="true"]').count()).toBe(0);
  const title = await page.getByTestId('compare-title').innerText();
  await page.locator('.app:not([data-unsaved])').waitFor();
  await launched.close();
  await start([]);
  await page.getByTestId('compare-title').getByText(title).waitFor();
  expect(await page.getByRole('radio', { name: 'Per hour' }).getAttribute('aria-checked')).toBe('true');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More about this report' }).click();
  await page.getByRole('menuitem', { name: /Metric math/ }).click();
  await page.getByRole('combobox', { name: 'Expression e1' }).fill('1 + 1');
  await page.getByRole('spinbutton', { name: 'Limit' }).fill('5');
  await page.getByRole('spinbutton', { name: 'Periods that breach' }).fill('2');
  await page.getByRole('spinbutton', { name: 'Periods looked at' }).fill('3');
  await page.getByRole('textbox', { name: 'Name of the threshold' }).fill('Too many');
  await page.getByTitle('A period without a value counts').click();
  await page.getByRole('menuitemradio', { name: 'as breaching', exact: true }).click();
  await page.locator('.app:not([data-unsaved])').waitFor();
  await launched.close();
  await start([]);
  await page.getByRole('combobox', { name: 'Expression e1' }).waitFor();
  expect(await page.getByRole('combobox', { name: 'Expression e1' }).inputValue()).toBe('1 + 1');
  const fields = ['Limit', 'Periods that breach', 'Periods looked at'];
  const numbers = fields.map((name) => page.getByRole('spinbutton', { name }).inputValue());
  expect(await Promise.all(numbers)).toEqual(['5', '2', '3']);
  expect(await page.getByRole('textbox', { name: 'Name of the threshold' }).inputValue()).toBe('Too many');
  await page.getByTitle('A period without a value counts').getByText('as breaching').waitFor();
  await page.keyboard.press('Escape');
  await runCommand("check against aws's answer");
  await page.getByLabel(/^The output of/).fill('{"KeyLabels": 1}');
  await page.locator('.app:not([data-unsaved])').waitFor();
  await launched.close();
  await start([]);
  await page.getByTestId('aws-title').waitFor();
  expect(await page.getByLabel(/^The output of/).inputValue()).toBe('{"KeyLabels": 1}');
}, 120_000);

test('a colleague who opens the case file sees its notes, in the list, the chart and the table', async () => {
  await launched.close();
  const logs = path.join(folder, 'other.log');
  await writeFile(logs, '{"timestamp":1795068000000,"a":1}\n');
  userDataDir = path.join(folder, 'colleague');
  await start([logs]);
  await page.getByTestId('status-events').getByText('1 event').waitFor();
  await launched.app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, archive);
  await runCommand('> open a case file');
  await page.getByTestId('report-title').getByText('Top 10 of 98 unique contributors').waitFor();
  await expectNotes(/^Note 1.*starts/s, /^Note 2.*cust-00417.*A broken loop/s, /^Note 3.*Quiet since 11:00/s);
  await page
    .getByTestId('notes-panel')
    .getByText(/^from a case of "/)
    .first()
    .waitFor();
  await page.getByTestId('note-mark').waitFor();
  await page.getByTestId('contributor-row').first().getByTitle('Note 2').waitFor();
}, 60_000);

async function start(args: string[]): Promise<void> {
  launched = await launchApp({ args, userDataDir });
  page = launched.window;
}

/** Points into the chart, so far from its left. */
async function pointAt(share: number): Promise<void> {
  const box = await page.locator('.draw .u-over').boundingBox();
  if (box === null) return;
  await page.mouse.move(box.x + box.width * share - 2, box.y + 100);
  await page.mouse.move(box.x + box.width * share, box.y + 100);
}

/** Points into the chart, so far from its left, and asks for a note there: its moment is a period of the chart. */
async function askAt(share: number): Promise<void> {
  const from = page.getByTestId('note-from');
  // Logs that were loaded just now may draw the chart anew under the pointer.
  await expect
    .poll(async () => {
      if ((await from.count()) > 0) await page.keyboard.press('Escape');
      await from.waitFor({ state: 'detached' });
      await pointAt(share);
      await page.keyboard.press('a');
      return from.inputValue();
    })
    .toMatch(/^19 Nov 2026, \d\d:\d\d$/);
}

/** Waits until the notes listed beside the report match, one by one. */
async function expectNotes(...wanted: RegExp[]): Promise<void> {
  const notes = page.getByTestId('notes-panel').getByTestId('note');
  await expect.poll(() => notes.allInnerTexts()).toEqual(wanted.map((pattern) => expect.stringMatching(pattern)));
}

/** Exports the shown report to a file, with choices made in the dialog before. @returns what is in the file */
async function exportFile(form: string, file: string, choose: () => Promise<void>): Promise<string> {
  await launched.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath, bookmark: '' });
  }, file);
  await page.getByTestId('export').click();
  await page.locator(`[data-form="${form}"]`).click();
  await choose();
  await page.getByTestId('export-save').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return readFile(file, 'utf8');
}

/** Opens the command palette and runs what comes first for a text. */
async function runCommand(text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill(text);
  await page.keyboard.press('Enter');
  await page.getByTestId('palette-input').waitFor({ state: 'detached' });
}
