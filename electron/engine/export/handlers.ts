import type { RuleChoice } from '../../../shared/contract';
import { fileStem, mostFileBytes, type ReportForm } from '../../../shared/export';
import { metricNames, toInsightRuleReport } from '../../../shared/insight-rule-report';
import { UserError } from '../../../shared/problem';
import type { Report } from '../../../shared/report';
import { printReportCsv, tableOfReport } from '../../../shared/report-csv';
import type { Rule } from '../../../shared/rule';
import type { Handlers } from '../door';
import type { Investigated } from '../investigate/handlers';
import { openNameFinder } from '../names/handlers';
import { readReference } from '../rules/reference';
import { referenceKey } from '../workspace/event-tables';
import type { Workspace } from '../workspace/open';
import { readDefinition } from '../workspace/rule-store';
import { writeCase } from './case-file';
import { writeEvents } from './events-file';
import { printNotes, redactNotes } from './notes';
import { type CaseHost, openCase } from './open-case';
import { type Redaction, readSecret, redactContributors, redactReport, redactTitle } from './redact';
import { printReportCommand } from './repeat';
import { type PageFacts, printReportPage } from './report-page';
import { writeTableParquet } from './table-parquet';

type ExportMethods = 'export.report' | 'export.events' | 'export.case' | 'export.pseudonyms' | 'case.open';

type Exporting = Investigated & Pick<CaseHost, 'addSource'>;

/** The methods that hand on what was found. */
export function createExportHandlers(
  engine: Exporting,
  announceRules: CaseHost['announceRules'],
): Pick<Handlers, ExportMethods> {
  return {
    'export.report': async ({ report: args, title: given, form, redact, notes }, { signal }) => {
      const { rule } = await engine.openRule(args.rule, args, signal);
      const redaction = await readRedaction(engine.workspace, rule, redact);
      const whole = await engine.runReport(args, signal);
      const report = redaction === null ? whole : redactReport(whole, rule, redaction);
      const definition = await readDefinition(engine.workspace.db, args.rule);
      const tell = (text: string) =>
        redaction === null ? text : redactTitle(text, { report: whole, rule, definition }, redaction);
      const title = tell(given ?? nameOf(args.rule));
      // A name that is redacted names no rule.
      const command =
        'name' in args.rule && tell(args.rule.name) === args.rule.name
          ? printReportCommand(['--workspace', `${engine.workspace.name}.duckdb`], args.rule.name, args, { redact })
          : null;
      const facts = {
        title,
        command,
        notes: printNotes(redactNotes(notes, rule, redaction)),
        // Of what the report holds: a pseudonym has no name.
        nameOf: await openNameFinder(engine.workspace),
      };
      return {
        name: `${fileStem(title)}.${form}`,
        data: await printReport(engine.workspace, report, form, facts, signal),
      };
    },
    'export.events': async ({ rule: choice, form, redact, ...range }, { signal }) => {
      const open = await engine.openRule(choice, range, signal);
      const redaction = await readRedaction(engine.workspace, open.rule, redact);
      const data = await writeEvents(
        engine.workspace,
        open,
        range,
        { form, redaction, mostBytes: mostFileBytes },
        signal,
      );
      return { name: `${fileStem(nameOf(choice))}-events.${form}`, data };
    },
    'export.pseudonyms': async ({ rule: choice, redact, contributors }, { signal }) => {
      const { rule } = await engine.openRule(choice, { startMs: null, endMs: null }, signal);
      const redaction = await readRedaction(engine.workspace, rule, redact);
      if (redaction === null) return contributors;
      const shown = contributors.map((keys) => ({ keys }));
      return redactContributors(shown, rule, redaction).map(({ keys }) => keys);
    },
    'case.open': ({ data }, { signal }) => {
      const addSource: CaseHost['addSource'] = (source, options) => engine.addSource(source, options);
      return openCase({ workspace: engine.workspace, addSource, announceRules }, data, signal);
    },
    'export.case': async ({ report: args, title, redact, notes, events }, { signal }) => {
      const { rule: choice, ...view } = args;
      const open = await engine.openRule(choice, args, signal);
      const definition = await readDefinition(engine.workspace.db, choice);
      const redaction = await readRedaction(engine.workspace, open.rule, redact);
      const report = await engine.runReport(args, signal);
      const given = title ?? nameOf(choice);
      const ruleName =
        redaction === null ? given : redactTitle(given, { report, rule: open.rule, definition }, redaction);
      const content = { ruleName, definition, open, args: view, report, notes, redaction, withEvents: events };
      return { name: `${fileStem(ruleName)}.case.zip`, data: await writeCase(engine.workspace, content, signal) };
    },
  };
}

/** A report in one of the forms that it is handed on in. */
export async function printReport(
  workspace: Workspace,
  report: Report,
  form: ReportForm,
  facts: PageFacts,
  signal?: AbortSignal,
): Promise<string | Uint8Array> {
  switch (form) {
    case 'html':
      return printReportPage(report, facts);
    case 'csv':
      return printReportCsv(report, facts.nameOf);
    case 'json':
      return `${JSON.stringify(toInsightRuleReport(report, metricNames), null, 1)}\n`;
    case 'parquet':
      return writeTableParquet(workspace, tableOfReport(report, facts.nameOf), signal);
  }
}

/**
 * What is to be redacted, null for nothing.
 * @param references fields as the window knows them
 * @throws UserError `args/invalid` for one that can't be a field
 */
export async function readRedaction(
  workspace: Workspace,
  rule: Rule,
  references: readonly string[],
): Promise<Redaction | null> {
  if (references.length === 0) return null;
  const fields = references.map((reference) => {
    const named = rule.keys.find(({ label }) => label === reference)?.field ?? readReference(reference, rule.format);
    if (named !== null) return referenceKey(named);
    throw new UserError([
      {
        code: 'args/invalid',
        place: reference.slice(0, 200),
        message: 'There is no such field in events of this format.',
        hint: `Name a key of the rule (${rule.keys.map(({ label }) => label).join(', ')}), a path or a position.`,
      },
    ]);
  });
  return { secret: await readSecret(workspace), fields: new Set(fields) };
}

function nameOf(rule: RuleChoice): string {
  return 'name' in rule ? rule.name : 'Report';
}
