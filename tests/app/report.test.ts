import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { repositoryRoot } from '../../scripts/electron-runtime.mjs';
import { formatNumber } from '../../shared/format';
import { launchApp } from '../support/electron';
import { readRows } from './report-rows';

/** The part of a report that these tests read, in AWS's shape. */
type PrintedReport = {
  AggregateValue: number;
  ApproximateUniqueCount: number;
  Contributors: { Keys: string[]; ApproximateAggregateValue: number }[];
  Insights: { EventsScanned: number; EventsMatched: number };
};

test('the sample logs come with a full report, whose numbers are those of the command line', async () => {
  const page = await launch(['--sample']);
  await page.getByTestId('report-title').waitFor();
  await page.getByTestId('status-events').getByText('216,913 events').waitFor();
  const workspace = await loadSampleLogs();
  for (const rule of [
    'Byte transfers by source and destination',
    'Rejected TCP connections',
    'Network bytes by EKS pod',
  ]) {
    await page.locator('aside, nav').getByRole('button', { name: rule }).first().click();
    const expected = await report(workspace, rule);
    const unique = `of ${formatNumber(expected.ApproximateUniqueCount)} unique contributors`;
    await page.getByTestId('report-title').getByText(unique).waitFor();
    expect(await readRows(page)).toEqual(
      expected.Contributors.map(({ Keys, ApproximateAggregateValue }) => [
        ...Keys,
        formatNumber(ApproximateAggregateValue),
      ]),
    );
    expect(await page.getByTestId('tile-total').innerText()).toContain(formatNumber(expected.AggregateValue));
    expect(await page.getByTestId('ledger-scanned').innerText()).toContain(
      formatNumber(expected.Insights.EventsScanned),
    );
    expect(await page.getByTestId('ledger-matched').innerText()).toContain(
      formatNumber(expected.Insights.EventsMatched),
    );
  }
}, 180_000);

test('a folder of flow logs that is opened shows who moved most bytes, whatever its name', async () => {
  const logs = await makeFlowLogs('edge', [
    ['10.0.0.1', '172.31.0.9', 700],
    ['10.0.0.2', '172.31.0.9', 41_000],
    ['10.0.0.1', '172.31.0.9', 1300],
  ]);
  const page = await launch([logs]);
  await page.getByTestId('report-title').getByText('Top 2 of 2 unique contributors').waitFor();
  expect(await readRows(page)).toEqual([
    ['10.0.0.2', '172.31.0.9', '41,000'],
    ['10.0.0.1', '172.31.0.9', '2,000'],
  ]);
});

test('addresses are rolled up to their networks, to private and public, and back', async () => {
  const logs = await makeFlowLogs('edge', [
    ['10.0.0.1', '172.31.0.9', 700],
    ['10.0.0.2', '172.31.0.9', 41_000],
    ['10.0.9.2', '172.31.0.10', 1300],
  ]);
  const page = await launch([logs]);
  await page.getByTestId('report-title').getByText('Top 3 of 3 unique contributors').waitFor();
  await page.getByTestId('addresses').click();
  await page.getByRole('menuitemradio', { name: '/24' }).click();
  await page.getByTestId('report-title').getByText('Top 2 of 2 unique contributors').waitFor();
  expect(await readRows(page)).toEqual([
    ['10.0.0.0/24', '172.31.0.0/24', '41,700'],
    ['10.0.9.0/24', '172.31.0.0/24', '1,300'],
  ]);
  await page.getByText('network /24 or /64 of srcaddr').first().waitFor();
  await page.getByTestId('addresses').click();
  await page.getByRole('menuitemradio', { name: 'private or public' }).click();
  await page
    .getByTestId('report-title')
    .getByText('The only contributor')
    .or(page.getByText('1 of 1'))
    .first()
    .waitFor();
  expect(await readRows(page)).toEqual([['private', 'private', '43,000']]);
  await page.getByTestId('addresses').click();
  await page.getByRole('menuitemradio', { name: 'single' }).click();
  await page.getByTestId('report-title').getByText('Top 3 of 3 unique contributors').waitFor();
});

async function launch(args: string[]): Promise<Page> {
  const { window, close } = await launchApp({ args });
  onTestFinished(close);
  return window;
}

/** Loads the sample logs into a workspace of their own, by the command line. */
async function loadSampleLogs(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const samples = path.join(repositoryRoot, 'resources', 'sample-logs');
  const groups = JSON.parse(await readFile(path.join(samples, 'groups.json'), 'utf8')) as Record<string, string>;
  const logs = Object.entries(groups).map(([name, group]) => `${path.join(samples, name)}=${group}`);
  const workspace = path.join(folder, 'sample.duckdb');
  await runCommand(['ingest', '--workspace', workspace, '--logs', ...logs]);
  return workspace;
}

async function report(workspace: string, rule: string): Promise<PrintedReport> {
  const printed = await runCommand(['report', '--workspace', workspace, '--rule', rule, '--output', 'json']);
  return JSON.parse(printed) as PrintedReport;
}

async function runCommand(args: string[]): Promise<string> {
  const cli = path.join(repositoryRoot, 'out', 'cli', 'index.js');
  return (await promisify(execFile)(process.execPath, [cli, ...args], { maxBuffer: 1 << 26 })).stdout;
}

async function makeFlowLogs(name: string, records: [string, string, number][]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, name));
  const lines = records.map(
    ([source, target, bytes]) =>
      `2 048213775190 eni-1 ${source} ${target} 40000 443 6 10 ${bytes} 1795068000 1795068059 ACCEPT OK`,
  );
  await writeFile(path.join(folder, name, 'flow.log'), `${lines.join('\n')}\n`);
  return path.join(folder, name);
}
