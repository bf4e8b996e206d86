import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Args } from '../../shared/contract';
import { UserError } from '../../shared/problem';
import type { Report } from '../../shared/report';
import type { CallOptions, Engine } from './engine';
import { patienceMs, ReportTab } from './report.svelte';

const minute = 60_000;
/** Basic metrics stand alone, as the engine gives them. */
let answersAlone = false;

function answerTo(args: Args<'report.run'>): Report {
  const names = args.orderBy === 'Maximum' ? ['b', 'a'] : ['a', 'b'];
  const contributors = names.slice(0, args.maxContributorCount).map((name) => ({
    keys: [name],
    total: 5,
    maximum: 5,
    percentOfTotal: 50,
    periodStartMs: [0],
    values: [5],
  }));
  return {
    ruleName: null,
    keyLabels: ['srcaddr'],
    aggregateOn: 'Count',
    orderBy: args.orderBy,
    periodSeconds: 60,
    timeRange: { startMs: args.startMs, endMs: args.endMs },
    dataRange: { firstMs: 0, lastMs: 10 * minute - 1 },
    logGroups: ['flow'],
    exact: true,
    total: 10,
    uniqueCount: 2,
    contributors,
    metrics: {
      startMs: [0],
      uniqueContributors: [2],
      maxContributorValue: [5],
      sampleCount: [10],
      sum: [10],
      minimum: answersAlone ? [] : [1],
      maximum: [1],
    },
    coverage: { startMs: [0], events: [10] },
    ledger: { scanned: 10, matched: 10, untimed: 0, otherFormat: 0, filtered: 0, missingKey: 0, notNumeric: 0 },
    elapsedMs: 1,
  };
}

/** An engine that answers when told to, and rejects what is aborted, as the client does. */
class SlowEngine implements Engine {
  readonly asked: { args: Args<'report.run'>; answer: () => void; fail: (cause: unknown) => void }[] = [];
  call: Engine['call'] = (method, args, options: CallOptions<never> = {}) =>
    new Promise((resolve, reject) => {
      // What is asked besides the report is not there.
      if (method !== 'report.run') {
        reject(new UserError([{ code: 'engine/internal', place: method, message: 'Nothing.' }]));
        return;
      }
      const asked = args as Args<'report.run'>;
      options.signal?.addEventListener('abort', () => reject(new DOMException('Cancelled', 'AbortError')));
      this.asked.push({ args: asked, answer: () => resolve(answerTo(asked) as never), fail: reject });
    });
}

