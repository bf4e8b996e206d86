import { z } from 'zod';
import type { EmptyExplanation, EventExplanation } from '../event';
import type { RulePreview } from '../preview';
import type { Problem } from '../problem';
import type { SampleRule, StoredRule } from '../rule';
import { exportForms, type RuleExport, type RuleImport } from '../rule-import';
import { method, Name, Nothing, Range, RuleChoice } from './arguments';

const EventName = z.strictObject({
  group: Name,
  format: z.enum(['JSON', 'CLF']),
  row: z.number().int().min(0),
  fileId: z.number().int(),
  line: z.number().int(),
});

/** Rules: kept, checked, explained, brought in and handed on. */
export const ruleMethods = {
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
} as const;
