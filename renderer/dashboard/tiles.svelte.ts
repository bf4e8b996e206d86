import type { StoredRule } from '../../shared/rule';
import { listRules } from '../investigate/expression';
import { MetricMath } from '../investigate/metric-math.svelte';
import type { Ranged } from '../report/time-range';
import type { Engine } from '../state/engine';
import { ReportTab } from '../state/report.svelte';
import type { SavedMetricTile, SavedReportTile } from './saved';

/** The time range and period that all tiles of a dashboard share. */
type Question = Ranged['question'];

/** A report on a dashboard. */
export class ReportTile {
  readonly kind = 'report';
  readonly id: string;
  title = $state('');
  readonly tab: ReportTab;

  constructor(id: string, saved: SavedReportTile, engine: Engine) {
    this.id = id;
    this.tab = new ReportTab(id, saved.rule, engine, () => {});
    this.tab.extras.off = true;
    this.tab.kind = saved.kind;
    this.tab.question = saved.question;
    this.title = saved.title;
  }

  get saved(): SavedReportTile {
    const { rule, question, kind } = this.tab;
    return { title: this.title, rule, question, kind };
  }

  /** The period under the pointer. */
  get hovered(): { startMs: number; periodMs: number } | null {
    const { chart, hoverPeriod } = this.tab;
    const startMs = hoverPeriod === null ? undefined : chart?.startMs[hoverPeriod];
    return startMs === undefined || chart === null ? null : { startMs, periodMs: chart.periodMs };
  }

  /** Asks where there is no answer yet, or all is asked anew. That of a stored rule takes this as it is now. */
  run(question: Question, rules: readonly StoredRule[], all: boolean): void {
    const { tab } = this;
    const stored = tab.rule.stored ? rules.find((rule) => rule.name === tab.rule.name) : undefined;
    const isChanged = stored !== undefined && stored.definition !== tab.rule.definition;
    if (isChanged) tab.rule = { ...tab.rule, definition: stored.definition };
    if (all || isChanged || (tab.report === null && tab.phase === 'idle')) {
      tab.question = { ...tab.question, ...question };
      void tab.run({ quiet: tab.report !== null });
    } else if (tab.stale) void tab.refresh();
  }

  ask(question: Question): void {
    void this.tab.ask(question);
  }

  /** Events came or went after what is shown was asked for. */
  get stale(): boolean {
    return this.tab.stale;
  }

  markStale(): void {
    this.tab.markStale();
  }

  close(): void {
    this.tab.close();
  }
}

/** Metric math on a dashboard, which can be changed where it stands. */
export class MetricTile {
  readonly kind = 'metric';
  readonly id: string;
  title = $state('');
  readonly math: MetricMath;
  /** The expressions are shown to be changed. */
  editing = $state(false);

  #question: Question;
  /** The rules of the expressions as they were when it was asked last. */
  #rules = '';
  #stale = true;

  constructor(id: string, saved: SavedMetricTile, engine: Engine, question: Question) {
    this.id = id;
    this.title = saved.title;
    this.#question = question;
    this.math = new MetricMath(engine, saved.expressions, () => {
      const { range, periodSeconds } = this.#question;
      return { ...range, periodSeconds };
    });
    this.math.limit = saved.limit;
    this.math.comparison = saved.comparison;
    this.editing = this.math.written.length === 0;
  }

  get saved(): SavedMetricTile {
    const { expressions, limit, comparison } = this.math;
    return { title: this.title, expressions: [...expressions], limit, comparison };
  }

  /** The period under the pointer. */
  get hovered(): { startMs: number; periodMs: number } | null {
    const { hoverPeriod, times, result } = this.math;
    const startMs = hoverPeriod === null ? undefined : times[hoverPeriod];
    return startMs === undefined || result === null ? null : { startMs, periodMs: result.periodSeconds * 1000 };
  }

  /** Asks where there is no answer yet, rules or events changed, or all is asked anew. */
  run(question: Question, rules: readonly StoredRule[], all: boolean): void {
    // An answer under way is awaited: events that come faster than it would end each before it is there.
    const named = this.#describeRules(rules);
    if (!all && this.#rules === named && (!this.#stale || this.math.busy)) return;
    this.#rules = named;
    this.ask(question);
  }

  ask(question: Question): void {
    this.#question = question;
    this.#stale = false;
    void this.math.run();
  }

  /** Events came or went after what is shown was asked for. */
  get stale(): boolean {
    return this.#stale;
  }

  markStale(): void {
    this.#stale = true;
  }

  #describeRules(rules: readonly StoredRule[]): string {
    const named = new Set(this.math.written.flatMap(({ expression }) => listRules(expression)));
    return JSON.stringify(
      rules.filter(({ name }) => named.has(name)).map(({ name, definition }) => [name, definition]),
    );
  }

  close(): void {
    this.#stale = true;
    this.math.close();
  }
}

export type DashboardTile = ReportTile | MetricTile;
