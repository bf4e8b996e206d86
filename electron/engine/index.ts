import type { FromEngine } from '../../shared/contract';
import type { EngineToMain, MainToEngine } from '../../shared/engine-process';
import { problemsOf, serve } from './door';
import { Engine } from './engine';
import { logBug } from './log';
import { readDuckDbVersion } from './workspace/db';

/** The engine's process: opens one workspace and serves the window's ports until main says `close`. */

/** A port as Electron hands it over. Declared here, since the engine knows nothing of Electron. */
type WindowPort = {
  postMessage(message: FromEngine): void;
  on(event: 'message', listener: (message: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  start(): void;
};

type ParentPort = {
  on(event: 'message', listener: (message: { data: MainToEngine; ports: WindowPort[] }) => void): void;
  postMessage(message: EngineToMain): void;
};

const parent = (process as unknown as { parentPort: ParentPort }).parentPort;
const ports = new Set<WindowPort>();
let opening: Promise<Engine> | null = null;

parent.on('message', ({ data, ports: transferred }) => {
  handle(data, transferred).catch((cause) =>
    parent.postMessage({ kind: 'failed', problems: problemsOf(cause, data.kind) }),
  );
});

// Work that nobody waits for may fail, as on a disk that fills; what else runs goes on.
process.on('unhandledRejection', (cause) => logBug('background', cause));

async function handle(message: MainToEngine, transferred: WindowPort[]): Promise<void> {
  if (message.kind === 'open') {
    opening ??= open(message);
    await opening;
    return;
  }
  if (message.kind === 'close') {
    // A workspace that could not be opened leaves nothing to close.
    const opened = await opening?.catch(() => null);
    await opened?.close();
    process.exit(0);
  }
  const engine = await opening;
  if (engine === null) return;
  if (message.kind === 'grant') engine.grant(message.id, message);
  const [port] = transferred;
  if (message.kind === 'port' && port) attach(engine, port);
}

async function open(message: Extract<MainToEngine, { kind: 'open' }>): Promise<Engine> {
  const engine = await Engine.open(message.workspacePath, {
    app: 'the app',
    appVersion: message.appVersion,
    isSample: message.isSample,
    resourcesPath: message.resourcesPath,
    memoryLimitBytes: message.limits.memoryMb * 1e6,
    threads: message.limits.threads,
    onEvent: (event) => {
      broadcast({ kind: 'event', event });
      if (event.name === 'breach') parent.postMessage({ kind: 'breach', breach: event.breach });
      if (event.name !== 'sources' || event.progress === null) void summarise(engine);
    },
  });
  parent.postMessage({ kind: 'opened', duckdbVersion: readDuckDbVersion() });
  void summarise(engine);
  // What a crash or a quit interrupted goes on by itself, and what is appended from now on is loaded as it comes.
  engine.watch().catch((cause) => problemsOf(cause, 'watch'));
  return engine;
}

function attach(engine: Engine, port: WindowPort): void {
  ports.add(port);
  serve(engine.handlers, {
    postMessage: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data)),
    onClose: (listener) => {
      port.on('close', () => {
        ports.delete(port);
        listener();
      });
    },
  });
  port.start();
}

function broadcast(message: FromEngine): void {
  for (const port of ports) port.postMessage(message);
}

/** Tells main what the list of recent workspaces shows. A workspace that is just closing has nothing more to tell. */
async function summarise(engine: Engine): Promise<void> {
  const summary = await engine.describe().catch(() => null);
  if (summary === null) return;
  const { events, sources, rules, bytes } = summary;
  parent.postMessage({ kind: 'summary', events, sources: sources.length, rules, bytes });
}
