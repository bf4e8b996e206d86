import type { ChangeKind, Comparison } from '../../shared/compare';
import type { Problem } from '../../shared/problem';
import type { Report, TimeRange } from '../../shared/report';
import { type Drawing, makeDrawing } from '../charts/drawing';
import { bandLimits } from '../charts/stack';
import { valueTicks } from '../charts/ticks';
import { searchRows } from '../report/rows';
import { buildChartData, contributorId } from '../report/series';
import { type Ranged, type Span, shiftSpan, snapSpan } from '../report/time-range';
import { readSentence } from '../rules/sentence';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import type { ReportRule, ReportTab } from '../state/report.svelte';
import { chooseDrawn, keepOnly, suggestRanges } from './compare';
import { choiceOf } from './impact.svelte';
import { periodFor } from './period';
import type { AskedCompare } from './saved-page';

/** Most contributors listed of each kind of change. */
const listedMax = 10_000;
/** Contributors drawn by themselves. */
const drawnMax = 10;

/** One of the two time ranges, with controls of its own. */
export class ComparedSpan implements Ranged {
  span = $state.raw() as Span;
  report = $state.raw<Ranged['report']>(null);
  readonly question: Ranged['question'] = $derived({ range: this.span, periodSeconds: null });
  readonly #changed: () => Promise<void>;

  constructor(span: Span, report: Ranged['report'], changed: () => Promise<void>) {
    this.span = span;
    this.report = report;
    this.#changed = changed;
  }

  /** An open end is where the logs end. */
  goTo({ startMs, endMs }: TimeRange): Promise<void> {
    const logs = this.report?.dataRange;
    const span = { startMs: startMs ?? logs?.firstMs ?? this.span.startMs, endMs: endMs ?? (logs?.lastMs ?? 0) + 1 };
    if (span.endMs <= span.startMs) return Promise.resolve();
    this.span = span;
    return this.#changed();
  }

  shift(direction: -1 | 1): Promise<void> {
    return this.goTo(shiftSpan(this.span, direction));
  }
}

/** A rule in two time ranges, side by side. */
export class CompareView {
  readonly tab: ReportTab;
  readonly rule: ReportRule;
  readonly sentence;
  readonly before: ComparedSpan;
  readonly during: ComparedSpan;
  per = $state<'range' | 'hour'>('range');
  comparison = $state.raw<Comparison | null>(null);
  problems = $state.raw<Problem[]>([]);
  busy = $state(false);
  /** Only changes of this kind are listed. */
  only = $state<ChangeKind | null>(null);
  search = $state('');
  /** How far from the start of both ranges the pointer is, in milliseconds; null where it is in neither. */
  hoverMs = $state<number | null>(null);
  #reports = $state.raw<{ before: Report; during: Report } | null>(null);
  readonly #engine: Engine;
  #asking = new AbortController();

  /** Colours of the contributors drawn in both charts. */
  readonly colours: ReadonlyMap<string, number> = $derived.by(() => {
    if (this.comparison === null || this.#reports === null) return new Map();
    const { before, during } = this.#reports;
    const ids = chooseDrawn(this.comparison.changes, [during, before], drawnMax);
    return new Map(ids.map((id, slot) => [id, slot]));
  });

  /** Both charts, on the same scale. */
  readonly drawings: { before: Drawing; during: Drawing } | null = $derived.by(() => {
    if (this.#reports === null) return null;
    const draw = (report: Report) => {
      const data = buildChartData(keepOnly(report, [...this.colours.keys()]));
      return data === null ? null : makeDrawing(data, 'area', this.colours, new Set());
    };
    const [before, during] = [draw(this.#reports.before), draw(this.#reports.during)];
    if (before === null || during === null) return null;
    const limits = [bandLimits(before.bands), bandLimits(during.bands)];
    const yTicks = valueTicks(Math.min(...limits.map(({ min }) => min)), Math.max(...limits.map(({ max }) => max)), 4);
    return { before: { ...before, yTicks }, during: { ...during, yTicks } };
  });

  readonly shown = $derived.by(() => {
    const ofKind = (this.comparison?.changes ?? []).filter(({ kind }) =>
      this.only === null ? kind !== 'same' : kind === this.only,
    );
    return searchRows(ofKind, this.search, this.tab.nameOf);
  });

  constructor(tab: ReportTab, engine: Engine, logs: Ranged['report'] = tab.report) {
    this.tab = tab;
    this.rule = tab.rule;
    this.sentence = readSentence(tab.rule.definition);
    this.#engine = engine;
    const shown = tab.span ?? { startMs: 0, endMs: 3_600_000 };
    const isZoomed = tab.question.range.startMs !== null && tab.question.range.endMs !== null;
    const { before, during } = suggestRanges(tab.chart, shown, isZoomed);
    const changed = () => this.run();
    this.before = new ComparedSpan(before, logs, changed);
    this.during = new ComparedSpan(during, logs, changed);
  }

  /** What is asked, to be kept. */
  get asked(): AskedCompare {
    const { before, during, per, only, search } = this;
    return { kind: 'compare', before: before.span, during: during.span, per, only, search };
  }

  /** Takes what was asked before; `run` asks it. */
  restore({ before, during, per, only, search }: AskedCompare): void {
    this.before.span = before;
    this.during.span = during;
    this.per = per;
    this.only = only;
    this.search = search;
  }

  get periodSeconds(): number {
    return Math.max(periodFor(this.before.span), periodFor(this.during.span));
  }

  /** The newest question wins. */
  async run(): Promise<void> {
    this.#asking.abort();
    const control = new AbortController();
    this.#asking = control;
    this.busy = true;
    const { signal } = control;
    const rule = choiceOf(this.rule);
    const { periodSeconds } = this;
    const [before, during] = [this.before.span, this.during.span];
    const report = (span: Span) =>
      this.#engine.call(
        'report.run',
        { rule, ...span, periodSeconds, maxContributorCount: 100, orderBy: 'Sum', unique: 'exact', metrics: 'basic' },
        { signal },
      );
    try {
      const args = { rule, before, during, periodSeconds, per: this.per, limit: listedMax };
      const comparison = await this.#engine.call('compare.read', args, { signal });
      const reports = { before: await report(before), during: await report(during) };
      if (this.#asking !== control) return;
      this.comparison = comparison;
      this.#reports = reports;
      this.problems = [];
    } catch (cause) {
      if (this.#asking !== control || isAbort(cause)) return;
      this.problems = problemsOf(cause);
    } finally {
      if (this.#asking === control) this.busy = false;
    }
  }

  askPer(per: 'range' | 'hour'): Promise<void> {
    this.per = per;
    return this.run();
  }

  swap(): Promise<void> {
    const [before, during] = [this.before.span, this.during.span];
    this.before.span = during;
    this.during.span = before;
    return this.run();
  }

  /** Narrows one of the ranges to a span dragged in its chart. */
  zoomTo(which: 'before' | 'during', span: Span): Promise<void> {
    return this[which].goTo(snapSpan({ startMs: span.startMs, endMs: span.endMs + 1 }, this.periodSeconds));
  }

  slotOf(keys: readonly string[]): number | undefined {
    return this.colours.get(contributorId(keys));
  }

  close(): void {
    this.#asking.abort();
  }
}
