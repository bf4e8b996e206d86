import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ElectronApplication, Locator, Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { formatCount, formatNumber, formatPercent } from '../../shared/format';
import { launchApp } from '../support/electron';
import { findFaults } from './axe';
import { readRows } from './report-rows';

type Order = { time: string; shop: string; till: string; item?: string; cents: number };

const startMs = Date.UTC(2026, 10, 19, 6);
/** Orders of a day, of a kind that no sample rule knows: a minute apart, and one shop with half of them. */
const orders: Order[] = Array.from({ length: 720 }, (_, index) => ({
  time: new Date(startMs + index * 60_000).toISOString(),
  shop: index % 2 === 0 ? 'harbour' : `shop-${index % 7}`,
  till: `till ${index % 3}`,
  ...(index % 5 !== 0 && { item: index % 11 === 0 ? 'a <b>bold</b> "item"' : `item-${index % 4}` }),
  cents: (index % 90) * 10 + 5,
}));

test('from "Open a log folder" to a report that was not typed: three clicks', async () => {
  const { page, app } = await launch();
  await answerDialog(app, await makeLogs('orders'));
  await page.getByRole('button', { name: 'Open a log folder' }).click();
  await page.getByRole('button', { name: 'Load 1 file' }).click();
  await page.getByRole('button', { name: 'Make a rule by shop' }).click();
  const counts = countBy(orders, ({ shop }) => shop);
  await page.getByTestId('report-title').getByText(formatCount(counts.length, 'unique contributor')).waitFor();
  expect(await readRows(page)).toEqual(counts.map(([shop, count]) => [shop, formatNumber(count)]));
  expect(await page.getByTestId('ledger-matched').innerText()).toContain(formatNumber(orders.length));
  await page.getByRole('button', { name: 'Keep rule' }).waitFor();
});

test('a board leaves its own filter out, everything else follows, and each step is undone', async () => {
  const page = await explore();
  expect(await readValues(board(page, 'shop'))).toEqual(expectValues(orders, ({ shop }) => shop));
  await valueIn(page, 'shop', 'harbour').click();
  const harbour = orders.filter(({ shop }) => shop === 'harbour');
  await page.getByTestId('explore-title').getByText(`${harbour.length} of ${orders.length} events`).waitFor();
  await expect.poll(() => readValues(board(page, 'till'))).toEqual(expectValues(harbour, ({ till }) => till));
  expect(await readValues(board(page, 'shop'))).toEqual(expectValues(orders, ({ shop }) => shop));
  expect(await valueIn(page, 'shop', 'harbour').getAttribute('aria-pressed')).toBe('true');

  await valueIn(page, 'till', 'till 0').click({ modifiers: ['Alt'] });
  const rest = harbour.filter(({ till }) => till !== 'till 0');
  await page.getByTestId('explore-title').getByText(`${rest.length} of ${orders.length} events`).waitFor();
  await valueIn(page, 'till', 'till 0').getByText('excluded').waitFor();

  await valueIn(page, 'shop', 'shop-3').click({ modifiers: ['Control'] });
  const third = orders.filter(({ shop, till }) => shop === 'shop-3' && till !== 'till 0');
  await page.getByTestId('explore-title').getByText(`${third.length} of ${orders.length} events`).waitFor();
  expect(await page.getByTestId('explore-filter').allInnerTexts()).toHaveLength(2);

  await page.keyboard.press('Control+z');
  await page.getByTestId('explore-title').getByText(`${rest.length} of ${orders.length} events`).waitFor();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await page
    .getByTestId('explore-title')
    .getByText(/^720 events$/)
    .waitFor();
});

test('keys are ticked, the time is brushed, and the rule counts what the page shows', async () => {
  const page = await explore();
  await page.getByLabel('Use till as a key').check();
  await page.getByLabel('Use shop as a key').check();
  const pairs = countBy(orders, ({ till, shop }) => `${till} ${shop}`);
  await page.getByTestId('explore-contributors').getByText(`${pairs.length} combinations`).waitFor();
  await page.getByTestId('timeline').focus();
  await page.keyboard.press('Enter');
  const middle = orders.filter((_order, index) => index >= 240 && index < 480);
  await page.getByTestId('explore-title').getByText(`${middle.length} of ${orders.length} events`).waitFor();
  await page.getByTestId('measure-sum').click();
  await page.getByRole('button', { name: 'Make this a rule' }).click();
  const sums = countBy(
    middle,
    ({ till, shop }) => `${till} ${shop}`,
    ({ cents }) => cents,
  ).slice(0, 10);
  await page.getByTestId('report-title').getByText('Top 10 of').waitFor();
  expect((await readRows(page)).map((row) => [row.slice(0, -1).join(' '), row.at(-1)])).toEqual(
    sums.map(([pair, cents]) => [pair, formatNumber(cents)]),
  );
});

