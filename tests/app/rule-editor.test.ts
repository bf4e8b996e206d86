import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ElectronApplication, Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { repositoryRoot } from '../../scripts/electron-runtime.mjs';
import { launchApp } from '../support/electron';
import { readRows } from './report-rows';

const run = promisify(execFile);

const events = [
  { time: '2026-11-19T06:00:00Z', ip: '203.0.113.65', method: 'PUT', bytes: 700 },
  { time: '2026-11-19T06:01:00Z', ip: '198.51.100.23', method: 'PUT', bytes: 4000 },
  { time: '2026-11-19T06:02:00Z', ip: '203.0.113.65', method: 'PUT', bytes: 1300 },
  { time: '2026-11-19T06:03:00Z', ip: '203.0.113.65', method: 'GET', bytes: 9000 },
];

/** As AWS documents it, but for the log group. */
const awsRule = JSON.stringify(
  {
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['requests'],
    LogFormat: 'JSON',
    Contribution: { Keys: ['$.ip'], ValueOf: '$.bytes', Filters: [{ Match: '$.method', In: ['PUT'] }] },
    AggregateOn: 'Sum',
  },
  null,
  2,
);

test('a rule that is pasted from AWS runs: paste, save, report', async () => {
  const { app, page } = await openRequests();
  await page.keyboard.press('n');
  await pasteRule(app, page, awsRule);
  await page.getByTestId('preview-matched').getByText('3 events match').waitFor();
  expect(await readPreview(page)).toEqual([
    ['198.51.100.23', '4 kB'],
    ['203.0.113.65', '2 kB'],
  ]);
  await page.getByRole('button', { name: 'Save and run' }).click();
  await page.getByTestId('report-title').getByText('Top 2 of 2 unique contributors').waitFor();
  expect(await readRows(page)).toEqual([
    ['198.51.100.23', '4,000'],
    ['203.0.113.65', '2,000'],
  ]);
  await page
    .locator('nav')
    .getByRole('button', { name: /^Bytes by ip/ })
    .waitFor();
});

test('a rule is made without typing: the form knows the fields, and the JSON follows', async () => {
  const { page } = await openRequests();
  await page.keyboard.press('n');
  await page.getByRole('button', { name: 'Key', exact: true }).click();
  await page.getByRole('option', { name: '$.ip' }).click();
  await page.getByTestId('rule-json').getByText('"$.ip"').waitFor();
  await page.getByTestId('preview-matched').getByText('4 events match').waitFor();
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('option', { name: '$.method' }).click();
  await page.getByRole('option', { name: 'GET' }).click();
  await page.getByTestId('preview-matched').getByText('1 event matches').waitFor();
  await page.getByRole('button', { name: 'Save and run' }).click();
  await page.getByTestId('report-title').getByText('Top 1 of 1 unique contributor').waitFor();
  expect(await readRows(page)).toEqual([['203.0.113.65', '1']]);
});

test('a key is made a network in the form, which the JSON follows', async () => {
  const { page } = await openRequests();
  await page.keyboard.press('n');
  await page.getByRole('button', { name: 'Key', exact: true }).click();
  await page.getByRole('option', { name: '$.ip' }).click();
  await page.getByTestId('key-derivation-1').click();
  await page.getByRole('menuitemradio', { name: 'network /24' }).click();
  await page.getByTestId('rule-json').getByText('"network($.ip, 24)"').waitFor();
  await page.getByText('203.0.113.0/24').first().waitFor();
});

test('a mistake is shown in place, the preview goes on without it, and one click puts it right', async () => {
  const { app, page } = await openRequests();
  await page.keyboard.press('n');
  await pasteRule(app, page, awsRule.replace('"$.method"', '"method"'));
  await page.getByTestId('rule-problems').getByText('1 problem').waitFor();
  await page.getByText('Filter 1 is left out until it is fixed.').waitFor();
  await page.getByTestId('preview-matched').getByText('4 events match').waitFor();
  expect(await page.getByRole('button', { name: 'Save and run' }).isDisabled()).toBe(true);
  await page.getByTestId('rule-json').getByRole('button', { name: 'Use $.method' }).click();
  await page.getByTestId('rule-valid').waitFor();
  await page.getByTestId('preview-matched').getByText('3 events match').waitFor();
  expect(await page.getByRole('button', { name: 'Save and run' }).isDisabled()).toBe(false);
});

