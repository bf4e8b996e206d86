import { basename, join } from 'node:path';
import { FSWatcher } from 'chokidar';
import type { Problem } from '../../../shared/problem';
import type { Sources } from './sources';
import { type FoundFolder, isLogName } from './walk';

/** Hints are collected for so long, and served at most this often, so that a busy file makes few commits. */
const collectMs = 30;
const betweenHintsMs = 70;

/** With more hints at a time, one look at everything is cheaper; and the system may have dropped some. */
const mostHints = 5000;

/** A look at all files takes at most this share of the time, and comes at least and at most this often. */
const lookShare = 0.01;
const shortestMs = 2000;
const longestMs = 60_000;
/** The same where the system gives no hints for some folders. */
const unhintedShare = 0.05;
const unhintedLongestMs = 10_000;

const tickMs = 500;

/**
 * Keeps sources up to date: hints of the system say which file to look at now, looks at all of them find what no hint told.
 * The kernel drops hints without a word when they come too fast, and network drives give none.
 */
export class Watcher {
  readonly #watched = new Map<string, string>();
  readonly #hints = new Set<string>();
  #watcher: HintWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;
  #collecting: NodeJS.Timeout | null = null;
  #isServing = false;
  #isLimited = false;
  #looking: Promise<void> | null = null;
  #nextLookMs = 0;
  #earliestLookMs = 0;

  /** @param onProblem told what limits watching */
  constructor(
    private readonly sources: Sources,
    private readonly onProblem: (problem: Problem) => void,
  ) {}

  start(): void {
    if (this.#watcher !== null) return;
    this.#watcher = new HintWatcher();
    this.#watcher.on('raw', (_event, name, details) => this.#hear(name, details));
    this.#watcher.on('error', (cause) => this.#fail(cause));
    this.#nextLookMs = Date.now() + shortestMs;
    this.#timer = setInterval(() => void this.#tick(), tickMs);
    this.watchFolders();
  }

  /** Resolves when nothing more will be asked of the sources. */
  async stop(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#collecting !== null) clearTimeout(this.#collecting);
    this.#watched.clear();
    await watcher?.close();
    await this.#looking;
  }

  /** Takes over the folders that the sources have now. */
  watchFolders(): void {
    if (this.#watcher === null) return;
    const folders = new Map(this.sources.folders().map(({ path, identity }: FoundFolder) => [path, identity]));
    const gone = [...this.#watched].filter(([path, identity]) => folders.get(path) !== identity).map(([path]) => path);
    this.#watcher.unwatch(gone);
    for (const path of gone) this.#watched.delete(path);
    const added = [...folders.keys()].filter((path) => !this.#watched.has(path));
    if (added.length === 0) return;
    for (const path of added) this.#watched.set(path, folders.get(path) ?? '');
    this.#watcher.add(added);
    // What happened in them before they were watched.
    this.#nextLookMs = Math.min(this.#nextLookMs, Date.now() + shortestMs);
  }

  #hear(name: unknown, details: unknown): void {
    const folder = (details as { watchedPath?: unknown } | undefined)?.watchedPath;
    if (typeof folder !== 'string') return;
    if (typeof name === 'string') {
      if (!isLogName(basename(name))) return;
      this.#hints.add(join(folder, name));
    } else this.#hints.add(folder);
    this.#collect(collectMs);
  }

  #collect(delayMs: number): void {
    if (this.#isServing || this.#collecting !== null) return;
    this.#collecting = setTimeout(() => {
      this.#collecting = null;
      void this.#serve();
    }, delayMs);
  }

  async #serve(): Promise<void> {
    const hints = [...this.#hints];
    this.#hints.clear();
    this.#isServing = true;
    try {
      if (hints.length > mostHints) await this.#look();
      else await this.sources.hint(hints);
    } finally {
      this.#isServing = false;
    }
    if (this.#hints.size > 0) this.#collect(betweenHintsMs);
    if (this.sources.needsLook) this.#lookSoon();
  }

  #lookSoon(): void {
    this.#nextLookMs = Math.min(this.#nextLookMs, this.#earliestLookMs);
    const waitMs = this.#nextLookMs - Date.now();
    if (waitMs <= 0) void this.#look();
    else if (waitMs < tickMs) setTimeout(() => void this.#tick(), waitMs).unref();
  }

  async #tick(): Promise<void> {
    if (this.#watcher === null) return;
    if (Date.now() >= this.#nextLookMs) await this.#look();
    else if (this.sources.hasDue && !this.#isServing) await this.#serve();
  }

  #look(): Promise<void> {
    this.#looking ??= (async () => {
      const startedMs = Date.now();
      try {
        await this.sources.look();
      } finally {
        this.#looking = null;
      }
      const tookMs = Date.now() - startedMs;
      const [share, longest] = this.#isLimited ? [unhintedShare, unhintedLongestMs] : [lookShare, longestMs];
      // Where much was read, the look itself took little of the time: the cap keeps what is missed from waiting long.
      this.#nextLookMs = Date.now() + Math.min(longest, Math.max(shortestMs, tookMs / share));
      this.#earliestLookMs = Date.now() + Math.max(collectMs, tookMs * 4);
    })();
    return this.#looking;
  }

  #fail(cause: unknown): void {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (this.#isLimited || (code !== 'ENOSPC' && code !== 'EMFILE' && code !== 'ENFILE')) return;
    this.#isLimited = true;
    this.onProblem({
      code: 'source/unwatched',
      place: 'Sources',
      message: 'The system watches no more folders: what is new in some of them shows after seconds, not at once.',
      hint: 'Nothing is lost. Raise fs.inotify.max_user_watches, or add fewer folders.',
    });
  }
}

/**
 * chokidar as a source of hints. It lists a folder again, with a look at every file in it, whenever something happens in
 * it: with lines being appended in a folder of 10,000 files that took a whole core. Our own look lists the folders, so
 * here none is listed, and only folders are watched, with one handle each however many files they hold.
 */
class HintWatcher extends FSWatcher {
  constructor() {
    super({ persistent: true, ignoreInitial: true, followSymlinks: true, depth: 0, atomic: false });
  }

  override _throttle(action: Parameters<FSWatcher['_throttle']>[0], path: string, timeout: number) {
    return action === 'readdir' ? false : super._throttle(action, path, timeout);
  }
}
