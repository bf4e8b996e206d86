import { z } from 'zod';
import { type ExportedFile, eventForms, noteLimits, type OpenedCase, reportForms } from '../export';
import { EpochMs, method, Name, Range, Reference, ReportArgs, RuleChoice } from './arguments';

/** Fields whose values are replaced by pseudonyms. */
const Redacted = z.array(Reference).max(1000).default([]);

const Notes = z
  .array(
    z.strictObject({
      text: z.string().max(noteLimits.characters),
      timeMs: EpochMs.nullable().default(null),
      endMs: EpochMs.nullable().default(null),
      keys: z.array(z.string()).max(100).nullable().default(null),
      fields: z.array(z.string()).max(100).nullable().default(null),
    }),
  )
  .max(noteLimits.notes)
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

/** Files to hand on, and case files that were handed on. */
export const exportMethods = {
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
} as const;
