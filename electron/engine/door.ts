import {
  type Args,
  contract,
  type FromEngine,
  type Method,
  type ParsedArgs,
  type Result,
  type ToEngine,
} from '../../shared/contract';
import { type Problem, UserError } from '../../shared/problem';
import { callerGone } from './caller-gone';
import { logBug } from './log';

export type CallOptions = { signal: AbortSignal; progress: (step: unknown) => void };

/** What the engine does for each method of the contract. Arguments have been checked. */
export type Handlers = {
  [M in Method]: (args: ParsedArgs<M>, options: CallOptions) => Promise<Result<M>>;
};

/**
 * Checks a call and carries it out. The only place where arguments are checked.
 * @throws UserError `engine/unknown-method`, `args/invalid`, and what the method throws
 */
export async function call<M extends Method>(
  handlers: Handlers,
  method: M,
  args: Args<M>,
  options: CallOptions,
): Promise<Result<M>> {
  // Own members only: `constructor` is no method.
  if (!Object.hasOwn(contract, method)) {
    throw new UserError([
      { code: 'engine/unknown-method', place: String(method).slice(0, 80), message: 'The engine has no such method.' },
    ]);
  }
  const parsed = contract[method].args.safeParse(args);
  if (!parsed.success) {
    throw new UserError(
      parsed.error.issues.map((issue) => ({
        code: 'args/invalid',
        place: [method, ...issue.path.map(String)].join('.'),
        message: `${issue.message}.`,
      })),
    );
  }
  return handlers[method](parsed.data as ParsedArgs<M>, options);
}

export type Port = {
  postMessage(message: FromEngine): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
};

/** Serves the calls that come over a port until it closes; then what still runs for it ends, but for loads. */
export function serve(handlers: Handlers, port: Port): void {
  const running = new Map<number, AbortController>();
  port.onClose(() => {
    for (const controller of running.values()) controller.abort(callerGone);
  });
  port.onMessage((message) => {
    if (!isToEngine(message)) return;
    if (message.kind === 'cancel') {
      running.get(message.id)?.abort();
      return;
    }
    const { id } = message;
    if (running.has(id)) return;
    const controller = new AbortController();
    running.set(id, controller);
    const progress = (step: unknown) => port.postMessage({ kind: 'progress', id, step });
    call(handlers, message.method as Method, message.args as Args<Method>, { signal: controller.signal, progress })
      .then(
        (value) => port.postMessage({ kind: 'result', id, value }),
        (cause) => {
          if (controller.signal.aborted) port.postMessage({ kind: 'aborted', id });
          else port.postMessage({ kind: 'failure', id, problems: problemsOf(cause, message.method) });
        },
      )
      .catch((cause) => logBug(message.method, cause))
      .finally(() => running.delete(id));
  });
}

/** What to tell people of an error. What is no `UserError` is a bug: logged, and named as such. */
export function problemsOf(cause: unknown, place: string): Problem[] {
  if (cause instanceof UserError) return cause.problems;
  if (isDiskFull(cause)) return [diskFull(place)];
  logBug(place, cause);
  const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return [
    {
      code: 'engine/internal',
      place,
      message: `Something went wrong in the app itself: ${reason}`,
      hint: 'What was loaded is safe. Repeat the action; if it happens again, report it with the diagnostics.',
    },
  ];
}

function isDiskFull(cause: unknown): boolean {
  return cause instanceof Error && /ENOSPC|No space left on device|disk (is )?full/i.test(cause.message);
}

function diskFull(place: string): Problem {
  return {
    code: 'workspace/disk-full',
    place,
    message: 'The disk is full.',
    hint: 'Make room and repeat the action: it goes on after the last events that were kept.',
  };
}

function isToEngine(message: unknown): message is ToEngine {
  if (typeof message !== 'object' || message === null || !('kind' in message) || !('id' in message)) return false;
  if (!Number.isSafeInteger(message.id)) return false;
  return (
    message.kind === 'cancel' || (message.kind === 'call' && 'method' in message && typeof message.method === 'string')
  );
}
