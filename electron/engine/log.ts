/**
 * Writes a bug with its stack to stderr: always in the engine's process, on the command line where
 * `CONTRIBUTOR_INSIGHTS_DEBUG` is set, since there a person reads stderr.
 */
export function logBug(place: string, cause: unknown): void {
  const isEngineProcess = 'parentPort' in process;
  if (!isEngineProcess && process.env.CONTRIBUTOR_INSIGHTS_DEBUG === undefined) return;
  process.stderr.write(`${place}: ${cause instanceof Error ? cause.stack : String(cause)}\n`);
}
