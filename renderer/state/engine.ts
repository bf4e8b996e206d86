import type { Args, EngineEvent, FromEngine, Method, Progress, Result, ToEngine } from '../../shared/contract';
import { UserError } from '../../shared/problem';

/** How a call is cancelled and watched. */
export type CallOptions<M extends Method> = {
  signal?: AbortSignal;
  onProgress?: (step: Progress<M>) => void;
};

/** What the views need of the engine. */
export type Engine = {
  call<M extends Method>(method: M, args: Args<M>, options?: CallOptions<M>): Promise<Result<M>>;
};

type Pending = {
  method: string;
  resolve: (value: unknown) => void;
  reject: (cause: unknown) => void;
  progress: ((step: unknown) => void) | undefined;
};

/** A port as the client uses it. Messages come from our own engine, which is trusted to keep the contract. */
type Port = Pick<MessagePort, 'postMessage' | 'close' | 'start'> & {
  onmessage: ((message: MessageEvent<FromEngine>) => void) | null;
};

/**
 * Calls to the engine over one port. A new port replaces the old one after each start of the engine; what was under way
 * then fails with `engine/stopped`, and calls made while there is no port wait for the next.
 */
export class EngineClient implements Engine {
  #port: Port | null = null;
  #nextId = 1;
  readonly #pending = new Map<number, Pending>();
  #waiting: ToEngine[] = [];
  readonly #onEvent: (event: EngineEvent) => void;

  constructor(onEvent: (event: EngineEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** Takes a new port and sends what waited for it. */
  connect(port: Port): void {
    this.disconnect();
    this.#port = port;
    port.onmessage = (message) => this.#receive(message.data);
    port.start();
    for (const message of this.#waiting.splice(0)) port.postMessage(message);
  }

  /** Forgets the port: the engine is gone. Calls that it had accepted fail; those that wait go on waiting. */
  disconnect(): void {
    if (this.#port === null) return;
    this.#port.onmessage = null;
    this.#port.close();
    this.#port = null;
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of lost) call.reject(new UserError([stoppedProblem(call.method)]));
  }

  /** Drops calls that wait for a port: their workspace is no longer the one that opens next. */
  forgetWaiting(): void {
    const ids = this.#waiting.splice(0).flatMap((message) => (message.kind === 'call' ? [message.id] : []));
    for (const id of ids) this.#take(id)?.reject(abortError());
  }

  /**
   * Asks the engine.
   * @throws UserError with the engine's problems; the signal's reason when it was cancelled
   */
  call<M extends Method>(method: M, args: Args<M>, options: CallOptions<M> = {}): Promise<Result<M>> {
    const { signal, onProgress } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(abortError());
        return;
      }
      const id = this.#nextId++;
      const cancel = () => this.#cancel(id);
      signal?.addEventListener('abort', cancel, { once: true });
      this.#pending.set(id, {
        method,
        resolve: (value) => {
          signal?.removeEventListener('abort', cancel);
          resolve(value as Result<M>);
        },
        reject: (cause) => {
          signal?.removeEventListener('abort', cancel);
          reject(cause);
        },
        progress: onProgress as Pending['progress'],
      });
      this.#send({ kind: 'call', id, method, args });
    });
  }

  #send(message: ToEngine): void {
    if (this.#port === null) this.#waiting.push(message);
    else this.#port.postMessage(message);
  }

  /** The caller need not wait for the engine to notice: its promise is rejected at once, a late answer is dropped. */
  #cancel(id: number): void {
    const call = this.#take(id);
    if (call === undefined) return;
    const waiting = this.#waiting.findIndex((message) => message.id === id);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    else this.#send({ kind: 'cancel', id });
    call.reject(abortError());
  }

  #take(id: number): Pending | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    return call;
  }

  #receive(message: FromEngine): void {
    switch (message.kind) {
      case 'event':
        this.#onEvent(message.event);
        return;
      case 'progress':
        this.#pending.get(message.id)?.progress?.(message.step);
        return;
      case 'result':
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'failure':
        this.#take(message.id)?.reject(new UserError(message.problems));
        return;
      case 'aborted':
        this.#take(message.id)?.reject(abortError());
    }
  }
}

function stoppedProblem(method: string) {
  return {
    code: 'engine/stopped',
    place: method,
    message: 'The engine stopped before it answered.',
    hint: 'It is started again; nothing in the workspace is lost.',
  } as const;
}

function abortError(): DOMException {
  return new DOMException('Cancelled', 'AbortError');
}

/** True for the error of a cancelled call, which is nothing to report. */
export function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError';
}
