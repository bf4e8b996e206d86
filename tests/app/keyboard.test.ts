import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { launchApp } from '../support/electron';

/** The tour of docs/tour.md. No test of this file uses the mouse. */
test('the whole tour is done from the keyboard', async () => {
  const { window: page, app, close } = await launchApp();
  onTestFinished(close);

  // The sample logs, and who moves the most bytes.
  await tabTo(page, 'Explore sample logs');
  await page.keyboard.press('Enter');
  await page.getByTestId('status-events').getByText('216,913 events').waitFor({ timeout: 60_000 });
  await expectTitle(page, 'Top 10 of 14,049 unique contributors');
  expect(await readLedger(page)).toEqual(['94,497', '94,424']);
  await page.keyboard.press('j');
  await expect.poll(() => selectedRow(page)).toContain('203.0.113.88');
  await page.keyboard.press('/');
  await page.keyboard.type('10.0.34.87');
  await expect.poll(() => page.getByTestId('contributor-row').count()).toBe(4);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('+');
  await expect.poll(() => readLedger(page).then(([scanned]) => scanned)).not.toBe('94,497');
  await page.keyboard.press('Backspace');
  await expect.poll(() => readLedger(page)).toEqual(['94,497', '94,424']);
  await runCommand(page, 'https packets by destination');
  await expectRow(page, '203.0.113.88');

  // Which pods, and which version of them.
  await runCommand(page, 'network bytes by eks pod');
  await expectRow(page, 'catalog-export');
  await runCommand(page, 'network bytes by app and version');
  await expectRow(page, '4.7.0');

  // Is it an attack?
  await runCommand(page, 'rejected tcp');
  await expectTitle(page, 'Top 10 of 827 unique contributors');
  await expectRow(page, '198.51.100.23');

  // Which customers are hit, of how many, and why.
  await runCommand(page, 'throttled requests by customer');
  await expectTitle(page, 'Top 10 of 98 unique contributors');
  await expectRow(page, 'cust-00417');
  await runCommand(page, 'all requests by customer');
  await expectTitle(page, 'Top 10 of 2,400 unique contributors');
  await runCommand(page, 'throttled requests by api key');
  await expectRow(page, 'k7tq2m9xf4');

  // How many of all customers, and how many without the loudest.
  await runCommand(page, 'throttled requests by customer');
  await expectTitle(page, 'Top 10 of 98 unique contributors');
  await page.keyboard.press('m');
  await page.getByTestId('impact-title').getByText('8.0% of customers affected at the peak').waitFor();
  await tabTo(page, 'What if without cust-00417');
  await page.keyboard.press('Space');
  await page.getByTestId('impact-total-without').getByText('938').waitFor();
  await page.keyboard.press('Escape');

  // What the five worst have in common.
  await page.getByTestId('contributor-row').first().waitFor();
  for (let row = 0; row < 5; row++) {
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
  }
  await page.keyboard.press('h');
  const panel = page.getByTestId('common-panel');
  await panel.getByTestId('common-finding').waitFor();
  await tabTo(page, 'the rest of this rule');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitemradio', { name: /all other contributors/i }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await panel.getByTestId('common-against').getByText('all other contributors').waitFor();
  await panel
    .getByText(/TideSync/)
    .first()
    .waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });

  // What changed.
  await runCommand(page, 'all requests by customer');
  await expectTitle(page, 'Top 10 of 2,400 unique contributors');
  await page.keyboard.press('c');
  await page.getByTestId('compare-row').first().getByText('cust-00417').waitFor();
  await page.keyboard.press('Escape');

  // When it was bad enough.
  await runCommand(page, 'throttled requests by customer');
  await expectTitle(page, 'Top 10 of 98 unique contributors');
  await runCommand(page, '> metric math');
  await page.getByTestId('value-e1').waitFor();
  await tabTo(page, 'Expression');
  await page.keyboard.press('Enter');
  await expect.poll(() => focusedName(page)).toBe('Expression e2');
  await page.keyboard.type('INSIGHT_RULE_METRIC("All req');
  await page.getByRole('option', { name: /All requests by customer/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type(', "Uniq');
  await page.keyboard.press('Enter');
  await page.keyboard.type(')');
  await tabTo(page, 'Expression');
  await page.keyboard.press('Enter');
  await expect.poll(() => focusedName(page)).toBe('Expression e3');
  await page.keyboard.type('100 * e1 / e2');
  await tabTo(page, 'Limit');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('5');
  await tabTo(page, 'Name of the threshold');
  await page.keyboard.type('Customers throttled');
  await tabTo(page, 'Keep threshold');
  await page.keyboard.press('Enter');
  await page.getByTestId('breach').first().getByText('cust-00417').waitFor();
  await page.keyboard.press('Escape');

  // Handed on as a page.
  await page.getByTestId('contributor-row').first().waitFor();
  const exported = path.join(await makeTemporaryFolder(), 'report.html');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath, bookmark: '' });
  }, exported);
  await page.keyboard.press('ControlOrMeta+e');
  await page.getByTestId('export-size').getByText(/B$/).waitFor();
  await tabTo(page, 'Save');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await readFile(exported, 'utf8')).toContain('cust-00417');

  // Logs of one's own, which don't mix with the samples.
  const folder = await makeFlowLogs();
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, folder);
  await page.keyboard.press('Control+o');
  await page.getByRole('button', { name: 'Load 1 file' }).waitFor();
  await tabTo(page, 'Load 1 file');
  await page.keyboard.press('Enter');
  await page.getByTestId('status-events').getByText('2 events').waitFor();

  // A rule of one's own, pasted as AWS has it.
  await runCommand(page, 'paste aws rules');
  await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), ownRule);
  await page.getByTestId('paste-text').waitFor();
  await expect
    .poll(() => page.getByTestId('paste-text').evaluate((input) => input === document.activeElement))
    .toBe(true);
  await page.keyboard.press('ControlOrMeta+v');
  await page.getByText('A rule body: 1 rule').waitFor();
  await tabTo(page, 'Add rule');
  await page.keyboard.press('Enter');
  await expectTitle(page, 'Top 2 of 2 unique contributors');
}, 240_000);

