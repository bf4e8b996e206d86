import type { RuleChoice } from '../../shared/contract';
import type { Rule } from '../../shared/rule';
import type { Handlers } from './door';
import { findEvents, listValues } from './reports/events';
import { previewRule } from './reports/preview';
import { explainEmpty } from './reports/why-empty';
import { explainEvent } from './reports/why-not';
import { exportRule } from './rules/export';
import { importRules } from './rules/import';
import { parseRule } from './rules/parse';
import { readReference } from './rules/reference';
import { listGroupTables } from './workspace/group-tables';
import type { Workspace } from './workspace/open';

type WorkbenchMethods =
  | 'rules.import'
  | 'rules.export'
  | 'groups.values'
  | 'events.find'
  | 'rules.preview'
  | 'rules.explainEvent'
  | 'rules.explainEmpty';

/** What the methods ask of the engine. */
type Workbench = {
  readonly workspace: Workspace;
  chooseRule(choice: RuleChoice): Promise<{ definition: string; rule: Rule }>;
};

/** The methods behind making a rule: events, values to choose from, previews and explanations. */
export function createWorkbenchHandlers(engine: Workbench): Pick<Handlers, WorkbenchMethods> {
  const tablesOf = (patterns: readonly string[]) => listGroupTables(engine.workspace.catalog.groups, patterns);
  return {
    'groups.values': async ({ groups, format, reference, search, limit }, { signal }) => {
      const field = readReference(reference, format);
      return field === null ? [] : listValues(engine.workspace.db, tablesOf(groups), field, search, limit, signal);
    },
    'events.find': async ({ from, ...query }, { signal }) => {
      if ('group' in from) {
        const tables = tablesOf([from.group]).filter(({ group }) => group.name === from.group);
        return findEvents(engine.workspace.db, tables, { ...query, step: null }, signal);
      }
      const { rule } = await engine.chooseRule(from.rule);
      const step = { rule, step: from.step, filter: from.filter };
      return findEvents(engine.workspace.db, tablesOf(rule.groups), { ...query, step }, signal);
    },
    'rules.preview': ({ definition, ...range }, { signal }) =>
      previewRule(engine.workspace.db, definition, (rule: Rule) => tablesOf(rule.groups), range, signal),
    'rules.import': async ({ text }) => importRules(text),
    'rules.export': async ({ form, ...rule }) => {
      const { rule: parsed } = parseRule(rule.definition);
      return exportRule(rule, form, parsed === null ? [] : tablesOf(parsed.groups).map(({ table }) => table));
    },
    'rules.explainEvent': async ({ rule: choice, event }, { signal }) => {
      const { rule } = await engine.chooseRule(choice);
      return explainEvent(engine.workspace.db, engine.workspace.catalog.groups, rule, event, signal);
    },
    'rules.explainEmpty': async ({ rule: choice, ...range }, { signal }) => {
      const { definition, rule } = await engine.chooseRule(choice);
      return explainEmpty(engine.workspace.db, tablesOf(rule.groups), definition, rule, range, signal);
    },
  };
}
