import { type ParseError, parse } from 'jsonc-parser';
import { z } from 'zod';
import type { AwsCheck, ContributorCheck, FigureCheck } from '../../../shared/aws-check';
import { formatCount } from '../../../shared/format';
import { type InsightRuleReport, metricNames } from '../../../shared/insight-rule-report';
import { UserError } from '../../../shared/problem';

/** ISO 8601, or an epoch in seconds, as older versions of the AWS CLI print it. */
const Timestamp = z.union([z.string(), z.number()]).transform((value, context) => {
  const timeMs = typeof value === 'number' ? value * 1000 : Date.parse(value);
  if (Number.isFinite(timeMs)) return timeMs;
  context.addIssue('is no time');
  return z.NEVER;
});

const Answer = z.object({
  KeyLabels: z.array(z.string()).default([]),
  AggregationStatistic: z.string().optional(),
  AggregateValue: z.number().optional(),
  ApproximateUniqueCount: z.number().optional(),
  Contributors: z
    .array(
      z.object({
        Keys: z.array(z.string()),
        ApproximateAggregateValue: z.number(),
        Datapoints: z.array(z.object({ Timestamp, ApproximateValue: z.number() })).default([]),
      }),
    )
    .default([]),
  MetricDatapoints: z
    .array(z.object({ Timestamp, ...Object.fromEntries(metricNames.map((name) => [name, z.number().optional()])) }))
    .default([]),
});

type Answer = z.output<typeof Answer>;

/** Sums of the same doubles in another order differ by less. */
const tolerance = 1e-9;

/** AWS keeps so many bytes of the value of a key. */
const longestKey = 1024;

/**
 * Reads a pasted answer.
 * @throws UserError `args/invalid` where it is none
 */
export function readAnswer(text: string): Answer {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.trim(), errors, { allowTrailingComma: true });
  const read = Answer.safeParse(value);
  const isReport = typeof value === 'object' && value !== null && ('Contributors' in value || 'KeyLabels' in value);
  if (errors.length === 0 && read.success && isReport) return read.data;
  const [issue] = read.error?.issues ?? [];
  const where = issue === undefined ? '' : ` ${issue.path.join('.')}: ${issue.message}.`;
  throw new UserError([
    {
      code: 'args/invalid',
      place: 'answer',
      message: errors.length > 0 ? 'The text is no JSON.' : `The text is no answer of GetInsightRuleReport.${where}`,
      hint: 'Paste all of what `aws cloudwatch get-insight-rule-report` prints.',
    },
  ]);
}

/** Compares an answer of AWS with our report of the same rule, time range and period. */
export function compareWithAnswer(answer: Answer, ours: InsightRuleReport, periodSeconds: number): AwsCheck {
  const isShifted = hasOtherPeriods(answer, periodSeconds);
  const figures = [...checkFigures(answer, ours), ...checkMetrics(answer, ours, isShifted)];
  const contributors = checkContributors(answer, ours, isShifted);
  const isSame = [...figures, ...contributors].every(({ reason }) => reason === null);
  return { isSame, figures, contributors };
}

function isEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

function hasOtherPeriods({ Contributors, MetricDatapoints }: Answer, periodSeconds: number): boolean {
  const times = [...Contributors.flatMap(({ Datapoints }) => Datapoints), ...MetricDatapoints];
  return times.some((point) => point.Timestamp % (periodSeconds * 1000) !== 0);
}

function checkFigures(answer: Answer, ours: InsightRuleReport): FigureCheck[] {
  const check = (
    name: string,
    aws: string | number | undefined,
    own: string | number,
    explain: (aws: string | number) => string,
  ): FigureCheck[] => {
    if (aws === undefined) return [];
    const same = typeof aws === 'number' && typeof own === 'number' ? isEqual(aws, own) : aws === own;
    return [{ name, aws, ours: own, reason: same ? null : explain(aws) }];
  };
  return [
    ...check(
      'KeyLabels',
      answer.KeyLabels.join(', '),
      ours.KeyLabels.join(', '),
      () => 'The rules have different keys.',
    ),
    ...check('AggregationStatistic', titled(answer.AggregationStatistic), ours.AggregationStatistic, () => {
      return 'One rule counts events, the other sums up a field.';
    }),
    ...check('AggregateValue', answer.AggregateValue, ours.AggregateValue, (aws) =>
      explainAmount(Number(aws), ours.AggregateValue),
    ),
    ...check('ApproximateUniqueCount', answer.ApproximateUniqueCount, ours.ApproximateUniqueCount, (aws) => {
      const share = Math.abs(Number(aws) - ours.ApproximateUniqueCount) / Math.max(1, ours.ApproximateUniqueCount);
      const estimate = 'AWS estimates this number, ours is exact.';
      return share <= 0.1 ? estimate : `${estimate} The difference is large, so that logs may be missing on one side.`;
    }),
  ];
}

