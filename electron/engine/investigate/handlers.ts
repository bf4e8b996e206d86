import type { ParsedArgs, RuleChoice } from '../../../shared/contract';
import { metricNames, toInsightRuleReport } from '../../../shared/insight-rule-report';
import { UserError } from '../../../shared/problem';
import type { Report, TimeRange } from '../../../shared/report';
import type { Handlers } from '../door';
import { runMetrics } from '../metrics/query';
import type { OpenRule } from '../rules/cells';
import { findDefinition, listRuleNames } from '../rules/find-definition';
import { readReference } from '../rules/reference';
import { withoutFilters } from '../rules/vary';
import type { Workspace } from '../workspace/open';
import { readDefinition } from '../workspace/rule-store';
import { compareWithAnswer, readAnswer } from './aws-check';
import { findCommon } from './common';
import { compareRanges } from './compare';
import { readFanOut, readImpact } from './impact';

type InvestigateMethods =
  | 'metrics.evaluate'
  | 'impact.read'
  | 'impact.fanOut'
  | 'compare.read'
  | 'common.find'
  | 'aws.check';

/** What the methods of an investigation ask of the engine. */
export type Investigated = {
  readonly workspace: Workspace;
  readonly resourcesPath: string;
  runReport(args: ParsedArgs<'report.run'>, signal: AbortSignal): Promise<Report>;
  openRule(choice: RuleChoice, range: TimeRange, signal: AbortSignal): Promise<OpenRule>;
};

/** Works out expressions over the rules of a workspace, and the sample rules. @throws UserError, see `runMetrics` */
export function evaluateMetrics(engine: Investigated, args: ParsedArgs<'metrics.evaluate'>, signal: AbortSignal) {
  const host = {
    workspace: engine.workspace,
    runReport: (report: ParsedArgs<'report.run'>, stop: AbortSignal) => engine.runReport(report, stop),
    findDefinition: (name: string) => findDefinition(engine, name),
    listNames: () => listRuleNames(engine),
  };
  return runMetrics(host, args, signal);
}

/** The methods behind an investigation. */
export function createInvestigateHandlers(engine: Investigated): Pick<Handlers, InvestigateMethods> {
  return {
    'metrics.evaluate': (args, { signal }) => evaluateMetrics(engine, args, signal),
    'impact.read': async (args, { signal }) => {
      const affected = await engine.openRule(args.rule, args, signal);
      const base = await engine.openRule(args.base ?? (await unfilter(engine, args.rule)), args, signal);
      return readImpact(engine.workspace.db, affected, base, args, signal);
    },
    'compare.read': async (args, { signal }) => {
      const before = await engine.openRule(args.rule, args.before, signal);
      const during = await engine.openRule(args.rule, args.during, signal);
      return compareRanges(engine.workspace.db, before, during, args, signal);
    },
    'aws.check': async ({ answer: text, ...args }, { signal }) => {
      const answer = readAnswer(text);
      const limit = Math.min(10_000, Math.max(100, 2 * answer.Contributors.length));
      const query = { ...args, maxContributorCount: limit, unique: 'exact', metrics: 'all' } as const;
      const report = toInsightRuleReport(await engine.runReport(query, signal), metricNames);
      return compareWithAnswer(answer, report, args.periodSeconds);
    },
    'common.find': async (args, { signal }) => {
      const { rule, tables, entries } = await engine.openRule(args.rule, args, signal);
      const known = tables.flatMap((table, index) => {
        const entry = entries[index];
        return entry === undefined ? [] : [{ table, entry }];
      });
      return findCommon(engine.workspace.db, rule, known, args, signal);
    },
    'impact.fanOut': async (args, { signal }) => {
      const open = await engine.openRule(args.rule, args, signal);
      const field = readReference(args.field, open.rule.format);
      if (field === null) throw unknownField(args.field, open);
      return readFanOut(engine.workspace.db, open, field, args, signal);
    },
  };
}

/** The rule's own unfiltered form. */
async function unfilter({ workspace }: Investigated, choice: RuleChoice): Promise<RuleChoice> {
  return { definition: withoutFilters(await readDefinition(workspace.db, choice)) };
}

function unknownField(field: string, { rule }: OpenRule): UserError {
  const hint = rule.format === 'JSON' ? 'Write a path such as $.status.' : 'Write a token position such as 7.';
  const message = 'There is no such field in events of this format.';
  return new UserError([{ code: 'args/invalid', place: field.slice(0, 200), message, hint }]);
}
