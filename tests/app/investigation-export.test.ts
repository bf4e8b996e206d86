import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sql } from '../../electron/engine/workspace/sql';
import { Dashboard } from '../../renderer/dashboard/dashboard.svelte';
import { dashboardSubject } from '../../renderer/dashboard/dashboard-export';
import { CompareView } from '../../renderer/investigate/compare.svelte';
import type { ExportSubject } from '../../renderer/investigate/exports';
import { ImpactView } from '../../renderer/investigate/impact.svelte';
import { comparisonSubject, impactSubject } from '../../renderer/investigate/subjects';
import { onlyThis } from '../../renderer/report/narrow';
import type { Engine as Client } from '../../renderer/state/engine';
import { firstQuestion, ReportTab } from '../../renderer/state/report.svelte';
import { callEngine } from '../support/call-engine';
import { openPlainPage } from '../support/plain-browser';
import { plainPalette } from '../support/plain-palette';
import { isThrottled, openRequests, type Request, requestRule } from '../support/request-log';
import { makeFolder } from '../support/workspace';

const start = Date.UTC(2026, 10, 19, 8);
const minute = 60_000;

/** In the first ten minutes nobody is throttled, in the second ten those with an even number are. */
const requests: Request[] = Array.from({ length: 200 }, (_, index) => ({
  at: start + index * 6000,
  customer: `secret-${index % 8}`,
  path: `/orders/${index % 3}`,
  status: index >= 100 && index % 2 === 0 ? 429 : 200,
}));

const definition = requestRule(['customer'], [isThrottled]);

const look = () => ({ palette: plainPalette, zone: 'utc' as const });

async function openThrottled() {
  const { engine } = await openRequests(requests);
  const client: Client = { call: (method, args, options) => callEngine(engine, method, args, options?.signal) };
  const tab = new ReportTab('tab', { name: 'Throttled', definition, stored: false }, client, () => {});
  tab.extras.off = true;
  await tab.run();
  return { engine, client, tab };
}

/** Every form but PNG, whose text can't be read and which is drawn of the same shapes as SVG. */
async function makeAll({ forms }: ExportSubject, redact: string[]): Promise<Map<string, string | Uint8Array>> {
  const made = new Map<string, string | Uint8Array>();
  for (const form of forms) {
    if (form.id === 'png') continue;
    const { data } = await form.make({ redact, events: false, notes: false }, new AbortController().signal);
    made.set(form.id, data);
  }
  return made;
}

const textOf = (data: string | Uint8Array | undefined) => Buffer.from(data ?? '').toString('latin1');

test('a redacted impact names nobody in any form, has the pseudonyms of a report, and the same figures', async () => {
  const { engine, client, tab } = await openThrottled();
  const view = new ImpactView(tab, client);
  await view.toggle('["secret-4"]');
  const field = (await callEngine(engine, 'groups.fields', { group: 'requests' })).find(({ reference }) =>
    reference.includes('path'),
  );
  await view.countField(field ?? null);
  const subject = impactSubject(client, view, look);
  const plain = await makeAll(subject, []);
  const hidden = await makeAll(subject, ['$.customer']);
  expect([...hidden.keys()]).toEqual(['html', 'svg', 'csv', 'json', 'parquet']);
  for (const form of ['html', 'csv', 'json', 'parquet']) expect(textOf(plain.get(form))).toContain('secret-2');
  expect([...hidden].filter(([, data]) => textOf(data).includes('secret')).map(([form]) => form)).toEqual([]);

  const report = { rule: { definition }, startMs: null, endMs: null, periodSeconds: 60, maxContributorCount: 10 };
  const { data } = await callEngine(engine, 'export.report', {
    report: { ...report, orderBy: 'Sum', unique: 'exact' },
    form: 'csv',
    redact: ['$.customer'],
  });
  const named = String(data).match(/x-[0-9a-f]{12}/g) ?? [];
  expect(named).toHaveLength(4);
  for (const name of named) expect(textOf(hidden.get('csv'))).toContain(name);
  const figures = (text: string) => text.replace(/secret-\d|x-[0-9a-f]{12}/g, '');
  expect(figures(textOf(hidden.get('csv')))).toBe(figures(textOf(plain.get('csv'))));
  expect(await subject.pseudonyms?.(new AbortController().signal)).toEqual([named[0]]);
});

test('a redacted comparison names nobody in any form, in its charts neither', async () => {
  const { client, tab } = await openThrottled();
  const view = new CompareView(tab, client);
  view.before.span = { startMs: start, endMs: start + 10 * minute };
  view.during.span = { startMs: start + 10 * minute, endMs: start + 20 * minute };
  await view.run();
  const subject = comparisonSubject(client, view, look);
  const plain = await makeAll(subject, []);
  const hidden = await makeAll(subject, ['$.customer']);
  expect([...hidden.keys()]).toEqual(['html', 'svg', 'csv', 'json', 'parquet']);
  for (const data of plain.values()) expect(textOf(data)).toContain('secret-2');
  for (const [form, data] of hidden) {
    expect([form, textOf(data).includes('secret')]).toEqual([form, false]);
    expect(textOf(data)).toMatch(/x-[0-9a-f]{12}/);
  }
});

