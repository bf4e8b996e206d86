import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Args, Method } from '../../shared/contract';
import type { Board, ExploreField, ExploreStep, Spread } from '../../shared/explore';
import { UserError } from '../../shared/problem';
import type { CallOptions, Engine } from '../state/engine';
import { patienceMs } from '../state/report.svelte';
import { Explore } from './explore.svelte';

const fields: ExploreField[] = ['$.status', '$.customer', '$.bytes'].map((reference) => ({
  reference,
  alias: null,
  format: 'JSON',
  isNumeric: reference === '$.bytes',
}));
const spread: Spread = { scale: { kind: 'log' }, min: 1, max: 9, median: 3, bins: [0], events: [9], zeros: 0 };

function boardOf(reference: string, part: Partial<Board> = {}): Board {
  const values = [{ value: 'a', amount: 9, isCut: false }];
  return { reference, base: 9, absent: 0, distinct: 1, isDistinctExact: true, values, spread: null, ...part };
}

type Asked = {
  method: Method;
  args: Args<'explore.boards'>;
  signal: AbortSignal | undefined;
  tell: (step: ExploreStep) => void;
  answer: (result: unknown) => void;
  fail: (cause: unknown) => void;
};

/** An engine that answers when told to, and rejects what is aborted, as the client does. */
class SlowEngine implements Engine {
  asked: Asked[] = [];
  call: Engine['call'] = (method, args, options: CallOptions<never> = {}) =>
    new Promise((resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(new DOMException('Cancelled', 'AbortError')));
      this.asked.push({
        method,
        args: args as Args<'explore.boards'>,
        signal: options.signal,
        tell: (step) => options.onProgress?.(step as never),
        answer: (result) => resolve(result as never),
        fail: reject,
      });
    });

  last(method: Method): Asked {
    const found = this.asked.filter((one) => one.method === method).at(-1);
    if (found === undefined) throw new Error(`${method} was not asked.`);
    return found;
  }

  /** Answers the boards and the histogram that were asked for last. */
  async answerAll(remaining: number, boards: Board[] = fields.map(({ reference }) => boardOf(reference))) {
    const asked = this.last('explore.boards');
    asked.tell({ kind: 'fields', fields, events: 9, remaining });
    asked.tell({ kind: 'boards', boards });
    asked.answer({ events: 9, remaining, elapsedMs: 1 });
    await settle();
    this.last('explore.histogram').answer({
      periodSeconds: 60,
      dataRange: { firstMs: 0, lastMs: 599_999 },
      startMs: [0],
      events: [9],
      remaining: [remaining],
    });
    await settle();
  }
}

