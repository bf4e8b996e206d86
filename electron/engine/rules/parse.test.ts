import { expect, test } from 'vitest';
import { printProblem } from '../../../shared/problem';
import { contributionText, flowRuleText } from '../../../tests/support/rule-text';
import { parseRule } from './parse';

/** What is broken, the rule, and what is said about it. */
const broken: [string, string, string[]][] = [
  ['an array', '[]', ['rule/wrong-type Expected a rule, which is a JSON object, found an array.']],
  ['a string', '"rule"', ['rule/wrong-type Expected a rule, which is a JSON object, found a string.']],
  ['null', 'null', ['rule/wrong-type Expected a rule, which is a JSON object, found null.']],
  [
    'nothing in it',
    '{}',
    [
      'rule/missing-member Schema: The rule has no "Schema". Write "Schema": {"Name": "CloudWatchLogRule", "Version": 1}.',
      'rule/missing-member LogGroupNames: The rule does not say which log groups it reads. Add "LogGroupNames": ["NAME"]; a "*" at the end of a name means "starts with".',
      'rule/missing-member LogFormat: The rule has no "LogFormat". Write "JSON" or "CLF".',
      'rule/missing-member AggregateOn: The rule has no "AggregateOn". Write "Sum" or "Count".',
      'rule/missing-member Contribution: The rule has no "Contribution". Write "Contribution": {"Keys": [FIELD], "Filters": []}.',
    ],
  ],
  [
    'a member that is there twice',
    '{"Schema": 1, "Schema": 2}',
    [
      'rule/duplicate-member Schema: The member "Schema" is there twice, the second time at 1:15. Keep one of them.',
      'rule/wrong-type Schema: Expected an object, found a number. Write "Schema": {"Name": "CloudWatchLogRule", "Version": 1}.',
      'rule/missing-member LogGroupNames: The rule does not say which log groups it reads. Add "LogGroupNames": ["NAME"]; a "*" at the end of a name means "starts with".',
      'rule/missing-member LogFormat: The rule has no "LogFormat". Write "JSON" or "CLF".',
      'rule/missing-member AggregateOn: The rule has no "AggregateOn". Write "Sum" or "Count".',
      'rule/missing-member Contribution: The rule has no "Contribution". Write "Contribution": {"Keys": [FIELD], "Filters": []}.',
    ],
  ],
  [
    'an unknown member',
    flowRuleText({ LogGroupName: 'x' }),
    ['rule/unknown-member LogGroupName: A rule has no member "LogGroupName". Did you mean "LogGroupNames"?'],
  ],
  [
    'a member far from any known one',
    flowRuleText({ Nothing: 1 }),
    [
      'rule/unknown-member Nothing: A rule has no member "Nothing". Known are Schema, LogGroupNames, LogGroupARNs, LogFormat, Fields, Contribution, AggregateOn.',
    ],
  ],
  [
    'a member of AWS pages that is elsewhere',
    flowRuleText({ ValueKey: '$.bytes' }),
    ['rule/unknown-member ValueKey: A rule has no member "ValueKey". Did you mean "Contribution.ValueOf"?'],
  ],
  [
    'a member one level too high',
    flowRuleText({ Keys: ['srcaddr'] }),
    ['rule/unknown-member Keys: A rule has no member "Keys". Did you mean "Contribution.Keys"?'],
  ],
  [
    'a prefix member',
    flowRuleText({ LogGroupPrefix: 'x' }),
    [
      'rule/unknown-member LogGroupPrefix: A rule has no member "LogGroupPrefix". Did you mean "LogGroupNames": ["PREFIX*"]?',
    ],
  ],
  [
    'a managed rule',
    flowRuleText({ Schema: { Name: 'ServiceLogRule', Version: 1 } }),
    [
      'rule/bad-schema Schema.Name: Expected "CloudWatchLogRule", found "ServiceLogRule". Write "Schema": {"Name": "CloudWatchLogRule", "Version": 1}.',
    ],
  ],
  [
    'a version in quotes',
    flowRuleText({ Schema: { Name: 'CloudWatchLogRule', Version: '1' } }),
    [
      'rule/bad-schema Schema.Version: Expected 1, found "1". Write "Schema": {"Name": "CloudWatchLogRule", "Version": 1}.',
    ],
  ],
  [
    'a schema as a string',
    flowRuleText({ Schema: 'CloudWatchLogRule/1' }),
    [
      'rule/wrong-type Schema: Expected an object, found a string. Write "Schema": {"Name": "CloudWatchLogRule", "Version": 1}.',
    ],
  ],
  [
    'a schema without a version',
    flowRuleText({ Schema: { Name: 'CloudWatchLogRule' } }),
    [
      'rule/missing-member Schema.Version: "Schema" has no "Version". Write "Schema": {"Name": "CloudWatchLogRule", "Version": 1}.',
    ],
  ],
  [
    'no log groups',
    flowRuleText({ LogGroupNames: undefined }),
    [
      'rule/missing-member LogGroupNames: The rule does not say which log groups it reads. Add "LogGroupNames": ["NAME"]; a "*" at the end of a name means "starts with".',
    ],
  ],
  [
    'an empty list of log groups',
    flowRuleText({ LogGroupNames: [] }),
    ['rule/empty-list LogGroupNames: The list of log groups is empty. Write at least one.'],
  ],
  [
    'an empty name of a log group',
    flowRuleText({ LogGroupNames: [''] }),
    [
      'rule/bad-log-group LogGroupNames[0]: The name of the log group is empty. Write its name, or "*" for every log group.',
    ],
  ],
  [
    'a blank name of a log group',
    flowRuleText({ LogGroupNames: ['x', ' '] }),
    [
      'rule/bad-log-group LogGroupNames[1]: The name of the log group is blank. Write its name, or "*" for every log group.',
    ],
  ],
  [
    'a log group that is a number',
    flowRuleText({ LogGroupNames: [7] }),
    ['rule/wrong-type LogGroupNames[0]: Expected a log group, which is a string, found a number.'],
  ],
  [
    'a star inside a log group',
    flowRuleText({ LogGroupNames: ['a*b'] }),
    [
      'rule/bad-log-group LogGroupNames[0]: In "a*b" the "*" is not at the end, the one place where it means "starts with". Did you mean "a*"?',
    ],
  ],
  [
    'names and ARNs',
    flowRuleText({ LogGroupARNs: ['arn:aws:logs:eu-west-1:123456789012:log-group:x'] }),
    [
      'rule/conflicting-members LogGroupARNs: A rule has either "LogGroupNames" or "LogGroupARNs", not both. Keep one of them.',
    ],
  ],
  [
    'no ARN',
    flowRuleText({ LogGroupNames: undefined, LogGroupARNs: ['log-group:x'] }),
    [
      'rule/bad-log-group LogGroupARNs[0]: "log-group:x" is no ARN of a log group. Write "arn:aws:logs:REGION:ACCOUNT:log-group:NAME".',
    ],
  ],
  [
    'half an account',
    flowRuleText({ LogGroupNames: undefined, LogGroupARNs: ['arn:aws:logs:eu-west-1:12*:log-group:x'] }),
    [
      'rule/bad-log-group LogGroupARNs[0]: The account "12*" is cut off by a "*". Write the whole account id, or "*" alone for any.',
    ],
  ],
  [
    'no format',
    flowRuleText({ LogFormat: undefined }),
    ['rule/missing-member LogFormat: The rule has no "LogFormat". Write "JSON" or "CLF".'],
  ],
  [
    'a format in lower case',
    flowRuleText({ LogFormat: 'json' }),
    ['rule/unknown-value LogFormat: Expected "JSON" or "CLF", found "json". Did you mean "JSON"?'],
  ],
  [
    'a format that is none',
    flowRuleText({ LogFormat: 7 }),
    ['rule/unknown-value LogFormat: Expected "JSON" or "CLF", found 7. Write "JSON" or "CLF".'],
  ],
  [
    'no contribution',
    flowRuleText({ Contribution: undefined }),
    [
      'rule/missing-member Contribution: The rule has no "Contribution". Write "Contribution": {"Keys": [FIELD], "Filters": []}.',
    ],
  ],
  [
    'a contribution that is an array',
    flowRuleText({ Contribution: ['srcaddr'] }),
    [
      'rule/wrong-type Contribution: Expected an object, found an array. Write "Contribution": {"Keys": [FIELD], "Filters": []}.',
    ],
  ],
  [
    'an unknown member of the contribution',
    contributionText({ Filter: [] }),
    ['rule/unknown-member Contribution.Filter: "Contribution" has no member "Filter". Did you mean "Filters"?'],
  ],
  [
    'no aggregation',
    flowRuleText({ AggregateOn: undefined }),
    ['rule/missing-member AggregateOn: The rule has no "AggregateOn". Write "Sum" or "Count".'],
  ],
  [
    'an unknown aggregation',
    flowRuleText({ AggregateOn: 'Average' }),
    ['rule/unknown-value AggregateOn: Expected "Sum" or "Count", found "Average". Write "Sum" or "Count".'],
  ],
  [
    'a misspelt aggregation',
    flowRuleText({ AggregateOn: 'Cuont' }),
    ['rule/unknown-value AggregateOn: Expected "Sum" or "Count", found "Cuont". Did you mean "Count"?'],
  ],
];

test.each(broken)('names what is wrong with %s', (_, definition, expected) => {
  const { rule, problems } = parseRule(definition);
  expect(problems.map((problem) => `${problem.code} ${printProblem(problem)}`)).toEqual(expected);
  expect(rule).toBeNull();
});

test('reports all problems of a rule at once', () => {
  const { problems } = parseRule(
    flowRuleText({
      LogFormat: 'CFL',
      Contribution: {
        Keys: [],
        Filters: [
          { Match: 'dstport', EqualTo: '22' },
          { Match: 'dstport', IN: ['1'] },
        ],
      },
      AggregateOn: 'Avg',
      Extra: 1,
    }),
  );
  expect(problems.map(({ place }) => place)).toEqual([
    'Extra',
    'LogFormat',
    'AggregateOn',
    'Contribution.Keys',
    'Contribution.Filters[0].EqualTo',
    'Contribution.Filters[1].IN',
  ]);
});
