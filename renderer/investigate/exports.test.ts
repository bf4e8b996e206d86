import { expect, test } from 'vitest';
import type { Args } from '../../shared/contract';
import type { Report } from '../../shared/report';
import { plainPalette } from '../../tests/support/plain-palette';
import type { Engine } from '../state/engine';
import { ReportTab } from '../state/report.svelte';
import { reportSubject } from './exports';

/** A report of customers, in the order of their totals. */
function reportOf(totals: Record<string, number>): Report {
  const all = Object.entries(totals);
  return {
    ruleName: null,
    keyLabels: ['customer'],
    aggregateOn: 'Count',
    orderBy: 'Sum',
    periodSeconds: 60,
    timeRange: { startMs: 0, endMs: 60_000 },
    dataRange: { firstMs: 0, lastMs: 59_999 },
    logGroups: ['requests'],
    exact: true,
    total: 100,
    uniqueCount: 9,
    contributors: all.map(([name, total]) => ({
      ...{ keys: [name], total, maximum: total, percentOfTotal: total, periodStartMs: [0], values: [total] },
    })),
    metrics: {
      startMs: [0],
      uniqueContributors: [9],
      maxContributorValue: [90],
      sampleCount: [100],
      sum: [100],
      minimum: [1],
      maximum: [1],
    },
    coverage: { startMs: [0], events: [100] },
    ledger: { scanned: 100, matched: 100, untimed: 0, otherFormat: 0, filtered: 0, missingKey: 0, notNumeric: 0 },
    elapsedMs: 1,
  };
}

test('a redacted chart has the pseudonyms of who is drawn, also where the ranks move meanwhile', async () => {
  const engine: Engine = {
    call: async (_method, args) => {
      tab.report = reportOf({ newcomer: 60, two: 30, one: 10 });
      const { contributors } = args as Args<'export.pseudonyms'>;
      return contributors.map((keys) => keys.map((key) => `hidden-${key.length}-${key[0]}`)) as never;
    },
  };
  const rule = { name: 'Throttled', definition: '{}', stored: false };
  const tab = new ReportTab('tab-1', rule, engine, () => {});
  tab.report = reportOf({ one: 60, two: 20 });
  const subject = reportSubject(engine, tab, () => ({ palette: plainPalette, zone: 'utc' }), []);
  const svg = subject.forms.find(({ id }) => id === 'svg');
  const made = await svg?.make({ redact: ['customer'], events: false, notes: false }, new AbortController().signal);
  const text = String(made?.data);
  const names = [...text.matchAll(/>(hidden-[^<]*|All others|one|two|newcomer)</g)].map(([, name]) => name);
  expect(names).toEqual(['hidden-3-o', 'hidden-3-t', 'All others']);
});
