import { type Problem, UserError } from '../../../shared/problem';
import { logBug } from '../log';
import { readFailure } from '../workspace/failures';
import type { Workspace } from '../workspace/open';
import { ownFiles } from '../workspace/own-files';
import { FileBook } from './file-book';
import { loadFileRecords } from './file-record';
import { Loader } from './load';
import type { OpenFiles } from './open-files';
import { SourceReader } from './source-reader';

/** A full disk is looked at again after so long. */
const fullRetryMs = 2000;

/** Work in which the engine itself failed is not repeated sooner. */
const retryMs = 30_000;

/** After DuckDB failed and was opened anew, work is begun again at most so often. */
const mostTries = 3;

const roomCheckMs = 1000;

export type Work = (loader: Loader) => Promise<void>;

/**
 * Does what writes events, one piece after another: the workspace has one writer. After a failure all goes on from what
 * stands in the workspace, since positions and events are committed together.
 */
export class IngestQueue {
  #reader: SourceReader;
  #generation: number;
  #queue: Promise<unknown> = Promise.resolve();
  #halt: { problem: Problem; untilMs: number } | null = null;
  #roomCheckedMs = 0;

  private constructor(
    private readonly workspace: Workspace,
    private readonly held: OpenFiles,
    private readonly now: () => number,
    book: FileBook,
  ) {
    this.#reader = new SourceReader(book, held, ownFiles(workspace.path));
    this.#generation = workspace.db.generation;
  }

  static async open(workspace: Workspace, held: OpenFiles, now: () => number): Promise<IngestQueue> {
    return new IngestQueue(workspace, held, now, new FileBook(await loadFileRecords(workspace.db)));
  }

  /** What is known of the files. Another one after a failure. */
  get reader(): SourceReader {
    return this.#reader;
  }

  /** Why nothing is loaded at present; null where nothing keeps it. */
  get halt(): Problem | null {
    return this.#halt?.problem ?? null;
  }

  /** Whether it is worth trying to write. */
  get mayTry(): boolean {
    return this.#halt === null || this.now() >= this.#halt.untilMs;
  }

  enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Resolves when all that was asked for before is done. */
  async finish(): Promise<void> {
    await this.#queue;
  }

  /**
   * Has work done with a loader, and writes what that took over. Only in an enqueued piece of work.
   * @param onCommit called with the number of events that came with each commit that changed any
   * @throws what `work` throws, and errors of the workspace; then `halt` says what to tell the user
   */
  async write(work: Work, onCommit: (events: number) => void): Promise<void> {
    for (let tries = 1; ; tries++) {
      if (this.#generation !== this.workspace.db.generation) await this.#reload();
      const loader = new Loader(this.workspace, (events, hasDropped) => {
        if (events > 0 || hasDropped) onCommit(events);
      });
      try {
        await this.workspace.recovery.requireRoom();
        await work(loader);
        await loader.flush();
        this.#halt = null;
        return;
      } catch (cause) {
        await loader.abandon();
        const isRecovered = await this.#goOnAfter(cause);
        if (!isRecovered || tries === mostTries) throw cause;
      }
    }
  }

  /** Between two pieces of long work: stops it in time where the disk fills. */
  async checkRoom(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#roomCheckedMs < roomCheckMs) return;
    this.#roomCheckedMs = nowMs;
    await this.workspace.recovery.requireRoom();
  }

  /** @returns whether the work may be begun again at once */
  async #goOnAfter(cause: unknown): Promise<boolean> {
    const { recovery, db } = this.workspace;
    const { isFull, isEnded, isDamaged } = readFailure(cause);
    const isAnew = this.#generation !== db.generation;
    const isRecovered = isAnew || (await recovery.recover(cause).catch(() => false));
    await this.#reload().catch((failure) => logBug('reload', failure));
    const hasNoRoom = isFull || (cause instanceof UserError && cause.problems[0]?.code === 'workspace/disk-full');
    if (hasNoRoom) {
      const isSeen = await recovery.requireRoom().then(
        () => false,
        () => true,
      );
      // A quota shows only in writing.
      this.#halt = { problem: recovery.fullProblem(), untilMs: this.now() + (isSeen ? fullRetryMs : retryMs) };
      return false;
    }
    if (isAnew || (isRecovered && (isEnded || isDamaged))) return true;
    if (!(cause instanceof UserError)) logBug('load', cause);
    this.#halt = { problem: this.#describe(cause), untilMs: this.now() + retryMs };
    return false;
  }

  async #reload(): Promise<void> {
    const book = new FileBook(await loadFileRecords(this.workspace.db));
    this.#reader = new SourceReader(book, this.held, ownFiles(this.workspace.path));
    this.#generation = this.workspace.db.generation;
  }

  #describe(cause: unknown): Problem {
    if (cause instanceof UserError && cause.problems[0]) return cause.problems[0];
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    return {
      code: 'engine/internal',
      place: this.workspace.name,
      message: `What is new could not be loaded: ${reason}`,
      hint: 'What was loaded is safe. It is tried again in half a minute.',
    };
  }
}
