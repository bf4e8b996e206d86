import type { Report } from './report';

/** The metrics of a period, by the names that AWS gives them. */
export const metricNames = [
  'UniqueContributors',
  'MaxContributorValue',
  'SampleCount',
  'Sum',
  'Minimum',
  'Maximum',
  'Average',
] as const;

export type MetricName = (typeof metricNames)[number];

type MetricDatapoint = { Timestamp: string } & Partial<Record<MetricName, number>>;

/** A report in the shape of AWS's GetInsightRuleReport, with `Insights`, which AWS does not have. */
export type InsightRuleReport = {
  KeyLabels: string[];
  AggregationStatistic: 'Sum' | 'Count';
  AggregateValue: number;
  ApproximateUniqueCount: number;
  Contributors: {
    Keys: string[];
    ApproximateAggregateValue: number;
    Datapoints: { Timestamp: string; ApproximateValue: number }[];
  }[];
  MetricDatapoints: MetricDatapoint[];
  Insights: {
    EventsScanned: number;
    EventsMatched: number;
    Excluded: { Untimed: number; OtherFormat: number; Filtered: number; MissingKey: number; NotNumeric: number };
    Exact: boolean;
    ElapsedMilliseconds: number;
    TimeRange: { Start: string | null; End: string | null };
    /** In the order of the report's contributors. */
    Contributors: { PercentOfTotal: number | null }[];
  };
};

/**
 * A report in AWS's shape.
 * @param metrics the metrics of each period that are asked for; none gives no `MetricDatapoints`
 */
export function toInsightRuleReport(report: Report, metrics: readonly MetricName[]): InsightRuleReport {
  const { ledger, timeRange } = report;
  return {
    KeyLabels: report.keyLabels,
    AggregationStatistic: report.aggregateOn,
    AggregateValue: report.total,
    ApproximateUniqueCount: report.uniqueCount,
    Contributors: report.contributors.map((contributor) => ({
      Keys: contributor.keys,
      ApproximateAggregateValue: contributor.total,
      Datapoints: contributor.periodStartMs.map((startMs, index) => ({
        Timestamp: toTimestamp(startMs),
        ApproximateValue: contributor.values[index] ?? 0,
      })),
    })),
    MetricDatapoints: metrics.length === 0 ? [] : toMetricDatapoints(report, metrics),
    Insights: {
      EventsScanned: ledger.scanned,
      EventsMatched: ledger.matched,
      Excluded: {
        Untimed: ledger.untimed,
        OtherFormat: ledger.otherFormat,
        Filtered: ledger.filtered,
        MissingKey: ledger.missingKey,
        NotNumeric: ledger.notNumeric,
      },
      Exact: report.exact,
      ElapsedMilliseconds: report.elapsedMs,
      TimeRange: {
        Start: timeRange.startMs === null ? null : toTimestamp(timeRange.startMs),
        End: timeRange.endMs === null ? null : toTimestamp(timeRange.endMs),
      },
      Contributors: report.contributors.map(({ percentOfTotal }) => ({ PercentOfTotal: percentOfTotal })),
    },
  };
}

function toMetricDatapoints({ metrics: series }: Report, metrics: readonly MetricName[]): MetricDatapoint[] {
  const columns: Record<MetricName, (index: number) => number | undefined> = {
    UniqueContributors: (index) => series.uniqueContributors[index],
    MaxContributorValue: (index) => series.maxContributorValue[index],
    SampleCount: (index) => series.sampleCount[index],
    Sum: (index) => series.sum[index],
    Minimum: (index) => series.minimum[index],
    Maximum: (index) => series.maximum[index],
    Average: (index) => (series.sum[index] ?? 0) / (series.sampleCount[index] ?? 1),
  };
  // In AWS's order, whatever the order asked for.
  const asked = metricNames.filter((name) => metrics.includes(name));
  return series.startMs.map((startMs, index) => ({
    Timestamp: toTimestamp(startMs),
    ...Object.fromEntries(asked.map((name) => [name, columns[name](index) ?? 0])),
  }));
}

/** Farthest time from the epoch that a Date can hold. */
const farthestMs = 8.64e15;

/** `2023-11-14T22:13:00.000Z`; years beyond 9999 or before 0 as `+010000-…` and `-000001-…`. */
export function toTimestamp(timeMs: number): string {
  return new Date(Math.max(-farthestMs, Math.min(farthestMs, timeMs))).toISOString();
}
