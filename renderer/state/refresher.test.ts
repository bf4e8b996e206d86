import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { wholeRange } from '../report/time-range';
import type { App } from './app.svelte';
import type { Engine } from './engine';
import { Refresher } from './refresher';
import { ReportTab } from './report.svelte';

/** A report without contributors. */
const report = {
  keyLabels: ['srcaddr'],
  timeRange: wholeRange,
  contributors: [],
  metrics: { startMs: [], uniqueContributors: [], maxContributorValue: [], minimum: [], maximum: [] },
};

describe('the refresher', () => {
  let asked: string[];
  let answer: () => void;
  let loading: object | null;
  let busy: boolean;
  let investigated: number;
  let shown: ReportTab;
  let refresher: Refresher;

  /** A tab with a report. Its questions stand in `asked`; `answer` answers the newest. */
  async function openTab(name: string): Promise<ReportTab> {
    const engine: Engine = {
      call: (method, args) =>
        new Promise((resolve) => {
          // What completes a report takes for ever.
          if (method !== 'report.run' || !('metrics' in args) || args.metrics !== 'basic') return;
          asked.push(name);
          answer = () => resolve(report as never);
        }),
    };
    const tab = new ReportTab(name, { name, definition: '{}', stored: false }, engine, () => {});
    const run = tab.run();
    answer();
    await run;
    return tab;
  }

  beforeEach(async () => {
    vi.useFakeTimers();
    asked = [];
    loading = null;
    busy = false;
    investigated = 0;
    const hidden = await openTab('hidden');
    shown = await openTab('shown');
    asked = [];
    // All that it asks of the window.
    const app = {
      tabs: [hidden, shown],
      activeTab: shown,
      page: { kind: 'report' },
      views: { dashboards: [], dashboard: null },
      explores: { markStale: () => {}, refreshStale: () => {} },
      get workspace() {
        return { progress: loading, rules: [] };
      },
      investigation: {
        get busy() {
          return busy;
        },
        refresh: () => {
          investigated += 1;
        },
      },
    };
    refresher = new Refresher(app as unknown as App);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('events that come without pause show again and again, in the open report only', async () => {
    for (let second = 0; second < 10; second++) {
      for (let tenth = 0; tenth < 10; tenth++) {
        refresher.noteEvents();
        await vi.advanceTimersByTimeAsync(100);
      }
      answer();
    }
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked.length).toBeGreaterThanOrEqual(10);
    expect(new Set(asked)).toEqual(new Set(['shown']));
  });

  test('events that came while the report was made are shown when it is there', async () => {
    refresher.noteEvents();
    await vi.advanceTimersByTimeAsync(1000);
    refresher.noteEvents();
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual(['shown', 'shown']);
    answer();
    await vi.advanceTimersByTimeAsync(5000);
    expect([asked.length, shown.stale]).toEqual([2, false]);
  });

  test('while a folder loads nothing is made anew, and afterwards it is', async () => {
    loading = {};
    refresher.noteEvents();
    await vi.advanceTimersByTimeAsync(60_000);
    refresher.refresh();
    expect([asked.length, investigated]).toEqual([0, 0]);
    loading = null;
    await vi.advanceTimersByTimeAsync(1000);
    expect([asked, investigated]).toEqual([['shown'], 1]);
  });

  test('a question of the user, or an investigation under way, comes first', async () => {
    busy = true;
    refresher.noteEvents();
    await vi.advanceTimersByTimeAsync(5000);
    busy = false;
    const question = shown.run();
    await vi.advanceTimersByTimeAsync(5000);
    expect([asked, investigated]).toEqual([['shown'], 0]);
    answer();
    await question;
    await vi.advanceTimersByTimeAsync(1000);
    expect(investigated).toBe(1);
  });

  test('a report that shows every event is not asked for again', () => {
    refresher.refresh();
    expect(asked).toEqual([]);
  });
});
