import { z } from 'zod';
import type { AwsCheck } from './aws-check';
import { type Common, commonAgainst } from './common';
import type { Comparison } from './compare';
import type { ContributorDetail, EarlierTotals, Leader } from './contributor';
import type { Coverage } from './coverage';
import type { Doubles } from './doubles';
import { type EmptyExplanation, type EventExplanation, type EventPage, eventSteps, type FieldValue } from './event';
import type { EventHistogram, ExploreStep, ExploreSummary } from './explore';
import { type ExportedFile, eventForms, type OpenedCase, reportForms } from './export';
import type { FanOut, Impact } from './impact';
import type { MetricResult } from './metric';
import type { RulePreview } from './preview';
import type { Problem } from './problem';
import type { Report } from './report';
import type { SampleRule, StoredRule } from './rule';
import { exportForms, type RuleExport, type RuleImport } from './rule-import';
import { isTimeZone, type PreviewStep, type SourcePreview, textContainers } from './source-preview';
import { type Breach, comparisons, missingChoices, type Threshold, type ThresholdFailure } from './threshold';
import type { GroupField, LoadProgress, Source, WorkspaceSummary } from './workspace';

/** What the engine offers. Arguments are checked at the engine's door, nowhere else. */

const Nothing = z.strictObject({});
const Name = z.string().min(1).max(512);
const EpochMs = z.number().int().min(-8.64e15).max(8.64e15);

/** A stored rule by its name, or a rule body as JSON text. */
const RuleChoice = z.union([z.strictObject({ name: Name }), z.strictObject({ definition: z.string().max(1_000_000) })]);

const ReportArgs = z.strictObject({
  rule: RuleChoice,
  /** Inclusive; null: open. */
  startMs: EpochMs.nullable(),
  /** Exclusive; null: open. */
  endMs: EpochMs.nullable(),
  /** null: chosen to suit the span, about 60 to 120 periods. */
  periodSeconds: z.number().int().min(1).max(31_536_000).nullable(),
  maxContributorCount: z.number().int().min(1).max(10_000),
  orderBy: z.enum(['Sum', 'Maximum']),
  unique: z.enum(['exact', 'approximate']),
  /** `basic`, much faster, leaves all metrics but `sampleCount` and `sum` empty. */
  metrics: z.enum(['all', 'basic']).default('all'),
});

const Range = { startMs: EpochMs.nullable().default(null), endMs: EpochMs.nullable().default(null) };

const Periods = { ...Range, periodSeconds: z.number().int().min(1).max(31_536_000) };

/** One text for each key of the rule. */
const ContributorKeys = z.array(z.string().max(2_000_000)).min(1).max(100);

const Period = z.number().int().min(1).max(31_536_000);

/** Contributors by their keys. */
const Contributors = z.array(z.array(z.string()).min(1).max(100)).max(10_000);

const ImpactArgs = z.strictObject({
  rule: RuleChoice,
  /** All that could be affected; null: the rule without its filters. */
  base: RuleChoice.nullable().default(null),
  ...Range,
  periodSeconds: Period,
  without: Contributors.default([]),
  limit: z.number().int().min(1).max(10_000).default(100),
});

const Span = z
  .strictObject({ startMs: EpochMs, endMs: EpochMs })
  .refine(({ startMs, endMs }) => startMs < endMs, 'The time range ends before it starts');

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

/** Fields whose values are replaced by pseudonyms; as in `GroupField.reference`. */
const Redacted = z.array(z.string().min(1).max(10_000)).max(1000).default([]);

const Notes = z
  .array(
    z.strictObject({
      text: z.string().max(10_000),
      timeMs: EpochMs.nullable().default(null),
      keys: z.array(z.string()).max(100).nullable().default(null),
    }),
  )
  .max(1000)
  .default([]);

/** What a report is called where its rule has no stored name. */
const Title = Name.nullable().default(null);

