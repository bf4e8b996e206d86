import type { AwsCheck } from '../../shared/aws-check';
import type { Problem } from '../../shared/problem';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import type { ReportTab } from '../state/report.svelte';
import { choiceOf } from './impact.svelte';
import { type AskedAwsCheck, keptAnswerMax } from './saved-page';

/** An answer of AWS's GetInsightRuleReport beside the report that is open here. */
export class AwsCheckView {
  readonly tab: ReportTab;
  answer = $state('');
  check = $state.raw<AwsCheck | null>(null);
  problems = $state.raw<Problem[]>([]);
  busy = $state(false);
  readonly #engine: Engine;
  #asking = new AbortController();

  constructor(tab: ReportTab, engine: Engine) {
    this.tab = tab;
    this.#engine = engine;
  }

  /** What is asked, to be kept. */
  get asked(): AskedAwsCheck {
    return { kind: 'aws-check', answer: this.answer.length > keptAnswerMax ? '' : this.answer };
  }

  /** Takes what was asked before; `run` asks it. */
  restore({ answer }: AskedAwsCheck): void {
    this.answer = answer;
  }

  /** Sets the answer beside the report; nothing where there is none. */
  async run(): Promise<void> {
    this.#asking.abort();
    const control = new AbortController();
    this.#asking = control;
    if (this.answer.trim() === '') return;
    this.busy = true;
    const { startMs, endMs, periodSeconds, orderBy } = this.tab.engineArgs;
    try {
      const check = await this.#engine.call(
        'aws.check',
        {
          rule: choiceOf(this.tab.rule),
          answer: this.answer,
          startMs,
          endMs,
          periodSeconds: periodSeconds ?? 60,
          orderBy,
        },
        { signal: control.signal },
      );
      if (this.#asking !== control) return;
      this.check = check;
      this.problems = [];
    } catch (cause) {
      if (this.#asking !== control || isAbort(cause)) return;
      this.check = null;
      this.problems = problemsOf(cause);
    } finally {
      if (this.#asking === control) this.busy = false;
    }
  }

  close(): void {
    this.#asking.abort();
  }
}
