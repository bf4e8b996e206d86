import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Machine } from '../../shared/settings';

/** The machine that the limits of an engine are worked out of. */
export function readMachine(): Machine {
  // Node before 18.14 has no other count.
  const processors = typeof availableParallelism === 'function' ? availableParallelism() : cpus().length;
  return { memoryBytes: totalmem(), processors };
}
