import { call } from '../../electron/engine/door';
import type { Engine } from '../../electron/engine/engine';
import type { Args, Method, Result } from '../../shared/contract';

/** Calls a method as a window does. */
export function callEngine<M extends Method>(
  engine: Engine,
  method: M,
  args: Args<M>,
  signal: AbortSignal = new AbortController().signal,
): Promise<Result<M>> {
  return call(engine.handlers, method, args, { signal, progress: () => undefined });
}
