import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Dashboard } from '../../renderer/dashboard/dashboard.svelte';
import { dashboardSubject } from '../../renderer/dashboard/dashboard-export';
import { wholeRange } from '../../renderer/report/time-range';
import type { Engine } from '../../renderer/state/engine';
import { firstQuestion } from '../../renderer/state/report.svelte';
import { callEngine } from '../support/call-engine';
import { openPlainPage } from '../support/plain-browser';
import { openRequests, requestRule } from '../support/request-log';
import { makeFolder } from '../support/workspace';
import { findFaults } from './axe';
import { launchSample } from './sample-app';

const share = [
  'INSIGHT_RULE_METRIC("Throttled requests by customer", "UniqueContributors")',
  'INSIGHT_RULE_METRIC("All requests by customer", "UniqueContributors")',
  '100 * e1 / e2',
];

test('metric math is kept on a dashboard with the numbers of its page, over a restart, and in a page of its own', async () => {
  const userDataDir = await makeFolder();
  const folder = await makeFolder();
  const first = await launchSample(userDataDir);
  await openRule(first.page, 'Throttled requests by customer');
  await first.page.getByRole('button', { name: 'Add to dashboard' }).click();
  await first.page.getByTestId('contributor-row').first().click();
  await first.page.getByRole('button', { name: 'Keep as metric' }).click();
  await first.page.getByRole('button', { name: 'More about this report' }).click();
  await first.page.getByRole('menuitem', { name: /Metric math/ }).click();
  for (const [at, text] of share.entries()) {
    if (at > 0) await first.page.getByRole('button', { name: 'Expression', exact: true }).click();
    await first.page.getByRole('combobox', { name: `Expression e${at + 1}` }).fill(text);
  }
  await first.page.getByRole('spinbutton', { name: 'Limit' }).fill('5');
  await first.page.getByTestId('value-e3').getByText(/\d/).waitFor();
  const values = await valuesOf(first.page);
  await first.page.getByRole('button', { name: 'Add to dashboard' }).click();
  await openDashboard(first.page);
  const findings = ['7,224 events from 98 contributors', '6,286 events from 1 contributor'];
  await expectFindings(first.page, [...findings, values]);

  // In step: the crosshair of a report tells the values of the expressions there.
  const tiles = first.page.getByTestId('dashboard-tile');
  await tiles
    .first()
    .locator('.u-over')
    .hover({ position: { x: 120, y: 60 } });
  await first.page.getByText(/^At 19 Nov, \d\d:\d\d/).waitFor();
  await expect.poll(() => tiles.last().getByTestId('dashboard-finding').innerText()).not.toBe(values);
  await first.page.mouse.move(0, 0);

  // Changed where it stands, with completion, and back.
  await tiles.last().getByRole('button', { name: 'Change the expressions' }).click();
  const last = tiles.last().getByRole('combobox', { name: 'Expression e3' });
  await last.fill('FLO');
  await first.page.getByRole('option', { name: /FLOOR/ }).click();
  await first.page.keyboard.type('100 * e1 / e2)');
  await expect
    .poll(() => tiles.last().getByTestId('dashboard-finding').innerText())
    .toMatch(/^e1 \d+ · e2 \d+ · e3 \d+$/);
  await tiles.last().getByRole('textbox', { name: 'Title of the tile' }).fill('Whole percents <b>');
  await first.page.keyboard.press('Enter');
  const changed = await tiles.last().getByTestId('dashboard-finding').innerText();
  await first.page.locator('.app:not([data-unsaved])').waitFor();
  await first.close();

  const second = await launchSample(userDataDir, []);
  await expectFindings(second.page, [...findings, changed]);
  await second.page.getByRole('heading', { name: 'Whole percents <b>' }).waitFor();

  const file = join(folder, 'dashboard.html');
  await save(second.app, second.page, file);
  const hidden = join(folder, 'hidden.html');
  await save(second.app, second.page, hidden, true);
  await second.close();

  const opened = await openPlainPage(file);
  try {
    const { page, said } = opened;
    expect(await page.locator('h2').allTextContents()).toEqual([
      'Throttled requests by customer',
      'cust-00417',
      'Whole percents <b>',
    ]);
    const ranking = page.locator('table.ranking').first().locator('tbody tr');
    expect(await ranking.first().locator('td').allTextContents()).toEqual([' 1', 'cust-00417', '6,286', '87.0%']);
    const metrics = await page.locator('table.ranking').last().locator('tbody tr').allTextContents();
    const shown = await page.locator('table.ranking').last().locator('tbody tr td:nth-child(-n+2)').allTextContents();
    expect(shown.map((cell) => cell.trim())).toEqual(changed.split(/ · | /));
    expect(metrics.at(-1)).toContain('19 Nov 2026, 08:55 UTC');
    // All charts zoom, and show the pointer, together.
    const charts = page.locator('svg.chart');
    expect(await charts.count()).toBe(3);
    const box = await charts.first().boundingBox();
    if (box === null) throw new Error('The chart has no place.');
    const ticks = () => page.locator('svg.chart text.start').allTextContents();
    expect(new Set(await ticks())).toEqual(new Set(['06:00']));
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
    expect(await page.locator('svg.chart line.cursor').count()).toBe(3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 60, { steps: 4 });
    await page.mouse.up();
    expect(new Set(await ticks())).toHaveProperty('size', 1);
    expect((await ticks())[0]).not.toBe('06:00');
    await page.getByRole('button', { name: 'Show all of the time' }).click();
    expect(new Set(await ticks())).toEqual(new Set(['06:00']));
    expect(said).toEqual([]);
  } finally {
    await opened.close();
  }
  const redacted = await openPlainPage(hidden);
  try {
    const html = await redacted.page.content();
    expect(html).not.toContain('cust-');
    const [, name] = await redacted.page.locator('h2').allTextContents();
    expect(name).toMatch(/^x-[0-9a-f]{12}$/);
    expect(await redacted.page.locator('table.ranking tbody td:nth-child(2)').first().textContent()).toBe(name);
  } finally {
    await redacted.close();
  }
}, 240_000);

