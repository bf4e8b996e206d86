import type { Common, CommonAgainst } from '../../shared/common';
import type { Problem } from '../../shared/problem';
import { type Span, snapSpan, wholeRange } from '../report/time-range';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import type { ReportTab } from '../state/report.svelte';
import { choiceOf } from './impact.svelte';

/** Values listed for each field. */
const valuesMax = 6;

/** What a selection of a report has in common: some contributors, or a part of the time. */
export class CommonView {
  readonly tab: ReportTab;
  readonly contributors: readonly string[][];
  of = $state<'contributors' | 'time'>('time');
  /** The part of the time that was dragged in the chart. */
  region = $state.raw<Span | null>(null);
  against = $state<CommonAgainst>('rule');
  common = $state.raw<Common | null>(null);
  problems = $state.raw<Problem[]>([]);
  busy = $state(false);
  readonly #engine: Engine;
  #asking = new AbortController();

  constructor(tab: ReportTab, contributors: readonly string[][], engine: Engine) {
    this.tab = tab;
    this.contributors = contributors;
    this.of = contributors.length > 0 ? 'contributors' : 'time';
    this.#engine = engine;
    const isZoomed = tab.question.range.startMs !== null && tab.question.range.endMs !== null;
    if (isZoomed && contributors.length === 0) this.region = tab.span;
  }

  /** A span has to be dragged first. */
  get waitsForRegion(): boolean {
    return this.of === 'time' && this.region === null;
  }

  /** The newest question wins. */
  async run(): Promise<void> {
    this.#asking.abort();
    this.common = this.waitsForRegion ? null : this.common;
    if (this.waitsForRegion) return;
    const control = new AbortController();
    this.#asking = control;
    this.busy = true;
    const { tab, region } = this;
    const isTime = this.of === 'time';
    // A region is compared with all the rest of the logs, whatever is shown of them.
    const range = isTime ? wholeRange : tab.question.range;
    try {
      const args = {
        rule: choiceOf(tab.rule),
        ...range,
        region: isTime ? region : null,
        contributors: isTime ? null : this.contributors.map((keys) => [...keys]),
        against: this.against,
        limit: valuesMax,
      };
      const common = await this.#engine.call('common.find', args, { signal: control.signal });
      if (this.#asking !== control) return;
      this.common = common;
      this.problems = [];
    } catch (cause) {
      if (this.#asking !== control || isAbort(cause)) return;
      this.problems = problemsOf(cause);
    } finally {
      if (this.#asking === control) this.busy = false;
    }
  }

  choose(of: 'contributors' | 'time'): Promise<void> {
    this.of = of;
    if (of === 'time' && this.region === null && this.tab.question.range.startMs !== null) this.region = this.tab.span;
    return this.run();
  }

  compareWith(against: CommonAgainst): Promise<void> {
    this.against = against;
    return this.run();
  }

  /** Looks at a span that was dragged in the chart. */
  brush(span: Span): Promise<void> {
    this.region = snapSpan({ startMs: span.startMs, endMs: span.endMs + 1 }, this.tab.report?.periodSeconds ?? 60);
    return this.run();
  }

  close(): void {
    this.#asking.abort();
  }
}