test('what is written is kept without saving, and can be discarded', async () => {
  const { app, page } = await openRequests();
  await page.keyboard.press('n');
  await pasteRule(app, page, awsRule);
  await page.getByTestId('rule-valid').waitFor();
  await page.getByRole('button', { name: 'Rules', exact: true }).click();
  await page.getByRole('button', { name: 'Sample rules' }).click();
  await page.getByTestId('samples-title').waitFor();
  await page.getByRole('button', { name: 'New rule' }).first().click();
  await page.getByTestId('rule-json').getByText('"$.bytes"').waitFor();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByTestId('rule-json').getByText('"Keys": []').waitFor();
});

test('Terraform is pasted as rules, and a rule is exported as Terraform', async () => {
  const { page } = await openRequests();
  await page.keyboard.press('n');
  await page.getByRole('button', { name: 'Paste AWS rule' }).click();
  await page
    .getByTestId('paste-text')
    .fill(
      `resource "aws_cloudwatch_contributor_insight_rule" "put" {\n  rule_name = "Puts"\n  rule_definition = <<EOF\n${awsRule}\nEOF\n}`,
    );
  await page.getByText('Terraform: 1 rule').waitFor();
  await page.getByRole('button', { name: 'Add rule' }).click();
  await page.getByTestId('report-title').getByText('Top 2 of 2 unique contributors').waitFor();
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Export…' }).click();
  await page.getByRole('radio', { name: 'Terraform' }).click();
  await page.getByTestId('export-text').getByText('rule_name       = "Puts"').waitFor();
});

test('an empty report says what would help, and one click does it', async () => {
  const { app, page } = await openRequests();
  await page.keyboard.press('n');
  await pasteRule(app, page, awsRule.replace('"PUT"', '"put"'));
  await page.getByTestId('preview-matched').getByText('0 events match').waitFor();
  await page.getByRole('button', { name: 'Save and run' }).click();
  await page.getByRole('heading', { name: '0 match; without filter 1: 4' }).waitFor();
  await page.getByRole('button', { name: 'Use PUT' }).click();
  await page.getByTestId('report-title').getByText('Top 2 of 2 unique contributors').waitFor();
});

test('a number of the ledger opens its events, and each says why it does not count', async () => {
  const { app, page } = await openRequests();
  await page.keyboard.press('n');
  await pasteRule(app, page, awsRule);
  await page.getByRole('button', { name: 'Save and run' }).click();
  await page.getByTestId('ledger-filtered').click();
  const panel = page.getByTestId('events-panel');
  await panel.getByText('1 event, the newest first').waitFor();
  await panel.getByText('"GET"').click();
  await panel.getByText('This event fails 1 of 1 filter.').waitFor();
  await panel.getByText('line 4').waitFor();
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
});

test('the output of describe-insight-rules and a CloudFormation template are pasted as rules, which can be undone', async () => {
  const { page } = await openRequests();
  const described = { InsightRules: [{ Name: 'From the list', State: 'ENABLED', Definition: awsRule }] };
  const template = {
    Resources: {
      Puts: {
        Type: 'AWS::CloudWatch::InsightRule',
        Properties: { RuleName: 'From the template', RuleState: 'DISABLED', RuleBody: awsRule },
      },
    },
  };
  for (const [text, form, name] of [
    [JSON.stringify(described), 'A list from AWS: 1 rule', 'From the list'],
    [JSON.stringify(template), 'CloudFormation: 1 rule', 'From the template'],
  ] as const) {
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette-input').fill('paste aws rules');
    await page.keyboard.press('Enter');
    await page.getByTestId('paste-text').fill(text);
    await page.getByText(form).waitFor();
    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByTestId('report-title').getByText('Top 2 of 2 unique contributors').waitFor();
    await page
      .locator('nav')
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .waitFor();
  }
  await page.keyboard.press('Control+z');
  await page
    .locator('nav')
    .getByRole('button', { name: /^From the template/ })
    .waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await page
    .locator('nav')
    .getByRole('button', { name: /^From the list/ })
    .waitFor({ state: 'detached' });
});

