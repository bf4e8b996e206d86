import type { AppState, EnginePort } from '../../shared/bridge';
import type { App } from './app.svelte';
import type { EngineClient } from './engine';

const restartedTitle = 'The engine was started again';

/** The way to the engine of the open workspace: its port comes from main, ends with the engine, and comes again. */
export class Connection {
  /** A port that came before the state which names its workspace. */
  #waitingPort: { workspaceId: string; port: MessagePort } | null = null;
  #wasRestarting = false;
  readonly #app: App;
  readonly #client: EngineClient;
  readonly #onConnect: (isAgain: boolean) => void;

  /** `onConnect` is told whether the engine was there before and ended. */
  constructor(app: App, client: EngineClient, onConnect: (isAgain: boolean) => void) {
    this.#app = app;
    this.#client = client;
    this.#onConnect = onConnect;
  }

  /** Takes ports as they come. Returns a function that ends this. */
  listen(): () => void {
    const onMessage = (message: MessageEvent<unknown>) => this.#takePort(message);
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  }

  /** What main says of the engine. */
  takeState({ state }: AppState['engine']): void {
    if (state !== 'restarting' && state !== 'stopped') return;
    this.#client.disconnect();
    this.#wasRestarting = true;
    this.#dismissRestart();
  }

  /** Another workspace opens, or none. */
  forget(): void {
    this.#client.disconnect();
    this.#client.forgetWaiting();
    this.#wasRestarting = false;
  }

  /** Connects to the open workspace, where its port is there already. */
  connect(): void {
    const waiting = this.#waitingPort;
    if (waiting === null || waiting.workspaceId !== this.#app.workspace?.id) return;
    this.#waitingPort = null;
    this.#client.connect(waiting.port);
    const isAgain = this.#wasRestarting;
    this.#wasRestarting = false;
    if (isAgain) {
      this.#dismissRestart();
      const body = 'The workspace is open again. Nothing that was loaded is lost.';
      this.#app.toasts.show('info', restartedTitle, body);
    }
    this.#onConnect(isAgain);
  }

  #takePort(message: MessageEvent<unknown>): void {
    const data = message.data as Partial<EnginePort> | null;
    const port = message.ports[0];
    if (message.source !== window || data?.kind !== 'engine-port' || port === undefined) return;
    this.#waitingPort = { workspaceId: String(data.workspaceId), port };
    this.connect();
  }

  /** One restart need not be told twice, and not beside the news that the engine is gone. */
  #dismissRestart(): void {
    const { toasts } = this.#app;
    for (const toast of toasts.list.filter(({ title }) => title === restartedTitle)) toasts.dismiss(toast.id);
  }
}
