import type { Args } from '../../shared/contract';
import type { EventRow, EventStep } from '../../shared/event';
import type { Problem } from '../../shared/problem';
import type { TimeRange } from '../../shared/report';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';

/** Whose events are listed: those that a rule leaves at a step, or at one of its filters. */
export type EventsOf = {
  rule: Args<'rules.explainEvent'>['rule'];
  definition: string;
  step: EventStep | 'scanned';
  filter: number | null;
  range: TimeRange;
  /** Only events with these values. */
  where?: { field: string; value: string }[];
};

const pageSize = 100;

/** More than this are found by the search, not by scrolling. */
const shownMax = 20_000;

/** A list shows this much of an event; all of it comes with its explanation. */
const messageMax = 2000;

/** Events behind a number of a report, page by page, the newest first. */
export class EventsView {
  readonly of: EventsOf;
  search = $state('');
  events = $state.raw<EventRow[]>([]);
  total = $state<number | null>(null);
  loading = $state(false);
  problems = $state.raw<Problem[]>([]);

  /** There are more to be had by scrolling. */
  readonly more = $derived(
    this.total !== null && this.events.length < Math.min(this.total, shownMax) && this.problems.length === 0,
  );

  readonly #engine: Engine;
  #asking = new AbortController();

  constructor(of: EventsOf, engine: Engine) {
    this.of = of;
    this.#engine = engine;
    void this.load(true);
  }

  /** Asks for the next page, or with `anew` for the first. The newest question wins. */
  async load(anew = false): Promise<void> {
    if (!anew && (this.loading || !this.more)) return;
    this.#asking.abort();
    const control = new AbortController();
    this.#asking = control;
    this.loading = true;
    const { rule, step, filter, range, where = [] } = this.of;
    const offset = anew ? 0 : this.events.length;
    try {
      const page = await this.#engine.call(
        'events.find',
        {
          from: { rule, step, filter },
          ...range,
          where,
          search: this.search,
          offset,
          limit: pageSize,
          messageMax,
          count: anew,
        },
        { signal: control.signal },
      );
      if (this.#asking !== control) return;
      this.events = anew ? page.events : [...this.events, ...page.events];
      if (anew) this.total = page.total;
      this.problems = [];
    } catch (cause) {
      if (this.#asking === control && !isAbort(cause)) this.problems = problemsOf(cause);
    } finally {
      if (this.#asking === control) this.loading = false;
    }
  }

  /** Why one of them counts, or does not. Throws the engine's problems. */
  explain({ group, format, row, fileId, line }: EventRow, signal: AbortSignal) {
    const event = { group, format, row, fileId, line };
    return this.#engine.call('rules.explainEvent', { rule: this.of.rule, event }, { signal });
  }

  close(): void {
    this.#asking.abort();
  }
}
