import type { TimeRange } from './report';

/** Figures of an impact, over the whole time range. */
export type ImpactFigures = {
  /** Contributors of the rule. */
  affected: number;
  /** Contributors of the rule that it is compared with. */
  base: number;
  /** 100 * affected / base, unrounded; null where there is no base. */
  percent: number | null;
  /** What the rule counts or sums up. */
  total: number;
};

/** A period in which the base has contributors. */
export type ImpactPeriod = { startMs: number; affected: number; base: number; percent: number };

export type AffectedContributor = {
  keys: string[];
  value: number;
  /** Its value in the base; null where it is none of its contributors. */
  baseValue: number | null;
};

/** How many of the contributors of one rule are also those of another, over time. */
export type Impact = {
  keyLabels: string[];
  periodSeconds: number;
  timeRange: TimeRange;
  overall: ImpactFigures;
  /** Ascending. */
  periods: ImpactPeriod[];
  /** The same without the contributors that were ticked off; null where none was. */
  without: { overall: ImpactFigures; periods: ImpactPeriod[] } | null;
  /** The first of the periods with the largest percentage; null without any. */
  worst: ImpactPeriod | null;
  /** By value, the first ones. */
  affected: AffectedContributor[];
  /** By value in the base, the first ones. */
  unaffected: { keys: string[]; baseValue: number }[];
  unaffectedCount: number;
  /** Contributors of the rule that are none of the base. */
  outsideCount: number;
  elapsedMs: number;
};

/** How many different values of another field each contributor has. */
export type FanOut = {
  keyLabels: string[];
  /** Most values first, then by keys. */
  contributors: { keys: string[]; values: number }[];
};
