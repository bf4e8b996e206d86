/** A span of time: start inclusive, end exclusive, epoch ms. */
export type Span = { startMs: number; endMs: number };

export type ChangeKind = 'new' | 'gone' | 'risen' | 'fallen' | 'same';

/** A contributor in two time ranges. Values are those of the whole range, or an hour's where that was asked for. */
export type Change = {
  keys: string[];
  kind: ChangeKind;
  /** null where it has no matching event in that range. */
  before: number | null;
  during: number | null;
  /** From 1. */
  beforeRank: number | null;
  duringRank: number | null;
  change: number;
  /** Share of the change of the total, unrounded, beyond 0 to 100 where others change the other way; null where the total stays. */
  percentOfChange: number | null;
};

/** One of the two time ranges. */
export type ComparedRange = Span & {
  total: number;
  uniqueCount: number;
  /** Matching events. */
  matched: number;
  /** A point for each period with matching events, ascending. */
  series: { startMs: number[]; values: number[]; contributors: number[] };
  /** Parts of the range, in whole periods, in which the rule's log groups have no event at all: there may be no logs of them. */
  gaps: Span[];
};

/** What changed from one time range to another. */
export type Comparison = {
  keyLabels: string[];
  periodSeconds: number;
  per: 'range' | 'hour';
  before: ComparedRange;
  during: ComparedRange;
  /** Of all contributors. */
  counts: Record<ChangeKind, number>;
  /** Of each kind the ones that changed most; by the size of the change, then by keys. */
  changes: Change[];
  elapsedMs: number;
};
