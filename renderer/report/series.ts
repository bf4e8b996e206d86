import type { Contributor, PeriodMetrics, Report } from '../../shared/report';
import type { Span } from './time-range';

/** Most contributors drawn as lines of their own; the rest joins "All others". */
export const drawnMax = 100;

/** Identity of a contributor: the same keys in the same order. */
export function contributorId(keys: readonly string[]): string {
  return JSON.stringify(keys);
}

/** The keys of an identity; null for that of all others. */
export function readId(id: string): string[] | null {
  return id === othersId ? null : (JSON.parse(id) as string[]);
}

/** Identity of the series of all contributors that have none of their own. No keys can give it. */
export const othersId = 'others';

/** A value a period; null where the log groups hold no event at all, so that nothing can be said. */
export type Values = (number | null)[];

export type ChartSeries = {
  id: string;
  rank: number;
  keys: string[];
  total: number;
  percent: number | null;
  values: Values;
};

export type ChartData = {
  /** Start of each period, epoch ms, ascending. Beside the periods with events it has one in each gap. */
  startMs: number[];
  periodMs: number;
  /** In rank order. */
  series: ChartSeries[];
  /** What is not drawn by itself; null when that is nobody. */
  others: { count: number; total: number; percent: number | null; values: Values } | null;
  totals: Values;
  /** Where the log groups have no event. */
  gaps: Span[];
  /** Place of each period in `startMs`. */
  index: ReadonlyMap<number, number>;
  /** All that is shown: from the first period's start to the last one's end. */
  span: Span;
};

/** The report's periods and the value of each drawn contributor in each of them. */
export function buildChartData(report: Report, limit = drawnMax): ChartData | null {
  const periodMs = report.periodSeconds * 1000;
  const axis = buildAxis(report, periodMs);
  if (axis === null) return null;
  const { startMs, covered } = axis;
  const index = new Map(startMs.map((ms, at) => [ms, at]));
  const silence: Values = covered.map((has) => (has ? 0 : null));
  const spread = (times: number[], values: number[]): Values => place(silence, index, times, values);
  const totals = spread(report.metrics.startMs, report.metrics.sum);
  const drawn = report.contributors.slice(0, limit);
  const series = drawn.map((contributor, at) => ({
    id: contributorId(contributor.keys),
    rank: at + 1,
    keys: contributor.keys,
    total: contributor.total,
    percent: contributor.percentOfTotal,
    values: spread(contributor.periodStartMs, contributor.values),
  }));
  return {
    startMs,
    periodMs,
    series,
    others: sumOthers(report, drawn, series, totals),
    totals,
    gaps: axis.gaps,
    index,
    span: { startMs: startMs[0] as number, endMs: (startMs[startMs.length - 1] as number) + periodMs },
  };
}

function place(silence: Values, index: ReadonlyMap<number, number>, times: number[], values: number[]): Values {
  const row = silence.slice();
  for (let at = 0; at < times.length; at++) {
    const column = index.get(times[at] as number);
    if (column !== undefined) row[column] = values[at] as number;
  }
  return row;
}

/** A contributor's values on the chart's periods, also of one that has no series of its own. */
export function spreadContributor(chart: ChartData, contributor: Contributor): Values {
  return spreadOver(chart, contributor.periodStartMs, contributor.values, 0);
}

/** Values at some periods on all periods of the chart; `silence` where there is none and the log groups have events. */
export function spreadOver(chart: ChartData, startMs: number[], values: number[], silence: 0 | null): Values {
  const silent: Values = chart.totals.map((total) => (total === null ? null : silence));
  return place(silent, chart.index, startMs, values);
}

type Axis = { startMs: number[]; covered: boolean[]; gaps: Span[] };

