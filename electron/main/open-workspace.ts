import { MessageChannelMain } from 'electron';
import type { Grant } from '../../shared/bridge';
import type { Problem } from '../../shared/problem';
import { limitsFor } from '../../shared/settings';
import { type EngineListener, EngineProcess } from './engine-process';
import { Grants } from './grants';
import { notifyBreach } from './notify';
import type { StateStore } from './state';
import type { MainWindow } from './windows';
import type { WorkspaceEntry, Workspaces } from './workspaces';

type Current = {
  entry: WorkspaceEntry;
  engine: EngineProcess;
  grants: Grants;
  /** Resolves once it is known whether the workspace opens: with why it does not, or with nothing. */
  opened: Promise<Problem[]>;
  settle: (problems: Problem[]) => void;
};

/** The one workspace that is open: its engine, the paths granted to it, and the window's port. */
export class OpenWorkspace {
  #current: Current | null = null;
  #switching: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly state: StateStore,
    private readonly workspaces: Workspaces,
    private readonly window: MainWindow,
  ) {}

  get entry(): WorkspaceEntry | null {
    return this.#current?.entry ?? null;
  }

  /**
   * Closes the workspace that is open and opens another, or makes it.
   * @returns why it does not open; nothing when it is open, was open already, or another one was asked for meanwhile
   */
  async open(entry: WorkspaceEntry): Promise<Problem[]> {
    const current = await this.#enqueue(() => this.#switchTo(entry));
    return current.opened;
  }

  /** Closes the workspace; resolves when the engine's process is gone. */
  close(): Promise<void> {
    return this.#enqueue(async () => {
      const engine = this.#current?.engine;
      this.#leave(null);
      await engine?.close();
    });
  }

  /** Grants paths to the open workspace; the window finds them in `pendingGrants`. */
  grant(paths: { path: string; group?: string; label?: string; preview?: boolean }[]): void {
    const current = this.#current;
    if (current === null) return;
    for (const { path, group, label, preview } of paths) {
      const grant = current.grants.add(path, group, label, preview);
      // An engine that is still starting gets it once the workspace is open.
      if (current.engine.isOpen) current.engine.send({ kind: 'grant', ...grant });
    }
    this.state.update({ pendingGrants: current.grants.listPending() });
  }

  /** Hands out the grants that the window has not taken yet. */
  takeGrants(): Grant[] {
    const taken = this.#current?.grants.take() ?? [];
    if (taken.length > 0) this.state.update({ pendingGrants: [] });
    return taken;
  }

  /** The open workspace's file, and the logs that were opened in it since it is. */
  listPaths(): string[] {
    if (this.#current === null) return [];
    return [this.#current.entry.path, ...this.#current.grants.list().map(({ path }) => path)];
  }

  /** Gives the window a port to the engine, where the window listens and the workspace is open. */
  connectWindow(): void {
    const current = this.#current;
    if (current === null || !current.engine.isOpen || !this.window.isListening) return;
    const { port1, port2 } = new MessageChannelMain();
    current.engine.send({ kind: 'port' }, [port1]);
    this.window.sendPort({ kind: 'engine-port', workspaceId: current.entry.id }, port2);
  }

  /** Starts the engine again after it was given up. */
  restartEngine(): void {
    if (this.state.get().engine.state === 'stopped') this.#current?.engine.start();
  }

  /** Lets the engine have the memory and the threads that are set by now. */
  applyLimits(): Promise<void> {
    return this.#enqueue(async () => this.#current?.engine.applyLimits());
  }

  async #switchTo(entry: WorkspaceEntry): Promise<Current> {
    const previous = this.#current;
    if (previous?.entry.path === entry.path) {
      this.restartEngine();
      return previous;
    }
    const current = this.#prepare(entry);
    previous?.settle([]);
    this.#current = current;
    const { id, name, isSample } = entry;
    this.state.update({
      workspace: { id, name, isSample },
      workspaceProblem: null,
      engine: { state: 'starting', restarts: 0 },
      pendingGrants: [],
    });
    await previous?.engine.close();
    current.engine.start();
    return current;
  }

  #prepare(entry: WorkspaceEntry): Current {
    let settle: (problems: Problem[]) => void = () => undefined;
    const opened = new Promise<Problem[]>((resolve) => {
      settle = resolve;
    });
    let wasOpen = false;
    const listener: EngineListener = {
      onState: (state, restarts) => {
        this.state.update({ engine: { state, restarts } });
        if (state === 'stopped') settle([stoppedProblem(entry)]);
      },
      onOpened: (duckdb) => {
        if (!wasOpen) this.workspaces.noteOpened(entry);
        wasOpen = true;
        const versions = { ...this.state.get().versions, duckdb };
        this.state.update({ recents: this.workspaces.list(), firstStart: false, versions });
        for (const grant of current.grants.list()) engine.send({ kind: 'grant', ...grant });
        this.connectWindow();
        settle([]);
        // They may have been changed while it started.
        void this.applyLimits();
      },
      onFailed: (problems) => {
        settle(problems);
        this.#leave(problems[0] ?? null);
      },
      onSummary: (summary) => {
        this.workspaces.noteCounts(entry.id, summary);
        this.state.update({ recents: this.workspaces.list() });
      },
      onBreach: (breach) => {
        if (this.state.get().settings.notifications) notifyBreach(breach, () => this.window.focus());
      },
    };
    const engine = new EngineProcess(entry, listener, () => {
      const { settings, machine } = this.state.get();
      return limitsFor(settings, machine);
    });
    const current = { entry, engine, grants: new Grants(), opened, settle };
    return current;
  }

  #leave(problem: Problem | null): void {
    this.#current?.settle([]);
    this.#current = null;
    this.state.update({
      workspace: null,
      workspaceProblem: problem,
      engine: { state: 'none', restarts: 0 },
      pendingGrants: [],
    });
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#switching.then(work);
    this.#switching = result.catch(() => undefined);
    return result;
  }
}

function stoppedProblem(entry: WorkspaceEntry): Problem {
  return {
    code: 'engine/stopped',
    place: entry.name,
    message: 'The engine ended several times while it opened the workspace.',
    hint: 'Start it again, or open another workspace.',
  };
}
