import { join } from 'node:path';
import { app, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import { z } from 'zod';
import type { EngineState } from '../../shared/bridge';
import type { EngineToMain, MainToEngine } from '../../shared/engine-process';
import { type Problem, problemCodes } from '../../shared/problem';
import type { EngineLimits } from '../../shared/settings';
import type { Breach } from '../../shared/threshold';

/** After so many restarts within so long, the engine is left alone until the user starts it again. */
const restartLimit = 5;
const restartWindowMs = 10 * 60 * 1000;
/** A block that is not finished by then is given up; its transaction leaves nothing behind. */
const closeTimeoutMs = 2000;

const Count = z.number().nonnegative();
const Message: z.ZodType<EngineToMain> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), duckdbVersion: z.string() }),
  z.object({
    kind: z.literal('failed'),
    problems: z.array(
      z.object({
        code: z.enum(problemCodes),
        place: z.string(),
        message: z.string(),
        hint: z.string().exactOptional(),
      }),
    ),
  }),
  z.object({
    kind: z.literal('breach'),
    breach: z.object({
      threshold: z.string(),
      startMs: z.number(),
      endMs: z.number(),
      isOver: z.boolean(),
      worst: z.number().nullable(),
      contributor: z.array(z.string()).nullable(),
    }),
  }),
  z.object({ kind: z.literal('summary'), events: Count, sources: Count, rules: Count, bytes: Count }),
]);

export type EngineSummary = Omit<Extract<EngineToMain, { kind: 'summary' }>, 'kind'>;

export type EngineListener = {
  /** `restarts` counts those that the engine's own ends made necessary. */
  onState(state: EngineState, restarts: number): void;
  /** The workspace is open; comes again after each restart. */
  onOpened(duckdbVersion: string): void;
  /** The workspace can't be opened; the process is on its way out and does not come back. */
  onFailed(problems: Problem[]): void;
  onSummary(summary: EngineSummary): void;
  onBreach(breach: Breach): void;
};

/**
 * The engine's process for one workspace. One that ends by itself is started again and reopens the workspace, up to five
 * times in ten minutes. `close` ends it for good.
 */
export class EngineProcess {
  #child: UtilityProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #isOpen = false;
  #isClosing = false;
  #restarts = 0;
  #restartedAtMs: number[] = [];
  #limits: EngineLimits | null = null;

  constructor(
    private readonly workspace: { path: string; isSample: boolean },
    private readonly listener: EngineListener,
    /** What a process may use that starts now. */
    private readonly readLimits: () => EngineLimits,
  ) {}

  /** Whether the workspace is open, so that ports may be sent. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Starts the process, the first time or after it was given up. */
  start(): void {
    this.#restartedAtMs = [];
    this.#fork('starting');
  }

  /** Sends a message, with ports that the engine takes over. Lost where the process just ended. */
  send(message: MainToEngine, ports: MessagePortMain[] = []): void {
    this.#child?.postMessage(message, ports);
  }

  /** Lets the engine finish its block and close the workspace; kills it after two seconds. Resolves when it is gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#isOpen = false;
    const child = this.#child;
    if (child === null) return;
    this.send({ kind: 'close' });
    const timer = setTimeout(() => killNow(child), closeTimeoutMs);
    await this.#exited;
    clearTimeout(timer);
  }

  /** Starts the process of an open workspace again, where it may use something else by now. */
  async applyLimits(): Promise<void> {
    const { memoryMb, threads } = this.readLimits();
    if (!this.#isOpen || (this.#limits?.memoryMb === memoryMb && this.#limits.threads === threads)) return;
    this.listener.onState('restarting', this.#restarts);
    await this.close();
    this.#isClosing = false;
    this.#fork('restarting');
  }

  #fork(state: EngineState): void {
    if (this.#child !== null || this.#isClosing) return;
    this.listener.onState(state, this.#restarts);
    const limits = this.readLimits();
    this.#limits = limits;
    const child = utilityProcess.fork(join(app.getAppPath(), 'out', 'engine', 'index.js'), [], {
      env: listEnvironment(process.env),
      serviceName: 'engine',
      stdio: 'inherit',
    });
    this.#child = child;
    child.on('message', (message: unknown) => this.#receive(message));
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code) => {
        this.#child = null;
        this.#isOpen = false;
        resolve();
        if (!this.#isClosing) this.#replace(code);
      });
    });
    this.send({
      kind: 'open',
      workspacePath: this.workspace.path,
      isSample: this.workspace.isSample,
      appVersion: app.getVersion(),
      resourcesPath: resourcesPath(),
      limits,
    });
  }

  #replace(exitCode: number): void {
    const nowMs = Date.now();
    this.#restartedAtMs = this.#restartedAtMs.filter((timeMs) => nowMs - timeMs < restartWindowMs);
    console.error(`The engine's process ended by itself with code ${exitCode}.`);
    if (this.#restartedAtMs.length >= restartLimit) {
      this.listener.onState('stopped', this.#restarts);
      return;
    }
    this.#restartedAtMs.push(nowMs);
    this.#restarts += 1;
    this.#fork('restarting');
  }

  #receive(data: unknown): void {
    const parsed = Message.safeParse(data);
    if (!parsed.success) {
      console.error('The engine sent a message that main does not know:', parsed.error.message);
      return;
    }
    const message = parsed.data;
    if (this.#isClosing) return;
    if (message.kind === 'opened') {
      this.#isOpen = true;
      this.listener.onState('running', this.#restarts);
      this.listener.onOpened(message.duckdbVersion);
    } else if (message.kind === 'failed') {
      void this.close();
      this.listener.onFailed(message.problems);
    } else if (message.kind === 'breach') {
      this.listener.onBreach(message.breach);
    } else {
      const { events, sources, rules, bytes } = message;
      this.listener.onSummary({ events, sources, rules, bytes });
    }
  }
}

/** Folder of what ships with the app besides its code: sample logs and sample rules. */
export function resourcesPath(): string {
  return app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'resources');
}

/** What the engine's process needs of our environment, which may hold secrets that are none of its business. */
function listEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['HOME', 'LANG', 'LC_ALL', 'PATH', 'SYSTEMROOT', 'TEMP', 'TMP', 'TMPDIR', 'USERPROFILE', 'WINDIR'];
  const kept = names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  // Each query holds a thread of the pool for as long as it runs, and reading files must not wait for them.
  return { ...Object.fromEntries(kept), UV_THREADPOOL_SIZE: '16' };
}

function killNow(child: UtilityProcess): void {
  if (child.pid === undefined) {
    child.once('spawn', () => killNow(child));
    return;
  }
  try {
    process.kill(child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
