import type { Leader } from '../../shared/contributor';

/** Periods next to each other in which the same contributor was first. `most` is its largest value there. */
export type LeaderRun = { keys: string[]; startMs: number; endMs: number; periods: number; most: number };

/** @param leaders ascending; a period without one ends a run */
export function listRuns(leaders: readonly Leader[], periodMs: number): LeaderRun[] {
  const runs: LeaderRun[] = [];
  for (const { startMs, keys, value } of leaders) {
    const last = runs[runs.length - 1];
    const endMs = startMs + periodMs;
    if (last !== undefined && last.endMs === startMs && isSame(last.keys, keys)) {
      last.endMs = endMs;
      last.periods++;
      last.most = Math.max(last.most, value);
    } else runs.push({ keys, startMs, endMs, periods: 1, most: value });
  }
  return runs;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, at) => key === b[at]);
}
