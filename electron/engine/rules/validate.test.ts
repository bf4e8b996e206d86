import { expect, test } from 'vitest';
import { contributionText, flowRuleText, jsonRuleText } from '../../../tests/support/rule-text';
import { parseRule } from './parse';
import { validateRuleName } from './validate';

test('reads a rule for space-separated lines', () => {
  const definition = flowRuleText({
    Contribution: {
      Keys: ['srcaddr', '5'],
      ValueOf: 'bytes',
      Filters: [
        { EqualTo: 443, Match: 'dstport' },
        { Match: 'srcaddr', NotIn: ['-'] },
        { Match: '14', IsPresent: true },
      ],
    },
  });
  const { rule, problems } = parseRule(definition);
  expect({ rule, problems }).toEqual({
    rule: {
      groups: ['flow-logs'],
      format: 'CLF',
      keys: [
        { label: 'srcaddr', field: { position: 4 } },
        { label: '5', field: { position: 5 } },
      ],
      value: { label: 'bytes', field: { position: 10 } },
      filters: [
        { label: 'dstport', field: { position: 7 }, operator: 'EqualTo', operand: 443 },
        { label: 'srcaddr', field: { position: 4 }, operator: 'NotIn', operands: ['-'] },
        { label: '14', field: { position: 14 }, operator: 'IsPresent', operand: true },
      ],
      aggregateOn: 'Sum',
    },
    problems: [],
  });
});

test('reads paths of JSON events step by step', () => {
  const Keys = ['$.a-b.c_d[0].e', "$['a.b'][2]", '$["say \\"hi\\""]', '$[0].名'];
  const { rule } = parseRule(jsonRuleText({ Keys }));
  expect(rule?.keys.map(({ field }) => field)).toEqual([
    { path: ['a-b', 'c_d', 0, 'e'] },
    { path: ['a.b', 2] },
    { path: ['say "hi"'] },
    { path: [0, '名'] },
  ]);
});

test('takes a sum without a value, a count with one, and filters that are absent', () => {
  const sum = parseRule(contributionText({ ValueOf: undefined, Filters: undefined }));
  const count = parseRule(flowRuleText({ AggregateOn: 'Count' }));
  expect([sum, count].map(({ rule, problems }) => [rule?.aggregateOn, rule?.value, rule?.filters, problems])).toEqual([
    ['Sum', null, [], []],
    ['Count', null, [], []],
  ]);
});

test.each(['SUM', 'sum', 'Sum'])('takes %s for Sum', (AggregateOn) => {
  expect(parseRule(flowRuleText({ AggregateOn })).rule?.aggregateOn).toBe('Sum');
});

test.each([
  ['arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vpc:*', '/aws/vpc'],
  ['arn:aws:logs:eu-west-1:*:log-group:flow-*', 'flow-*'],
  ['arn:aws-cn:logs:cn-north-1:123456789012:log-group/flow-logs', 'flow-logs'],
  ['arn:aws:logs:eu-west-1:123456789012:log-group:*', '*'],
])('takes the log group of the ARN %s', (arn, group) => {
  const { rule } = parseRule(flowRuleText({ LogGroupNames: undefined, LogGroupARNs: [arn] }));
  expect(rule?.groups).toEqual([group]);
});

test('ignores a byte order mark before the rule', () => {
  const { rule, problems } = parseRule(`\ufeff${flowRuleText()}`);
  expect([rule?.format, problems]).toEqual(['CLF', []]);
});

test('takes members with the names of built-in ones for what they are', () => {
  const definition = flowRuleText().replace('{', '{"__proto__": {}, "constructor": 1, ');
  expect(parseRule(definition).problems.map(({ place }) => place)).toEqual(['__proto__', 'constructor']);
});

/** What goes beyond AWS, a rule that has it, and the places that are marked. */
const foreign: [string, string, string[]][] = [
  ['more than 4 keys', contributionText({ Keys: ['1', '2', '3', '4', '5'] }), ['Contribution.Keys']],
  ['a key outside of an array', contributionText({ Keys: 'srcaddr' }), ['Contribution.Keys']],
  ['a log group outside of an array', flowRuleText({ LogGroupNames: 'flow-logs' }), ['LogGroupNames']],
  [
    'a step in quotes',
    jsonRuleText({ Keys: ["$.labels['app.name']", '$["a"]'] }),
    ['Contribution.Keys[0]', 'Contribution.Keys[1]'],
  ],
  ['text that is not ASCII', flowRuleText({ LogGroupNames: ['日志'] }), ['1:70']],
  ['a very long rule', flowRuleText({ LogGroupNames: ['x'.repeat(8192)] }), ['']],
];

test.each(foreign)('takes %s, marked as not accepted by AWS', (_, definition, places) => {
  const { rule, problems } = parseRule(definition);
  expect(problems.map(({ code, place }) => [code, place])).toEqual(
    places.map((place) => ['rule/not-accepted-by-aws', place]),
  );
  expect(rule).not.toBeNull();
});

test.each(foreign)('refuses %s when strict', (_, definition, places) => {
  const { rule, problems } = parseRule(definition, { strict: true });
  expect([rule, problems.map(({ place }) => place)]).toEqual([null, places]);
});

test('takes a rule that AWS takes when strict, too', () => {
  expect(parseRule(flowRuleText(), { strict: true }).rule).not.toBeNull();
});

test.each(['', 'a'.repeat(129), 'naïve', 'tab\t'])('refuses %j as the name of a rule', (name) => {
  expect(validateRuleName(name).map(({ code }) => code)).toEqual(['rule/bad-name']);
});

test('takes printable ASCII as the name of a rule', () => {
  expect(validateRuleName('Top "talkers" ~ 10%')).toEqual([]);
});
