import { expect, test } from 'vitest';
import { Dashboard } from '../../renderer/dashboard/dashboard.svelte';
import { dashboardSubject } from '../../renderer/dashboard/dashboard-export';
import type { SavedTile } from '../../renderer/dashboard/saved';
import { type ExportSubject, reportSubject } from '../../renderer/investigate/exports';
import { wholeRange } from '../../renderer/report/time-range';
import type { Engine } from '../../renderer/state/engine';
import { firstQuestion, ReportTab } from '../../renderer/state/report.svelte';
import type { Args, Method } from '../../shared/contract';
import { callEngine } from '../support/call-engine';
import { plainPalette } from '../support/plain-palette';
import { openRequests, requestRule } from '../support/request-log';
import { unzip } from '../support/unzip';

const start = Date.UTC(2026, 10, 19, 8);
const definition = requestRule(['customer']);
const named = 'Requests of secret-1';
const redact = ['$.customer'];

/** A workspace whose rules and customers are called alike, and the window's way to its engine. */
async function openSecrets(): Promise<Engine> {
  const requests = Array.from({ length: 40 }, (_, at) => ({ at: start + at * 1000, customer: `secret-${at % 4}` }));
  const { engine } = await openRequests(requests);
  for (const name of ['Requests', named]) await callEngine(engine, 'rules.put', { name, definition, state: 'ENABLED' });
  return {
    call: (<M extends Method>(method: M, args: Args<M>, options?: { signal?: AbortSignal }) =>
      callEngine(engine, method, args, options?.signal)) as Engine['call'],
  };
}

async function make(subject: ExportSubject, id: string) {
  const form = subject.forms.find((one) => one.id === id);
  if (form === undefined) throw new Error(`There is no form ${id}.`);
  return form.make({ redact, events: false, notes: false }, new AbortController().signal);
}

test('a redacted page of a dashboard tells no redacted value, whatever names it', async () => {
  const engine = await openSecrets();
  const math = (title: string, text: string): SavedTile => ({
    ...{ title, expressions: [{ id: 'e1', text, drawn: true }], limit: null, comparison: '>' },
  });
  const report = (name: string, body = definition): SavedTile => ({
    ...{ title: name, rule: { name, definition: body, stored: true }, question: firstQuestion, kind: 'line' },
  });
  const long = `INSIGHT_RULE_METRIC("Requests", "Sum", "secret-1") + ${'e1 + '.repeat(28)}INSIGHT_RULE_METRIC("Requests", "Sum", "secret-2")`;
  const tiles = [
    report(named),
    report('Broken', requestRule(['customer'], [{ Match: '$.customer', secret: ['secret-2'] }])),
    math('Too many keys', 'INSIGHT_RULE_METRIC("Requests", "Sum", "secret-1", "x")'),
    math('No expression', 'secret-3'),
    math(`After a rule`, `INSIGHT_RULE_METRIC("${named}", "Sum")`),
    math(long.slice(0, 200), long),
  ];
  const dashboard = new Dashboard(
    'one',
    { name: 'Board', range: wholeRange, periodSeconds: 1, tiles },
    engine,
    () => null,
  );
  dashboard.run([]);
  const isDone = () =>
    dashboard.tiles.every((tile) =>
      tile.kind === 'report'
        ? tile.tab.report !== null || tile.tab.problems.length > 0
        : tile.math.result !== null || tile.math.problems.length > 0,
    );
  await expect.poll(isDone).toBe(true);
  const rules = [
    { name: 'Requests', definition },
    { name: named, definition },
  ];
  const page = String((await make(dashboardSubject(engine, dashboard, { nameOf: () => null, rules }), 'html')).data);
  expect(page.match(/.{0,60}secret.{0,30}/g)).toBeNull();
  expect(page).toMatch(/Requests of x-[0-9a-f]{12}: Top 4 of 4 unique contributors/);
  expect(page).toContain('Could not be counted.');
  expect(page).toContain('Could not be worked out.');
  expect(page).toMatch(/INSIGHT_RULE_METRIC\(&quot;Requests of x-[0-9a-f]{12}&quot;/);
  dashboard.close();
});

test('a redacted report tells none by the name of its rule, in no form and in no file name', async () => {
  const engine = await openSecrets();
  const tab = new ReportTab('t', { name: named, definition, stored: true }, engine, () => {});
  tab.extras.off = true;
  await tab.run();
  const subject = reportSubject(engine, tab, () => ({ palette: plainPalette, zone: 'utc' }), []);
  for (const id of ['html', 'svg', 'csv', 'json', 'parquet', 'events-csv', 'events-jsonl']) {
    const { name, data } = await make(subject, id);
    expect(name).toMatch(/^Requests-of-x-[0-9a-f]{12}(?:-events)?\.[a-z]+$/);
    expect(Buffer.from(data).includes('secret')).toBe(false);
  }
  const { name, data } = await make(subject, 'case');
  expect(name).toMatch(/^Requests-of-x-[0-9a-f]{12}\.case\.zip$/);
  const files = unzip(Buffer.from(data));
  expect([...files].filter(([, text]) => text.includes('secret')).map(([file]) => file)).toEqual([]);
});
