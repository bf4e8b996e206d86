import type { Coverage } from '../../shared/coverage';
import type { Doubles, DoublesSetting } from '../../shared/doubles';
import type { Problem } from '../../shared/problem';
import { isAbort } from './engine';
import { problemsOf } from './problems';
import type { Workspace } from './workspace.svelte';

/** While events come all the time, coverage and doubles are asked for at most this often. */
const restMs = 2000;

/** Coverage and doubles of a workspace, asked for while somebody looks at them. */
export class SourceFacts {
  coverage = $state.raw<Coverage | null>(null);
  doubles = $state.raw<Doubles | null>(null);
  problems = $state.raw<Problem[]>([]);

  readonly #workspace: Workspace;
  #control = new AbortController();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Asks soon, and once for all that changed until then. */
  refresh(): void {
    if (this.#timer !== null) return;
    const waitMs = Math.max(0, this.#askedMs + restMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#ask();
    }, waitMs);
  }

  async #ask(): Promise<void> {
    this.#askedMs = performance.now();
    this.#control.abort();
    this.#control = new AbortController();
    const { signal } = this.#control;
    try {
      const coverage = await this.#workspace.readCoverage(signal);
      if (signal.aborted) return;
      this.coverage = coverage;
      const doubles = await this.#workspace.findDoubles(signal);
      if (signal.aborted) return;
      this.doubles = doubles;
      this.problems = [];
    } catch (cause) {
      if (!isAbort(cause)) this.problems = problemsOf(cause).filter(({ code }) => code !== 'engine/stopped');
    }
  }

  async setDoubles(setting: DoublesSetting): Promise<void> {
    try {
      this.doubles = await this.#workspace.setDoubles(setting);
    } catch (cause) {
      this.problems = problemsOf(cause);
    }
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#control.abort();
  }
}
