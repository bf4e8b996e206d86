import { basename, resolve, sep } from 'node:path';
import { UserError } from '../../../shared/problem';
import type { LoadProgress, Source, SourceState } from '../../../shared/workspace';
import { isCancelled } from '../caller-gone';
import { logBug } from '../log';
import type { Workspace } from '../workspace/open';
import { ownFiles } from '../workspace/own-files';
import { writeReadableViews } from '../workspace/readable-views';
import type { FileRecord } from './file-record';
import { IngestQueue } from './ingest-queue';
import type { Loader } from './load';
import { OpenFiles } from './open-files';
import { recogniseGroups } from './recognise-groups';
import { createEntry, describeSource, type Entry, headersOf, isFollowed, type NewSource } from './source-entry';
import type { LookOptions, SourceReader } from './source-reader';
import { dropEntry, insertEntry, loadEntries, updateChoices, updateState } from './source-store';
import type { FoundFolder } from './walk';

export type { NewSource } from './source-entry';

export type LoadOptions = { signal?: AbortSignal; progress?: (step: LoadProgress) => void };

export type SourcesOptions = {
  onChange: (change: { progress: LoadProgress | null; committed: boolean }) => void;
  /** Called when `folders` may have changed. */
  onFolders?: (() => void) | undefined;
  /** The time, epoch ms. */
  now?: (() => number) | undefined;
};

/** Progress is reported at most this often. */
const reportMs = 100;

/** Looks in one go until no file is renamed or replaced while it is looked at. */
const mostLooks = 3;

/**
 * The sources of a workspace: adds, loads, follows, removes. All of it goes through one queue, since the workspace has one
 * writer; a long load lets in between its chunks what is appended elsewhere.
 */
export class Sources {
  readonly #entries: Entry[] = [];
  readonly #hints = new Set<string>();
  readonly #folders = new Map<number, FoundFolder[]>();
  #isFollowing = false;
  #isStopping = false;
  #needsLook = false;
  #fieldsRecognised = '';

  private constructor(
    private readonly workspace: Workspace,
    private readonly options: SourcesOptions & { now: () => number },
    private readonly queue: IngestQueue,
    private readonly held: OpenFiles,
  ) {}

  /** The sources that the workspace knows, as they were left. */
  static async open(workspace: Workspace, { now = Date.now, ...options }: SourcesOptions): Promise<Sources> {
    const held = new OpenFiles();
    const queue = await IngestQueue.open(workspace, held, now);
    const sources = new Sources(workspace, { ...options, now }, queue, held);
    sources.#entries.push(...(await loadEntries(workspace)));
    return sources;
  }

  list(): Source[] {
    return this.#entries.map((entry) => this.#describe(entry));
  }

  /** All folders in which something may happen to the files that are followed, as the last looks found them. */
  folders(): FoundFolder[] {
    return this.#followed().flatMap(({ id }) => this.#folders.get(id) ?? []);
  }

  /** Whether the time of some file has come to be looked at again. */
  get hasDue(): boolean {
    return this.#mayFollow() && this.#reader.due.isDue(this.options.now());
  }

  /** Whether something was heard that only a look at all files can explain. */
  get needsLook(): boolean {
    return this.#needsLook;
  }

