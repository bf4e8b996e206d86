import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Launched, launchApp } from '../support/electron';
import { unzip } from '../support/unzip';
import { findFaults } from './axe';
import { readRows } from './report-rows';

/** One app for all: each test opens the report that it is about. */
let launched: Launched;
let app: ElectronApplication;
let page: Page;

beforeAll(async () => {
  launched = await launchApp({ args: ['--sample'] });
  app = launched.app;
  page = launched.window;
  await page.getByTestId('status-events').getByText('216,913 events').waitFor({ timeout: 90_000 });
});

afterAll(() => launched.close());

test('the throttled customer is what the requests of the shared key have in common', async () => {
  await openRule('Throttled requests by API key');
  await page.getByTestId('contributor-row').first().hover();
  await page.getByRole('checkbox', { name: 'Tick contributor 1' }).check();
  await page.getByTestId('tick-bar').getByRole('button', { name: 'In common' }).click();
  const panel = page.getByTestId('common-panel');
  await panel.getByTestId('common-against').click();
  await page.getByRole('menuitemradio', { name: /all other events/ }).click();
  const customer = panel.getByRole('region', { name: 'customerId' });
  await customer.getByText('cust-00417').waitFor();
  expect(await customer.innerText()).toMatch(/cust-00417\s+87\.1%/);
  await customer.getByRole('button', { name: 'Only customerId cust-00417' }).click();
  await page.getByTestId('tile-total').getByText('6,286').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByTestId('tile-total').getByText('7,224').waitFor();
});

test('a part of the time is compared with all the rest', async () => {
  await openRule('All requests by customer');
  await page.getByRole('button', { name: 'More about this report' }).click();
  await page.getByRole('menuitem', { name: /part of the time/ }).click();
  const panel = page.getByTestId('common-panel');
  await panel.getByText('Drag a span in the chart').waitFor();
  const box = await page.locator('.draw .u-over').boundingBox();
  if (box === null) throw new Error('There is no chart.');
  // 08:50 to 09:30 of 06:00 to 12:00.
  await page.mouse.move(box.x + (box.width * 170) / 360, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + (box.width * 210) / 360, box.y + 60, { steps: 8 });
  await page.mouse.up();
  await panel.getByTestId('common-finding').waitFor();
  expect(await panel.getByText(/08:\d\d – 09:\d\d UTC/).isVisible()).toBe(true);
  expect(await panel.getByRole('region', { name: 'status', exact: true }).innerText()).toMatch(/429\s/);
  expect(await page.getByTestId('tile-unique').innerText()).toBe('2,400');
});

test('one click gives number and share of the affected, and the figures without one of them', async () => {
  await openRule('Throttled requests by customer');
  await page.getByRole('button', { name: 'Impact' }).click();
  await page.getByTestId('impact-title').getByText('8.0% of customers affected at the peak').waitFor();
  // It tells of the period under the pointer, where that is.
  await page.mouse.move(0, 0);
  const told = page.getByTestId('impact-told');
  await expect.poll(() => told.innerText()).toMatch(/08:55.*8\.0%.*26 of 324 customers/s);
  expect(await page.getByTestId('impact-affected').innerText()).toBe('98');
  expect(await page.getByTestId('impact-share').innerText()).toBe('4.1%');
  await page.getByRole('radio', { name: 'Not affected 2,302' }).click();
  await page.getByRole('radio', { name: 'Affected 98', exact: true }).click();
  await page.getByRole('checkbox', { name: 'What if without cust-00417' }).check();
  await page.getByTestId('impact-total-without').getByText('938').waitFor();
  expect(await page.getByTestId('impact-total').innerText()).toBe('7,224');
  expect(await page.getByTestId('impact-affected-without').innerText()).toBe('97');
  await page.getByTestId('fan-field').click();
  await page.getByRole('menuitemradio', { name: '$.resourcePath' }).click();
  await expect.poll(() => page.getByTestId('fan-out').first().innerText()).toMatch(/^\d+$/);
});

test('the hundred worst, and an on-demand metric of one customer', async () => {
  await openRule('All requests by customer');
  await page.getByTestId('count').click();
  await page.getByTestId('count-any').fill('100');
  await page.keyboard.press('Enter');
  await page.getByTestId('report-title').getByText('Top 100 of 2,400 unique contributors').waitFor();
  expect(await page.getByTestId('contributor-row').count()).toBe(100);
  await page.getByTestId('contributor-row').first().click();
  await page.getByRole('button', { name: 'Keep as metric' }).click();
  await page
    .locator('nav')
    .getByRole('button', { name: /^Dashboard ?\d/ })
    .click();
  await page.getByText('9,318 events from 1 contributor').waitFor();
});