test('a rule is made, saved, deleted and brought back from the keyboard', async () => {
  const { window: page, close } = await launchApp({ args: [await makeFlowLogs()] });
  onTestFinished(close);
  await page.getByTestId('status-events').getByText('2 events').waitFor();
  await page.keyboard.press('n');
  await page.getByTestId('rule-json').waitFor();
  await tabTo(page, 'Key');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'srcaddr' }).waitFor();
  await page.keyboard.type('srcaddr');
  await page.keyboard.press('Enter');
  await page.getByTestId('preview-matched').getByText('2 events match').waitFor();
  await page.keyboard.press('Control+Enter');
  await expectTitle(page, 'Top 2 of 2 unique contributors');
  const saved = page.locator('nav').getByRole('button', { name: /^Events by srcaddr/ });
  await saved.waitFor();

  await runCommand(page, '> delete rule');
  await saved.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await saved.waitFor();
});

test('F6 goes through the parts of the window, each with a visible focus, and the palette gives the focus back', async () => {
  const { window: page, close } = await launchApp({ args: [await makeFlowLogs()] });
  onTestFinished(close);
  await page.getByTestId('report-title').getByText('Top').waitFor();
  const parts: string[] = [];
  for (let step = 0; step < 4; step++) {
    await page.keyboard.press('F6');
    parts.push(
      await page.evaluate(() => document.activeElement?.closest('header, nav, main, aside, footer')?.tagName ?? ''),
    );
    expect(await hasVisibleFocus(page)).toBe(true);
  }
  expect(parts).toEqual(['HEADER', 'NAV', 'MAIN', 'HEADER']);
  await page.keyboard.press('Shift+F6');
  const before = await focusedName(page);
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').waitFor();
  expect(await hasVisibleFocus(page)).toBe(true);
  await page.keyboard.press('Escape');
  await expect.poll(() => focusedName(page)).toBe(before);
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.getByRole('tab', { name: 'Keyboard', selected: true }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').waitFor();
  await page.keyboard.type('> no such thing');
  await page.getByText('No action is called "no such thing".').waitFor();
});

/** Presses Tab until a control of this name has the focus; each one on the way shows that it has it. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 150) {
    await page.keyboard.press('Tab');
    const focused = await focusedName(page);
    if (!(await hasVisibleFocus(page))) throw new Error(`The focus on "${focused}" can't be seen.`);
    if (focused === name) return;
    passed.push(focused);
  }
  throw new Error(`Tab does not reach "${name}". It goes over: ${passed.join(', ')}`);
}

function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    const label = focused?.getAttribute('aria-label') ?? (focused as HTMLElement | null)?.innerText ?? '';
    // A button may end with the key that does the same.
    const key = focused?.querySelector('kbd')?.textContent ?? '';
    return (key !== '' && label.endsWith(key) ? label.slice(0, -key.length) : label).trim();
  });
}

/** Whether the focused element, or the box around an input, has a ring or an edge in the colour of the focus. */
function hasVisibleFocus(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return true;
    const probe = document.createElement('i');
    probe.style.color = 'var(--focus)';
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return [focused, focused.parentElement].some((element) => {
      if (element === null) return false;
      const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
      const isRinged = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && outlineColor === colour;
      return isRinged || boxShadow.includes(colour);
    });
  });
}

/** Opens the command palette and runs what comes first for a text. */
async function runCommand(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.getByTestId('palette-input').waitFor({ state: 'detached' });
}

async function expectTitle(page: Page, title: string): Promise<void> {
  await page.getByTestId('report-title').getByText(title).waitFor();
}

async function expectRow(page: Page, text: string): Promise<void> {
  await page.getByTestId('contributor-row').first().getByText(text).first().waitFor();
}

function readLedger(page: Page): Promise<string[]> {
  return Promise.all(
    ['ledger-scanned', 'ledger-matched'].map(async (part) => {
      const text = await page.getByTestId(part).innerText();
      return /[\d,]+/.exec(text)?.[0] ?? '';
    }),
  );
}

function selectedRow(page: Page): Promise<string> {
  return page.locator('[data-testid="contributor-row"][aria-selected="true"]').innerText();
}

const flowHeader =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const ownRule = JSON.stringify({
  Schema: { Name: 'CloudWatchLogRule', Version: 1 },
  LogGroupNames: ['edge'],
  LogFormat: 'CLF',
  Fields: { '4': 'source', '10': 'bytes' },
  Contribution: { Keys: ['source'], ValueOf: 'bytes', Filters: [] },
  AggregateOn: 'Sum',
});

/** A folder `edge` with two flow records. */
async function makeFlowLogs(): Promise<string> {
  const folder = await makeTemporaryFolder();
  await mkdir(path.join(folder, 'edge'));
  const lines = ['10.0.0.1', '10.0.0.2'].map(
    (source, at) =>
      `2 123456789012 eni-1 ${source} 172.31.0.9 50000 443 6 10 ${700 + at} 1795068000 1795068060 ACCEPT OK`,
  );
  await writeFile(path.join(folder, 'edge', 'flow.log'), `${[flowHeader, ...lines].join('\n')}\n`);
  return path.join(folder, 'edge');
}

async function makeTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}
