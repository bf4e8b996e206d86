import type { Zone } from './format';

export type Theme = 'system' | 'light' | 'dark';

/** What the user set for the app as a whole. */
export type Settings = {
  theme: Theme;
  /** The zone of times in a workspace that is opened for the first time; afterwards each keeps its own. */
  zone: Zone;
  /** Letters, digits and signs do something by themselves. */
  letterKeys: boolean;
  /** Breaches of thresholds are told outside the window. */
  notifications: boolean;
  /** What DuckDB may hold in memory, in MB (a million bytes); null: what is usual for the machine. */
  memoryMb: number | null;
  /** Threads of DuckDB; null: one for each processor. */
  threads: number | null;
};

export const usualSettings: Settings = {
  theme: 'system',
  zone: 'utc',
  letterKeys: true,
  notifications: true,
  memoryMb: null,
  threads: null,
};

/** What the limits are worked out of. */
export type Machine = { memoryBytes: number; processors: number };

/** What an engine may use. */
export type EngineLimits = { memoryMb: number; threads: number };

/** Below it, loading and ranking have to go to the disk all the time. */
export const leastMemoryMb = 256;

/** The limits where the user set none: a quarter of the memory, at most 1 GB, and all processors. */
export function usualLimits({ memoryBytes, processors }: Machine): EngineLimits {
  return { memoryMb: Math.floor(Math.min(1e9, memoryBytes / 4) / 1e6), threads: Math.max(1, processors) };
}

/** The largest limits that may be set: all that the machine has. */
export function mostLimits({ memoryBytes, processors }: Machine): EngineLimits {
  return { memoryMb: Math.max(leastMemoryMb, Math.floor(memoryBytes / 1e6)), threads: Math.max(1, processors) };
}

/** The limits of an engine. Settings that were made on a larger machine are cut to what this one has. */
export function limitsFor(
  { memoryMb, threads }: Pick<Settings, 'memoryMb' | 'threads'>,
  machine: Machine,
): EngineLimits {
  const usual = usualLimits(machine);
  const most = mostLimits(machine);
  return {
    memoryMb: memoryMb === null ? usual.memoryMb : Math.min(memoryMb, most.memoryMb),
    threads: threads === null ? usual.threads : Math.min(threads, most.threads),
  };
}