/** Lets promises that are settled be heard. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('exploring a log group', () => {
  let engine: SlowEngine;
  let explore: Explore;
  beforeEach(() => {
    engine = new SlowEngine();
    explore = new Explore('shop', engine);
  });

  test('boards are shown as they come, and the old ones until then', async () => {
    const running = explore.run();
    await engine.answerAll(9);
    await running;
    expect(explore.phase).toBe('idle');
    void explore.choose('$.status', '502', 'keep');
    expect([explore.boards.size, explore.fresh.size]).toEqual([3, 0]);
    const asked = engine.last('explore.boards');
    expect(asked.args.filters).toEqual([{ reference: '$.status', values: ['502'], exclude: false }]);
    asked.tell({ kind: 'fields', fields, events: 9, remaining: 4 });
    asked.tell({ kind: 'boards', boards: [boardOf('$.customer', { base: 4 })] });
    expect(explore.remaining).toBe(4);
    expect(explore.boards.get('$.customer')?.base).toBe(4);
    expect([...explore.fresh]).toEqual(['$.customer']);
  });

  test('the newest question wins: the one before is cancelled', async () => {
    void explore.run();
    const first = engine.last('explore.boards');
    void explore.choose('$.status', '502', 'exclude');
    expect(first.signal?.aborted).toBe(true);
    await engine.answerAll(5);
    expect([explore.remaining, explore.phase]).toEqual([5, 'idle']);
  });

  test('what was chosen is undone and done again, step by step', async () => {
    void explore.choose('$.status', '502', 'keep');
    void explore.choose('$.status', '504', 'keep');
    void explore.tick('$.customer');
    void explore.undo();
    expect(explore.view.keys).toEqual([]);
    void explore.undo();
    expect(explore.view.filters).toEqual([{ reference: '$.status', values: ['502'], exclude: false }]);
    void explore.redo();
    expect(explore.view.filters[0]?.values).toEqual(['502', '504']);
    void explore.choose('$.status', '200', 'only');
    expect(explore.redoable).toEqual([]);
    void explore.undo();
    void explore.undo();
    void explore.undo();
    expect(explore.view.filters).toEqual([]);
    await expect(explore.undo()).resolves.toBeUndefined();
  });

  test('ticking fields asks for nothing but their combinations', async () => {
    void explore.run();
    await engine.answerAll(9);
    const before = engine.asked.length;
    void explore.tick('$.customer');
    expect(engine.asked).toHaveLength(before);
    void explore.tick('$.status');
    const asked = engine.last('explore.combinations');
    expect(asked.args).toMatchObject({ fields: ['$.customer', '$.status'] });
    asked.answer(12);
    await settle();
    expect(explore.combinations).toBe(12);
  });

  test('at most four fields are ticked, of one format', () => {
    explore.fields = [...fields, { reference: '4', alias: 'srcaddr', format: 'CLF', isNumeric: false }];
    void explore.tick('$.status');
    expect(explore.fields.map((field) => explore.canTick(field))).toEqual([true, true, true, false]);
    for (const reference of ['a', 'b', 'c', 'd']) void explore.tick(reference);
    expect(explore.view.keys).toEqual(['$.status', 'a', 'b', 'c']);
  });

  test('cancelling keeps what was counted', async () => {
    const running = explore.run();
    engine.last('explore.boards').tell({ kind: 'fields', fields, events: 9, remaining: 9 });
    engine.last('explore.boards').tell({ kind: 'boards', boards: [boardOf('$.status')] });
    explore.cancel();
    await running;
    expect(engine.asked.every(({ signal }) => signal?.aborted)).toBe(true);
    expect([explore.cancelled, explore.phase, explore.boards.size]).toEqual([true, 'idle', 1]);
  });

  test('what goes wrong is shown, and gone once it goes right', async () => {
    const running = explore.run();
    const problem = { code: 'engine/stopped', place: '', message: 'Stopped.' } as const;
    engine.last('explore.boards').fail(new UserError([problem]));
    await running;
    expect(explore.problems).toEqual([problem]);
    const again = explore.run();
    await engine.answerAll(9);
    await again;
    expect(explore.problems).toEqual([]);
  });

  test('a brush is what the boards count; the histogram goes on showing the range', async () => {
    void explore.run();
    await engine.answerAll(9);
    void explore.change({ brush: { startMs: 60_000, endMs: 120_000 } });
    expect(engine.last('explore.boards').args).toMatchObject({ startMs: 60_000, endMs: 120_000 });
    expect(engine.last('explore.histogram').args).toMatchObject({ startMs: null, endMs: null });
    expect(explore.span).toEqual({ startMs: 0, endMs: 600_000 });
    void explore.goTo({ startMs: 0, endMs: 300_000 });
    expect(explore.view.brush).toBeNull();
  });

  test('a field keeps its form when filters leave few of its values', async () => {
    void explore.run();
    await engine.answerAll(9, [boardOf('$.bytes', { distinct: 800, spread }), boardOf('$.status', { spread })]);
    expect([explore.formOf('$.bytes'), explore.formOf('$.status')]).toEqual(['spread', 'list']);
    void explore.choose('$.customer', 'a', 'keep');
    await engine.answerAll(1, [boardOf('$.bytes', { distinct: 1, spread }), boardOf('$.status', { spread })]);
    expect(explore.formOf('$.bytes')).toBe('spread');
    expect(explore.spreads.get('$.bytes')).toEqual(spread);
  });

  test('a field of very many values is ranked once its list is opened', async () => {
    void explore.run();
    await engine.answerAll(9, [boardOf('$.bytes', { distinct: 8e6, values: null, spread })]);
    explore.setForm('$.bytes', 'list');
    expect(engine.last('explore.boards').args).toMatchObject({ only: ['$.bytes'], ranked: ['$.bytes'] });
    void explore.choose('$.customer', 'a', 'keep');
    expect(engine.last('explore.boards').args.ranked).toContain('$.bytes');
  });

  test('an opened board keeps its long list', async () => {
    void explore.run();
    await engine.answerAll(9);
    explore.open('$.customer');
    expect(engine.last('explore.boards').args).toMatchObject({ only: ['$.customer'], limit: 100 });
    void explore.choose('$.status', '502', 'keep');
    const all = engine.last('explore.boards');
    all.tell({ kind: 'boards', boards: [boardOf('$.customer', { distinct: 6 }), boardOf('$.status')] });
    expect(explore.boards.get('$.customer')?.distinct).toBe(1);
    await settle();
    const long = engine.last('explore.boards');
    expect(long.args).toMatchObject({ only: ['$.customer'], limit: 100, filters: all.args.filters });
    long.tell({ kind: 'boards', boards: [boardOf('$.customer', { distinct: 70 })] });
    expect(explore.boards.get('$.customer')?.distinct).toBe(70);
  });

  test('a quiet run leaves everything in place, and new fields come last', async () => {
    void explore.run();
    await engine.answerAll(9);
    explore.stale = true;
    void explore.run({ quiet: true });
    expect(explore.phase).toBe('idle');
    const [status, customer, bytes] = fields as [ExploreField, ExploreField, ExploreField];
    const added = { ...status, reference: '$.added' };
    const asked = engine.last('explore.boards');
    asked.tell({ kind: 'fields', fields: [added, bytes, customer, status], events: 10, remaining: 10 });
    expect(explore.fields).toEqual([status, customer, bytes, added]);
  });

  test('after a while without an answer, skeletons may take the place of old values', async () => {
    vi.useFakeTimers();
    void explore.run();
    expect(explore.phase).toBe('busy');
    await vi.advanceTimersByTimeAsync(patienceMs);
    expect(explore.phase).toBe('slow');
    vi.useRealTimers();
  });
});
