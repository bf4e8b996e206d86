import { expect, test } from 'vitest';
import type { App, Page } from '../state/app.svelte';
import type { Engine } from '../state/engine';
import { ReportTab } from '../state/report.svelte';
import { readView } from '../state/saved-view';
import { AwsCheckView } from './aws-check.svelte';
import { CompareView } from './compare.svelte';
import { ImpactView } from './impact.svelte';
import { Investigation } from './investigation.svelte';
import { MetricView } from './metrics.svelte';
import { keptAnswerMax, readPage } from './saved-page';

const engine: Engine = { call: () => new Promise(() => {}) };
const tab = new ReportTab('tab-1', { name: 'A', definition: '{}', stored: true }, engine, () => {});
const report = { tab: 0, rule: 'A' };
const asked = { range: { startMs: 5, endMs: null }, periodSeconds: 60 };
const impact = { kind: 'impact' as const, ...asked, base: null, without: [['cust-1']], list: 'unaffected' as const };
const metrics = {
  ...{ kind: 'metrics' as const, ...asked, limit: 5, comparison: '<' as const },
  expressions: [
    { id: 'e1', text: 'METRIC', drawn: false },
    { id: 'e2', text: '', drawn: true },
  ],
  draft: { name: 'Too many', breaching: 2, periods: null, missing: 'ignore' as const },
};
const awsCheck = { kind: 'aws-check' as const, answer: '{"KeyLabels":[]}' };
const compare = {
  ...{ kind: 'compare' as const, before: { startMs: 0, endMs: 10 }, during: { startMs: 10, endMs: 20 } },
  ...{ per: 'hour' as const, only: 'gone' as const, search: 'cust' },
};

test('a page comes back with all that it asked', () => {
  const view = new ImpactView(tab, engine);
  const base = { name: 'All', definition: '{}', stored: true };
  view.restore({ ...impact, base: 'All', fanField: '$.port' }, base);
  expect(view.asked).toEqual({ ...impact, base: 'All', fanField: '$.port' });
  const comparison = new CompareView(tab, engine);
  comparison.restore(compare);
  expect(comparison.asked).toEqual(compare);
  const metric = new MetricView(tab, engine, null);
  metric.restore(metrics);
  expect(metric.asked).toEqual(metrics);
  const check = new AwsCheckView(tab, engine);
  check.restore(awsCheck);
  expect(check.asked).toEqual(awsCheck);
});

test('what was kept is read as it was written, with the report that it belongs to', () => {
  for (const page of [{ ...impact, fanField: null }, compare, metrics, awsCheck]) {
    const kept: unknown = JSON.parse(JSON.stringify({ ...report, ...page }));
    expect(readPage(kept)).toEqual(kept);
    expect(readView({ page: kept })?.page).toEqual(kept);
  }
});

test('a damaged page, or one of another version, is none: the report is shown', () => {
  const broken = [
    null,
    { ...report, ...impact },
    { ...report, ...compare, before: { startMs: 10, endMs: 10 } },
    { ...report, ...compare, per: 'day' },
    { ...report, ...metrics, comparison: '=' },
    { ...report, ...metrics, draft: { ...metrics.draft, missing: 'as it comes' } },
    { ...report, kind: 'aws-check' },
    { ...report, ...metrics, expressions: [metrics.expressions[0], metrics.expressions[0]] },
    { ...metrics, tab: 0 },
  ];
  for (const page of broken) {
    expect(readPage(page)).toBeNull();
    expect(readView({ page })?.page).toEqual({ kind: 'report' });
  }
});

test('metric math that was kept without a threshold being written has the first one', () => {
  const { draft, ...before } = { ...report, ...metrics };
  expect(draft.breaching).toBe(2);
  const page = readPage(before);
  expect(page?.kind === 'metrics' && page.draft).toEqual({ name: '', breaching: 1, periods: 1, missing: 'missing' });
});

test('an answer of AWS that is too long to keep leaves its page without one', () => {
  const check = new AwsCheckView(tab, engine);
  check.answer = 'x'.repeat(keptAnswerMax + 1);
  expect(readPage({ ...report, ...check.asked })).toEqual({ ...report, kind: 'aws-check', answer: '' });
});

test('a page is shown with its report where that is still there, without a base rule that is gone', () => {
  const shown: Page[] = [];
  const workspace = { rules: [{ name: 'Other', definition: '{}', state: 'ENABLED' }] };
  // All that restoring asks of the window.
  const app = { tabs: [tab], engine, workspace, show: (page: Page) => shown.push(page) };
  const investigation = new Investigation(app as unknown as App);
  const page = { ...impact, base: 'Gone', fanField: null };
  expect(investigation.restorePage({ ...page, tab: 0, rule: 'Deleted' })).toBe(false);
  expect(shown).toEqual([]);
  // Reports before it are gone: it is found by its rule.
  expect(investigation.restorePage({ ...page, tab: 7, rule: 'A' })).toBe(true);
  const [found] = shown;
  if (found?.kind !== 'impact') throw new Error('No impact is shown.');
  expect(found.view.asked).toEqual({ ...page, base: null });
});
