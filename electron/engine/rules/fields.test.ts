import { expect, test } from 'vitest';
import { printProblem } from '../../../shared/problem';
import { contributionText, flowRuleText, jsonRuleText } from '../../../tests/support/rule-text';
import { parseRule } from './parse';

/** What is broken of a rule's fields, the rule, and what is said about it. */
const broken: [string, string, string[]][] = [
  [
    'fields the wrong way round',
    flowRuleText({ Fields: { srcaddr: '4', '10': 'bytes' } }),
    [
      'rule/bad-position Fields.srcaddr: Expected a position, a whole number from 1 in quotes, found "srcaddr". Write "4": "srcaddr".',
    ],
  ],
  [
    'a position 0',
    flowRuleText({ Fields: { '0': 'zero', '4': 'srcaddr', '10': 'bytes' } }),
    [
      'rule/bad-position Fields["0"]: Expected a position, a whole number from 1 in quotes, found "0". Write "4": "srcaddr".',
    ],
  ],
  [
    'a position with a zero in front',
    flowRuleText({ Fields: { '04': 'srcaddr', '10': 'bytes' } }),
    [
      'rule/bad-position Fields["04"]: Expected a position, a whole number from 1 in quotes, found "04". Write "4": "srcaddr".',
    ],
  ],
  [
    'fields as an array',
    flowRuleText({ Fields: ['srcaddr'] }),
    ['rule/wrong-type Fields: Expected an object of positions and aliases, found an array. Write {"4": "srcaddr"}.'],
  ],
  [
    'an alias that is a number',
    flowRuleText({ Fields: { '4': 4, '10': 'bytes' } }),
    [
      'rule/wrong-type Fields["4"]: Expected an alias, which is a string, found a number.',
      'rule/unknown-alias Contribution.Keys[0]: "Fields" defines no alias "srcaddr". Known are "bytes".',
    ],
  ],
  [
    'an alias of digits',
    flowRuleText({ Fields: { '4': '5', '10': 'bytes' }, Contribution: { Keys: ['5'], Filters: [] } }),
    [
      'rule/bad-alias Fields["4"]: The alias "5" is made of digits only, so it would read as a position. Choose a name.',
    ],
  ],
  [
    'an empty alias',
    flowRuleText({ Fields: { '4': '', '10': 'bytes' }, Contribution: { Keys: ['4'], Filters: [] } }),
    ['rule/bad-alias Fields["4"]: The alias is empty. Choose a name.'],
  ],
  [
    'an alias used twice',
    flowRuleText({ Fields: { '4': 'srcaddr', '5': 'srcaddr', '10': 'bytes' } }),
    [
      'rule/bad-alias Fields["5"]: The alias "srcaddr" is used twice, first for position 4. Give each position an alias of its own.',
    ],
  ],
  [
    'no keys',
    contributionText({ Keys: undefined }),
    ['rule/missing-member Contribution.Keys: The rule has no "Keys". Write "Keys": [FIELD].'],
  ],
  [
    'an empty list of keys',
    contributionText({ Keys: [] }),
    ['rule/empty-list Contribution.Keys: The list of fields is empty. Write at least one.'],
  ],
  [
    'a key that is a number',
    contributionText({ Keys: [4] }),
    [
      'rule/wrong-type Contribution.Keys[0]: Expected a field, which is a string, found a number. Write "4" with quotes.',
    ],
  ],
  [
    'a key at position 0',
    contributionText({ Keys: ['0'] }),
    ['rule/bad-position Contribution.Keys[0]: There is no position 0: positions count from 1.'],
  ],
  [
    'a key at a position with a zero in front',
    contributionText({ Keys: ['04'] }),
    ['rule/bad-position Contribution.Keys[0]: The position "04" starts with a zero. Write "4".'],
  ],
  [
    'a key that is there twice',
    jsonRuleText({ Keys: ['$.ip', '$.path', "$['ip']"] }),
    [
      'rule/not-accepted-by-aws Contribution.Keys[2]: "$[\'ip\']" has a step in brackets and quotes, which AWS does not take.',
      'rule/duplicate-key Contribution.Keys[2]: The key "$[\'ip\']" is the field of "$.ip", which is a key already. Leave one of them out.',
    ],
  ],
  [
    'a key by its alias and by its position',
    contributionText({ Keys: ['srcaddr', '4'] }),
    [
      'rule/duplicate-key Contribution.Keys[1]: The key "4" is the field of "srcaddr", which is a key already. Leave one of them out.',
    ],
  ],
  [
    'an alias with a blank too much',
    contributionText({ Keys: ['srcaddr '] }),
    ['rule/unknown-alias Contribution.Keys[0]: "Fields" defines no alias "srcaddr ". Did you mean "srcaddr"?'],
  ],
  [
    'an alias with letters swapped',
    contributionText({ Keys: ['scraddr'] }),
    ['rule/unknown-alias Contribution.Keys[0]: "Fields" defines no alias "scraddr". Did you mean "srcaddr"?'],
  ],
  [
    'an alias that none is near',
    contributionText({ Keys: ['pod'] }),
    [
      'rule/unknown-alias Contribution.Keys[0]: "Fields" defines no alias "pod". Known are "srcaddr", "dstport", "bytes".',
    ],
  ],
  [
    'an alias without any fields',
    flowRuleText({ Fields: undefined, Contribution: { Keys: ['srcaddr'] } }),
    [
      'rule/unknown-alias Contribution.Keys[0]: "Fields" defines no alias "srcaddr". Add it, as in "Fields": {"4": "srcaddr"}, or write a position such as "4".',
    ],
  ],
  [
    'a path in a CLF rule',
    contributionText({ Keys: ['$.srcaddr'] }),
    ['rule/unknown-alias Contribution.Keys[0]: "Fields" defines no alias "$.srcaddr". Did you mean "srcaddr"?'],
  ],
  [
    'a value that is null',
    contributionText({ ValueOf: null }),
    ['rule/wrong-type Contribution.ValueOf: Expected a field, which is a string, found null.'],
  ],
  [
    'an unknown value',
    contributionText({ ValueOf: 'byte' }),
    ['rule/unknown-alias Contribution.ValueOf: "Fields" defines no alias "byte". Did you mean "bytes"?'],
  ],
  [
    'a field of JSON without a start',
    jsonRuleText({ Keys: ['ip'] }),
    [
      'rule/bad-path Contribution.Keys[0]: A field of a JSON event starts with "$." or "$[", unlike "ip". Did you mean "$.ip"?',
    ],
  ],
  [
    'a lone dollar',
    jsonRuleText({ Keys: ['$'] }),
    [
      'rule/bad-path Contribution.Keys[0]: A field of a JSON event starts with "$." or "$[", unlike "$". Write a path such as "$.user.name".',
    ],
  ],
  [
    'a wildcard',
    jsonRuleText({ Keys: ['$.users[*].name'] }),
    [
      'rule/bad-path Contribution.Keys[0]: "$.users[*].name" is no path: "[*]" is not part of the rule language, a path leads to one value. Write steps such as ".name", "[0]" or "[\'a.b\']".',
    ],
  ],
  [
    'a descent',
    jsonRuleText({ Keys: ['$..name'] }),
    [
      'rule/bad-path Contribution.Keys[0]: "$..name" is no path: ".." at "..name" is not part of the rule language. Write steps such as ".name", "[0]" or "[\'a.b\']".',
    ],
  ],
  [
    'an empty step',
    jsonRuleText({ Keys: ['$.a.'] }),
    [
      'rule/bad-path Contribution.Keys[0]: "$.a." is no path: "." is no step. Write steps such as ".name", "[0]" or "[\'a.b\']".',
    ],
  ],
  [
    'a negative index',
    jsonRuleText({ Keys: ['$.a[-1]'] }),
    [
      'rule/bad-path Contribution.Keys[0]: "$.a[-1]" is no path: "[-1]" is no step. Write steps such as ".name", "[0]" or "[\'a.b\']".',
    ],
  ],
  [
    'an index beyond all',
    jsonRuleText({ Keys: ['$.a[99999999999999999999]'] }),
    [
      'rule/bad-path Contribution.Keys[0]: "$.a[99999999999999999999]" is no path: the index 99999999999999999999 is too large. Write steps such as ".name", "[0]" or "[\'a.b\']".',
    ],
  ],
  [
    'an unquoted step in brackets',
    jsonRuleText({ Keys: ['$[a]'] }),
    [
      'rule/bad-path Contribution.Keys[0]: "$[a]" is no path: "[a]" is no step. Write steps such as ".name", "[0]" or "[\'a.b\']".',
    ],
  ],
  [
    'an alias in a JSON rule',
    jsonRuleText({ Keys: ['pod name'] }),
    [
      'rule/bad-path Contribution.Keys[0]: A field of a JSON event starts with "$." or "$[", unlike "pod name". Write a path such as "$.user.name".',
    ],
  ],
];

test.each(broken)('names what is wrong with %s', (_, definition, expected) => {
  const { rule, problems } = parseRule(definition);
  expect(problems.map((problem) => `${problem.code} ${printProblem(problem)}`)).toEqual(expected);
  expect(rule).toBeNull();
});