test('the form, the JSON and the command line say the same about a rule, in the same words', async () => {
  const { app, page } = await openRequests();
  const wrong = awsRule.replace('"In"', '"Inn"').replace('"$.ip"', '"ip"').replace('"Sum"', '"Summ"');
  const file = path.join(await makeFolder(), 'rule.json');
  await writeFile(file, wrong);
  const printed = await run(process.execPath, [
    path.join(repositoryRoot, 'out', 'cli', 'index.js'),
    'rules',
    'check',
    file,
  ]).catch((failed: { stderr: string }) => failed);
  const messages = printed.stderr
    .trim()
    .split('\n')
    .map((line) => / error: (.+) \[rule\/[a-z-]+\]$/.exec(line)?.[1] ?? line);
  expect(messages).toHaveLength(3);
  await page.keyboard.press('n');
  await pasteRule(app, page, wrong);
  await page.getByTestId('rule-problems').getByText('3 problems').waitFor();
  for (const place of [page.getByRole('form', { name: 'Wizard' }), page.getByTestId('rule-json')]) {
    const text = (await place.innerText()).replace(/\s+/g, ' ');
    for (const message of messages) expect(text).toContain(message);
  }
});

test('a rule is exported as JSON, CloudFormation, a call of the AWS command line, and SQL', async () => {
  const { app, page } = await openRequests();
  await page.keyboard.press('n');
  await pasteRule(app, page, awsRule);
  await page.getByTestId('rule-valid').waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog');
  for (const [form, part] of [
    ['JSON', '"ValueOf": "$.bytes"'],
    ['CloudFormation', 'AWS::CloudWatch::InsightRule'],
    ['AWS CLI', 'aws cloudwatch put-insight-rule'],
    ['SQL', 'GROUP BY'],
  ] as const) {
    await dialog.getByRole('radio', { name: form, exact: true }).click();
    await dialog.getByTestId('export-text').getByText(part).first().waitFor();
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect.poll(() => app.evaluate(({ clipboard }) => clipboard.readText())).toContain(part);
  }
});

test('a text of ten megabytes is not pasted: the window says why and goes on', async () => {
  const { app, page } = await openRequests();
  await page.keyboard.press('n');
  await page.getByTestId('rule-json').waitFor();
  await pasteRule(app, page, 'x'.repeat(10 * 1024 * 1024));
  await page.getByText('The pasted text has 10,485,760 characters; at most 1,000,000 are read.').waitFor();
  await page.getByTestId('rule-json').getByText('"Keys": []').waitFor();
});

/** The app with the events loaded as the log group `requests`. */
async function openRequests(): Promise<{ app: ElectronApplication; page: Page }> {
  const folder = await makeFolder();
  await mkdir(path.join(folder, 'requests'));
  const lines = events.map((event) => JSON.stringify(event));
  await writeFile(path.join(folder, 'requests', 'events.json'), `${lines.join('\n')}\n`);
  const { app, window, close } = await launchApp({ args: [path.join(folder, 'requests')] });
  onTestFinished(close);
  await window.getByTestId('status-events').getByText('4 events').waitFor();
  return { app, page: window };
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}

async function pasteRule(app: ElectronApplication, page: Page, text: string): Promise<void> {
  await app.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
  await page.getByRole('textbox', { name: 'Rule body, JSON' }).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+v');
}

async function readPreview(page: Page): Promise<string[][]> {
  const rows = page.getByTestId('preview-contributors').locator('tbody tr');
  return rows.evaluateAll((elements) =>
    elements.map((row) =>
      [...row.querySelectorAll('td.select, td.value b')].map((cell) => cell.textContent?.trim() ?? ''),
    ),
  );
}
