import type { Args } from '../../shared/contract';
import type { ContributorDetail } from '../../shared/contributor';
import type { Problem } from '../../shared/problem';
import { EventsView } from '../rules/events-view.svelte';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import type { ReportTab } from '../state/report.svelte';

/** One contributor of a report: its figures, and its events. */
export class ContributorView {
  readonly keys: readonly string[];
  readonly events: EventsView;
  detail = $state.raw<ContributorDetail | null>(null);
  problems = $state.raw<Problem[]>([]);
  readonly #engine: Engine;
  readonly #args: Args<'contributor.describe'>;
  #asking = new AbortController();

  constructor(tab: ReportTab, keys: readonly string[], engine: Engine) {
    this.keys = keys;
    this.#engine = engine;
    const range = tab.report?.timeRange ?? tab.question.range;
    const periodSeconds = tab.report?.periodSeconds ?? 60;
    const { definition } = tab.rule;
    const labels = tab.report?.keyLabels ?? [];
    const where = labels.map((field, at) => ({ field, value: keys[at] ?? '' }));
    // The rule as it was run: a stored one may change under the report.
    const rule = { definition };
    this.events = new EventsView({ rule, definition, step: 'matched', filter: null, range, where }, engine);
    this.#args = { rule, keys: [...keys], ...range, periodSeconds };
  }

  /** Asks for the figures, anew where they are there. */
  async describe(): Promise<void> {
    this.#asking.abort();
    const control = new AbortController();
    this.#asking = control;
    try {
      const detail = await this.#engine.call('contributor.describe', this.#args, { signal: control.signal });
      if (this.#asking !== control) return;
      this.detail = detail;
      this.problems = [];
    } catch (cause) {
      if (this.#asking === control && !isAbort(cause)) this.problems = problemsOf(cause);
    }
  }

  close(): void {
    this.#asking.abort();
    this.events.close();
  }
}
