import type { Problem } from '../../shared/problem';
import type { Breach, Threshold, ThresholdFailure } from '../../shared/threshold';
import type { Ranged } from '../report/time-range';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import type { ReportTab } from '../state/report.svelte';
import { AskedTime } from './asked-time.svelte';
import { ruleMetric } from './expression';
import { MetricMath } from './metric-math.svelte';
import { type AskedMetrics, firstDraft, type ThresholdDraft } from './saved-page';

/** Metric math over the rules of a workspace, and thresholds on it. */
export class MetricView {
  readonly tab: ReportTab;
  readonly time: AskedTime;
  readonly math: MetricMath;
  /** The threshold that is being written; its limit is drawn in the chart. */
  draft = $state<ThresholdDraft>({ ...firstDraft });
  thresholds = $state.raw<Threshold[]>([]);
  breaches = $state.raw<Breach[]>([]);
  failures = $state.raw<ThresholdFailure[]>([]);

  readonly #engine: Engine;

  constructor(tab: ReportTab, engine: Engine, logs: Ranged['report']) {
    this.tab = tab;
    this.time = new AskedTime(tab.question.range, logs, () => this.run());
    const first = { id: 'e1', text: ruleMetric(tab.rule.name, 'UniqueContributors'), drawn: true };
    this.math = new MetricMath(engine, [first], () => ({
      ...this.time.question.range,
      periodSeconds: this.time.periodSeconds,
    }));
    this.#engine = engine;
  }

  get busy(): boolean {
    return this.math.busy;
  }

  run(): Promise<void> {
    return this.math.run();
  }

  /** What is asked, to be kept. */
  get asked(): AskedMetrics {
    const { range, periodSeconds } = this.time.question;
    const { expressions, limit, comparison } = this.math;
    const draft = { ...this.draft };
    return { kind: 'metrics', range, periodSeconds, expressions: [...expressions], limit, comparison, draft };
  }

  /** Takes what was asked before; `run` asks it. */
  restore({ range, periodSeconds, expressions, limit, comparison, draft }: AskedMetrics): void {
    this.time.question = { range, periodSeconds };
    this.draft = draft;
    Object.assign(this.math, { expressions, limit, comparison });
  }

  /** Reads the thresholds of the workspace and what breached them. */
  async readThresholds(): Promise<void> {
    try {
      const { thresholds, breaches, failures } = await this.#engine.call('thresholds.list', {});
      this.thresholds = thresholds;
      this.breaches = breaches;
      this.failures = failures;
    } catch (cause) {
      if (!isAbort(cause)) this.math.problems = problemsOf(cause);
    }
  }

  /** Keeps a threshold on the expressions. @returns what is wrong with it; nothing when it is kept */
  async putThreshold(given: Omit<Threshold, 'expressions' | 'periodSeconds'>): Promise<Problem[]> {
    const threshold = { ...given, expressions: this.math.written, periodSeconds: this.time.periodSeconds };
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

  /** Shows a threshold with its expressions, and as one that another can be made of. */
  show(threshold: Threshold): Promise<void> {
    const last = threshold.expressions.length - 1;
    this.math.expressions = threshold.expressions.map(({ id, expression }, at) => {
      return { id, text: expression, drawn: at === last };
    });
    this.math.limit = threshold.limit;
    this.math.comparison = threshold.comparison;
    const { breaching, periods, missing } = threshold;
    this.draft = { ...this.draft, breaching, periods, missing };
    return this.time.askPeriod(threshold.periodSeconds);
  }

  close(): void {
    this.math.close();
  }
}
