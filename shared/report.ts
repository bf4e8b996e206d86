/** What a report says, in columns. The AWS shape is made from it by `toInsightRuleReport`. */

export type OrderBy = 'Sum' | 'Maximum';
export type UniqueMode = 'exact' | 'approximate';

/** One contributor: its keys in the rule's order, and a datapoint for each period in which it contributed. */
export type Contributor = {
  keys: string[];
  /** Sum of its datapoints. */
  total: number;
  /** Its largest datapoint. */
  maximum: number;
  /** 0 to 100, unrounded; null where the total of all contributors is 0. */
  percentOfTotal: number | null;
  /** Start of each period in which it contributed, epoch ms UTC, ascending. */
  periodStartMs: number[];
  values: number[];
};

/**
 * The seven metrics, one entry a period that has matching events, ascending. All arrays have the same length, but for
 * those other than `sampleCount` and `sum`, which are empty in a report with basic metrics.
 */
export type PeriodMetrics = {
  startMs: number[];
  uniqueContributors: number[];
  maxContributorValue: number[];
  sampleCount: number[];
  sum: number[];
  minimum: number[];
  maximum: number[];
};

/** Where the scanned events went. `scanned` is the sum of all the others. */
export type Ledger = {
  scanned: number;
  matched: number;
  untimed: number;
  otherFormat: number;
  filtered: number;
  missingKey: number;
  notNumeric: number;
};

export type TimeRange = { startMs: number | null; endMs: number | null };

export type Report = {
  /** Name of the stored rule, null for a definition that is not stored. */
  ruleName: string | null;
  keyLabels: string[];
  aggregateOn: 'Sum' | 'Count';
  orderBy: OrderBy;
  periodSeconds: number;
  /** As asked for; null where open. */
  timeRange: TimeRange;
  /** First and last timed event of the rule's log groups within the range; null where there is none. */
  dataRange: { firstMs: number; lastMs: number } | null;
  /** Names of the log groups in the workspace that the rule reads. */
  logGroups: string[];
  exact: boolean;
  total: number;
  uniqueCount: number;
  contributors: Contributor[];
  metrics: PeriodMetrics;
  /** Timed events of the rule's log groups a period, matching or not: tells silence from missing logs. */
  coverage: { startMs: number[]; events: number[] };
  ledger: Ledger;
  /** Events of the range that were not scanned since another file has them too; absent where doubles are counted. */
  doublesLeftOut?: number;
  /** From the request reaching the engine to the finished report. */
  elapsedMs: number;
};
