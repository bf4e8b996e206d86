import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { launchSample } from './sample-app';

test('open reports and what they show come back after a restart', async () => {
  const userDataDir = await makeDataFolder();
  const first = await launchSample(userDataDir);
  await openRule(first.page, 'Rejected TCP connections');
  await openRule(first.page, 'Network bytes by EKS pod');
  await first.page.keyboard.press('1');
  await first.page.getByTestId('order-by').click();
  await first.page.getByRole('menuitemradio', { name: /Maximum/ }).click();
  await first.page.getByText('By maximum').waitFor();
  const tabs = await first.page.getByRole('tab').allInnerTexts();
  await settle(first.page);
  await first.close();

  const second = await launchSample(userDataDir, []);
  await second.page.getByRole('tab', { name: 'Network bytes by EKS pod', selected: true }).waitFor();
  await second.page.getByText('By maximum').waitFor();
  expect(await second.page.getByRole('tab').allInnerTexts()).toEqual(tabs);
  expect(await second.page.getByRole('radio', { name: 'Line' }).getAttribute('aria-checked')).toBe('true');
});

test('reports stand side by side on a dashboard with one range, kept in the workspace', async () => {
  const userDataDir = await makeDataFolder();
  const first = await launchSample(userDataDir);
  for (const rule of ['Rejected TCP connections', 'Byte transfers by source and destination']) {
    await openRule(first.page, rule);
    await first.page.getByRole('button', { name: 'Add to dashboard' }).click();
  }
  await first.page.getByTestId('contributor-row').first().click();
  await first.page.getByRole('button', { name: 'Keep as metric' }).click();
  await openDashboard(first.page, 'Dashboard');
  await expectFindings(first.page, [
    '10,835 events from 827 contributors',
    '105 GB from 14,049 contributors',
    '30.6 GB from 1 contributor',
  ]);
  await first.page.getByTestId('time-range').click();
  await first.page.getByText('Last 3 h').click();
  await expectFindings(first.page, [
    /from \d+ contributors/,
    '73.4 GB from 10,779 contributors',
    '22.1 GB from 1 contributor',
  ]);
  await first.page.getByTestId('dashboard-name').fill('Incident');
  await first.page.keyboard.press('Enter');
  await settle(first.page);
  await first.close();

  const second = await launchSample(userDataDir, []);
  expect(await second.page.getByTestId('dashboard-name').inputValue()).toBe('Incident');
  await expectFindings(second.page, [
    /from \d+ contributors/,
    '73.4 GB from 10,779 contributors',
    '22.1 GB from 1 contributor',
  ]);
});

test('the crosshair stands at the same time in every chart of a dashboard', async () => {
  const { page } = await launchSample(await makeDataFolder());
  for (const rule of ['Rejected TCP connections', 'Byte transfers by source and destination']) {
    await openRule(page, rule);
    await page.getByRole('button', { name: 'Add to dashboard' }).click();
  }
  await openDashboard(page, 'Dashboard');
  await expectFindings(page, ['10,835 events from 827 contributors', '105 GB from 14,049 contributors']);
  await page
    .getByTestId('dashboard-tile')
    .first()
    .locator('.u-over')
    .hover({ position: { x: 120, y: 60 } });
  const lines = page.locator('.u-cursor-x');
  await expect
    .poll(() => lines.evaluateAll((all) => all.map((line) => (line as HTMLElement).style.transform)))
    .toEqual([expect.stringMatching(/translate\([1-9]/), expect.stringMatching(/translate\([1-9]/)]);
});

test('the Contributor Insights widgets of an AWS dashboard become reports, and it is said which do not', async () => {
  const { page } = await launchSample(await makeDataFolder());
  await page.getByRole('button', { name: 'New dashboard' }).click();
  await page.getByRole('button', { name: 'Import' }).click();
  const widget = (ruleName: string) => ({
    type: 'metric',
    properties: { title: ruleName, period: 300, insightRule: { maxContributorCount: 5, orderBy: 'Sum', ruleName } },
  });
  const body = { widgets: [widget('Rejected TCP connections'), widget('Nowhere'), { type: 'text', properties: {} }] };
  await page.getByTestId('dashboard-text').fill(JSON.stringify({ DashboardBody: JSON.stringify(body) }));
  await page
    .getByTestId('dashboard-found')
    .getByText('1 widget with rules of this workspace. No rule is named "Nowhere"')
    .waitFor();
  await page.getByRole('button', { name: 'Add 1 tile' }).click();
  await expectFindings(page, ['10,835 events from 827 contributors']);
});

async function makeDataFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-user-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}

async function openRule(page: Page, rule: string): Promise<void> {
  await page.locator('aside, nav').getByRole('button', { name: rule }).first().click();
  await page.getByRole('tab', { name: rule, selected: true }).waitFor();
  await page.getByTestId('contributor-row').first().waitFor();
}

async function openDashboard(page: Page, name: string): Promise<void> {
  await page
    .locator('aside, nav')
    .getByRole('button', { name: new RegExp(`^${name} ?\\d`) })
    .click();
}

async function expectFindings(page: Page, findings: (string | RegExp)[]): Promise<void> {
  await expect
    .poll(() => page.getByTestId('dashboard-finding').allInnerTexts(), { timeout: 20_000 })
    .toEqual(findings.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
}

/** Waits until the window has written to the workspace what it shows. */
async function settle(page: Page): Promise<void> {
  await page.locator('.app:not([data-unsaved])').waitFor();
}
