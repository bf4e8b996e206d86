import type { ContributorDetail } from '../../shared/contributor';
import type { Problem } from '../../shared/problem';
import { EventsView } from '../rules/events-view.svelte';
import type { Engine } from '../state/engine';
import { isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import type { ReportTab } from '../state/report.svelte';

/** One contributor of a report: its figures, and its events. */
export class ContributorView {
  readonly keys: readonly string[];
  readonly events: EventsView;
  detail = $state.raw<ContributorDetail | null>(null);
  problems = $state.raw<Problem[]>([]);
  readonly #control = new AbortController();

  constructor(tab: ReportTab, keys: readonly string[], engine: Engine) {
    this.keys = keys;
    const range = tab.report?.timeRange ?? tab.question.range;
    const periodSeconds = tab.report?.periodSeconds ?? 60;
    const { definition } = tab.rule;
    const labels = tab.report?.keyLabels ?? [];
    const where = labels.map((field, at) => ({ field, value: keys[at] ?? '' }));
    // The rule as it was run: a stored one may change under the report.
    const rule = { definition };
    this.events = new EventsView({ rule, definition, step: 'matched', filter: null, range, where }, engine);
    const { signal } = this.#control;
    engine
      .call('contributor.describe', { rule, keys: [...keys], ...range, periodSeconds }, { signal })
      .then((detail) => {
        this.detail = detail;
      })
      .catch((cause: unknown) => {
        if (!isAbort(cause)) this.problems = problemsOf(cause);
      });
  }

  close(): void {
    this.#control.abort();
    this.events.close();
  }
}