test('a drag across the events takes the time in between, and is undone', async () => {
  const page = await explore();
  const box = await page.getByTestId('timeline').locator('svg, canvas').first().boundingBox();
  if (box === null) throw new Error('The events are not drawn.');
  const drag = async (from: number, to: number) => {
    await page.mouse.move(box.x + from * box.width, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + to * box.width, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
  };
  await drag(0.25, 0.5);
  const remaining = async () =>
    Number(/^([\d,]+) of/.exec(await page.getByTestId('explore-title').innerText())?.[1] ?? 0);
  await expect.poll(remaining).toBeGreaterThan(120);
  await expect.poll(remaining).toBeLessThan(240);
  await page.keyboard.press('Control+z');
  await page
    .getByTestId('explore-title')
    .getByText(/^720 events$/)
    .waitFor();
});

test('everything on the page is reached by keys, and axe finds nothing serious in either theme', async () => {
  const page = await explore();
  await valueIn(page, 'till', 'till 0').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('w');
  await page
    .getByTestId('explore-title')
    .getByText(/^480 of 720 events$/)
    .waitFor();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('/');
  await page.keyboard.type('ite');
  await expect.poll(() => page.getByTestId('board').count()).toBe(1);
  await page.keyboard.press('Escape');
  await valueIn(page, 'item', 'a <b>bold</b> "item"').click();
  await page.getByLabel('Use shop as a key').check();
  await page.getByTestId('timeline').focus();
  await page.keyboard.press('Enter');
  expect(await findFaults(page)).toEqual([]);
});

async function launch(args: string[] = []): Promise<{ page: Page; app: ElectronApplication }> {
  const { window, app, close } = await launchApp({ args });
  onTestFinished(close);
  return { page: window, app };
}

/** The app with the orders loaded and its Explore page counted. */
async function explore(): Promise<Page> {
  const { page } = await launch([await makeLogs('orders')]);
  await page
    .getByTestId('explore-title')
    .getByText(/^720 events$/)
    .waitFor();
  await page.getByTestId('explore-counted').getByText('5 fields').waitFor();
  return page;
}

async function makeLogs(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  await mkdir(path.join(folder, name));
  const lines = orders.map((order) => JSON.stringify(order));
  await writeFile(path.join(folder, name, 'orders.log'), `${lines.join('\n')}\n`);
  return path.join(folder, name);
}

function answerDialog(app: ElectronApplication, folder: string): Promise<void> {
  return app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, folder);
}

function board(page: Page, field: keyof Order): Locator {
  return page.locator(`[data-testid="board"][data-field="$.${field}"]`);
}

function valueIn(page: Page, field: keyof Order, value: string): Locator {
  return board(page, field)
    .locator('[data-value]')
    .and(page.locator(`[data-value='${value}']`));
}

/** The values of a board with their numbers and shares, sorted: kept ones stand first on the page. */
function readValues(list: Locator): Promise<string[][]> {
  return list
    .locator('[data-value]')
    .evaluateAll((rows) =>
      rows.map((row) => [
        (row as HTMLElement).dataset.value ?? '',
        ...[...row.querySelectorAll('.num')].map((number) => number.textContent ?? ''),
      ]),
    )
    .then((rows) => rows.sort());
}

function expectValues(of: readonly Order[], pick: (order: Order) => string): string[][] {
  return countBy(of, pick)
    .slice(0, 6)
    .map(([value, count]) => [value, formatNumber(count), formatPercent((100 * count) / of.length)])
    .sort();
}

/** What events come to by a text of theirs, the largest first, then by the text. */
function countBy(
  of: readonly Order[],
  pick: (order: Order) => string,
  amount: (order: Order) => number = () => 1,
): [string, number][] {
  const sums = new Map<string, number>();
  for (const order of of) sums.set(pick(order), (sums.get(pick(order)) ?? 0) + amount(order));
  return [...sums].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}