/** Any case, as in older answers: `SUM`. */
function titled(text: string | undefined): string | undefined {
  return text === undefined ? undefined : text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

function explainAmount(aws: number, ours: number): string {
  const share = Math.abs(aws - ours) / Math.max(Math.abs(ours), Number.MIN_VALUE);
  if (share < 0.005) return 'AWS gives approximate values; the difference is under 0.5%.';
  return Math.abs(aws) > Math.abs(ours)
    ? 'Some of the events that AWS saw are not loaded, or another time range was asked for.'
    : 'AWS reads events from the moment that a rule is made or switched on, ours reads all; or events were loaded twice.';
}

function checkContributors(answer: Answer, ours: InsightRuleReport, isShifted: boolean): ContributorCheck[] {
  const own = new Map(ours.Contributors.map((one, index) => [JSON.stringify(one.Keys), { ...one, rank: index + 1 }]));
  const seen = new Set<string>();
  const theirs = answer.Contributors.map((one, index): ContributorCheck => {
    const id = JSON.stringify(one.Keys);
    const mine = own.get(id) ?? findCut(one.Keys, own);
    if (mine !== undefined) seen.add(JSON.stringify(mine.Keys));
    const otherPeriods = mine === undefined ? 0 : countOtherPeriods(one.Datapoints, mine.Datapoints);
    const check = {
      keys: one.Keys,
      awsRank: index + 1,
      ourRank: mine?.rank ?? null,
      aws: one.ApproximateAggregateValue,
    };
    if (mine === undefined) {
      const reason = 'No loaded event has this contributor: its logs are missing, or the rules differ.';
      return { ...check, ours: null, otherPeriods, reason };
    }
    const value = mine.ApproximateAggregateValue;
    const reason = own.has(id)
      ? explainContributor({ ...check, ours: value, otherPeriods }, answer, isShifted)
      : 'AWS keeps the first 1,024 bytes of a key.';
    return { ...check, ours: value, otherPeriods, reason };
  });
  const onlyOurs = ours.Contributors.flatMap((one, index): ContributorCheck[] => {
    if (seen.has(JSON.stringify(one.Keys)) || index >= Math.max(answer.Contributors.length, 10)) return [];
    const last = answer.Contributors[answer.Contributors.length - 1];
    const isBehind = last !== undefined && one.ApproximateAggregateValue <= last.ApproximateAggregateValue;
    const reason = isBehind
      ? null
      : 'AWS does not list it: it may have met only part of its events, or have been made later than these.';
    const own = { ourRank: index + 1, ours: one.ApproximateAggregateValue };
    return [{ keys: one.Keys, awsRank: null, aws: null, ...own, otherPeriods: 0, reason }];
  });
  return [...theirs, ...onlyOurs];
}

type OwnContributor = InsightRuleReport['Contributors'][number] & { rank: number };

/** One of ours of which AWS cut a key. */
function findCut(keys: readonly string[], own: ReadonlyMap<string, OwnContributor>): OwnContributor | undefined {
  if (!keys.some((key) => Buffer.byteLength(key) >= longestKey - 3)) return undefined;
  return [...own.values()].find(
    ({ Keys }) => Keys.length === keys.length && Keys.every((key, index) => key.startsWith(keys[index] ?? '')),
  );
}

function countOtherPeriods(
  theirs: readonly { Timestamp: number; ApproximateValue: number }[],
  ours: readonly { Timestamp: string; ApproximateValue: number }[],
): number {
  if (theirs.length === 0) return 0;
  const own = new Map(ours.map((point) => [Date.parse(point.Timestamp), point.ApproximateValue]));
  const aws = new Map(theirs.map((point) => [point.Timestamp, point.ApproximateValue]));
  const times = new Set([...own.keys(), ...aws.keys()]);
  return [...times].filter((time) => !isEqual(own.get(time) ?? 0, aws.get(time) ?? 0)).length;
}

function explainContributor(
  check: Omit<ContributorCheck, 'reason'>,
  answer: Answer,
  isShifted: boolean,
): string | null {
  const { aws, ours, awsRank, ourRank, otherPeriods } = check;
  if (aws === null || ours === null) return null;
  if (!isEqual(aws, ours)) return explainAmount(aws, ours);
  if (otherPeriods > 0) {
    return isShifted
      ? 'AWS counted its periods from the start of the time range; ours start at whole multiples of the period.'
      : `${formatCount(otherPeriods, 'period')} differ although the sums are the same: the periods may be of another length.`;
  }
  if (awsRank === ourRank) return null;
  const isTie = answer.Contributors.filter((one) => isEqual(one.ApproximateAggregateValue, aws)).length > 1;
  return isTie
    ? 'Others have the same value; AWS does not say how it orders those, we order them by their keys.'
    : 'Its value is the same, but that of others is not.';
}

function checkMetrics(answer: Answer, ours: InsightRuleReport, isShifted: boolean): FigureCheck[] {
  const own = new Map(ours.MetricDatapoints.map((point) => [Date.parse(point.Timestamp), point]));
  return metricNames.flatMap((name): FigureCheck[] => {
    const points = answer.MetricDatapoints.flatMap((point) => {
      const value = (point as Record<string, number | undefined>)[name];
      return value === undefined ? [] : [{ time: point.Timestamp, value }];
    });
    if (points.length === 0) return [];
    const other = points.filter(({ time, value }) => !isEqual(own.get(time)?.[name] ?? 0, value));
    const shown = `${formatCount(points.length, 'period')}`;
    const reason = isShifted
      ? 'AWS counted its periods from the start of the time range; ours start at whole multiples of the period.'
      : explainMetric(name);
    return [
      {
        name,
        aws: shown,
        ours: other.length === 0 ? shown : `${formatCount(other.length, 'period')} of them differ`,
        reason: other.length === 0 ? null : reason,
      },
    ];
  });
}

function explainMetric(name: (typeof metricNames)[number]): string {
  if (name === 'UniqueContributors') return 'AWS estimates this number, ours is exact.';
  if (name === 'Average') return 'AWS does not say what the average is over; ours is the sum by the events.';
  if (name === 'Minimum') return 'AWS describes it in two ways, by event and by contributor; ours is by event.';
  return 'Some events are on one side only, or values of AWS are approximate.';
}
