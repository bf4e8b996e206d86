import type { TimeRange } from '../../shared/report';
import { closeRange, type Ranged, type Span, shiftSpan, snapSpan, wholeRange } from '../report/time-range';
import { periodFor } from './period';

/** Time range and period of a page, with the ranges before it. What changes them asks anew. */
export class AskedTime implements Ranged {
  report = $state.raw<Ranged['report']>(null);
  question = $state.raw<Ranged['question']>({ range: wholeRange, periodSeconds: null });
  /** Both ends; null where the logs have no time. */
  readonly span: Span | null = $derived(closeRange(this.question.range, this.report?.dataRange ?? null));
  readonly periodSeconds: number = $derived(
    this.question.periodSeconds ?? (this.span === null ? 60 : periodFor(this.span)),
  );
  readonly #past: TimeRange[] = [];
  readonly #ask: () => Promise<void>;

  /** @param report where the logs have events   @param ask asks the page's question */
  constructor(range: TimeRange, report: Ranged['report'], ask: () => Promise<void>) {
    this.report = report;
    this.question = { range, periodSeconds: null };
    this.#ask = ask;
  }

  /** @param periodSeconds null: chosen to suit the range */
  askPeriod(periodSeconds: number | null): Promise<void> {
    this.question = { ...this.question, periodSeconds };
    return this.#ask();
  }

  goTo(range: TimeRange): Promise<void> {
    this.#past.push(this.question.range);
    this.question = { ...this.question, range };
    return this.#ask();
  }

  shift(direction: -1 | 1): Promise<void> {
    return this.span === null ? Promise.resolve() : this.goTo(shiftSpan(this.span, direction));
  }

  /** Zooms to a span dragged in a chart, grown to whole periods. */
  zoomTo(span: Span): Promise<void> {
    return this.goTo(snapSpan(span, this.periodSeconds));
  }

  /** Back to the range before; the whole range when there is none. */
  goBack(): Promise<void> {
    this.question = { ...this.question, range: this.#past.pop() ?? wholeRange };
    return this.#ask();
  }
}