test('before and during the incident add up, with who is new and what each has of the change', async () => {
  await openRule('All requests by customer');
  await page.keyboard.press('c');
  await page
    .getByTestId('compare-title')
    .getByText(/more, \d+% of it from one contributor|from one new contributor/)
    .waitFor();
  const figures = await Promise.all(
    ['before', 'new', 'risen', 'fallen', 'gone', 'during'].map(async (name) =>
      readFigure(await page.getByTestId(`compare-${name}`).innerText()),
    ),
  );
  const during = figures.pop();
  expect(figures.reduce((sum, figure) => sum + figure, 0)).toBe(during);
  expect(await page.getByTestId('compare-row').first().innerText()).toContain('cust-00417');
  await page.getByRole('radio', { name: /^Gone/ }).click();
  await expect
    .poll(() =>
      page.getByTestId('compare-row').evaluateAll((rows) => [...new Set(rows.map((row) => row.dataset.kind))]),
    )
    .toEqual(['gone']);
});

test('an expression over two rules gives the share, and a threshold on it lists its breach with who caused it', async () => {
  await openRule('Throttled requests by customer');
  await page.getByRole('button', { name: 'More about this report' }).click();
  await page.getByRole('menuitem', { name: /Metric math/ }).click();
  const add = page.getByRole('button', { name: 'Expression', exact: true });
  await add.click();
  await page.getByRole('combobox', { name: 'Expression e2' }).pressSequentially('INSIGHT_RULE_METRIC("All req');
  await page.getByRole('option', { name: /All requests by customer/ }).click();
  await page.keyboard.type(', "Uniq');
  await page.keyboard.press('Enter');
  await page.keyboard.type(')');
  await add.click();
  await page.getByRole('combobox', { name: 'Expression e3' }).fill('MAX(100 * e1 / e9)');
  await page.getByText(/e9/).last().waitFor();
  await page.getByRole('combobox', { name: 'Expression e3' }).fill('100 * e1 / e2');
  await page.getByRole('spinbutton', { name: 'Limit' }).fill('5');
  await page.getByRole('textbox', { name: 'Name of the threshold' }).fill('Customers throttled');
  await page.getByRole('button', { name: 'Keep threshold' }).click();
  const breach = page.getByTestId('breach').first();
  await breach.waitFor();
  expect(await breach.innerText()).toMatch(/08:50.*Customers throttled.*8\.0\d*.*cust-00417/s);
  await page.getByRole('button', { name: 'Delete threshold Customers throttled' }).click();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByRole('button', { name: 'Customers throttled', exact: true }).waitFor();
});

test('an exported page opens in a plain browser with the numbers of the report; redaction and the archive hold', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await openRule('Throttled requests by customer');
  const rows = await readRows(page);
  const html = await save('html', path.join(folder, 'report.html'));
  const opened = await openPlainPage(html);
  expect(await opened.locator('h1').innerText()).toBe(
    'Throttled requests by customer: top 10 of 98 unique contributors',
  );
  expect(await opened.locator('dl.figures').innerText()).toMatch(/98[\s\S]*7,224[\s\S]*7,224[\s\S]*39,165/);
  const exported = await opened
    .locator('table.ranking tbody tr')
    .evaluateAll((all) => all.map((row) => [row.children[1]?.textContent?.trim(), row.children[2]?.textContent]));
  expect(exported).toEqual(rows);
  await opened.close();

  const svg = await readFile(await save('svg', path.join(folder, 'chart.svg')), 'utf8');
  expect(svg).toContain('>cust-00417</text>');
  const png = await readFile(await save('png', path.join(folder, 'chart.png')));
  expect([...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('PNG');
  const archive = unzip(await readFile(await save('case', path.join(folder, 'a.case.zip'))));
  expect([...archive.keys()]).toEqual(
    expect.arrayContaining(['report.html', 'rule.json', 'sources.csv', 'repeat.txt']),
  );

  const csv = await save('csv', path.join(folder, 'hidden.csv'), true);
  const text = await readFile(csv, 'utf8');
  expect(text).not.toContain('cust-');
  expect(text).toMatch(/^1,x-[0-9a-f]{12},6286,/m);
});

test("AWS's own answer beside ours: equal where it is, each difference with its reason where it is not", async () => {
  await openRule('Throttled requests by customer');
  await page.getByTestId('export').click();
  await page.locator('[data-form="json"]').click();
  await page.getByTestId('export-preview').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).click();
  await page.getByText('JSON copied').waitFor();
  const answer = await app.evaluate(({ clipboard }) => clipboard.readText());
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More about this report' }).click();
  await page.getByRole('menuitem', { name: /AWS/ }).click();
  const compare = page.getByRole('button', { name: 'Compare', exact: true });
  await page.locator('main').getByRole('textbox').fill(answer);
  await compare.click();
  await page.getByTestId('aws-title').getByText("AWS's answer is the same").waitFor();
  await page
    .locator('main')
    .getByRole('textbox')
    .fill(answer.replace('"ApproximateUniqueCount": 98', '"ApproximateUniqueCount": 95'));
  await compare.click();
  await page
    .getByTestId('aws-title')
    .getByText(/difference/)
    .waitFor();
  expect(await page.getByRole('table', { name: 'Figures' }).innerText()).toMatch(/95[\s\S]*98/);
});

