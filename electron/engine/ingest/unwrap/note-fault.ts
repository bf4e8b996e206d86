import type { Fault, Sink } from './types';

/** So many places of a file are kept: enough to see what is wrong with it. */
const mostFaults = 20;

/** Counts something that was not read as it stands in the file, and keeps where it is. */
export function noteFault(sink: Sink, kind: Fault['kind'], line: number): void {
  sink[kind]++;
  if (sink.faults.length < mostFaults) sink.faults.push({ kind, line });
}