test('the page of a comparison has its charts on one scale, and zooms them as far from their starts', async () => {
  const { client, tab } = await openThrottled();
  await tab.changeRule(requestRule(['customer']));
  const view = new CompareView(tab, client);
  view.before.span = { startMs: start, endMs: start + 10 * minute };
  view.during.span = { startMs: start + 10 * minute, endMs: start + 20 * minute };
  await view.run();
  const file = join(await makeFolder(), 'compared.html');
  await writeFile(file, (await makeAll(comparisonSubject(client, view, look), [])).get('html') ?? '');
  const { page, said, close } = await openPlainPage(file);
  try {
    const charts = page.locator('svg.chart');
    const axis = (at: number) => charts.nth(at).locator('text.end').allTextContents();
    expect(await charts.count()).toBe(2);
    const [before, during] = [await axis(0), await axis(1)];
    expect(before.slice(0, -1)).toEqual(during.slice(0, -1));
    const box = await charts.first().boundingBox();
    if (box === null) throw new Error('The chart has no place.');
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const from = await page.locator('svg.chart text.start').allTextContents();
    expect(from[0]).not.toBe('08:00');
    expect(Number(from[1]?.slice(3))).toBe(Number(from[0]?.slice(3)) + 10);
    await page.locator('table.ranking tbody tr').first().click();
    expect(await page.locator('svg.chart path.faded').count()).toBeGreaterThan(0);
    expect(said).toEqual([]);
  } finally {
    await close();
  }
});

test('a redacted dashboard names nobody, also where a kept contributor has nothing at that time', async () => {
  const { engine, client } = await openThrottled();
  await callEngine(engine, 'rules.put', { name: 'Throttled', definition, state: 'ENABLED' });
  const tile = (name: string, body: string) => ({
    title: name,
    rule: { name: 'Throttled', definition: body, stored: false },
    question: firstQuestion,
    kind: 'area' as const,
  });
  const one = 'INSIGHT_RULE_METRIC("Throttled", "Sum", "secret-6")';
  const saved = {
    name: 'Incident of secret-0',
    range: { startMs: start, endMs: start + 10 * minute },
    periodSeconds: 60,
    tiles: [
      tile('secret-2', onlyThis(definition, ['secret-2'])),
      tile('All, secret-0 too', requestRule(['customer'])),
      { title: one, expressions: [{ id: 'e1', text: one, drawn: true }], limit: null, comparison: '>' as const },
    ],
  };
  const dashboard = new Dashboard('one', saved, client, () => null);
  dashboard.run([]);
  await expect
    .poll(() => dashboard.tiles.every((each) => (each.kind === 'report' ? each.tab.report : each.math.result) !== null))
    .toBe(true);
  const rules = [{ name: 'Throttled', definition }];
  const subject = dashboardSubject(client, dashboard, { nameOf: () => null, rules });
  const plain = textOf((await makeAll(subject, [])).get('html'));
  const hidden = textOf((await makeAll(subject, ['$.customer'])).get('html'));
  expect(plain.match(/<h\d>.*secret.*<\/h\d>/g)).toHaveLength(4);
  expect(hidden).not.toContain('secret');
  expect(hidden.match(/<h\d>.*x-[0-9a-f]{12}.*<\/h\d>/g)).toHaveLength(3);

  // Metric math alone names whom it is about, too.
  for (const tile of dashboard.tiles.slice(0, 2)) dashboard.remove(tile);
  for (const tile of dashboard.tiles) tile.title = 'What secret-6 had';
  const alone = dashboardSubject(client, dashboard, { nameOf: () => null, rules });
  expect(alone).toMatchObject({ keyLabels: ['$.customer'], example: ['secret-6'] });
  expect(textOf((await makeAll(alone, ['$.customer'])).get('html'))).not.toContain('secret-6');
});

test('the table as Parquet reads back equal to the CSV, also where nothing is listed', async () => {
  const { engine, client, tab } = await openThrottled();
  const view = new CompareView(tab, client);
  view.before.span = { startMs: start, endMs: start + 10 * minute };
  view.during.span = { startMs: start + 10 * minute, endMs: start + 20 * minute };
  await view.run();
  const readBack = async () => {
    const made = await makeAll(comparisonSubject(client, view, look), []);
    const path = join(engine.workspace.spoolDirectory, 'back.parquet');
    await writeFile(path, made.get('parquet') ?? '');
    const rows = await engine.workspace.db.read(sql`SELECT * FROM read_parquet(${path})`);
    const [head = '', ...lines] = textOf(made.get('csv')).trim().split('\r\n');
    return { rows, head: head.split(','), lines };
  };
  const { rows, head, lines } = await readBack();
  expect(lines).toHaveLength(4);
  expect(
    rows.map((row) =>
      Object.values(row as object)
        .map((cell) => cell ?? '')
        .join(),
    ),
  ).toEqual(lines);
  expect(Object.keys(rows[0] as object)).toEqual(head);
  view.search = 'nobody';
  expect(await readBack()).toMatchObject({ rows: [], lines: [] });
});