const ReportExportArgs = z.strictObject({
  report: ReportArgs,
  title: Title,
  form: z.enum(reportForms),
  redact: Redacted,
  notes: Notes,
});

const EventsExportArgs = z.strictObject({ rule: RuleChoice, ...Range, form: z.enum(eventForms), redact: Redacted });

const CaseArgs = z.strictObject({
  report: ReportArgs,
  title: Title,
  redact: Redacted,
  notes: Notes,
  events: z.boolean().default(false),
});

const MetricArgs = z.strictObject({
  expressions: z
    .array(z.strictObject({ id: z.string().max(255), expression: z.string().max(20_000) }))
    .min(1)
    .max(500),
  ...Range,
  periodSeconds: z.number().int().min(1).max(31_536_000).nullable().default(null),
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
  /** As in `GroupField.reference`. */
  field: z.string().min(1).max(10_000),
  ...Range,
  /** null: those with the most values. */
  contributors: Contributors.nullable().default(null),
  limit: z.number().int().min(1).max(10_000).default(100),
});

const FilePath = z.string().min(1).max(32_768);

const readingArgs = {
  zone: z.string().min(1).max(100).refine(isTimeZone, 'No such time zone.').optional(),
  container: z.enum(textContainers).optional(),
};

const FileChoicesArgs = z.strictObject({
  excluded: z.array(FilePath).max(100_000),
  groups: z.array(z.strictObject({ path: FilePath, group: Name })).max(100_000),
  reading: z.strictObject(readingArgs).optional(),
  readings: z
    .array(z.strictObject({ path: FilePath, ...readingArgs }))
    .max(100_000)
    .optional(),
});

const EventsArgs = z.strictObject({
  /** The events of a log group, or those that a rule leaves at a step; `filter` numbers one of its filters from 0. */
  from: z.union([
    z.strictObject({ group: Name }),
    z.strictObject({
      rule: RuleChoice,
      step: z.enum(['scanned', ...eventSteps]),
      filter: z.number().int().min(0).nullable().default(null),
    }),
  ]),
  /** Fields as a rule names them, or by the alias that the logs are known to have, and the texts that they must have. */
  where: z
    .array(z.strictObject({ field: Name, value: z.string() }))
    .max(100)
    .default([]),
  /** Text anywhere in the event, upper or lower case. */
  search: z.string().max(1000).default(''),
  ...Range,
  order: z.enum(['newest', 'oldest']).default('newest'),
  limit: z.number().int().min(1).max(1000).default(100),
  offset: z.number().int().min(0).default(0),
  /** Longest part of an event that is given, in characters. */
  messageMax: z.number().int().min(1).max(2_000_000).default(10_000),
  /** Count all that match, too. */
  count: z.boolean().default(false),
});

const EventName = z.strictObject({
  group: Name,
  format: z.enum(['JSON', 'CLF']),
  row: z.number().int().min(0),
  fileId: z.number().int(),
  line: z.number().int(),
});

const Reference = z.string().min(1).max(10_000);

const ExploreArgs = z.strictObject({
  group: Name,
  ...Range,
  filters: z
    .array(z.strictObject({ reference: Reference, values: z.array(z.string()).min(1).max(1000), exclude: z.boolean() }))
    .max(100)
    .default([]),
  measure: z
    .union([
      z.strictObject({ kind: z.literal('events') }),
      z.strictObject({ kind: z.literal('sum'), reference: Reference }),
    ])
    .default({ kind: 'events' }),
});

const BoardArgs = ExploreArgs.extend({
  /** Values on each board. */
  limit: z.number().int().min(1).max(1000).default(6),
  /** Only these fields' boards; null: all. */
  only: z.array(Reference).max(1000).nullable().default(null),
  /** Numeric fields whose values are ranked however many they are. */
  ranked: z.array(Reference).max(1000).default([]),
});

/** Any JSON value. */
export type JsonValue = z.infer<ReturnType<typeof z.json>>;

