import type { Args } from '../../shared/contract';
import type { NameFinder } from '../../shared/names';
import type { Problem } from '../../shared/problem';
import type { Report, TimeRange } from '../../shared/report';
import { ColourBook } from '../charts/colours';
import { listRows, type Row, reportOrder, type Sort, searchRows, sortRows } from '../report/rows';
import { buildChartData, type ChartData, carryMetrics, contributorId, drawnMax } from '../report/series';
import { closeRange, isSameRange, type Span, shiftSpan, snapSpan, wholeRange, zoomSpan } from '../report/time-range';
import { readSentence } from '../rules/sentence';
import { type Engine, isAbort } from './engine';
import { problemsOf } from './problems';
import { appendTail, ReportExtras } from './report-extras.svelte';

export type ChartKind = 'line' | 'area' | 'bar';

/** What a tab reports on. `stored` rules run by their name, others by their definition. */
export type ReportRule = { name: string; definition: string; stored: boolean };

/** What the controls ask for; the rest of the engine's arguments is the rule. */
export type Question = Omit<Args<'report.run'>, 'rule' | 'startMs' | 'endMs' | 'metrics'> & { range: TimeRange };

export const firstQuestion: Question = {
  range: wholeRange,
  periodSeconds: null,
  maxContributorCount: 10,
  orderBy: 'Sum',
  unique: 'exact',
};

/** Old values stay this long while a question runs; then skeletons take their place. */
export const patienceMs = 400;

/** What completes a report is asked for again after so many times as long as it took. */
const restFactor = 4;

/** `busy`: a question runs, the old answer still shows. `slow`: it takes longer than `patienceMs`. */
export type Phase = 'idle' | 'busy' | 'slow';

/** One open report: the question, the answer, and what the user does with it. */
export class ReportTab {
  readonly id: string;
  rule = $state.raw() as ReportRule;
  question = $state.raw<Question>(firstQuestion);
  report = $state.raw<Report | null>(null);
  problems = $state.raw<Problem[]>([]);
  phase = $state<Phase>('idle');
  /** The first question was cancelled, so that there is nothing to show. */
  cancelled = $state(false);
  kind = $state<ChartKind>('area');
  sort = $state.raw<Sort>(reportOrder);
  search = $state('');
  isolated = $state.raw<ReadonlySet<string>>(new Set());
  /** Contributor under the pointer, in chart, legend or table. */
  hoverId = $state<string | null>(null);
  /** Period under the pointer, an index into the chart's periods. */
  hoverPeriod = $state<number | null>(null);
  selectedId = $state<string | null>(null);
  /** Contributors that are ticked in the table. */
  ticked = $state.raw<ReadonlySet<string>>(new Set());
  /** The selected contributor is shown beside the report. */
  panelOpen = $state(false);
  /** Rules that this tab had before filters were added or taken away. */
  #rules = $state.raw<readonly ReportRule[]>([]);
  colours = $state.raw<ReadonlyMap<string, number>>(new Map());

