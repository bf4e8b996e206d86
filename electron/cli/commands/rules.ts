import { join } from 'node:path';
import { type Problem, printProblem, UserError } from '../../../shared/problem';
import type { RuleState, StoredRule } from '../../../shared/rule';
import { parseRule } from '../../engine/rules/parse';
import { loadSampleRules } from '../../engine/rules/samples';
import { validateRuleName } from '../../engine/rules/validate';
import { deleteRule, findRule, listRules, putRule } from '../../engine/workspace/rule-store';
import { type Context, printProblems } from '../context';
import { type ExitCode, exitCode } from '../exit';
import { readArgumentFile } from '../files';
import { printTable } from '../output/table';
import { withEngine, withExistingWorkspace } from '../with-engine';
import { placeIn } from './report';

/** `rules check`: every problem of every file, one a line, with its code. Warnings leave the status at 0 without `strict`. */
export async function checkCommand(context: Context, files: readonly string[], strict: boolean): Promise<ExitCode> {
  let isValid = true;
  for (const file of files) {
    const { rule, problems } = parseRule(readArgumentFile(file), { strict });
    const errors = problems.filter(({ code }) => strict || code !== 'rule/not-accepted-by-aws');
    printProblems(errors.map((problem) => describeFinding(file, problem, 'error')));
    for (const problem of problems) {
      if (!errors.includes(problem)) context.warn(printProblem(describeFinding(file, problem, 'warning')));
    }
    if (rule === null) isValid = false;
    else if (problems.length === 0) context.print(`${file}: valid\n`);
  }
  return isValid ? exitCode.done : exitCode.misuse;
}

function describeFinding(file: string, problem: Problem, kind: 'error' | 'warning'): Problem {
  const hint = problem.hint === undefined ? '' : `${problem.hint} `;
  return {
    ...problem,
    place: placeIn(file, problem.place),
    message: `${kind}: ${problem.message}`,
    hint: `${hint}[${problem.code}]`,
  };
}

/** `rules samples`: the gallery, or one rule body. */
export async function samplesCommand(
  context: Context,
  name: string | undefined,
  output: 'table' | 'json',
): Promise<ExitCode> {
  const samples = await loadSampleRules(join(context.resourcesPath, 'sample-rules'));
  if (name !== undefined) {
    const sample = samples.find((candidate) => candidate.name === name);
    if (!sample) throw new UserError([unknownSample(name)]);
    context.print(`${JSON.stringify(JSON.parse(sample.definition), null, 1)}\n`);
  } else if (output === 'json') {
    const list = samples.map((sample) => ({
      Name: sample.name,
      Description: sample.description,
      Service: sample.service,
      Definition: JSON.parse(sample.definition) as unknown,
    }));
    context.print(`${JSON.stringify(list, null, 1)}\n`);
  } else {
    context.print(
      printTable(
        [
          { heading: 'Service', align: 'left' },
          { heading: 'Name', align: 'left' },
          { heading: 'Answers', align: 'left' },
        ],
        samples.map((sample) => [sample.service, sample.name, sample.description]),
      ),
    );
  }
  return exitCode.done;
}

/** `rules put`: adds a rule, or replaces the one of that name. */
export async function putCommand(
  context: Context,
  name: string,
  options: { definition: string; disabled: boolean; workspace: string },
): Promise<ExitCode> {
  const badNames = validateRuleName(name);
  if (badNames.length > 0) throw new UserError(badNames);
  const definition = readArgumentFile(options.definition);
  const { rule, problems } = parseRule(definition);
  const placed = problems.map((problem) => ({ ...problem, place: placeIn(options.definition, problem.place) }));
  if (rule === null) throw new UserError(placed);
  for (const warning of placed) context.warn(printProblem(warning));
  const state: RuleState = options.disabled ? 'DISABLED' : 'ENABLED';
  await withEngine(context, options.workspace, ({ workspace }) => putRule(workspace.db, { name, definition, state }));
  return exitCode.done;
}

/** `rules list`: names and states, or the shape of DescribeInsightRules. */
export async function listCommand(
  context: Context,
  options: { workspace: string; output: 'table' | 'json' },
): Promise<ExitCode> {
  const rules = await withExistingWorkspace(context, options.workspace, ({ workspace }) => listRules(workspace.db));
  if (options.output === 'json') {
    context.print(`${JSON.stringify({ InsightRules: rules.map(describeRule) }, null, 1)}\n`);
    return exitCode.done;
  }
  context.print(
    printTable(
      [
        { heading: 'Name', align: 'left' },
        { heading: 'State', align: 'left' },
      ],
      rules.map(({ name, state }) => [name, state]),
    ),
  );
  return exitCode.done;
}

/** `rules show`: the bodies of rules, as they were given. */
export async function showCommand(context: Context, names: readonly string[], workspace: string): Promise<ExitCode> {
  const rules = await withExistingWorkspace(context, workspace, (engine) => findAll(engine.workspace.db, names));
  for (const { definition } of rules) context.print(`${definition.trimEnd()}\n`);
  return exitCode.done;
}

/** `rules delete`: nothing is deleted where one of the names is unknown. */
export async function deleteCommand(context: Context, names: readonly string[], workspace: string): Promise<ExitCode> {
  await withExistingWorkspace(context, workspace, async (engine) => {
    const rules = await findAll(engine.workspace.db, [...new Set(names)]);
    for (const { name } of rules) await deleteRule(engine.workspace.db, name);
  });
  return exitCode.done;
}

/** `rules enable` and `rules disable`. */
export async function setStateCommand(
  context: Context,
  names: readonly string[],
  state: RuleState,
  workspace: string,
): Promise<ExitCode> {
  await withExistingWorkspace(context, workspace, async (engine) => {
    const rules = await findAll(engine.workspace.db, names);
    for (const rule of rules) await putRule(engine.workspace.db, { ...rule, state });
  });
  return exitCode.done;
}

async function findAll(db: Parameters<typeof findRule>[0], names: readonly string[]): Promise<StoredRule[]> {
  const rules: StoredRule[] = [];
  for (const name of names) rules.push(await findRule(db, name));
  return rules;
}

/** A rule as DescribeInsightRules gives it. */
function describeRule({ name, state, definition }: StoredRule) {
  return { Name: name, State: state, Schema: 'CloudWatchLogRule/1', Definition: definition };
}

function unknownSample(name: string): Problem {
  return {
    code: 'rule/unknown',
    place: name,
    message: 'There is no such sample rule.',
    hint: '`rules samples` lists them.',
  };
}
