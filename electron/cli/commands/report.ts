import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { formatCount } from '../../../shared/format';
import { type MetricName, toInsightRuleReport } from '../../../shared/insight-rule-report';
import { createNameFinder, mostNamesBytes, type NameFinder } from '../../../shared/names';
import { printProblem, UserError } from '../../../shared/problem';
import type { OrderBy, Report, UniqueMode } from '../../../shared/report';
import type { Engine } from '../../engine/engine';
import { printReport, readRedaction } from '../../engine/export/handlers';
import { redactReport, redactTitle } from '../../engine/export/redact';
import { printReportCommand } from '../../engine/export/repeat';
import type { PageFacts } from '../../engine/export/report-page';
import { readNames } from '../../engine/names/read-names';
import { findDefinition } from '../../engine/rules/find-definition';
import { parseRule } from '../../engine/rules/parse';
import type { Context } from '../context';
import { type ExitCode, exitCode } from '../exit';
import { readArgumentBytes, readArgumentFile, writeArgumentFile } from '../files';
import { loadLogs, parseLogs, requireLogs, sampleLogs } from '../logs';
import { explainEmpty, printReportTable } from '../output/report';
import { refuseEmptyRange } from '../times';
import { withEngine, withExistingWorkspace } from '../with-engine';

export type ReportOptions = {
  rule?: string;
  logs?: string[];
  sample?: boolean;
  workspace?: string;
  startTime?: number;
  endTime?: number;
  period: number;
  maxContributorCount: number;
  orderBy: OrderBy;
  metrics?: MetricName[];
  unique: UniqueMode;
  redact?: string[];
  names?: string;
  output: 'table' | 'json' | 'csv' | 'html' | 'parquet';
  outputFile?: string;
};

const sampleRuleName = 'Byte transfers by source and destination';

/** `report`: one report, from a workspace, from logs, or from both. */
export async function reportCommand(context: Context, options: ReportOptions): Promise<ExitCode> {
  const name = options.rule ?? (options.sample ? sampleRuleName : undefined);
  if (name === undefined) throw missing('--rule', 'Name a rule file, a rule of the workspace or a sample rule.');
  refuseEmptyRange(options);
  const logs = [
    ...(options.logs ?? []).map((text) => {
      const { path, group } = parseLogs(text);
      return { path, group, matchesAll: group === null && options.workspace === undefined };
    }),
    ...(options.sample ? sampleLogs(context.resourcesPath) : []),
  ];
  if (logs.length === 0 && options.workspace === undefined) {
    throw missing('--logs', 'Name the logs to report on, or a workspace that holds some.');
  }
  // Before a workspace is made for them.
  requireLogs(logs);
  const { workspace } = options;
  const fromFile = existsSync(name) ? readRuleFile(name) : null;
  const nameOf = options.names === undefined ? () => null : readNameFile(context, options.names);
  const title = fromFile === null ? name : basename(name, '.json');
  const run = async (engine: Engine) => {
    if (fromFile === null) await findNamed(engine, name);
    await loadLogs(context, engine, logs);
    const definition = fromFile ?? (await findNamed(engine, name));
    const args = {
      rule: { definition },
      startMs: options.startTime ?? null,
      endMs: options.endTime ?? null,
      periodSeconds: options.period,
      maxContributorCount: options.maxContributorCount,
      orderBy: options.orderBy,
      unique: options.unique,
      metrics: options.metrics === undefined ? ('basic' as const) : ('all' as const),
    };
    const whole = await engine.runReport(args, context.signal);
    const told = await redact(engine, { report: whole, title }, definition, options);
    // A name that is redacted names no rule.
    const command = told.title === title ? printReportCommand(printEvents(options), name, args, options) : null;
    return {
      report: told.report,
      text: await print(engine, options, told.report, { title: told.title, command, nameOf }),
    };
  };
  const { report, text } =
    workspace !== undefined && logs.length === 0
      ? await withExistingWorkspace(context, workspace, run)
      : await withEngine(context, workspace, run);
  if (report.ledger.matched === 0) context.warn(explainEmpty(report));
  if (options.outputFile === undefined) context.print(text);
  else {
    const kept = [...(workspace === undefined ? [] : [workspace]), ...logs.map(({ path }) => path)];
    await writeArgumentFile(options.outputFile, text, kept);
  }
  return exitCode.done;
}

/** Where the events come from, as it was given. */
function printEvents({ workspace, logs = [], sample = false }: ReportOptions): string[] {
  return [
    ...(workspace === undefined ? [] : ['--workspace', workspace]),
    ...(logs.length === 0 ? [] : ['--logs', ...logs]),
    ...(sample ? ['--sample'] : []),
  ];
}

async function redact(
  engine: Engine,
  { report, title }: { report: Report; title: string },
  definition: string,
  options: ReportOptions,
): Promise<{ report: Report; title: string }> {
  const { rule } = await engine.chooseRule({ definition });
  const redaction = await readRedaction(engine.workspace, rule, options.redact ?? []);
  if (redaction === null) return { report, title };
  return {
    report: redactReport(report, rule, redaction),
    title: redactTitle(title, { report, rule, definition }, redaction),
  };
}

async function print(
  engine: Engine,
  options: ReportOptions,
  report: Report,
  facts: PageFacts,
): Promise<string | Uint8Array> {
  if (options.output === 'table') return printReportTable(report, facts.title, facts.nameOf);
  if (options.output !== 'json') return printReport(engine.workspace, report, options.output, facts);
  return `${JSON.stringify(toInsightRuleReport(report, options.metrics ?? []), null, 1)}\n`;
}

/** The names in a file; lines that are left out are warned of. @throws UserError */
function readNameFile(context: Context, path: string): NameFinder {
  const { entries, skipped, problems } = readNames(path, readArgumentBytes(path, mostNamesBytes));
  for (const problem of problems) context.warn(printProblem(problem));
  if (skipped > problems.length)
    context.warn(`${path}: ${formatCount(skipped - problems.length, 'more line')} left out.`);
  return createNameFinder(entries);
}

/** The rule body in a file. Checked before any log is read, with places in the file. @throws UserError */
function readRuleFile(path: string): string {
  const definition = readArgumentFile(path);
  const { rule, problems } = parseRule(definition);
  if (rule === null)
    throw new UserError(problems.map((problem) => ({ ...problem, place: placeIn(path, problem.place) })));
  return definition;
}

/** `rule.json:1:13` for a place in the text, `rule.json: Contribution.Keys[0]` for a member. */
export function placeIn(path: string, place: string): string {
  return place === '' ? path : /^\d+:\d+$/.test(place) ? `${path}:${place}` : `${path}: ${place}`;
}

async function findNamed(engine: Engine, name: string): Promise<string> {
  const definition = await findDefinition(engine, name);
  if (definition !== null) return definition;
  throw new UserError([
    {
      code: 'rule/unknown',
      place: name,
      message: 'There is no such rule file, no rule of this name in the workspace and no such sample rule.',
      hint: '`rules samples` and `rules list` show the names.',
    },
  ]);
}

function missing(option: string, hint: string): UserError {
  return new UserError([{ code: 'args/invalid', place: option, message: 'The option is missing.', hint }]);
}
