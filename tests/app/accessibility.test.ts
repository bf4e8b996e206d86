import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryRoot } from '../../scripts/electron-runtime.mjs';
import { type Launched, launchApp } from '../support/electron';
import { findFaults } from './axe';

/** Flow records by source, with a filter that is wrong. */
const wrongRule = JSON.stringify({
  Schema: { Name: 'CloudWatchLogRule', Version: 1 },
  LogGroupNames: ['workshop-flow-logs'],
  LogFormat: 'CLF',
  Fields: { '4': 'source' },
  Contribution: { Keys: ['source'], Filters: [{ Match: 'sorce', In: ['10.0.0.1'] }] },
  AggregateOn: 'Count',
});

let launched: Launched;
let page: Page;
beforeAll(async () => {
  launched = await launchApp();
  page = launched.window;
  // One screen that does not come leaves time for the others.
  page.setDefaultTimeout(20_000);
});
afterAll(() => launched.close());

/** The screens, in the order in which the app is walked through. */
const screens: [string, () => Promise<void>][] = [
  ['the start page', () => page.getByRole('heading', { name: 'Find who contributes most' }).waitFor()],
  [
    'a report',
    async () => {
      await page.getByRole('button', { name: 'Explore sample logs' }).click();
      await page.getByTestId('status-events').getByText('216,913 events').waitFor({ timeout: 60_000 });
      await page.getByTestId('contributor-row').first().waitFor();
    },
  ],
  [
    'a report with a contributor that is selected, and the events of the ledger',
    async () => {
      await page.keyboard.press('j');
      await page.getByTestId('ledger-matched').click();
      await page.getByTestId('events-panel').getByText('the newest first').waitFor();
    },
  ],
  [
    'the choice of a time range',
    async () => {
      await page.keyboard.press('Escape');
      await page.getByTestId('events-panel').waitFor({ state: 'detached' });
      await page.getByTestId('time-range').click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'the menu of workspaces',
    async () => {
      await page.keyboard.press('Escape');
      await page.getByTestId('workspace').click();
      await page.getByRole('menuitem', { name: 'New workspace…' }).waitFor();
    },
  ],
  [
    'the settings',
    async () => {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByRole('menuitemradio', { name: 'Dark' }).waitFor();
    },
  ],
  [
    'Explore',
    async () => {
      await closeMenu();
      await runCommand('workshop-flow-logs');
      await expect.poll(() => page.getByTestId('explore-counted').innerText()).toBe('14 fields');
    },
  ],
  [
    'Explore with keys, filters and a brush',
    async () => {
      await page.locator('[data-field="13"] [data-value="REJECT"]').click();
      await page.locator('[data-field="8"] [data-value="6"]').click({ modifiers: ['Alt'] });
      await page.getByLabel('Use srcaddr as a key').check();
      await page.getByTestId('timeline').focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => page.getByTestId('explore-counted').innerText()).toBe('14 fields');
      await page.getByTestId('explore-contributors').getByText('contributors').waitFor();
    },
  ],
  [
    'the menu of a value',
    async () => {
      await page.locator('[data-field="13"] [data-value="REJECT"]').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Copy the value' }).waitFor();
    },
  ],
  [
    'the sources',
    async () => {
      await closeMenu();
      await runCommand('Sources');
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
  ],
  [
    'the gallery of sample rules',
    async () => {
      await runCommand('Sample rules');
      await page.getByTestId('samples-title').waitFor();
    },
  ],
  [
    'the command palette',
    async () => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('rej');
      await page.getByRole('option', { name: /Rejected TCP connections/ }).waitFor();
    },
  ],
  [
    'the keyboard map',
    async () => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('?');
      await page.getByRole('tab', { name: 'Keyboard', selected: true }).waitFor();
    },
  ],
  [
    'the help on rules',
    async () => {
      await page.getByRole('tab', { name: 'Rules' }).click();
      await page.getByRole('heading', { name: 'Operators' }).waitFor();
    },
  ],
  [
    'the help on log formats',
    async () => {
      await page.getByRole('tab', { name: 'Log formats' }).click();
      await page.getByRole('heading', { name: 'Containers' }).waitFor();
    },
  ],
  [
    'the licences',
    async () => {
      await page.getByRole('tab', { name: 'Licences' }).click();
      await page.locator('summary', { hasText: '@duckdb/node-api' }).click();
      await page.locator('details[open]').getByText('Stichting DuckDB Foundation').waitFor();
    },
  ],
  [
    'the diagnostics',
    async () => {
      await page.getByRole('tab', { name: 'Diagnostics' }).click();
      await page.getByTestId('diagnostics').waitFor();
    },
  ],
  [
    'all settings',
    async () => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+,');
      await page.getByLabel('Memory in MB').fill('12');
      await page.getByText('A whole number from 256').waitFor();
    },
  ],
  [
    'a new rule',
    async () => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('n');
      await page.getByRole('heading', { name: 'Nothing to show yet' }).waitFor();
    },
  ],
  [
    'the choice of a field',
    async () => {
      await page.getByRole('button', { name: 'Key', exact: true }).click();
      await page.getByRole('option').first().waitFor();
    },
  ],
  [
    'a rule with problems',
    async () => {
      await page.keyboard.press('Escape');
      await launched.app.evaluate(({ clipboard }, text) => clipboard.writeText(text), wrongRule);
      await page.getByRole('textbox', { name: 'Rule body, JSON' }).click();
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.press('ControlOrMeta+v');
      await page.getByTestId('rule-problems').waitFor();
      await page.getByText('Filter 1 is left out until it is fixed.').waitFor();
    },
  ],
  [
    'rules that are pasted',
    async () => {
      await page.getByRole('button', { name: 'Paste AWS rule' }).click();
      await page.getByTestId('paste-text').fill(wrongRule);
      await page.getByText('A rule body: 1 rule').waitFor();
    },
  ],
  [
    'a valid rule with its preview',
    async () => {
      await page.keyboard.press('Escape');
      await page.getByTestId('rule-json').getByRole('button', { name: 'Use source' }).click();
      await page.getByTestId('rule-valid').waitFor();
      // What is out of date is dimmed until the new preview is there.
      await page.locator('section[aria-label="Preview"][aria-busy="false"]').waitFor();
      await page.getByText('Filter 1 is left out until it is fixed.').waitFor({ state: 'detached' });
    },
  ],
  [
    'the export of a rule',
    async () => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Export…' }).click();
      await page.getByTestId('export-text').waitFor();
    },
  ],
  [
    'a rule that was deleted',
    async () => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Save and run' }).click();
      await page.getByRole('heading', { name: /^0 match/ }).waitFor();
      await runCommand('> delete rule');
      await page.getByText(/^Rule ".+" deleted$/).waitFor();
    },
  ],
  [
    'the dashboard',
    async () => {
      await runCommand('New dashboard');
      await page.getByTestId('dashboard-name').waitFor();
    },
  ],
  [
    'a folder before it is loaded',
    async () => {
      const folder = path.join(repositoryRoot, 'resources', 'sample-logs');
      await launched.app.evaluate(({ dialog }, filePath) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
      }, folder);
      await page.keyboard.press('Control+o');
      await page.getByRole('button', { name: /^Load \d+ files$/ }).waitFor();
    },
  ],
];

test.each(screens)('axe finds nothing serious in %s, light or dark', async (_, show) => {
  await show();
  expect(await findFaults(page)).toEqual([]);
});

test('nothing moves where the system asks for that', async () => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll('*')].filter((element) => {
        const { transitionDuration, animationName, animationDuration } = getComputedStyle(element);
        const takesTime = (durations: string) =>
          durations.split(', ').some((duration) => Number.parseFloat(duration) > 0);
        return takesTime(transitionDuration) || (animationName !== 'none' && takesTime(animationDuration));
      }).length,
  );
  expect(moving).toBe(0);
});

/** Opens the command palette and runs what comes first for a text. */
/** A menu that closes gives the focus back, which must not be taken from what opens next. */
async function closeMenu(): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
}

async function runCommand(text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill(text);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}
