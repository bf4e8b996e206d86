/** One contributor of a report, looked at closely. */
export type ContributorDetail = {
  /** Sum of its datapoints; 0 where it has none in the range. */
  total: number;
  /** Events that count for it. */
  events: number;
  /** 1 for the one with the largest total. Those with equal totals share a rank. */
  rank: number;
  /** First and last of its events, epoch ms UTC; null without any. */
  firstMs: number | null;
  lastMs: number | null;
  /** Each period in which it contributed, epoch ms UTC, ascending; its value there, and its rank among all of that period. */
  startMs: number[];
  values: number[];
  ranks: number[];
};

/** Who was first in a period. Of several with the same value, the first by its keys. */
export type Leader = { startMs: number; keys: string[]; value: number };

/** The totals of contributors in another time range. */
export type EarlierTotals = {
  /** In the order asked for; null where one has no datapoint there. */
  totals: (number | null)[];
  /** Sum over all contributors of that range. */
  total: number;
  uniqueCount: number;
  /** Timed events of the rule's log groups there, matching or not; 0 means that nothing can be compared. */
  events: number;
};
