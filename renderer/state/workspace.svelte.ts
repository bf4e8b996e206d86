import type { Grant } from '../../shared/bridge';
import type { EngineEvent, Result } from '../../shared/contract';
import type { Coverage } from '../../shared/coverage';
import type { Doubles, DoublesSetting } from '../../shared/doubles';
import type { Problem } from '../../shared/problem';
import type { StoredRule } from '../../shared/rule';
import type { FileChoices, PreviewStep, Reading, SourcePreview } from '../../shared/source-preview';
import type { LoadProgress, Source, WorkspaceSummary } from '../../shared/workspace';
import { type Engine, isAbort } from './engine';
import { problemsOf } from './problems';

export type Sample = Result<'rules.samples'>[number];

/** A folder that is being loaded on the user's request. */
type Load = { label: string; control: AbortController };

/** What could not be loaded at all, kept until dismissed. */
export type FailedLoad = { label: string; problems: Problem[] };

/** Commits come many times a second while logs load; the summary is asked for at most this often. */
const refreshEveryMs = 400;

/** An engine that ends this often during one load would end again. Main gives up at five, too. */
const restartsMax = 5;

function isStopped(cause: unknown): boolean {
  return problemsOf(cause).some((problem) => problem.code === 'engine/stopped');
}

/** The last step of a load may come when its source is done. */
function isUnderWay(progress: LoadProgress | null, sources: readonly Source[]): boolean {
  const source = sources.find(({ id }) => id === progress?.sourceId);
  return source?.state === 'loading' || source?.state === 'waiting';
}

/** The load that the engine did not survive, however often it was started again. */
function gaveUpProblem(label: string): Problem {
  return {
    code: 'engine/stopped',
    place: label,
    message: `The engine stopped ${restartsMax + 1} times while it loaded this.`,
    hint: 'What was committed until then is kept. Start the engine again, then reload the source.',
  };
}

/** The open workspace as the engine tells it: sources, groups, rules, and what is being loaded. */
export class Workspace {
  readonly id: string;
  summary = $state.raw<WorkspaceSummary | null>(null);
  sources = $state.raw<Source[]>([]);
  progress = $state.raw<LoadProgress | null>(null);
  rules = $state.raw<StoredRule[]>([]);
  samples = $state.raw<Sample[]>([]);
  problems = $state.raw<Problem[]>([]);
  failed = $state.raw<FailedLoad[]>([]);
  /** Grows with each commit of events. */
  version = $state(0);
  /** Number of unique contributors at the last report of each rule, by its name. */
  uniqueCounts = $state.raw<ReadonlyMap<string, string>>(new Map());

  readonly loading = $derived(
    this.progress !== null || this.sources.some((source) => source.state === 'loading' || source.state === 'waiting'),
  );
  readonly fitting: Sample[] = $derived(
    this.samples.filter((sample) => sample.fits.length > 0 && !this.rules.some((rule) => rule.name === sample.name)),
  );

  readonly #engine: Engine;
  #loads = $state.raw<Load[]>([]);
  #isClosed = false;
  #refreshTimer: ReturnType<typeof setTimeout> | null = null;
  #refreshing = false;

  constructor(id: string, engine: Engine) {
    this.id = id;
    this.#engine = engine;
  }

  /** Asks for everything: after opening, and after the engine came back. */
  async refresh(): Promise<void> {
    this.#refreshing = true;
    try {
      const [summary, rules, samples] = await Promise.all([
        this.#engine.call('workspace.describe', {}),
        this.#engine.call('rules.list', {}),
        this.#engine.call('rules.samples', {}),
      ]);
      this.summary = summary;
      this.sources = summary.sources;
      this.rules = rules;
      this.samples = samples;
      this.problems = [];
    } catch (cause) {
      // A stopped engine is announced by main; its successor's port refreshes again.
      if (!isAbort(cause)) this.problems = problemsOf(cause).filter((problem) => problem.code !== 'engine/stopped');
    } finally {
      this.#refreshing = false;
    }
  }

  receive(event: EngineEvent): void {
    switch (event.name) {
      case 'sources':
        this.sources = event.sources;
        this.progress = isUnderWay(event.progress, event.sources) ? event.progress : null;
        return;
      case 'data':
        this.version = event.version;
        this.#refreshSoon();
        return;
      case 'rules':
        this.#refreshSoon();
    }
  }

  /**
   * Loads a folder or file. Resolves with the source when all of it is loaded; with null when it was cancelled, or
   * failed, which then stands in `failed`.
   */
  load(grant: Grant, files?: FileChoices): Promise<Source | null> {
    const args = files === undefined ? { grant: grant.id } : { grant: grant.id, files };
    return this.#load(grant.label, (signal) => this.#engine.call('sources.add', args, this.#watch(signal)));
  }

