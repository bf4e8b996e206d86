import type { Problem } from './problem';
import type { LogFormat } from './rule';

/** A log group with events of one or both formats. */
export type LogGroup = {
  name: string;
  events: number;
  /** `mixed` where it holds JSON events and plain lines. */
  format: LogFormat | 'mixed';
  /** What the app recognised, such as `VPC flow logs`; null where it is none of the known formats. */
  kind: string | null;
  firstMs: number | null;
  lastMs: number | null;
};

/** A field found in the events of a log group. */
export type GroupField = {
  /** As a rule writes it: `$.a.b[0]`, or a token position such as `4`. */
  reference: string;
  /** The name known for a token position, such as `srcaddr`. */
  alias: string | null;
  format: LogFormat;
  type: 'number' | 'text';
  examples: string[];
};

export type SourceState = 'waiting' | 'loading' | 'paused' | 'cancelled' | 'loaded' | 'watching' | 'missing' | 'failed';

/** A file of a source that was left out or only partly read, with the reason. */
export type FileNotice = { path: string; bytes: number; problem: Problem };

/** A line of a file that could not be read, or was cut. `line` counts from 1, in the unpacked file. */
export type FaultyLine = { kind: 'malformed' | 'cut'; path: string; line: number };

/** A file, and its lines that could not be read, or were cut, in order. */
export type FaultyFile = { path: string; lines: number[] };

/** The known places of one kind, by file. */
export function groupFaults(sources: readonly Source[], kind: FaultyLine['kind']): FaultyFile[] {
  const files = new Map<string, Set<number>>();
  for (const fault of sources.flatMap(({ faults }) => faults)) {
    if (fault.kind === kind) files.set(fault.path, (files.get(fault.path) ?? new Set()).add(fault.line));
  }
  return [...files].map(([path, lines]) => ({ path, lines: [...lines].sort((a, b) => a - b) }));
}

/** `line 8`, `lines 12, 40`. */
export function printLines(lines: readonly number[]): string {
  return `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;
}

/** The notices that are about a file, and not about the source as a whole. */
export function fileNotices(notices: readonly FileNotice[]): FileNotice[] {
  return notices.filter(({ problem }) => problem.code.startsWith('file/'));
}

/** A folder or file whose events are in the workspace. */
export type Source = {
  id: number;
  /** Path as shown to the user. */
  label: string;
  state: SourceState;
  groups: string[];
  files: number;
  bytes: number;
  bytesDone: number;
  events: number;
  untimed: number;
  malformed: number;
  /** Lines over 1 MiB that were cut. */
  cut: number;
  /** Where the first of these are. */
  faults: FaultyLine[];
  notices: FileNotice[];
};

/** Progress of loading, all sources together. */
export type LoadProgress = {
  sourceId: number;
  bytes: number;
  bytesDone: number;
  /** Events that this load has written into the workspace. */
  events: number;
  /** And those that it has read: the last ones wait to be written. */
  eventsRead: number;
  files: number;
  filesDone: number;
  elapsedMs: number;
  /** The file that is being read, by its path below the source. */
  file: { path: string; bytes: number; bytesDone: number } | null;
};

export type WorkspaceSummary = {
  name: string;
  /** The sample logs have a workspace of their own. */
  isSample: boolean;
  events: number;
  /** Size of the workspace file. */
  bytes: number;
  firstMs: number | null;
  lastMs: number | null;
  groups: LogGroup[];
  sources: Source[];
  /** How many rules are kept. */
  rules: number;
  /** What was repaired in the workspace since it was opened, and what limits it. */
  notices: Problem[];
};
