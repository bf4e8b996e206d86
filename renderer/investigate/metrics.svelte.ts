import type { MetricResult, MetricSeries } from '../../shared/metric';
import type { Problem } from '../../shared/problem';
import type { Breach, Threshold, ThresholdFailure } from '../../shared/threshold';
import type { Values } from '../report/series';
import type { Ranged } from '../report/time-range';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import type { ReportTab } from '../state/report.svelte';
import { AskedTime } from './asked-time.svelte';
import { nextId, ruleMetric } from './expression';

/** One line of the expression bar. */
export type Expression = { id: string; text: string; drawn: boolean };

/** Longest axis that is laid out period by period. */
const periodsMax = 5000;
/** Until so long after a key the expression is taken to go on. */
const typingMs = 250;

/** Metric math over the rules of a workspace, and thresholds on it. */
export class MetricView {
  readonly tab: ReportTab;
  readonly time: AskedTime;
  expressions = $state.raw<readonly Expression[]>([]);
  /** The last good answer. */
  result = $state.raw<MetricResult | null>(null);
  problems = $state.raw<Problem[]>([]);
  busy = $state(false);
  hoverPeriod = $state<number | null>(null);
  thresholds = $state.raw<Threshold[]>([]);
  breaches = $state.raw<Breach[]>([]);
  failures = $state.raw<ThresholdFailure[]>([]);
  /** A limit that is being set, drawn in the chart. */
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
  #asking = new AbortController();
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(tab: ReportTab, engine: Engine, logs: Ranged['report']) {
    this.tab = tab;
    this.time = new AskedTime(tab.question.range, logs, () => this.run());
    this.expressions = [{ id: 'e1', text: ruleMetric(tab.rule.name, 'UniqueContributors'), drawn: true }];
    this.#engine = engine;
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
    const expressions = this.#asked();
    try {
      if (expressions.length === 0) return;
      const args = { expressions, ...this.time.question.range, periodSeconds: this.time.periodSeconds };
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

  #asked() {
    return this.expressions.filter(({ text }) => text.trim() !== '').map(({ id, text }) => ({ id, expression: text }));
  }

  /** What is wrong with an expression. */
  problemsAt(id: string): Problem[] {
    return this.problems.filter(({ place }) => place === id || place.startsWith(`${id}:`));
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

  /** Reads the thresholds of the workspace and what breached them. */
  async readThresholds(): Promise<void> {
    try {
      const { thresholds, breaches, failures } = await this.#engine.call('thresholds.list', {});
      this.thresholds = thresholds;
      this.breaches = breaches;
      this.failures = failures;
    } catch (cause) {
      if (!isAbort(cause)) this.problems = problemsOf(cause);
    }
  }

  /** Keeps a threshold on the expressions. @returns what is wrong with it; nothing when it is kept */
  async putThreshold(given: Omit<Threshold, 'expressions' | 'periodSeconds'>): Promise<Problem[]> {
    const threshold = { ...given, expressions: this.#asked(), periodSeconds: this.time.periodSeconds };
    try {
      await this.#engine.call('thresholds.put', threshold);
      await this.readThresholds();
      return [];
    } catch (cause) {
      return problemsOf(cause);
    }
  }

  /** Puts a threshold back that was deleted. */
  async restoreThreshold(threshold: Threshold): Promise<void> {
    await this.#engine.call('thresholds.put', threshold);
    await this.readThresholds();
  }

  async deleteThreshold({ name }: Threshold): Promise<void> {
    await this.#engine.call('thresholds.delete', { name });
    await this.readThresholds();
  }

  /** Shows a threshold with its expressions. */
  show(threshold: Threshold): Promise<void> {
    const last = threshold.expressions.length - 1;
    this.expressions = threshold.expressions.map(({ id, expression }, at) => {
      return { id, text: expression, drawn: at === last };
    });
    this.limit = threshold.limit;
    this.comparison = threshold.comparison;
    return this.time.askPeriod(threshold.periodSeconds);
  }

  close(): void {
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