  /** Adds a folder or file; one that is a source already is looked at again. Nothing is loaded yet. */
  async add(source: NewSource): Promise<number> {
    const path = resolve(source.path);
    const known = this.#entries.find((entry) => entry.path === path && entry.groupName === source.group);
    if (known) {
      if (source.files !== undefined) await updateChoices(this.workspace, known, source.files);
      return known.id;
    }
    const entry = createEntry({
      id: 1 + Math.max(0, ...this.#entries.map(({ id }) => id)),
      path,
      label: source.label ?? source.path,
      groupName: source.group,
      matchesAll: source.matchesAll ?? false,
      choices: source.files ?? null,
      state: 'waiting',
    });
    // Listed before it is written: another call may come meanwhile, and must get another id.
    this.#entries.push(entry);
    await insertEntry(this.workspace, entry);
    return entry.id;
  }

  /**
   * Loads what is new in a source, after the loads that were asked for before. Resolves early where it is paused. It
   * goes on when the caller goes away.
   * @throws the signal's reason when it is aborted, then the source is cancelled; what was loaded stays
   */
  load(id: number, { signal, progress }: LoadOptions = {}): Promise<Source> {
    const asked = this.#entries.find((entry) => entry.id === id);
    if (asked) asked.state = 'waiting';
    return this.queue.enqueue(async () => {
      const entry = this.#entryOf(id);
      if (isCancelled(signal)) signal?.throwIfAborted();
      if (this.#isStopping || entry.state !== 'waiting') return this.#describe(entry);
      entry.stop = new AbortController();
      const cancel = () => {
        if (isCancelled(signal)) this.#interrupt(entry, 'cancelled').catch((cause) => logBug('cancel', cause));
      };
      signal?.addEventListener('abort', cancel);
      try {
        await this.#setState(entry, 'loading');
        await this.#loadEntry(entry, progress);
      } catch (cause) {
        // What the workspace has no room for goes on by itself when there is room.
        if (this.queue.halt?.code !== 'workspace/disk-full' && !this.#isStopping) await this.#setState(entry, 'failed');
        throw cause;
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
      signal?.throwIfAborted();
      return this.#describe(entry);
    });
  }

  /** From now on files may go on after their end, and `look` and `hint` load what comes. */
  follow(): void {
    this.#isFollowing = true;
  }

  /** Looks at all sources that are followed and loads what is new. Does not throw: a source says what is wrong with it. */
  look(): Promise<void> {
    return this.queue.enqueue(async () => {
      if (!this.#mayFollow()) return;
      this.#needsLook = false;
      const entries = this.#followed().filter(({ state }) => state !== 'waiting');
      await this.#follow((loader, between) => this.#lookAt(loader, entries, { between }));
      // A state that can't be written, as on a full disk, is written with the next one.
      for (const entry of entries) await this.#settle(entry).catch((cause) => logBug('look', cause));
    });
  }

  /** Looks at files of which something was heard, or whose time has come, and loads what is new in them. */
  hint(paths: Iterable<string>): Promise<void> {
    const { isOwnName } = ownFiles(this.workspace.path);
    for (const path of paths) if (!isOwnName(basename(path))) this.#hints.add(path);
    return this.queue.enqueue(async () => {
      if (this.#mayFollow()) await this.#follow((loader) => this.#serveHints(loader));
    });
  }

  /** Ends the load of a source after the block it is at, and does not follow it until it is loaded again. */
  async pause(id: number): Promise<Source> {
    return this.#interrupt(this.#entryOf(id), 'paused');
  }

  /** Ends the load of a source likewise, for good: it does not go on when the workspace is opened again. */
  async cancel(id: number): Promise<Source> {
    return this.#interrupt(this.#entryOf(id), 'cancelled');
  }

  /** Takes a source out of the workspace with its events. Its files are not touched. */
  remove(id: number): Promise<void> {
    this.#entries.find((entry) => entry.id === id)?.stop.abort();
    return this.queue.enqueue(async () => {
      const entry = this.#entryOf(id);
      await dropEntry(this.workspace, entry, true);
      await this.#forgetFiles(entry);
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      this.options.onChange({ progress: null, committed: true });
      // Its files may stand in another source, which left them to it.
      void this.look();
    });
  }

  /** Drops the events of a source, so that the next load reads everything anew. */
  clear(id: number): Promise<void> {
    return this.queue.enqueue(async () => {
      const entry = this.#entryOf(id);
      await dropEntry(this.workspace, entry, false);
      await this.#forgetFiles(entry);
      this.options.onChange({ progress: null, committed: true });
    });
  }

  /** Ids of the sources that are loaded and followed when the workspace is opened again. */
  unfinished(): number[] {
    return this.#followed().map(({ id }) => id);
  }

  /** Ends the loads after the block they are at; they go on when the workspace is opened again. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const entry of this.#entries) entry.stop.abort();
    await this.queue.finish();
    await this.held.closeAll();
  }

  async #loadEntry(entry: Entry, progress: LoadOptions['progress']): Promise<void> {
    const startedMs = Date.now();
    let events = 0;
    let eventsRead = 0;
    let filesDone = 0;
    let reportedMs = 0;
    const report = (hasCommitted: boolean) => {
      const now = Date.now();
      if (!hasCommitted && now - reportedMs < reportMs) return;
      reportedMs = now;
      const step: LoadProgress = {
        sourceId: entry.id,
        bytes: entry.bytes,
        bytesDone: entry.bytesDone,
        events,
        eventsRead: Math.max(events, eventsRead),
        file: entry.current && { ...entry.current },
        files: entry.files,
        filesDone: Math.min(filesDone, entry.files),
        elapsedMs: now - startedMs,
      };
      progress?.(step);
      this.options.onChange({ progress: step, committed: hasCommitted });
    };
    await this.#write(
      (loader, between) =>
        this.#lookAt(loader, [entry], {
          between,
          onBytes: () => {
            eventsRead = events + loader.uncommitted;
            report(false);
          },
          onFile: () => {
            filesDone += 1;
            report(false);
          },
        }),
      (committed) => {
        events += committed;
        report(true);
      },
    );
    await this.#recognise([entry]);
    await this.#settle(entry);
    report(true);
  }

  /** One look at sources, repeated while their files move under it. */
  async #lookAt(
    loader: Loader,
    entries: readonly Entry[],
    callbacks: Pick<LookOptions, 'between' | 'onBytes' | 'onFile'>,
  ): Promise<void> {
    for (let count = 0; count < mostLooks; count++) {
      const { folders, isSettled } = await this.#reader.look(loader, entries, {
        nowMs: this.options.now(),
        isFollowing: this.#isFollowing,
        ownerOf: this.#ownerOf,
        ...callbacks,
      });
      for (const [entry, found] of folders) this.#folders.set(entry.id, found);
      this.options.onFolders?.();
      if (isSettled) return;
    }
    this.#needsLook = true;
  }

  async #serveHints(loader: Loader): Promise<void> {
    const due = this.#reader.due.take(this.options.now());
    const paths = new Set([...this.#hints, ...due.map(({ path }) => path)]);
    this.#hints.clear();
    for (const path of paths) {
      for (const entry of this.#followed()) {
        if (path !== entry.path && !path.startsWith(entry.path + sep)) continue;
        const options = { nowMs: this.options.now(), isFollowing: true, ownerOf: this.#ownerOf };
        if (!(await this.#reader.lookAt(loader, entry, path, options))) this.#needsLook = true;
      }
    }
  }

  /** Work that nobody waits for: what goes wrong is kept, shown with the sources, and tried again later. */
  async #follow(work: (loader: Loader, between: () => Promise<void>) => Promise<void>): Promise<void> {
    let hasCommitted = false;
    const { halt } = this.queue;
    try {
      await this.#write(work, () => {
        hasCommitted = true;
      });
      if (hasCommitted) await this.#recognise(this.#followed());
    } catch {
      // The queue has noted it.
    }
    if (hasCommitted || halt !== this.queue.halt) this.options.onChange({ progress: null, committed: hasCommitted });
  }

  #write(
    work: (loader: Loader, between: () => Promise<void>) => Promise<void>,
    onCommit: (events: number) => void,
  ): Promise<void> {
    return this.queue.write(async (loader) => {
      const between = async () => {
        await this.queue.checkRoom();
        if (!this.#isFollowing || (this.#hints.size === 0 && !this.#reader.due.isDue(this.options.now()))) return;
        await this.#serveHints(loader);
        await loader.flush();
      };
      await work(loader, between);
    }, onCommit);
  }

  #mayFollow(): boolean {
    return this.#isFollowing && !this.#isStopping && this.queue.mayTry;
  }

  get #reader(): SourceReader {
    return this.queue.reader;
  }

  #followed(): Entry[] {
    return this.#entries.filter(({ state }) => isFollowed(state));
  }

  async #interrupt(entry: Entry, state: 'paused' | 'cancelled'): Promise<Source> {
    entry.stop.abort();
    await this.#setState(entry, state);
    return this.#describe(entry);
  }