function method<Result, Progress = never>() {
  return <Schema extends z.ZodType>(args: Schema) => ({ args }) as MethodShape<Schema, Result, Progress>;
}

type MethodShape<Schema extends z.ZodType, Result, Progress> = {
  args: Schema;
  /** Carry types only; never set. */
  result?: Result;
  progress?: Progress;
};

export const contract = {
  'workspace.describe': method<WorkspaceSummary>()(Nothing),
  'groups.fields': method<GroupField[]>()(z.strictObject({ group: Name })),
  /** The most frequent values of a field in log groups (names, or prefixes with `*`). */
  'groups.values': method<FieldValue[]>()(
    z.strictObject({
      groups: z.array(Name).max(100),
      format: z.enum(['JSON', 'CLF']),
      /** As in `GroupField.reference`. */
      reference: Name,
      search: z.string().max(1000).default(''),
      limit: z.number().int().min(1).max(1000).default(50),
    }),
  ),
  'events.find': method<EventPage>()(EventsArgs),
  /** Adds a folder or file that main granted, and loads it. Resolves when all of it is loaded. */
  'sources.add': method<Source, LoadProgress>()(
    z.strictObject({
      grant: z.string().uuid(),
      group: Name.nullable().default(null),
      /** What holds for its files; left out, nothing does. */
      files: FileChoicesArgs.optional(),
    }),
  ),
  /** Looks into the files of a granted folder or file, and tells what `sources.add` would load. */
  'sources.preview': method<SourcePreview, PreviewStep>()(
    z.strictObject({ grant: z.string().uuid(), reading: z.strictObject(readingArgs).optional() }),
  ),
  'sources.remove': method<null>()(z.strictObject({ id: z.number().int() })),
  /** Looks at the source again and loads what is new; with `fromStart`, drops its events and reads everything anew. */
  'sources.reload': method<Source, LoadProgress>()(
    z.strictObject({ id: z.number().int(), fromStart: z.boolean().default(false) }),
  ),
  /** Ends the load of a source after the block it is at, and does not follow it. What was loaded stays. */
  'sources.pause': method<Source>()(z.strictObject({ id: z.number().int() })),
  /** Likewise, as the user's last word on it: nothing offers to go on. */
  'sources.cancel': method<Source>()(z.strictObject({ id: z.number().int() })),
  /** Goes on with a source that was paused or cancelled, from where it stopped. Resolves when all of it is loaded. */
  'sources.resume': method<Source, LoadProgress>()(z.strictObject({ id: z.number().int() })),
  'rules.list': method<StoredRule[]>()(Nothing),
  'rules.put': method<StoredRule>()(
    z.strictObject({ name: Name, definition: z.string().max(1_000_000), state: z.enum(['ENABLED', 'DISABLED']) }),
  ),
  'rules.delete': method<StoredRule>()(z.strictObject({ name: Name })),
  /** All problems of a rule body; empty when it is valid. Warnings have the code `rule/not-accepted-by-aws`. */
  'rules.check': method<Problem[]>()(z.strictObject({ definition: z.string().max(1_000_000), strict: z.boolean() })),
  /** Runs the parts of an unfinished rule body that are right. */
  'rules.preview': method<RulePreview>()(z.strictObject({ definition: z.string().max(1_000_000), ...Range })),
  /** The rules in a pasted text: rule bodies, AWS's own lists, templates of CloudFormation, Terraform, AWS calls. */
  'rules.import': method<RuleImport>()(z.strictObject({ text: z.string().max(4_000_000) })),
  /** A rule written for another tool. */
  'rules.export': method<RuleExport>()(
    z.strictObject({
      name: Name,
      definition: z.string().max(1_000_000),
      state: z.enum(['ENABLED', 'DISABLED']),
      form: z.enum(exportForms),
    }),
  ),
  /** Why an event counts for a rule, or does not. */
  'rules.explainEvent': method<EventExplanation>()(z.strictObject({ rule: RuleChoice, event: EventName })),
  /** Why nothing matches a rule, and what would help. */
  'rules.explainEmpty': method<EmptyExplanation>()(z.strictObject({ rule: RuleChoice, ...Range })),
  /**
   * The gallery. `fits` names the loaded log groups that a sample can read; those that fit come first. `lacks` names the
   * fields that a log group of the sample's kind does not have.
   */
  'rules.samples': method<(SampleRule & { fits: string[]; lacks: string[] })[]>()(Nothing),
  /** Counts the fields of a log group; boards are told as they are done. */
  'explore.boards': method<ExploreSummary, ExploreStep>()(BoardArgs),
  /** Events over time; the range is what is shown, not a filter. */
  'explore.histogram': method<EventHistogram>()(ExploreArgs),
  /** How many combinations of values some fields have: the contributors of a rule with these keys. */
  'explore.combinations': method<number>()(ExploreArgs.extend({ fields: z.array(Reference).min(1).max(4) })),
  /** When which log groups and files have events; a period is chosen where none is given. */
  'coverage.read': method<Coverage>()(
    z.strictObject({ ...Range, periodSeconds: z.number().int().min(1).max(31_536_000).nullable().default(null) }),
  ),
  /** Events that came from more than one file. */
  'doubles.find': method<Doubles>()(Nothing),
  /** Whether reports count doubles; a broadcast of `data` follows. */
  'doubles.set': method<Doubles>()(z.strictObject({ setting: z.enum(['keep', 'leave out']) })),
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
  /** A report as a file of its own. */
  'export.report': method<ExportedFile>()(ReportExportArgs),
  /** The events that match a rule. */
  'export.events': method<ExportedFile>()(EventsExportArgs),
  /** A report with its rule, notes, proofs of its sources and, if wanted, its events. */
  'export.case': method<ExportedFile>()(CaseArgs),
  /** The keys of contributors that are shown already, as an export with the same fields redacted has them. */
  'export.pseudonyms': method<string[][]>()(
    z.strictObject({
      rule: RuleChoice,
      redact: Redacted,
      contributors: z.array(z.array(z.string()).max(100)).max(10_000),
    }),
  ),
  /** Takes the rules, notes and events of a case file into the workspace. */
  'case.open': method<OpenedCase>()(
    z.strictObject({ data: z.custom<Uint8Array>((data) => data instanceof Uint8Array) }),
  ),
  /** Keys that the engine keeps for itself alone are refused. */
  'settings.get': method<JsonValue>()(z.strictObject({ key: Name })),
  'settings.put': method<null>()(z.strictObject({ key: Name, value: z.json() })),
} as const;

