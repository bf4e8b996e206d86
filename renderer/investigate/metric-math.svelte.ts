import type { MetricExpression, MetricResult, MetricSeries } from '../../shared/metric';
import type { Problem } from '../../shared/problem';
import type { TimeRange } from '../../shared/report';
import type { Threshold } from '../../shared/threshold';
import type { Values } from '../report/series';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import { nextId } from './expression';

/** One line of the expression bar. */
export type Expression = { id: string; text: string; drawn: boolean };

/** Longest axis that is laid out period by period. */
const periodsMax = 5000;
/** Until so long after a key the expression is taken to go on. */
const typingMs = 250;

/** Expressions over the metrics of rules, and what they give in a time range. */
export class MetricMath {
  expressions = $state.raw<readonly Expression[]>([]);
  /** The last good answer. */
  result = $state.raw<MetricResult | null>(null);
  problems = $state.raw<Problem[]>([]);
  busy = $state(false);
  /** Period under the pointer, an index into `times`. */
  hoverPeriod = $state<number | null>(null);
  /** A limit, drawn in the chart. */
  limit = $state<number | null>(null);
  comparison = $state<Threshold['comparison']>('>');

  readonly drawnSeries: MetricSeries[] = $derived(
    (this.result?.series ?? []).filter(({ id }) => this.expressions.some((one) => one.id === id && one.drawn)),
  );
  /** Start of each period on the axis. */
  readonly times: number[] = $derived.by(() => {
    const { result } = this;
    if (result?.span == null) return [];
    const periodMs = result.periodSeconds * 1000;
    const count = Math.ceil((result.span.endMs - result.span.startMs) / periodMs);
    if (count <= periodsMax)
      return Array.from({ length: count }, (_, at) => (result.span?.startMs ?? 0) + at * periodMs);
    return [...new Set(result.series.flatMap(({ startMs }) => startMs))].sort((a, b) => a - b);
  });

  readonly #engine: Engine;
  readonly #asked: () => TimeRange & { periodSeconds: number | null };
  #asking = new AbortController();
  #typing: ReturnType<typeof setTimeout> | undefined;

  /** @param asked the time range and period of the next question */
  constructor(
    engine: Engine,
    expressions: readonly Expression[],
    asked: () => TimeRange & { periodSeconds: number | null },
  ) {
    this.#engine = engine;
    this.#asked = asked;
    this.expressions = expressions;
  }

  /** The expressions that say something, as the engine takes them. */
  get written(): MetricExpression[] {
    return this.expressions.filter(({ text }) => text.trim() !== '').map(({ id, text }) => ({ id, expression: text }));
  }

  /** Values on the axis; null where there is none. */
  spread({ startMs, values }: MetricSeries): Values {
    const known = new Map(startMs.map((ms, at) => [ms, values[at] ?? null]));
    return this.times.map((ms) => known.get(ms) ?? null);
  }

  /** The newest question wins; a mistake leaves the last good curve. */
  async run(): Promise<void> {
    clearTimeout(this.#typing);
    this.#asking.abort();
    const control = new AbortController();
    this.#asking = control;
    this.busy = true;
    const expressions = this.written;
    try {
      if (expressions.length === 0) return;
      const args = { expressions, ...this.#asked() };
      const result = await this.#engine.call('metrics.evaluate', args, { signal: control.signal });
      if (this.#asking !== control) return;
      this.result = result;
      this.problems = [];
      this.hoverPeriod = null;
    } catch (cause) {
      if (this.#asking !== control || isAbort(cause)) return;
      this.problems = problemsOf(cause);
    } finally {
      if (this.#asking === control) this.busy = false;
    }
  }

  /** What is wrong with an expression. */
  problemsAt(id: string): Problem[] {
    return this.problems.filter(({ place }) => place === id || place.startsWith(`${id}:`));
  }

  /** What is wrong and belongs to no expression. */
  get generalProblems(): Problem[] {
    return this.problems.filter((problem) =>
      this.expressions.every(({ id }) => !this.problemsAt(id).includes(problem)),
    );
  }

  /** Takes what is being typed; its curve follows when nothing more comes. */
  write(id: string, text: string): void {
    this.expressions = this.expressions.map((one) => (one.id === id ? { ...one, text } : one));
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.run(), typingMs);
  }

  draw(id: string, drawn: boolean): void {
    this.expressions = this.expressions.map((one) => (one.id === id ? { ...one, drawn } : one));
  }

  add(): string {
    const id = nextId(this.expressions.map((one) => one.id));
    this.expressions = [...this.expressions, { id, text: '', drawn: true }];
    return id;
  }

  remove(id: string): Promise<void> {
    this.expressions = this.expressions.filter((one) => one.id !== id);
    return this.run();
  }

  close(): void {
    clearTimeout(this.#typing);
    this.#asking.abort();
  }
}

/** Whether a value is beyond a limit. */
export function isBeyond(value: number, comparison: Threshold['comparison'], limit: number): boolean {
  switch (comparison) {
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
  }
}
