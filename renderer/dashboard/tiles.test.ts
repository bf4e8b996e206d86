import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StoredRule } from '../../shared/rule';
import { wholeRange } from '../report/time-range';
import type { App } from '../state/app.svelte';
import type { CallOptions, Engine } from '../state/engine';
import { Refresher } from '../state/refresher';
import { firstQuestion } from '../state/report.svelte';
import { MetricTile, ReportTile } from './tiles.svelte';

const question = { range: wholeRange, periodSeconds: null };
const answerMs = 1500;

/** So many events are there; an answer tells how many there were when it was asked for. */
let events: number;
let asked: string[];
/** Questions that were ended before their answer came. */
let ended: number;
const engine: Engine = {
  call: (method, _args, options: CallOptions<never> = {}) =>
    new Promise((resolve, reject) => {
      const seen = events;
      asked.push(method);
      let isAnswered = false;
      options.signal?.addEventListener('abort', () => {
        if (!isAnswered) ended += 1;
        reject(new DOMException('Cancelled', 'AbortError'));
      });
      const metrics = {
        startMs: [0],
        uniqueContributors: [],
        maxContributorValue: [],
        sampleCount: [seen],
        sum: [seen],
        minimum: [],
        maximum: [],
      };
      const report = { keyLabels: [], timeRange: wholeRange, contributors: [], uniqueCount: 0, total: seen, metrics };
      const result = { series: [{ id: 'e1', startMs: [0], values: [seen] }], periodSeconds: 60, span: null };
      setTimeout(() => {
        isAnswered = true;
        resolve((method === 'metrics.evaluate' ? result : report) as never);
      }, answerMs);
    }),
};

function makeRule(definition: string): StoredRule {
  return { name: 'Throttled', definition } as StoredRule;
}

function makeMetricTile(): MetricTile {
  const text = 'INSIGHT_RULE_METRIC("Throttled", "Sum")';
  const saved = { title: 'Throttled', expressions: [{ id: 'e1', text, drawn: true }], limit: null, comparison: '>' };
  return new MetricTile('metric', saved as never, engine, question);
}

const shownBy = (tile: MetricTile) => tile.math.result?.series[0]?.values[0];

beforeEach(() => {
  vi.useFakeTimers();
  events = 0;
  asked = [];
  ended = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

test('metric math is shown while events come faster than it is worked out', async () => {
  const tile = makeMetricTile();
  for (let second = 0; second < 30; second++) {
    events += 1;
    tile.markStale();
    // The rules are read again with all that comes.
    tile.run(question, [makeRule('{}')], false);
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect([ended, shownBy(tile)]).toEqual([0, 29]);
});

test('metric math is worked out anew when a rule that it names changed, and not when nothing did', async () => {
  const tile = makeMetricTile();
  for (const definition of ['{}', '{}', '{"AggregateOn":"Count"}', '{"AggregateOn":"Count"}']) {
    tile.run(question, [makeRule(definition)], false);
    await vi.advanceTimersByTimeAsync(2 * answerMs);
  }
  expect(asked.length).toBe(2);
});

test('the last events show on a dashboard, also those that come while its tiles are being answered', async () => {
  const rule = { name: 'Throttled', definition: '{}', stored: false };
  const report = new ReportTile('report', { title: 'Throttled', rule, question: firstQuestion, kind: 'area' }, engine);
  const metric = makeMetricTile();
  const tiles = [report, metric];
  const dashboard = {
    tiles,
    run: (rules: StoredRule[]) => {
      for (const tile of tiles) tile.run(question, rules, false);
    },
  };
  // All that the refresher asks of the window.
  const app = {
    tabs: [],
    activeTab: null,
    page: { kind: 'dashboard' },
    views: { dashboards: [dashboard], dashboard },
    explores: { markStale: () => {}, refreshStale: () => {} },
    workspace: { progress: null, rules: [] },
    investigation: { busy: false, refresh: () => {} },
  };
  const refresher = new Refresher(app as unknown as App);
  dashboard.run([]);
  await vi.advanceTimersByTimeAsync(2 * answerMs);
  events = 1;
  refresher.noteEvents();
  await vi.advanceTimersByTimeAsync(1200);
  events = 2;
  refresher.noteEvents();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([report.tab.report?.total, report.stale, shownBy(metric), metric.stale]).toEqual([2, false, 2, false]);
  asked = [];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual([]);
});
