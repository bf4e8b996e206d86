/** Writes a bug to the log: stderr of the engine's process. Never the content of a log event. */
export function logBug(place: string, cause: unknown): void {
  if (process.env.CONTRIBUTOR_INSIGHTS_DEBUG === undefined) return;
  process.stderr.write(`${place}: ${cause instanceof Error ? cause.stack : String(cause)}\n`);
}
