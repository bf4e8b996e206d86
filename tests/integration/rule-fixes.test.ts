import { expect, test } from 'vitest';
import { parseRule } from '../../electron/engine/rules/parse';
import { findFix } from '../../renderer/editor/fixes';
import type { Problem } from '../../shared/problem';
import type { GroupField } from '../../shared/workspace';
import { contributionText, filterText, flowRuleText, jsonRuleText } from '../support/rule-text';

const found: GroupField[] = [
  { reference: '13', alias: 'action', format: 'CLF', type: 'text', examples: [] },
  { reference: '7', alias: 'dstport', format: 'CLF', type: 'number', examples: [] },
];

test.each([
  ['an alias with letters swapped', contributionText({ Keys: ['scraddr'] }), 'Use srcaddr'],
  ['an alias with a blank', filterText({ Match: 'dstport ', EqualTo: 22 }), 'Use dstport'],
  ['an alias that only the logs know', contributionText({ Keys: ['action'] }), 'Name position 13'],
  ['the beginning of one', contributionText({ Keys: ['actio'] }), 'Use action'],
  [
    'the beginning of one, without any names',
    flowRuleText({ Fields: undefined, Contribution: { Keys: ['act'] } }),
    'Use action',
  ],
  ['an operator in lower case', filterText({ Match: 'dstport', in: ['a'] }), 'Use In'],
  ['an operator of another language', filterText({ Match: 'dstport', '>=': 5 }), 'Use GreaterThanOrEqualTo'],
  ['a misspelt member', contributionText({ Filter: [], Filters: undefined }), 'Use Filters'],
  ['a number in quotes', filterText({ Match: 'dstport', EqualTo: '443' }), 'Use 443'],
  ['true in quotes', filterText({ Match: 'dstport', IsPresent: 'true' }), 'Use true'],
  ['a string alone', filterText({ Match: 'dstport', In: '443' }), 'Use ["443"]'],
  ['a number in a list', filterText({ Match: 'dstport', In: [443] }), 'Use 443'],
  ['a number alone', filterText({ Match: 'dstport', In: 443 }), 'Use ["443"]'],
  ['a number to start with', filterText({ Match: 'dstport', StartsWith: [4] }), 'Use 4'],
  ['a format in lower case', flowRuleText({ LogFormat: 'clf' }), 'Use CLF'],
  ['a misspelt aggregation', flowRuleText({ AggregateOn: 'Cuont' }), 'Use Count'],
  ['a star inside a name', flowRuleText({ LogGroupNames: ['a*b'] }), 'Use a*'],
  ['a field without a start', jsonRuleText({ Keys: ['ip'] }), 'Use $.ip'],
  ['no schema', flowRuleText({ Schema: undefined }), 'Write the schema'],
  ['another schema', flowRuleText({ Schema: { Name: 'ServiceLogRule', Version: 1 } }), 'Write the schema'],
  ['a filter in a choice', filterText({ Any: [{ Match: 'srcadr', IsPresent: true }] }), 'Use srcaddr'],
])('%s is put right by one click', (_, text, label) => {
  const [problem] = parseRule(text).problems.filter((one) => findFix(one, text, found) !== null);
  const fix = problem === undefined ? null : findFix(problem, text, found);
  expect(fix?.label).toBe(label);
  const left = parseRule(fix?.text ?? '').problems;
  const count = (problems: Problem[]) =>
    problems.filter((one) => one.code !== 'rule/not-accepted-by-aws' || one.hint).length;
  expect(left.filter(({ code, place }) => code === problem?.code && place === problem.place)).toEqual([]);
  expect(count(left)).toBeLessThan(count(parseRule(text).problems));
});

test.each([
  ['a name far from any known one', contributionText({ Keys: ['pod'] })],
  ['a member that belongs elsewhere', flowRuleText({ Keys: ['srcaddr'] })],
  ['two operators', filterText({ Match: 'dstport', GreaterThan: 1, LessThan: 5 })],
  ['a range that is none', filterText({ Match: 'srcaddr', InCidr: ['10.0.0.0/33'] })],
  ['broken JSON', '{"Schema": '],
])('%s is left to the user', (_, text) => {
  expect(parseRule(text).problems.map((problem) => findFix(problem, text, found))).not.toContainEqual(
    expect.anything(),
  );
});