test('metric math is begun on a dashboard, and what the AWS import can not have is said', async () => {
  const { page } = await launchSample(await makeFolder());
  await page.getByRole('button', { name: 'New dashboard' }).click();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('menuitem', { name: /Metric math/ }).click();
  const tile = page.getByTestId('dashboard-tile').first();
  await tile.getByRole('combobox', { name: 'Expression e1' }).fill(share[0] ?? '');
  await expect.poll(() => tile.getByTestId('dashboard-finding').innerText()).toMatch(/^e1 \d+$/);
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Import' }).click();
  const widget = (metrics: object[]) => ({
    type: 'metric',
    properties: { title: 'Share', metrics: metrics.map((one) => [one]) },
  });
  const body = {
    widgets: [
      widget(share.map((expression, at) => ({ expression, id: `e${at + 1}`, visible: at === 2 }))),
      widget([{ expression: 'SEARCH("CPUUtilization", "Sum")' }]),
    ],
  };
  await page.getByTestId('dashboard-text').fill(JSON.stringify(body));
  await page.getByTestId('dashboard-found').getByText('1 other widget is left out').waitFor();
  await page.getByRole('button', { name: 'Add 1 tile' }).click();
  const second = page.getByTestId('dashboard-tile').nth(1);
  await expect.poll(() => second.getByTestId('dashboard-finding').innerText()).toMatch(/^e3 [\d.]+$/);
});

