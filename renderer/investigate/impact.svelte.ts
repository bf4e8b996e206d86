import type { Args } from '../../shared/contract';
import type { FanOut, Impact } from '../../shared/impact';
import type { Problem } from '../../shared/problem';
import type { GroupField } from '../../shared/workspace';
import { contributorId, readId } from '../report/series';
import type { Ranged } from '../report/time-range';
import { readSentence } from '../rules/sentence';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import type { ReportRule, ReportTab } from '../state/report.svelte';
import { AskedTime } from './asked-time.svelte';
import { buildImpactChart } from './impact';
import type { AskedImpact } from './saved-page';

/** Most contributors listed of those affected, and of the others. */
const listedMax = 10_000;

/** How many contributors of a report are hit, of all that there could be, over time. */
export class ImpactView {
  readonly tab: ReportTab;
  readonly rule: ReportRule;
  readonly time: AskedTime;
  /** All that could be affected; null: the rule without its filters. */
  base = $state.raw<ReportRule | null>(null);
  /** Contributors that are ticked off. */
  without = $state.raw<ReadonlySet<string>>(new Set());
  impact = $state.raw<Impact | null>(null);
  problems = $state.raw<Problem[]>([]);
  busy = $state(false);
  /** What is listed below the charts. */
  list = $state<'affected' | 'unaffected'>('affected');
  /** The period under the pointer, an index into the chart's times. */
  hoverPeriod = $state<number | null>(null);
  #fanReference = $state<string | null>(null);
  /** Fields whose different values can be counted for each contributor. */
  fields = $state.raw<GroupField[]>([]);
  /** The field whose values are counted. */
  readonly fanField: GroupField | null = $derived(
    this.fields.find(({ reference }) => reference === this.#fanReference) ?? null,
  );
  fanOut = $state.raw<ReadonlyMap<string, number> | null>(null);
  readonly sentence;

  readonly chart = $derived(this.impact === null ? null : buildImpactChart(this.impact));

  readonly #engine: Engine;
  #asking = new AbortController();

  constructor(tab: ReportTab, engine: Engine, logs: Ranged['report'] = tab.report) {
    this.tab = tab;
    this.rule = tab.rule;
    this.sentence = readSentence(tab.rule.definition);
    this.time = new AskedTime(tab.question.range, logs, () => this.run());
    this.#engine = engine;
  }

  /** What is asked, to be kept. */
  get asked(): AskedImpact {
    const { range, periodSeconds } = this.time.question;
    const [base, fanField] = [this.base?.name ?? null, this.#fanReference];
    return { kind: 'impact', range, periodSeconds, base, without: this.#ticked(), list: this.list, fanField };
  }

  /** Takes what was asked before; `run` asks it. @param base the rule that it names, where there still is one */
  restore({ range, periodSeconds, without, list, fanField }: AskedImpact, base: ReportRule | null): void {
    this.time.question = { range, periodSeconds };
    this.base = base;
    this.without = new Set(without.map(contributorId));
    this.list = list;
    this.#fanReference = fanField;
  }

  get ruleChoice(): Args<'impact.read'>['rule'] {
    return choiceOf(this.rule);
  }

  /** The newest question wins. */
  async run(): Promise<void> {
    this.#asking.abort();
    const control = new AbortController();
    this.#asking = control;
    this.busy = true;
    const { signal } = control;
    try {
      const impact = await this.#engine.call(
        'impact.read',
        {
          rule: this.ruleChoice,
          base: this.base === null ? null : choiceOf(this.base),
          ...this.time.question.range,
          periodSeconds: this.time.periodSeconds,
          without: this.#ticked(),
          limit: listedMax,
        },
        { signal },
      );
      if (this.#asking !== control) return;
      this.impact = impact;
      this.problems = [];
      this.hoverPeriod = null;
      // Without the list there is no menu for it; the figures are there.
      const listing = this.#listFields(signal).catch(() => {});
      if (this.#fanReference !== null) await listing;
      await this.#countValues(signal);
    } catch (cause) {
      if (this.#asking !== control || isAbort(cause)) return;
      this.problems = problemsOf(cause);
    } finally {
      if (this.#asking === control) this.busy = false;
    }
  }

  #ticked(): string[][] {
    return [...this.without].flatMap((id) => {
      const keys = readId(id);
      return keys === null ? [] : [keys];
    });
  }

  async #listFields(signal: AbortSignal): Promise<void> {
    const [group] = this.time.report?.logGroups ?? [];
    if (group === undefined || this.fields.length > 0) return;
    const fields = await this.#engine.call('groups.fields', { group }, { signal });
    this.fields = fields.filter(({ format }) => format === this.sentence?.format);
  }

  async #countValues(signal: AbortSignal): Promise<void> {
    const { fanField } = this;
    if (fanField === null) {
      this.fanOut = null;
      return;
    }
    const found: FanOut = await this.#engine.call(
      'impact.fanOut',
      { rule: this.ruleChoice, field: fanField.reference, ...this.time.question.range, limit: listedMax },
      { signal },
    );
    this.fanOut = new Map(found.contributors.map(({ keys, values }) => [contributorId(keys), values]));
  }

  /** Compares with another rule; null: the rule without its filters. */
  compareWith(base: ReportRule | null): Promise<void> {
    this.base = base;
    return this.run();
  }

  /** Counts the different values of a field for each contributor; null: no longer. */
  countField(field: GroupField | null): Promise<void> {
    this.#fanReference = field?.reference ?? null;
    this.fanOut = null;
    return this.run();
  }

  /** Ticks a contributor off, or on again. */
  toggle(id: string): Promise<void> {
    const next = new Set(this.without);
    if (!next.delete(id)) next.add(id);
    this.without = next;
    return this.run();
  }

  tickNone(): Promise<void> {
    this.without = new Set();
    return this.run();
  }

  close(): void {
    this.#asking.abort();
  }
}

/** What selects a rule in a question to the engine. */
export function choiceOf(rule: ReportRule): Args<'report.run'>['rule'] {
  return rule.stored ? { name: rule.name } : { definition: rule.definition };
}
