/** Events a period, of those periods that have any, ascending. */
export type CoverageSeries = { startMs: number[]; events: number[] };

/** When a log group or a file has events. Times are epoch ms; null where no event in the range has one. */
export type CoverageLane = CoverageSeries & { firstMs: number | null; lastMs: number | null; total: number };

export type FileCoverage = CoverageLane & { fileId: number; path: string };

export type GroupCoverage = CoverageLane & {
  group: string;
  /** By their first event. */
  files: FileCoverage[];
  /** Files with events in the range that are not listed. */
  moreFiles: number;
};

/** Which log groups and files have events when: tells "no errors" from "no logs". */
export type Coverage = {
  periodSeconds: number;
  /** Span shown: the range asked for, or from the first event of all log groups to the last. Null without any. */
  span: { startMs: number; endMs: number } | null;
  groups: GroupCoverage[];
};
