import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { launchApp } from '../support/electron';

const startMs = Date.parse('2026-11-19T10:00:00Z');

test('a chosen folder is shown before it is loaded; files left out stay out, and a renamed log group is the one reported on', async () => {
  const logs = await makeLogs({
    'flow.log': flowLines(0, 40),
    'other.log': flowLines(100, 7),
    'picture.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]),
  });
  const { page } = await openFolder(logs);
  await page.getByTestId('preview-title').waitFor();
  const files = page.getByTestId('preview-file');
  await page.getByRole('button', { name: 'Load 2 files' }).waitFor();
  expect(await files.count()).toBe(2);
  expect(await files.first().innerText()).toContain('VPC flow logs');
  expect(await page.getByTestId('notice').innerText()).toContain('picture.png');
  // Nothing is in the workspace yet.
  await page.getByTestId('status-events').getByText('0 events').waitFor();
  await page.getByRole('checkbox', { name: 'Load other.log' }).uncheck();
  await page.getByRole('button', { name: 'Set log group for selected' }).click();
  await page.getByPlaceholder('Log group').fill('vpc/edge');
  await page.getByRole('button', { name: 'Set for 1 file' }).click();
  expect(await page.getByRole('combobox', { name: 'Log group of flow.log' }).inputValue()).toBe('vpc/edge');
  await page.getByRole('button', { name: 'Load 1 file' }).click();
  await page.getByTestId('report-title').waitFor();
  await page.getByTestId('status-events').getByText('40 events').waitFor();
  expect(await page.getByTestId('ledger-scanned').innerText()).toBe('40');
  await showSources(page);
  await page.getByRole('table', { name: 'Log groups' }).getByText('vpc/edge').waitFor();
});

test('a preview that is cancelled loads nothing', async () => {
  const { page } = await openFolder(await makeLogs({ 'flow.log': flowLines(0, 3) }));
  await page.getByTestId('preview-title').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('sources-title').getByText('No logs yet').waitFor();
});

test('a load that is paused keeps what it has, and goes on to the last event', async () => {
  const perFile = 60_000;
  const files = Object.fromEntries(
    Array.from({ length: 8 }, (_, at) => [`${at}.log`, jsonLines(at * perFile, perFile)] as const),
  );
  const { page } = await openFolder(await makeLogs(files));
  await page.getByRole('button', { name: /^Load / }).click();
  await page.getByTestId('load-file').waitFor();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('table', { name: 'Sources' }).getByText('paused').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByTestId('status-events').getByText('480,000 events').waitFor({ timeout: 60_000 });
  await page.getByRole('status').getByText('Watching 1 folder').waitFor();
}, 120_000);

test('coverage shows the gap of a log group, and the report over it says so; doubles are left out when asked for', async () => {
  const logs = await makeLogs({ 'a.log': flowLines(0, 20), 'b.log': flowLines(40, 20), 'copy.log': flowLines(50, 10) });
  const { page } = await openFolder(logs);
  await page.getByRole('button', { name: 'Load 3 files' }).click();
  await page.getByTestId('report-title').waitFor();
  await page.getByTestId('report-gaps').getByText('No events of these log groups 19 Nov, 10:20 – 10:40').waitFor();
  expect(await page.getByTestId('ledger-scanned').innerText()).toBe('50');
  await showSources(page);
  await page.getByTestId('coverage-gap').first().waitFor();
  const doubles = page.getByTestId('doubles');
  await doubles.getByRole('heading', { name: '10 doubles' }).waitFor();
  await doubles.getByRole('row').getByText('copy.log').waitFor();
  await doubles.getByRole('radio', { name: 'Leave out' }).click();
  await doubles.getByRole('radio', { name: 'Leave out', checked: true }).waitFor();
  await page.locator('aside, nav').getByRole('button', { name: 'Byte transfers' }).first().click();
  await page.getByTestId('report-doubles').getByText('10 doubles left out').waitFor();
  expect(await page.getByTestId('ledger-scanned').innerText()).toBe('40');
});

test('what is appended to a watched folder and rotated in it moves the open report, whose numbers are those of the files', async () => {
  const logs = await makeLogs({ 'flow.log': flowLines(0, 40) });
  const file = path.join(logs, 'flow.log');
  const { page } = await openFolder(logs);
  await page.getByRole('button', { name: 'Load 1 file' }).click();
  await page.getByTestId('report-title').waitFor();
  const showsEvents = (count: number) =>
    expect.poll(() => page.getByTestId('ledger-scanned').innerText(), { timeout: 10_000 }).toBe(String(count));
  // What the chart's rows add up to: record `n` has 1000 + n bytes.
  const showsBytes = (records: number) =>
    expect
      .poll(async () =>
        (await page.getByTestId('row-value').allInnerTexts()).reduce((sum, text) => sum + readCount(text), 0),
      )
      .toBe(1000 * records + (records * (records - 1)) / 2);
  await showsEvents(40);
  await showsBytes(40);
  await appendFile(file, flowLines(40, 20));
  await showsEvents(60);
  await showsBytes(60);
  await rename(file, `${file}.1`);
  await writeFile(file, flowLines(60, 25));
  await showsEvents(85);
  await appendFile(`${file}.1`, flowLines(85, 5));
  await appendFile(file, flowLines(90, 10));
  await showsEvents(100);
  await showsBytes(100);
  const texts = await Promise.all((await readdir(logs)).map((name) => readFile(path.join(logs, name), 'utf8')));
  expect(texts.join('').trimEnd().split('\n')).toHaveLength(100);
}, 120_000);

test('a source is removed with its events after the user was asked', async () => {
  const { page } = await openFolder(await makeLogs({ 'flow.log': flowLines(0, 3) }));
  await page.getByRole('button', { name: 'Load 1 file' }).click();
  await page.getByTestId('report-title').waitFor();
  await showSources(page);
  await page.getByRole('button', { name: /^Actions for / }).click();
  await page.getByRole('menuitem', { name: 'Remove its events…' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByText('and its 3 events').waitFor();
  await question.getByRole('button', { name: 'Remove' }).click();
  await page.getByTestId('sources-title').getByText('No logs yet').waitFor();
});

async function showSources(page: Page): Promise<void> {
  await page.getByTitle('All sources').click();
  await page.getByTestId('sources-title').waitFor();
}

/** Starts the app, and chooses a folder in its dialog. */
async function openFolder(logs: string): Promise<{ page: Page; app: ElectronApplication }> {
  const { app, window: page, close } = await launchApp();
  onTestFinished(close);
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, logs);
  await page.getByRole('button', { name: 'Open a log folder' }).click();
  return { page, app };
}

async function makeLogs(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const logs = path.join(folder, 'edge');
  await mkdir(logs);
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(logs, name), content);
  return logs;
}

const readCount = (text: string) => Number(text.replaceAll(',', ''));

/** A flow record a minute. */
function flowLines(fromMinute: number, count: number): string {
  return Array.from({ length: count }, (_, at) => {
    const minute = fromMinute + at;
    const second = startMs / 1000 + minute * 60;
    return `2 123456789012 eni-0a1b2c3d 10.0.0.${minute % 5} 10.0.1.1 443 40000 6 10 ${1000 + minute} ${second} ${second + 30} ACCEPT OK\n`;
  }).join('');
}

function jsonLines(from: number, count: number): string {
  return Array.from(
    { length: count },
    (_, at) =>
      `{"time":"2026-11-19T06:00:00Z","customer":"c${at % 50}","path":"/v1/orders","bytes":${from + at},"agent":"a client of some length"}\n`,
  ).join('');
}