  /** Looks into the files of a folder without loading them. @throws UserError; the signal's reason */
  preview(
    grant: Grant,
    reading: Reading,
    { signal, onProgress }: { signal: AbortSignal; onProgress: (step: PreviewStep) => void },
  ): Promise<SourcePreview> {
    return this.#engine.call('sources.preview', { grant: grant.id, reading }, { signal, onProgress });
  }

  /** Looks at a source again and loads what is new; `fromStart` drops its events first and reads everything anew. */
  reload(source: Source, fromStart = false): Promise<Source | null> {
    return this.#load(source.label, (signal) =>
      this.#engine.call('sources.reload', { id: source.id, fromStart }, this.#watch(signal)),
    );
  }

  /** Stops loading and following a source. What was loaded stays. @throws UserError with the engine's problems */
  async pause(source: Source): Promise<void> {
    await this.#engine.call('sources.pause', { id: source.id });
    await this.refresh();
  }

  /** Goes on with a source that was paused or cancelled. */
  resume(source: Source): Promise<Source | null> {
    return this.#load(source.label, (signal) =>
      this.#engine.call('sources.resume', { id: source.id }, this.#watch(signal)),
    );
  }

  /** When which log groups and files have events. @throws UserError; the signal's reason */
  readCoverage(signal: AbortSignal): Promise<Coverage> {
    return this.#engine.call('coverage.read', {}, { signal });
  }

  /** Events that came from more than one file. @throws UserError; the signal's reason */
  findDoubles(signal: AbortSignal): Promise<Doubles> {
    return this.#engine.call('doubles.find', {}, { signal });
  }

  /** Whether reports count doubles. @throws UserError */
  setDoubles(setting: DoublesSetting): Promise<Doubles> {
    return this.#engine.call('doubles.set', { setting });
  }

  async #load(label: string, start: (signal: AbortSignal) => Promise<Source>): Promise<Source | null> {
    const load: Load = { label, control: new AbortController() };
    const { signal } = load.control;
    this.#loads = [...this.#loads, load];
    this.failed = this.failed.filter((failed) => failed.label !== label);
    try {
      for (let restarts = 0; ; restarts++) {
        try {
          return await (restarts === 0 ? start(signal) : this.#resume(label, start, signal));
        } catch (cause) {
          if (this.#isClosed) return null;
          if (restarts < restartsMax && isStopped(cause)) continue;
          const problems = isStopped(cause) ? [gaveUpProblem(label)] : problemsOf(cause);
          if (!isAbort(cause)) this.failed = [...this.failed, { label, problems }];
          return null;
        }
      }
    } finally {
      this.#loads = this.#loads.filter((other) => other !== load);
      if (this.#loads.length === 0) this.progress = null;
      if (!this.#isClosed) await this.refresh();
    }
  }

  /** Goes on after the engine was started again: with the source where it got that far, else from its beginning. */
  async #resume(label: string, start: (signal: AbortSignal) => Promise<Source>, signal: AbortSignal): Promise<Source> {
    const { sources } = await this.#engine.call('workspace.describe', {}, { signal });
    const source = sources.find((one) => one.label === label);
    if (source === undefined) return start(signal);
    return this.#engine.call('sources.reload', { id: source.id }, this.#watch(signal));
  }

  #watch(signal: AbortSignal) {
    return {
      signal,
      onProgress: (step: LoadProgress) => {
        this.progress = step;
      },
    };
  }

  dismissFailed(label: string): void {
    this.failed = this.failed.filter((failed) => failed.label !== label);
  }

  /** Ends all loading; what was loaded is kept. */
  cancelLoading(): void {
    for (const load of this.#loads) load.control.abort();
  }

  /** True while this window waits for loads it asked for. */
  get canCancel(): boolean {
    return this.#loads.length > 0;
  }

  /** @throws UserError with the engine's problems */
  async removeSource(source: Source): Promise<void> {
    await this.#engine.call('sources.remove', { id: source.id });
    await this.refresh();
  }

  /** @throws UserError with the engine's problems */
  async putRule(rule: StoredRule): Promise<void> {
    await this.#engine.call('rules.put', rule);
    await this.refresh();
  }

  /** Deletes a rule and returns it, for undo. @throws UserError with the engine's problems */
  async deleteRule(name: string): Promise<StoredRule> {
    const rule = await this.#engine.call('rules.delete', { name });
    await this.refresh();
    return rule;
  }

  /** Keeps a rule's count for the list of rules. */
  noteUniqueCount(name: string, count: string): void {
    this.uniqueCounts = new Map(this.uniqueCounts).set(name, count);
  }

  #refreshSoon(): void {
    if (this.#refreshTimer !== null) return;
    this.#refreshTimer = setTimeout(() => {
      this.#refreshTimer = null;
      if (this.#refreshing) this.#refreshSoon();
      else void this.refresh();
    }, refreshEveryMs);
  }

  /** The window no longer shows this workspace. What loads is not cancelled: it goes on when it is opened again. */
  close(): void {
    this.#isClosed = true;
    if (this.#refreshTimer !== null) clearTimeout(this.#refreshTimer);
  }
}
