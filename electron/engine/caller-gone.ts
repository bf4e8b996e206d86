/**
 * Why the signal of a call is aborted whose caller went away: nobody waits for the answer any more, but nobody asked to
 * stop either. A load goes on; what only answers a question ends.
 */
export const callerGone = new DOMException('The caller is gone.', 'AbortError');

/** Whether somebody asked to stop. */
export function isCancelled(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && signal.reason !== callerGone;
}