test('nobody is kept out of the pages of an investigation, light or dark', async () => {
  await openRule('Throttled requests by customer');
  const more = page.getByRole('button', { name: 'More about this report' });
  const faults: string[] = [];
  const check = async (what: string) => {
    await expect.poll(() => page.locator('main [aria-busy="true"]').count()).toBe(0);
    for (const fault of await findFaults(page)) faults.push(`${what}: ${fault}`);
  };
  await page.keyboard.press('m');
  await page.getByTestId('impact-row').first().waitFor();
  await check('impact');
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.getByTestId('compare-row').first().waitFor();
  await check('comparison');
  await page.keyboard.press('Escape');
  await more.click();
  await page.getByRole('menuitem', { name: /Metric math/ }).click();
  await page.getByTestId('value-e1').waitFor();
  await check('metric math');
  await page.getByRole('button', { name: 'Back to the report' }).click();
  await more.click();
  await page.getByRole('menuitem', { name: /AWS/ }).click();
  await check('check against AWS');
  await page.getByRole('button', { name: 'Back to the report' }).click();
  await page.getByTestId('contributor-row').first().click();
  await page.keyboard.press('h');
  await page.getByTestId('common-finding').waitFor();
  await check('in common');
  await page.getByTestId('export').click();
  await page.locator('[data-form="csv"]').click();
  await page.getByTestId('export-preview').waitFor();
  await check('export');
  await page.keyboard.press('Escape');
  expect(faults).toEqual([]);
}, 120_000);

/** Shows the report of a sample rule, and waits for it. */
async function openRule(rule: string): Promise<void> {
  await page.locator('aside, nav').getByRole('button', { name: rule }).first().click();
  await page.getByRole('tab', { name: rule, selected: true }).waitFor();
  await page.getByTestId('contributor-row').first().waitFor();
}

/** Exports the shown report to a file, as if the user had chosen it in the dialog. @returns the file */
async function save(form: string, file: string, redact = false): Promise<string> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath, bookmark: '' });
  }, file);
  await page.getByTestId('export').click();
  await page.locator(`[data-form="${form}"]`).click();
  if (redact) await page.getByRole('radio', { name: 'Pseudonym' }).first().click();
  if (redact)
    await page
      .getByTestId('export-preview')
      .getByText(/x-[0-9a-f]{12}/)
      .waitFor();
  await page.getByTestId('export-save').click();
  await page.getByText(' saved').last().waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return file;
}

/** A window without any of the app's own code, as a browser would show the file. */
async function openPlainPage(file: string): Promise<Page> {
  const [opened] = await Promise.all([
    app.waitForEvent('window'),
    app.evaluate(({ BrowserWindow, session }, url) => {
      const plain = session.fromPartition('plain-browser');
      const window = new BrowserWindow({ show: true, webPreferences: { session: plain, sandbox: true } });
      void window.loadURL(url);
    }, pathToFileURL(file).href),
  ]);
  await opened.waitForLoadState();
  return opened;
}

function readFigure(text: string): number {
  return Number(text.replace('−', '-').replace(/[+,]/g, ''));
}