test('names with markup stay text in the page of a dashboard, and nothing of them runs', async () => {
  const names = [
    '</script><script>document.title="taken"</script>',
    '<img src=x onerror="document.title=\'taken\'">',
    '"><svg onload=document.title=1>',
  ];
  const start = Date.UTC(2026, 10, 19, 8);
  const { engine, folder } = await openRequests(names.map((customer, at) => ({ at: start + at * 1000, customer })));
  const client: Engine = { call: (method, args, options) => callEngine(engine, method, args, options?.signal) };
  const [script = '', image = '', drawing = ''] = names;
  const rule = { name: image, definition: requestRule(['customer']), stored: false };
  await callEngine(engine, 'rules.put', { name: rule.name, definition: rule.definition, state: 'ENABLED' });
  const expressions = [{ id: 'e1', text: `INSIGHT_RULE_METRIC(${JSON.stringify(image)}, "Sum")`, drawn: true }];
  const saved = {
    name: script,
    range: wholeRange,
    periodSeconds: 1,
    tiles: [
      { title: drawing, rule, question: { ...firstQuestion, maxContributorCount: 10 }, kind: 'line' as const },
      { title: script, expressions, limit: 0.5, comparison: '>' as const },
    ],
  };
  const dashboard = new Dashboard('one', saved, client, () => null);
  dashboard.run([]);
  await expect
    .poll(() => dashboard.tiles.every((tile) => (tile.kind === 'report' ? tile.tab.report : tile.math.result) !== null))
    .toBe(true);
  const [form] = dashboardSubject(client, dashboard).forms;
  const made = await form?.make({ redact: [], events: false, notes: false }, new AbortController().signal);
  const file = join(folder, 'dashboard.html');
  await writeFile(file, made?.data ?? '');
  const { page, said, close } = await openPlainPage(file);
  try {
    expect(await page.locator('h1').textContent()).toBe(script);
    expect(await page.locator('h2').allTextContents()).toEqual([drawing, script]);
    const ranking = page.locator('table.ranking').first().locator('tbody td:nth-child(2)');
    expect((await ranking.allTextContents()).sort()).toEqual([...names].sort());
    expect(await page.locator('img').count()).toBe(0);
    await page.locator('svg.chart').first().hover();
    expect((await page.locator('.tip div').allTextContents()).length).toBeGreaterThan(0);
    await page.locator('svg.chart').last().hover();
    expect([await page.title(), said]).toEqual([script, []]);
  } finally {
    await close();
  }
});

async function openRule(page: Page, rule: string): Promise<void> {
  await page.locator('aside, nav').getByRole('button', { name: rule }).first().click();
  await page.getByRole('tab', { name: rule, selected: true }).waitFor();
  await page.getByTestId('contributor-row').first().waitFor();
}

async function openDashboard(page: Page): Promise<void> {
  await page
    .locator('aside, nav')
    .getByRole('button', { name: /^Dashboard ?\d/ })
    .click();
}

/** The expressions of the metric page with their values, as a tile lists them. */
async function valuesOf(page: Page): Promise<string> {
  const cells = await Promise.all(['e1', 'e2', 'e3'].map((id) => page.getByTestId(`value-${id}`).innerText()));
  return cells.map((value, at) => `e${at + 1} ${value}`).join(' · ');
}

async function expectFindings(page: Page, findings: string[]): Promise<void> {
  await expect.poll(() => page.getByTestId('dashboard-finding').allInnerTexts(), { timeout: 20_000 }).toEqual(findings);
}

/** Exports the shown dashboard as a page, as if the user had chosen the file in the dialog. */
async function save(app: ElectronApplication, page: Page, file: string, redact = false): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath, bookmark: '' });
  }, file);
  await page.keyboard.press('Control+e');
  if (redact) {
    await page.getByRole('radio', { name: 'Pseudonym' }).first().click();
    await page.getByText(/^x-[0-9a-f]{12}$/).waitFor();
  }
  await page
    .getByTestId('export-size')
    .getByText(/\d k?B/)
    .waitFor();
  await page.getByTestId('export-save').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}
