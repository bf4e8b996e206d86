import { z } from 'zod';
import type { AwsCheck } from '../aws-check';
import { type Common, commonAgainst } from '../common';
import type { Comparison } from '../compare';
import type { ContributorDetail, EarlierTotals, Leader } from '../contributor';
import type { FanOut, Impact } from '../impact';
import type { MetricResult } from '../metric';
import type { Report } from '../report';
import { type Breach, comparisons, missingChoices, type Threshold, type ThresholdFailure } from '../threshold';
import {
  Contributors,
  method,
  Name,
  Nothing,
  Period,
  Range,
  Reference,
  ReportArgs,
  RuleChoice,
  Span,
} from './arguments';

const Periods = { ...Range, periodSeconds: Period };

/** One text for each key of the rule. */
const ContributorKeys = z.array(z.string().max(2_000_000)).min(1).max(100);

const ImpactArgs = z.strictObject({
  rule: RuleChoice,
  /** All that could be affected; null: the rule without its filters. */
  base: RuleChoice.nullable().default(null),
  ...Range,
  periodSeconds: Period,
  without: Contributors.default([]),
  limit: z.number().int().min(1).max(10_000).default(100),
});

const CompareArgs = z.strictObject({
  rule: RuleChoice,
  before: Span,
  during: Span,
  periodSeconds: Period,
  per: z.enum(['range', 'hour']).default('range'),
  limit: z.number().int().min(1).max(10_000).default(100),
});

const CommonArgs = z.strictObject({
  rule: RuleChoice,
  ...Range,
  /** The part of the range that is looked at; null: all of it. */
  region: Span.nullable().default(null),
  contributors: Contributors.max(1000).nullable().default(null),
  against: z.enum(commonAgainst).default('rule'),
  limit: z.number().int().min(1).max(1000).default(5),
});

const MetricArgs = z.strictObject({
  expressions: z
    .array(z.strictObject({ id: z.string().max(255), expression: z.string().max(20_000) }))
    .min(1)
    .max(500),
  ...Range,
  periodSeconds: Period.nullable().default(null),
});

const ThresholdArgs = z
  .strictObject({
    name: Name,
    expressions: MetricArgs.shape.expressions,
    comparison: z.enum(comparisons),
    limit: z.number(),
    periodSeconds: Period,
    breaching: z.number().int().min(1).max(1000),
    periods: z.number().int().min(1).max(1000),
    missing: z.enum(missingChoices),
  })
  .refine(({ breaching, periods }) => breaching <= periods, 'More periods have to breach than are looked at');

const AwsCheckArgs = z.strictObject({
  rule: RuleChoice,
  /** What AWS printed. */
  answer: z.string().max(64 * 1024 * 1024),
  ...Range,
  periodSeconds: Period,
  orderBy: z.enum(['Sum', 'Maximum']).default('Sum'),
});

const FanOutArgs = z.strictObject({
  rule: RuleChoice,
  field: Reference,
  ...Range,
  /** null: those with the most values. */
  contributors: Contributors.nullable().default(null),
  limit: z.number().int().min(1).max(10_000).default(100),
});

/** What rules say about the logs: reports, investigations, metric math and thresholds. */
export const reportMethods = {
  'report.run': method<Report>()(ReportArgs),
  /** One contributor of a rule: its series, its ranks, when it was seen. */
  'contributor.describe': method<ContributorDetail>()(
    z.strictObject({ rule: RuleChoice, keys: ContributorKeys, ...Periods }),
  ),
  /** Who was first in each period. */
  'report.leaders': method<Leader[]>()(z.strictObject({ rule: RuleChoice, ...Periods })),
  /** What the contributors of a report had in an earlier time range. */
  'report.earlier': method<EarlierTotals>()(
    z.strictObject({ rule: RuleChoice, contributors: z.array(ContributorKeys).max(10_000), ...Range }),
  ),
  /** Metric math over rules: an expression can use those before it. */
  'metrics.evaluate': method<MetricResult>()(MetricArgs),
  /** How many contributors are affected, and what share of them. */
  'impact.read': method<Impact>()(ImpactArgs),
  /** How many different values of a field each contributor has. */
  'impact.fanOut': method<FanOut>()(FanOutArgs),
  /** What the matching events of some contributors, or of a part of the time, have in common. */
  'common.find': method<Common>()(CommonArgs),
  /** What changed from one time range to another, contributor by contributor. */
  'compare.read': method<Comparison>()(CompareArgs),
  /** An answer of AWS's GetInsightRuleReport beside ours. */
  'aws.check': method<AwsCheck>()(AwsCheckArgs),
  /** The thresholds of the workspace, and what breached them, the newest first. */
  'thresholds.list': method<{ thresholds: Threshold[]; breaches: Breach[]; failures: ThresholdFailure[] }>()(Nothing),
  /** Adds a threshold or replaces it. What breached it so far is listed without a broadcast. */
  'thresholds.put': method<Breach[]>()(ThresholdArgs),
  'thresholds.delete': method<null>()(z.strictObject({ name: Name })),
} as const;