export type Method = keyof typeof contract;
export type Args<M extends Method> = z.input<(typeof contract)[M]['args']>;
export type ParsedArgs<M extends Method> = z.output<(typeof contract)[M]['args']>;
export type Result<M extends Method> = NonNullable<(typeof contract)[M]['result']> | ResultNull<M>;
export type Progress<M extends Method> = NonNullable<(typeof contract)[M]['progress']>;
type ResultNull<M extends Method> = null extends (typeof contract)[M]['result'] ? null : never;

/** Broadcasts from the engine. */
export type EngineEvent =
  | { name: 'sources'; sources: Source[]; progress: LoadProgress | null }
  /** Events were added or removed; `version` grows with each commit. */
  | { name: 'data'; version: number }
  | { name: 'rules' }
  /** A threshold fires: told once a breach. */
  | { name: 'breach'; breach: Breach };

/** Messages to the engine on a port. */
export type ToEngine = { kind: 'call'; id: number; method: string; args: unknown } | { kind: 'cancel'; id: number };

/** Messages from the engine on a port. */
export type FromEngine =
  | { kind: 'progress'; id: number; step: unknown }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'failure'; id: number; problems: Problem[] }
  | { kind: 'aborted'; id: number }
  | { kind: 'event'; event: EngineEvent };