  sentence = $derived(readSentence(this.rule.definition));
  chart: ChartData | null = $derived(this.report === null ? null : buildChartData(this.report));
  readonly extras: ReportExtras = new ReportExtras(() => this.#engine);
  /** The report as the table lists it: with all contributors where "All others" is open. */
  listed: Report | null = $derived(this.report === null ? null : appendTail(this.report, this.extras.tail));
  rows: Row[] = $derived(this.listed === null ? [] : listRows(this.listed, this.extras.earlier));
  /** Names of values, by which rows are found, too. */
  nameOf: NameFinder = () => null;
  shownRows: readonly Row[] = $derived(sortRows(searchRows(this.rows, this.search, this.nameOf), this.sort));
  /** Shown range with both ends known; null where the logs have no time. */
  span: Span | null = $derived(this.report === null ? null : closeRange(this.report.timeRange, this.report.dataRange));

  readonly #engine: Engine;
  readonly #onReport: (tab: ReportTab) => void;
  readonly #book = new ColourBook();
  /** Ends the present question with all that belongs to it. */
  #run = new AbortController();
  /** The questions whose report is being made, and whose rest is being fetched, by what ends them. */
  #answering: AbortController | null = null;
  #completing: AbortController | null = null;
  #isIncomplete = false;
  /** How often events came or went, and how often before the shown report was asked for. */
  #changes = 0;
  #shownChanges = 0;
  /** What the shown report answers; another object with each report. */
  answered = $state.raw<Question | null>(null);
  readonly #past: TimeRange[] = [];

  constructor(id: string, rule: ReportRule, engine: Engine, onReport: (tab: ReportTab) => void) {
    this.id = id;
    this.rule = rule;
    this.#engine = engine;
    this.#onReport = onReport;
  }

  /** Runs a changed rule, which is not stored with it. `undoRule` brings the one before back. */
  changeRule(definition: string): Promise<void> {
    if (definition === this.rule.definition) return Promise.resolve();
    this.#rules = [...this.#rules.slice(-99), this.rule];
    this.rule = { ...this.rule, definition, stored: false };
    return this.run();
  }

  undoRule(): Promise<void> {
    const before = this.#rules[this.#rules.length - 1];
    if (before === undefined) return Promise.resolve();
    this.#rules = this.#rules.slice(0, -1);
    this.rule = before;
    return this.run();
  }

  /** What selects the rule in a question to the engine. */
  get ruleChoice(): Args<'report.run'>['rule'] {
    return this.rule.stored ? { name: this.rule.name } : { definition: this.rule.definition };
  }

  /** The question that the shown report answers, with the period that was chosen for it. */
  get engineArgs(): Omit<Args<'report.run'>, 'metrics'> {
    const { range, ...rest } = this.answered ?? this.question;
    const periodSeconds = this.report?.periodSeconds ?? rest.periodSeconds;
    return { ...rest, periodSeconds, rule: this.ruleChoice, startMs: range.startMs, endMs: range.endMs };
  }

  /** Selects a contributor and shows it beside the report. */
  openContributor(id: string): void {
    this.selectedId = id;
    this.panelOpen = true;
  }

  /** Asks with some parts of the question changed. The newest question wins. */
  ask(change: Partial<Question>): Promise<void> {
    this.question = { ...this.question, ...change };
    return this.run();
  }

  /** Shows another time range; the present one can be gone back to. */
  goTo(range: TimeRange): Promise<void> {
    this.#past.push(this.question.range);
    if (this.#past.length > 100) this.#past.shift();
    return this.ask({ range });
  }

  /** Zooms to a span of the chart, grown to whole periods. A line's point stands for the period that begins there. */
  zoomTo(span: Span): Promise<void> {
    const endMs = this.kind === 'bar' ? span.endMs : span.endMs + 1;
    return this.goTo(snapSpan({ startMs: span.startMs, endMs }, this.report?.periodSeconds ?? 1));
  }

  zoom(direction: 'in' | 'out'): Promise<void> {
    return this.span === null ? Promise.resolve() : this.goTo(zoomSpan(this.span, direction));
  }

  shift(direction: -1 | 1): Promise<void> {
    return this.span === null ? Promise.resolve() : this.goTo(shiftSpan(this.span, direction));
  }

  /** Back to the range before the last zoom, shift or choice; the whole range when there is none. */
  goBack(): Promise<void> {
    const range = this.#past.pop() ?? wholeRange;
    return isSameRange(range, this.question.range) ? Promise.resolve() : this.ask({ range });
  }

  /** Events came or went after the shown report was asked for. */
  get stale(): boolean {
    return this.#changes !== this.#shownChanges;
  }

  /** Events came or went. */
  markStale(): void {
    this.#changes += 1;
  }

  /** Asks the present question. With `quiet`, the old answer stays as it is until the new one comes. */
  async run(options: { quiet?: boolean } = {}): Promise<void> {
    this.#run.abort();
    const control = new AbortController();
    this.#run = control;
    this.cancelled = false;
    if (options.quiet !== true) this.phase = 'busy';
    const timer = setTimeout(() => {
      if (this.#run === control && this.phase === 'busy') this.phase = 'slow';
    }, patienceMs);
    await this.#answer(control, false);
    clearTimeout(timer);
    if (this.#run === control) this.phase = 'idle';
  }

  /**
   * Asks the present question again, since events came or went. What is under way is not ended by it: logs that grow faster
   * than a report is made would else never be shown.
   *
   * @returns whether another report is shown
   */
  async refresh(): Promise<boolean> {
    return this.#answering === this.#run ? false : this.#answer(this.#run, true);
  }

  /** @param again the same question was answered before   @returns whether another report is shown */
  async #answer(control: AbortController, again: boolean): Promise<boolean> {
    const { question } = this;
    const args = this.#argsOf(question);
    const changes = this.#changes;
    this.#answering = control;
    try {
      const report = await this.#engine.call('report.run', { ...args, metrics: 'basic' }, { signal: control.signal });
      if (this.#run !== control) return false;
      this.#shownChanges = changes;
      this.#show(report, question, again);
      void this.#complete(args, control);
      return true;
    } catch (cause) {
      if (this.#run !== control || isAbort(cause)) return false;
      // What went wrong is an answer, too.
      this.#shownChanges = changes;
      this.#fail(cause);
      return false;
    } finally {
      if (this.#answering === control) this.#answering = null;
    }
  }

  /** Fetches what takes longer than the report itself. Reports that come meanwhile are completed together, afterwards. */
  async #complete(args: Args<'report.run'>, control: AbortController): Promise<void> {
    this.#isIncomplete = true;
    if (this.#completing === control) return;
    this.#completing = control;
    for (let isFirst = true; this.#isIncomplete && this.#run === control && this.report !== null; isFirst = false) {
      this.#isIncomplete = false;
      const startedMs = performance.now();
      await Promise.all([this.#completeMetrics(args, control), this.extras.follow(args, this.report, !isFirst)]);
      if (this.#run === control) await this.extras.findLeaders();
      // Most of the time is for the report itself.
      if (this.#isIncomplete) await sleep(restFactor * (performance.now() - startedMs));
    }
    if (this.#completing === control) this.#completing = null;
  }

  /** Fetches the two metrics that take several times as long as the rest of a report. */
  async #completeMetrics(args: Args<'report.run'>, control: AbortController): Promise<void> {
    try {
      const { metrics } = await this.#engine.call(
        'report.run',
        { ...args, metrics: 'all' },
        { signal: control.signal },
      );
      if (this.#run !== control || this.report === null) return;
      // Another report may have come meanwhile, with more events.
      const shown = this.#isIncomplete ? carryMetrics(this.report.metrics, metrics) : metrics;
      this.report = { ...this.report, metrics: shown };
    } catch (cause) {
      if (this.#run === control && !isAbort(cause)) this.#fail(cause);
    }
  }

  /** What is on the screen stays when the engine ends: it is asked again when it is back. */
  #fail(cause: unknown): void {
    const problems = problemsOf(cause);
    if (this.report !== null && problems.every(({ code }) => code === 'engine/stopped')) this.markStale();
    else this.problems = problems;
  }

  /** Ends the running question; controls go back to the answer that is shown. */
  cancel(): void {
    if (this.phase === 'idle') return;
    this.#run.abort();
    this.#run = new AbortController();
    this.phase = 'idle';
    if (this.answered === null) this.cancelled = true;
    else this.question = this.answered;
  }

  /** Stops whatever runs: the tab is closed. */
  close(): void {
    this.#run.abort();
    this.#run = new AbortController();
    this.extras.close();
  }

  /** Shows only this contributor, or with `add` this one, too; the only one again shows all. */
  isolate(id: string, add: boolean): void {
    const now = this.isolated;
    if (!add) {
      this.isolated = now.size === 1 && now.has(id) ? new Set() : new Set([id]);
      return;
    }
    const next = new Set(now);
    if (!next.delete(id)) next.add(id);
    this.isolated = next;
  }

  /** Ticks a contributor, or no longer. */
  tick(id: string): void {
    const next = new Set(this.ticked);
    if (!next.delete(id)) next.add(id);
    this.ticked = next;
  }

  /** Selects the next (1) or previous (-1) row of the table as it is shown. */
  step(direction: -1 | 1): void {
    const rows = this.shownRows;
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.id === this.selectedId);
    const next =
      at < 0 ? (direction === 1 ? 0 : rows.length - 1) : Math.min(Math.max(at + direction, 0), rows.length - 1);
    this.selectedId = rows[next]?.id ?? null;
  }

  #argsOf(question: Question): Args<'report.run'> {
    const { range, ...rest } = question;
    return { ...rest, rule: this.ruleChoice, startMs: range.startMs, endMs: range.endMs };
  }

  #show(report: Report, question: Question, again: boolean): void {
    const ids = report.contributors.map((contributor) => contributorId(contributor.keys));
    this.colours = this.#book.assign(ids.slice(0, drawnMax));
    // The same question once more: what completes its report is shown on until it comes anew.
    const before = again ? this.report : null;
    this.report = before === null ? report : { ...report, metrics: carryMetrics(report.metrics, before.metrics) };
    this.problems = [];
    this.answered = { ...question };
    this.#onReport(this);
    if (before === null) this.hoverPeriod = null;
    const known = new Set(ids);
    this.isolated = new Set([...this.isolated].filter((id) => known.has(id)));
    this.ticked = new Set([...this.ticked].filter((id) => known.has(id)));
    // The panel says that its contributor has nothing here; without it a selection would not be seen.
    if (this.selectedId !== null && !known.has(this.selectedId) && !this.panelOpen) this.selectedId = null;
    if (typeof this.sort.column === 'number' && this.sort.column >= report.keyLabels.length) this.sort = reportOrder;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
