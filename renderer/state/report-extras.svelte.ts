import type { Args } from '../../shared/contract';
import type { EarlierTotals, Leader } from '../../shared/contributor';
import type { Report } from '../../shared/report';
import { contributorId } from '../report/series';
import { type Span, shiftSpan } from '../report/time-range';
import { type Engine, isAbort } from './engine';

/** Most contributors that the table lists. */
export const listedMax = 10_000;

/** What a report is asked besides: each comes when it comes, and none holds the report up. */
export class ReportExtras {
  /** The same report with all its contributors, once "All others" was opened. */
  tail = $state.raw<Report | null>(null);
  /** Whether "All others" is open; stays so over new questions. */
  tailOpen = $state(false);
  tailLoading = $state(false);
  leaders = $state.raw<Leader[] | null>(null);
  /** What the listed contributors had in the range of the same length before. */
  earlier = $state.raw<EarlierTotals | null>(null);
  /** That range; null where the report has an open end, so that nothing lies before it. */
  before = $state.raw<Span | null>(null);
  /** Nothing is asked besides: the report is one of many on a page. */
  off = false;

  readonly #engineOf: () => Engine;
  #args: Args<'report.run'> | null = null;
  #report: Report | null = null;
  #asking = new AbortController();

  constructor(engineOf: () => Engine) {
    this.#engineOf = engineOf;
  }

  /**
   * Asks for all that belongs to a new report but for who was first. Resolves when it is there.
   *
   * @param keep what was there stays until then: the same question was asked again
   */
  async follow(args: Args<'report.run'>, report: Report, keep: boolean): Promise<void> {
    this.close();
    if (this.off) return;
    this.#args = args;
    this.#report = report;
    if (!keep) {
      this.tail = null;
      this.leaders = null;
      this.earlier = null;
    }
    const { startMs, endMs } = report.timeRange;
    this.before = startMs === null || endMs === null ? null : shiftSpan({ startMs, endMs }, -1);
    const { signal } = this.#asking;
    if (this.tailOpen && canOpen(report)) return this.#loadTail(signal);
    this.tail = null;
    return this.#compare(report, signal);
  }

  /** Asks who was first in each period: as much work as the report itself, so it waits until that is complete. */
  async findLeaders(): Promise<void> {
    const report = this.#report;
    const args = this.#args;
    if (this.off || report === null || args === null || report.contributors.length === 0) return;
    const { signal } = this.#asking;
    await this.#ask(async () => {
      const query = { rule: args.rule, ...report.timeRange, periodSeconds: report.periodSeconds };
      const leaders = await this.#engineOf().call('report.leaders', query, { signal });
      if (!signal.aborted) this.leaders = leaders;
    });
  }

  /** Lists the contributors behind the last one, or no longer. */
  toggleTail(open = !this.tailOpen): void {
    this.tailOpen = open;
    if (!open) this.tail = null;
    else if (this.#report !== null && this.tail === null) void this.#loadTail(this.#asking.signal);
  }

  /** Stops whatever is asked. */
  close(): void {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.tailLoading = false;
  }

  async #loadTail(signal: AbortSignal): Promise<void> {
    const args = this.#args;
    if (args === null) return;
    this.tailLoading = true;
    await this.#ask(async () => {
      const whole = { ...args, maxContributorCount: listedMax, metrics: 'basic' as const };
      const tail = await this.#engineOf().call('report.run', whole, { signal });
      if (signal.aborted || !this.tailOpen) return;
      this.tail = tail;
      await this.#compare(tail, signal);
    });
    if (!signal.aborted) this.tailLoading = false;
  }

  async #compare(report: Report, signal: AbortSignal): Promise<void> {
    const { before } = this;
    const args = this.#args;
    if (before === null || args === null || report.contributors.length === 0) return;
    await this.#ask(async () => {
      const contributors = report.contributors.map(({ keys }) => keys);
      const earlier = await this.#engineOf().call(
        'report.earlier',
        { rule: args.rule, contributors, ...before },
        { signal },
      );
      if (!signal.aborted) this.earlier = earlier;
    });
  }

  /** An answer that fails leaves its place as it was: the report itself says what went wrong. */
  async #ask(work: () => Promise<void>): Promise<void> {
    await work().catch((cause: unknown) => {
      if (!isAbort(cause)) this.tailLoading = false;
    });
  }
}

/** Whether there are contributors behind those that the report lists. */
export function canOpen(report: Report): boolean {
  return report.uniqueCount > report.contributors.length && report.contributors.length < listedMax;
}

/** A report with the contributors behind its own, which may have been asked for a moment before it. */
export function appendTail(report: Report, tail: Report | null): Report {
  if (tail === null) return report;
  const own = new Set(report.contributors.map(({ keys }) => contributorId(keys)));
  const rest = tail.contributors.filter(({ keys }) => !own.has(contributorId(keys)));
  return { ...report, contributors: [...report.contributors, ...rest].slice(0, listedMax) };
}
