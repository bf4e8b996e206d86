/** Exploring a log group: each of its fields as a board of its most frequent values. */
import type { LogFormat } from './rule';

/** What values are ranked by: how many events have them, or the sum of a numeric field over these events. */
export type Measure = { kind: 'events' } | { kind: 'sum'; reference: string };

/** Keeps the events whose field has one of the texts; with `exclude`, those whose field has another. */
export type ValueFilter = { reference: string; values: string[]; exclude: boolean };

/** A field that gets a board. */
export type ExploreField = {
  /** As in `GroupField.reference`. */
  reference: string;
  /** The name known for a token position. */
  alias: string | null;
  format: LogFormat;
  /** Most of its values are numbers. */
  isNumeric: boolean;
};

export type BoardValue = {
  value: string;
  /** Events, or the sum of the measure. */
  amount: number;
  /** Only the beginning of the value is given: it can't be filtered by. */
  isCut: boolean;
};

/** A field's values among the events that pass all filters but the field's own. */
export type Board = {
  reference: string;
  /** What all these events come to in the measure; shares are of this. */
  base: number;
  /** How much of `base` is from events without the field. */
  absent: number;
  distinct: number;
  /** False: typically within 10 percent. */
  isDistinctExact: boolean;
  /**
   * The largest first, among equals in the order of the values; then those of the field's own filters that are not among
   * them. Null for a field of so many values, most of them different, that they are ranked on request only.
   */
  values: BoardValue[] | null;
  /** Of a numeric field that has numbers. */
  spread: Spread | null;
};

/** How a numeric field is distributed, by events. */
export type Spread = {
  scale: SpreadScale;
  min: number;
  max: number;
  /** Half of the events have this number or less. */
  median: number;
  /** Numbers of the bins that are not empty, ascending, and the events in each. */
  bins: number[];
  events: number[];
  /** Events with the number 0, which has no place on a logarithmic scale. */
  zeros: number;
};

/** Bin b reaches from 2^(b/8) to 2^((b+1)/8), or from b times the width to the next. It depends on the logs alone, not on filters. */
export type SpreadScale = { kind: 'log' } | { kind: 'linear'; width: number };

/** Bins to a doubling of a logarithmic scale. */
export const binsPerOctave = 8;

/** Where a bin begins. */
export function binStart(scale: SpreadScale, bin: number): number {
  return scale.kind === 'log' ? 2 ** (bin / binsPerOctave) : bin * scale.width;
}

/** What is told while the boards are counted. */
export type ExploreStep =
  /** Once, first: the fields in the order in which their boards are shown, and how many events there are. */
  { kind: 'fields'; fields: ExploreField[]; events: number; remaining: number } | { kind: 'boards'; boards: Board[] };

export type ExploreSummary = {
  /** Events of the log group. */
  events: number;
  /** Those that pass all filters. */
  remaining: number;
  elapsedMs: number;
};

/** Events a period over the time range that is shown. Only periods with events are there, ascending. */
export type EventHistogram = {
  periodSeconds: number;
  /** First and last timed event within the range; null where there is none. */
  dataRange: { firstMs: number; lastMs: number } | null;
  startMs: number[];
  events: number[];
  /** Those that pass the filters. */
  remaining: number[];
};
