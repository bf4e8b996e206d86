import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Launched, launchApp } from '../support/electron';

/** The sample logs take a while to load: these tests share one window. */
let sample: Launched;
let page: Page;

beforeAll(async () => {
  sample = await launchApp({ args: ['--sample'] });
  page = sample.window;
  await page.getByTestId('status-events').getByText('216,913 events').waitFor({ timeout: 90_000 });
}, 120_000);

afterAll(() => sample.close());

test('every number of the ledger opens its events, which say why they count or do not', async () => {
  await openRule('Rejected TCP connections');
  const ledger = Object.fromEntries(
    await page
      .locator('[data-testid^="ledger-"]')
      .evaluateAll((cells) =>
        cells.map((cell) => [
          cell.getAttribute('data-testid')?.slice(7) ?? '',
          Number(cell.textContent?.replaceAll(',', '')),
        ]),
      ),
  ) as Record<string, number>;
  const { scanned, ...steps } = ledger;
  expect(Object.values(steps).reduce((sum, count) => sum + count, 0)).toBe(scanned);
  for (const [step, count] of Object.entries(ledger).filter(([, events]) => events > 0)) {
    await page.getByTestId(`ledger-${step}`).click();
    const panel = page.getByTestId('events-panel');
    await panel
      .getByRole('status')
      .getByText(`${count.toLocaleString('en-US')} event`)
      .waitFor();
    await panel.getByRole('button', { name: 'Close' }).click();
  }
  await page.getByTestId('ledger-filtered').click();
  const panel = page.getByTestId('events-panel');
  await panel.locator('[aria-expanded]').first().click();
  await panel.getByText(/This event fails \d of \d filters/).waitFor();
  expect(
    await panel
      .getByText(/^line \d/)
      .first()
      .isVisible(),
  ).toBe(true);
});

test('a search finds those behind the top, too', async () => {
  await openRule('Throttled requests by customer');
  const search = page.getByRole('textbox', { name: 'Search contributors' });
  await search.fill('cust-01085');
  await page.getByTestId('contributor-row').getByText('cust-01085').waitFor();
  await search.fill('nobody');
  await page.getByText('No contributor holds "nobody".').waitFor();
  await page.getByRole('button', { name: 'Clear search' }).first().click();
  expect(await page.getByTestId('contributor-row').count()).toBeGreaterThan(10);
});

test('a contributor opens beside the report, with the events that count for it and no others', async () => {
  await openRule('Byte transfers by source and destination');
  const row = page.getByTestId('contributor-row').first();
  const [source = '', target = ''] = await row.locator('.key').allInnerTexts();
  await row.click();
  const panel = page.getByTestId('contributor-panel');
  await panel.getByTestId('contributor-title').getByText('Contributor 1 of 14,049').waitFor();
  expect(await panel.getByTestId('contributor-total').innerText()).toBe(await row.getByTestId('row-value').innerText());
  await panel.getByRole('status').getByText('411, newest first').waitFor();
  const events = panel.locator('[aria-expanded]');
  for (const text of await events.allInnerTexts()) expect(text).toContain(`${source.trim()} ${target.trim()}`);
  await panel.getByRole('textbox', { name: 'Search events' }).fill('151372');
  await panel.getByRole('status').getByText('1, newest first').waitFor();
  await panel.getByRole('button', { name: 'Close' }).click();
});

test('only this and without this become filters, and undo takes them back', async () => {
  await openRule('Byte transfers by source and destination');
  await page.getByTestId('contributor-row').first().click();
  await page.getByRole('button', { name: 'Without this' }).click();
  await page.getByTestId('report-title').getByText('Top 10 of 14,048 unique contributors').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByTestId('report-title').getByText('Top 10 of 14,049 unique contributors').waitFor();
  await page.getByTestId('contributor-row').nth(1).click();
  await page.getByRole('button', { name: 'Only this' }).click();
  await page.getByTestId('report-title').getByText('Top 1 of 1 unique contributor').waitFor();
  await page
    .getByRole('button', { name: /^Take the filter away/ })
    .first()
    .click();
  await page.getByRole('button', { name: /^Take the filter away/ }).click();
  await page.getByTestId('report-title').getByText('Top 10 of 14,049 unique contributors').waitFor();
});

test('all others open to ten thousand rows, which sort, are searched, and exist only where they are seen', async () => {
  await openRule('Byte transfers by source and destination');
  await page.getByRole('button', { name: 'All others, 14,039' }).last().click();
  await page.getByTestId('row-count').getByText('10,000 of 14,049').waitFor();
  expect(await page.getByTestId('spread').innerText()).toBe('top 10 are 81.6%; 80% is 7 contributors');
  expect(await page.getByTestId('contributor-row').count()).toBeLessThan(150);
  await page.getByRole('textbox', { name: 'Search contributors' }).fill('203.0.113.88 10.0.51.64');
  await page.getByTestId('row-count').getByText(/^2 of/).waitFor();
  await page.getByRole('textbox', { name: 'Search contributors' }).fill('');
  await page.getByRole('button', { name: '% of total' }).click();
  await page.getByRole('button', { name: '% of total' }).click();
  await expect.poll(() => page.getByTestId('contributor-row').first().getAttribute('data-rank')).toBe('10000');
});

test('names of contributors that hold line ends, nothing, blanks or turned text are shown as what they are', async () => {
  const names = ['two\nlines', '', '  ', 'exe\u202egpj', '<b>bold</b>', '\u0007bell'];
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, 'names'));
  const lines = names.flatMap((name, at) =>
    Array.from({ length: names.length - at }, () => JSON.stringify({ time: '2026-11-19T06:00:00Z', name })),
  );
  await writeFile(path.join(folder, 'names', 'events.json'), `${lines.join('\n')}\n`);
  const { window, close } = await launchApp({ args: [path.join(folder, 'names')] });
  onTestFinished(close);
  await window.getByTestId('status-events').getByText(`${lines.length} events`).waitFor();
  await window.getByRole('button', { name: 'Make a rule by name' }).click();
  const cells = window.getByTestId('contributor-row').locator('.key');
  await expect
    .poll(async () => (await cells.allInnerTexts()).map((text) => text.replaceAll('\n', '')))
    .toEqual(['two⏎lines', '(empty)', '␣␣', 'exe\\u202egpj', '<b>bold</b>', '\\u0007bell']);
  // The keys are still what they are: the panel finds their events.
  await window.getByTestId('contributor-row').nth(3).click();
  await window.getByTestId('contributor-panel').getByRole('status').getByText('3, newest first').waitFor();
}, 60_000);

/** Shows the report of a sample rule, and waits for it. */
async function openRule(rule: string): Promise<void> {
  await page.locator('aside, nav').getByRole('button', { name: rule }).first().click();
  await page.getByRole('tab', { name: rule, selected: true }).waitFor();
  await page.getByTestId('contributor-row').first().waitFor();
}
