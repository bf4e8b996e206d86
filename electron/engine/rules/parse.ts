import type { Problem } from '../../../shared/problem';
import type { Rule } from '../../../shared/rule';
import { lineAndColumn, parseJson } from './json-tree';
import { validateRule } from './validate';

/** Longest definition that AWS takes, in characters. */
const longestDefinition = 8192;

/**
 * Reads a rule body, which is JSON text, and checks all of it.
 *
 * @returns every problem, not just the first, and the rule, which is null where one of them is an error. A problem with
 *   the code `rule/not-accepted-by-aws` is a warning: the rule runs here. With `strict` it is an error like the others.
 *   Places are members (`Contribution.Filters[1].In`) or `line:column`, without a file's name; `''` is the whole rule.
 *   `parts` is the rule without the parts that are wrong, for a preview; null where too little is left to run.
 */
export function parseRule(
  definition: string,
  { strict = false }: { strict?: boolean } = {},
): { rule: Rule | null; parts: Rule | null; problems: Problem[] } {
  const { root, problems: found } = parseJson(definition);
  if (root === null) return { rule: null, parts: null, problems: found };
  const problems = [...found];
  const rule = validateRule(root, (problem) => problems.push(problem));
  problems.push(...findForeignText(definition));
  const isRefused = problems.some((problem) => strict || problem.code !== 'rule/not-accepted-by-aws');
  const parts = rule === null || rule.keys.length === 0 || rule.groups.length === 0 ? null : rule;
  return { rule: isRefused ? null : rule, parts, problems };
}

/** What AWS refuses in the text as such. */
function findForeignText(definition: string): Problem[] {
  const problems: Problem[] = [];
  const text = definition.replace(/^\ufeff/, '');
  const length = [...text].length;
  if (length > longestDefinition) {
    problems.push({
      code: 'rule/not-accepted-by-aws',
      place: '',
      message: `AWS takes at most ${longestDefinition.toLocaleString('en')} characters; the rule has ${length.toLocaleString('en')}.`,
    });
  }
  const foreign = /[^\0-\x7f]/u.exec(text);
  if (foreign) {
    problems.push({
      code: 'rule/not-accepted-by-aws',
      place: lineAndColumn(text, foreign.index),
      message: `AWS takes ASCII text only, without ${JSON.stringify(foreign[0])}.`,
    });
  }
  return problems;
}