describe('a report tab', () => {
  let engine: SlowEngine;
  let tab: ReportTab;
  beforeEach(() => {
    answersAlone = false;
    engine = new SlowEngine();
    tab = new ReportTab('tab-1', { name: 'Sample', definition: '{}', stored: false }, engine, () => {});
  });
  const last = () => engine.asked[engine.asked.length - 1]!;
  async function run(question: Promise<void>) {
    last().answer();
    await question;
  }

  test('shows the answer to the newest question, however late older ones come', async () => {
    const first = tab.run();
    const second = tab.ask({ orderBy: 'Maximum' });
    engine.asked[1]!.answer();
    await second;
    engine.asked[0]!.answer();
    await first;
    expect([tab.report?.orderBy, tab.phase]).toEqual(['Maximum', 'idle']);
  });

  test('is shown before the metrics that take longest, which join it', async () => {
    await run(tab.run());
    expect(engine.asked.map(({ args }) => args.metrics)).toEqual(['basic', 'all']);
    const shown = tab.report;
    last().answer();
    await vi.waitFor(() => expect(tab.report).not.toBe(shown));
    expect([tab.report?.total, tab.phase]).toEqual([shown?.total, 'idle']);
  });

  test('what is shown stays when the engine ends under the next question', async () => {
    await run(tab.run());
    const next = tab.refresh();
    last().fail(new UserError([{ code: 'engine/stopped', place: 'report.run', message: 'The engine stopped.' }]));
    await next;
    expect([tab.problems, tab.stale, tab.report?.total]).toEqual([[], true, 10]);
  });

  test('is shown anew however fast events come, and completed when it was complete before', async () => {
    await run(tab.run());
    tab.markStale();
    const refreshed = tab.refresh();
    tab.markStale();
    expect(await tab.refresh()).toBe(false);
    expect(engine.asked.map(({ args }) => args.metrics)).toEqual(['basic', 'all', 'basic']);
    last().answer();
    expect([await refreshed, tab.stale]).toEqual([true, true]);
    expect(engine.asked.length).toBe(3);
    engine.asked[1]!.answer();
    await vi.waitFor(() =>
      expect(engine.asked.map(({ args }) => args.metrics)).toEqual(['basic', 'all', 'basic', 'all']),
    );
    const again = tab.refresh();
    last().answer();
    expect([await again, tab.stale]).toEqual([true, false]);
  });

  test('another question does not show what completed the report before it, though events come meanwhile', async () => {
    await run(tab.run());
    last().answer();
    await vi.waitFor(() => expect(tab.report?.metrics.minimum).toEqual([1]));
    answersAlone = true;
    tab.question = { ...tab.question, orderBy: 'Maximum' };
    const quiet = tab.run({ quiet: true });
    tab.markStale();
    expect(await tab.refresh()).toBe(false);
    last().answer();
    await quiet;
    expect([tab.report?.orderBy, tab.report?.metrics.minimum]).toEqual(['Maximum', []]);
  });

  test('a question of the user ends what is made again', async () => {
    await run(tab.run());
    tab.markStale();
    const refreshed = tab.refresh();
    const asked = tab.ask({ orderBy: 'Maximum' });
    last().answer();
    expect([await refreshed, await asked, tab.report?.orderBy, tab.stale]).toEqual([
      false,
      undefined,
      'Maximum',
      false,
    ]);
  });

  test('cancelling puts the controls back to the answer that is shown', async () => {
    await run(tab.run());
    const slow = tab.ask({ maxContributorCount: 1 });
    tab.cancel();
    await slow;
    expect([tab.question.maxContributorCount, tab.report?.contributors.length, tab.cancelled]).toEqual([10, 2, false]);
  });

  test('cancelling the first question says so', async () => {
    const first = tab.run();
    tab.cancel();
    await first;
    expect([tab.cancelled, tab.report, tab.phase]).toEqual([true, null, 'idle']);
  });

  test('is slow only after a while', async () => {
    vi.useFakeTimers();
    const first = tab.run();
    const phases = [tab.phase];
    vi.advanceTimersByTime(patienceMs);
    phases.push(tab.phase);
    await run(first);
    vi.useRealTimers();
    expect([...phases, tab.phase]).toEqual(['busy', 'slow', 'idle']);
  });

  test('problems stand where the report would, and go with the next answer', async () => {
    const failing = tab.run();
    last().fail(new UserError([{ code: 'rule/wrong-type', place: 'Keys', message: 'Missing.' }]));
    await failing;
    const before = tab.problems.length;
    await run(tab.run());
    expect([before, tab.problems.length]).toEqual([1, 0]);
  });

  test('zooming grows to whole periods, and going back ends at the whole range', async () => {
    await run(tab.run());
    await run(tab.zoomTo({ startMs: 1.5 * minute, endMs: 3.2 * minute }));
    const zoomed = tab.question.range;
    await run(tab.shift(1));
    const shifted = tab.question.range;
    await run(tab.goBack());
    const back = tab.question.range;
    await run(tab.goBack());
    expect([zoomed, shifted, back, tab.question.range]).toEqual([
      { startMs: minute, endMs: 4 * minute },
      { startMs: 4 * minute, endMs: 7 * minute },
      { startMs: minute, endMs: 4 * minute },
      { startMs: null, endMs: null },
    ]);
  });

  test('isolation is lost with the contributor, selection moves in the shown order', async () => {
    await run(tab.run());
    tab.isolate('["b"]', false);
    tab.step(1);
    tab.step(1);
    const selected = tab.selectedId;
    await run(tab.ask({ maxContributorCount: 1 }));
    expect([selected, tab.isolated.size, tab.selectedId]).toEqual(['["b"]', 0, null]);
  });
});