/** Periods with events, and one empty period at each end of a gap, so that lines break there and the range is kept. */
function buildAxis(report: Report, periodMs: number): Axis | null {
  const floor = (ms: number) => Math.floor(ms / periodMs) * periodMs;
  const { timeRange, coverage } = report;
  const known = coverage.startMs;
  const startMs: number[] = [];
  const covered: boolean[] = [];
  const gaps: Span[] = [];
  const push = (ms: number, has: boolean) => {
    startMs.push(ms);
    covered.push(has);
  };
  const pushGap = (from: number, to: number) => {
    gaps.push({ startMs: from, endMs: to });
    push(from, false);
    if (to - periodMs > from) push(to - periodMs, false);
  };
  const first = timeRange.startMs === null ? known[0] : floor(timeRange.startMs);
  const end = timeRange.endMs === null ? undefined : floor(timeRange.endMs - 1) + periodMs;
  if (first === undefined || (known.length === 0 && end === undefined)) return null;
  let next = first;
  for (const ms of known) {
    if (ms > next) pushGap(next, ms);
    push(ms, true);
    next = ms + periodMs;
  }
  if (end !== undefined && end > next) pushGap(next, end);
  return startMs.length === 0 ? null : { startMs, covered, gaps };
}

function sumOthers(report: Report, drawn: Contributor[], series: ChartSeries[], totals: Values): ChartData['others'] {
  const count = report.uniqueCount - drawn.length;
  // An approximate count can come out lower than the number of contributors listed.
  if (count <= 0) return null;
  const total = drawn.reduce((rest, contributor) => rest - contributor.total, report.total);
  const values = totals.map((sum, at) => {
    if (sum === null) return null;
    const rest = series.reduce((left, one) => left - (one.values[at] ?? 0), sum);
    // Doubles: a rest far below the sum's own precision is nothing.
    return Math.abs(rest) < Math.abs(sum) * 1e-12 ? 0 : rest;
  });
  return { count, total, percent: report.total === 0 ? null : (100 * total) / report.total, values };
}

export type MetricName = Exclude<keyof PeriodMetrics, 'startMs'> | 'average';

/** The seven metrics in the order of AWS's names. Silence has no smallest, largest or average value. */
export const metricNames: { name: MetricName; title: string; silence: 0 | null }[] = [
  { name: 'uniqueContributors', title: 'Unique contributors', silence: 0 },
  { name: 'maxContributorValue', title: 'Max contributor value', silence: 0 },
  { name: 'sampleCount', title: 'Sample count', silence: 0 },
  { name: 'sum', title: 'Sum', silence: 0 },
  { name: 'minimum', title: 'Minimum', silence: null },
  { name: 'maximum', title: 'Maximum', silence: null },
  { name: 'average', title: 'Average', silence: null },
];

/** A metric on the chart's periods. */
export function spreadMetric(chart: ChartData, metrics: PeriodMetrics, name: MetricName, silence: 0 | null): Values {
  const at = new Map(metrics.startMs.map((ms, place) => [ms, place]));
  return chart.startMs.map((ms, place) => {
    if (chart.totals[place] === null) return null;
    const index = at.get(ms);
    if (index === undefined) return silence;
    if (name === 'average') return (metrics.sum[index] as number) / (metrics.sampleCount[index] as number);
    const value = metrics[name][index];
    return value === undefined || Number.isNaN(value) ? null : value;
  });
}

/** Basic metrics with the values that a report before them had for the others; NaN in periods that it did not have. */
export function carryMetrics(basic: PeriodMetrics, before: PeriodMetrics): PeriodMetrics {
  const at = new Map(before.startMs.map((ms, place) => [ms, place]));
  const carry = (name: keyof PeriodMetrics) => {
    if (before[name].length < before.startMs.length) return basic[name];
    return basic.startMs.map((ms) => before[name][at.get(ms) ?? -1] ?? Number.NaN);
  };
  return {
    ...basic,
    uniqueContributors: carry('uniqueContributors'),
    maxContributorValue: carry('maxContributorValue'),
    minimum: carry('minimum'),
    maximum: carry('maximum'),
  };
}
