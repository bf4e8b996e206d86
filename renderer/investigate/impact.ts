import type { Impact, ImpactPeriod } from '../../shared/impact';
import type { Values } from '../report/series';
import type { Span } from '../report/time-range';

/** The series of an impact, on one axis. Beside the periods with a base it has one at each end of a gap. */
export type ImpactChart = {
  times: number[];
  percent: Values;
  affected: Values;
  base: Values;
  /** The same without those ticked off; null where nobody is. */
  without: { percent: Values; affected: Values } | null;
  gaps: Span[];
  span: Span;
};

/** Lays the periods of an impact out for a chart; null where there is none. */
export function buildImpactChart(impact: Impact): ImpactChart | null {
  const { periods } = impact;
  const periodMs = impact.periodSeconds * 1000;
  const [first, last] = [periods[0], periods[periods.length - 1]];
  if (first === undefined || last === undefined) return null;
  const { startMs, endMs } = impact.timeRange;
  const from = startMs === null ? first.startMs : Math.floor(startMs / periodMs) * periodMs;
  const to = endMs === null ? last.startMs + periodMs : Math.ceil(endMs / periodMs) * periodMs;
  const times: number[] = [];
  const gaps: Span[] = [];
  const leave = (gapStartMs: number, gapEndMs: number) => {
    if (gapEndMs <= gapStartMs) return;
    gaps.push({ startMs: gapStartMs, endMs: gapEndMs });
    times.push(gapStartMs);
    if (gapEndMs - periodMs > gapStartMs) times.push(gapEndMs - periodMs);
  };
  let next = from;
  for (const { startMs: at } of periods) {
    leave(next, at);
    times.push(at);
    next = at + periodMs;
  }
  leave(next, to);
  const spread = (list: readonly ImpactPeriod[], value: (one: ImpactPeriod) => number): Values => {
    const known = new Map(list.map((one) => [one.startMs, value(one)]));
    return times.map((ms) => known.get(ms) ?? null);
  };
  const { without } = impact;
  return {
    times,
    percent: spread(periods, ({ percent }) => percent),
    affected: spread(periods, ({ affected }) => affected),
    base: spread(periods, ({ base }) => base),
    without:
      without === null
        ? null
        : {
            percent: spread(without.periods, ({ percent }) => percent),
            affected: spread(without.periods, ({ affected }) => affected),
          },
    gaps,
    span: { startMs: from, endMs: to },
  };
}

/** The worst moment of some periods: the first one with the largest percentage. */
export function worstOf(periods: readonly ImpactPeriod[]): ImpactPeriod | null {
  return periods.reduce<ImpactPeriod | null>(
    (worst, one) => (worst === null || one.percent > worst.percent ? one : worst),
    null,
  );
}

/** What contributors are called: the last part of a key's name, in plural, where the rule has one key. */
export function nameContributors(keyLabels: readonly string[]): string {
  const [label] = keyLabels;
  if (label === undefined || keyLabels.length > 1) return 'contributors';
  const last = /([A-Za-z][A-Za-z]*)(?:\[\d+\])?$/.exec(label)?.[1] ?? '';
  const words = last.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const known: Record<string, string> = {
    'customer id': 'customers',
    customer: 'customers',
    'user id': 'users',
    user: 'users',
    'account id': 'accounts',
    'api key': 'API keys',
    'pod name': 'pods',
    srcaddr: 'sources',
    dstaddr: 'destinations',
  };
  return known[words] ?? 'contributors';
}