  /** The state of a source after a look, unless it was paused or cancelled meanwhile, or is to be loaded once more. */
  async #settle(entry: Entry): Promise<void> {
    if (this.#isStopping || entry.state === 'waiting' || !isFollowed(entry.state)) return;
    const isMissing = entry.unreadable.some(({ path }) => path === entry.path);
    await this.#setState(entry, isMissing ? 'missing' : this.#isFollowing ? 'watching' : 'loaded');
  }

  async #setState(entry: Entry, state: SourceState): Promise<void> {
    if (entry.state === state) return;
    entry.state = state;
    await updateState(this.workspace, entry);
    this.options.onChange({ progress: null, committed: false });
  }

  async #recognise(entries: readonly Entry[]): Promise<void> {
    const tables = this.workspace.catalog.groups.flatMap((group) => [...group.tables.values()]);
    const fields = tables.map((table) => `${table.groupId}${table.format}${table.fields.size}`).join();
    if (fields === this.#fieldsRecognised) return;
    const headers = entries.flatMap((entry) => [...headersOf(entry, this.#reader.book.ofSource(entry.id))]);
    await recogniseGroups(this.workspace, new Map(headers));
    // Nothing here needs them.
    await writeReadableViews(this.workspace.db, this.workspace.catalog).catch((cause) => logBug('views', cause));
    this.#fieldsRecognised = fields;
  }

  async #forgetFiles(entry: Entry): Promise<void> {
    for (const record of [...this.#reader.book.ofSource(entry.id)]) {
      this.#reader.book.forget(record);
      await this.held.release(record);
    }
  }

  readonly #ownerOf = ({ sourceId }: FileRecord): Entry | null =>
    this.#entries.find(({ id, state }) => id === sourceId && isFollowed(state)) ?? null;

  #entryOf(id: number): Entry {
    const entry = this.#entries.find((candidate) => candidate.id === id);
    if (entry) return entry;
    throw new UserError([
      {
        code: 'source/unknown',
        place: `source ${id}`,
        message: 'The workspace has no such source.',
        hint: 'It may have been removed.',
      },
    ]);
  }

  #describe(entry: Entry): Source {
    return describeSource(entry, this.#reader.book.ofSource(entry.id), this.queue.halt);
  }
}
