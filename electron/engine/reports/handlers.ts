import type { RuleChoice } from '../../../shared/contract';
import { type Problem, UserError } from '../../../shared/problem';
import type { TimeRange } from '../../../shared/report';
import type { Rule } from '../../../shared/rule';
import type { Handlers } from '../door';
import type { EventTable } from '../rules/event-table';
import type { Workspace } from '../workspace/open';
import { describeContributor, findLeaders, readEarlier } from './contributors';

type ContributorMethods = 'contributor.describe' | 'report.leaders' | 'report.earlier';

/** What the methods ask of the engine. */
type ReportHost = {
  readonly workspace: Workspace;
  chooseRule(choice: RuleChoice): Promise<{ rule: Rule }>;
  /** The tables that a report on the rule reads, without the doubles where those are left out. */
  tablesFor(rule: Rule, range: TimeRange, signal: AbortSignal): Promise<EventTable[]>;
};

/** The methods behind a report's table and its contributors. */
export function createContributorHandlers(engine: ReportHost): Pick<Handlers, ContributorMethods> {
  const open = async (choice: RuleChoice, range: TimeRange, signal: AbortSignal) => {
    const { rule } = await engine.chooseRule(choice);
    return { rule, tables: await engine.tablesFor(rule, range, signal), db: engine.workspace.db };
  };
  return {
    'contributor.describe': async ({ rule: choice, keys, ...query }, { signal }) => {
      const { db, rule, tables } = await open(choice, query, signal);
      requireKeys(rule, [keys]);
      return describeContributor(db, tables, rule, keys, query, signal);
    },
    'report.leaders': async ({ rule: choice, ...query }, { signal }) => {
      const { db, rule, tables } = await open(choice, query, signal);
      return findLeaders(db, tables, rule, query, signal);
    },
    'report.earlier': async ({ rule: choice, contributors, ...range }, { signal }) => {
      const { db, rule, tables } = await open(choice, range, signal);
      requireKeys(rule, contributors);
      return readEarlier(db, tables, rule, contributors, range, signal);
    },
  };
}

function requireKeys(rule: Rule, contributors: readonly (readonly string[])[]): void {
  const wrong = contributors.find((keys) => keys.length !== rule.keys.length);
  if (wrong === undefined) return;
  const problem: Problem = {
    code: 'args/invalid',
    place: 'keys',
    message: `The rule has ${rule.keys.length} keys, and ${wrong.length} are given.`,
  };
  throw new UserError([problem]);
}
