import { expect, test } from 'vitest';
import { printProblem } from '../../../shared/problem';
import { contributionText, filterText } from '../../../tests/support/rule-text';
import { parseRule } from './parse';

/** What is broken, the rule, and what is said about it. */
const broken: [string, string, string[]][] = [
  [
    'filters that are an object',
    contributionText({ Filters: { Match: 'srcaddr' } }),
    ['rule/wrong-type Contribution.Filters: Expected an array of filters, found an object. Without filters, write [].'],
  ],
  [
    'filters that are null',
    contributionText({ Filters: null }),
    ['rule/wrong-type Contribution.Filters: Expected an array of filters, found null. Without filters, write [].'],
  ],
  [
    'a filter that is a string',
    filterText('srcaddr'),
    [
      'rule/wrong-type Contribution.Filters[0]: Expected a filter, which is an object, found a string. Write {"Match": FIELD, "In": ["VALUE"]}.',
    ],
  ],
  [
    'an empty filter',
    filterText({}),
    [
      'rule/missing-member Contribution.Filters[0].Match: The filter does not say which field it looks at. Add "Match": FIELD.',
      'rule/operator-count Contribution.Filters[0]: The filter has no operator. Add one of In, NotIn, StartsWith, EndsWith, Contains, Matches, InCidr, EqualTo, NotEqualTo, GreaterThan, LessThan, GreaterThanOrEqualTo, LessThanOrEqualTo, IsPresent.',
    ],
  ],
  [
    'a filter without a field',
    filterText({ In: ['a'] }),
    [
      'rule/missing-member Contribution.Filters[0].Match: The filter does not say which field it looks at. Add "Match": FIELD.',
    ],
  ],
  [
    'a filter without an operator',
    filterText({ Match: 'dstport' }),
    [
      'rule/operator-count Contribution.Filters[0]: The filter has no operator. Add one of In, NotIn, StartsWith, EndsWith, Contains, Matches, InCidr, EqualTo, NotEqualTo, GreaterThan, LessThan, GreaterThanOrEqualTo, LessThanOrEqualTo, IsPresent.',
    ],
  ],
  [
    'a filter on an unknown alias',
    filterText({ Match: 'dstport ', EqualTo: 22 }),
    ['rule/unknown-alias Contribution.Filters[0].Match: "Fields" defines no alias "dstport ". Did you mean "dstport"?'],
  ],
  [
    'two operators',
    filterText({ Match: 'dstport', GreaterThan: 1, LessThan: 5 }),
    [
      'rule/operator-count Contribution.Filters[0]: The filter has 2 operators (GreaterThan, LessThan); it takes one. Write a filter for each of them.',
    ],
  ],
  [
    'an operator in lower case',
    filterText({ Match: 'dstport', in: ['a'] }),
    ['rule/unknown-operator Contribution.Filters[0].in: There is no operator "in". Did you mean "In"?'],
  ],
  [
    'an operator of another language',
    filterText({ Match: 'dstport', '>=': 5 }),
    [
      'rule/unknown-operator Contribution.Filters[0][">="]: There is no operator ">=". Did you mean "GreaterThanOrEqualTo"?',
    ],
  ],
  [
    'an operator of a look-alike',
    filterText({ Match: 'dstport', NotStartsWith: ['a'] }),
    [
      'rule/unknown-operator Contribution.Filters[0].NotStartsWith: There is no operator "NotStartsWith". Did you mean "StartsWith"?',
    ],
  ],
  [
    'a number in quotes',
    filterText({ Match: 'dstport', EqualTo: '443' }),
    ['rule/wrong-type Contribution.Filters[0].EqualTo: Expected a number, found a string. Write 443 without quotes.'],
  ],
  [
    'a text to be equal to',
    filterText({ Match: 'dstport', EqualTo: 'https' }),
    [
      'rule/wrong-type Contribution.Filters[0].EqualTo: Expected a number, found a string. To compare texts, write "In": ["TEXT"].',
    ],
  ],
  [
    'a number beyond a double',
    filterText({ Match: 'dstport', GreaterThan: 1 }).replace('"GreaterThan":1', '"GreaterThan":1e400'),
    ['rule/wrong-type Contribution.Filters[0].GreaterThan: 1e400 is beyond what a double can hold.'],
  ],
  [
    'true in quotes',
    filterText({ Match: 'dstport', IsPresent: 'true' }),
    [
      'rule/wrong-type Contribution.Filters[0].IsPresent: Expected true or false, found a string. Write true without quotes.',
    ],
  ],
  [
    'a number for presence',
    filterText({ Match: 'dstport', IsPresent: 1 }),
    ['rule/wrong-type Contribution.Filters[0].IsPresent: Expected true or false, found a number.'],
  ],
  [
    'no values',
    filterText({ Match: 'dstport', In: [] }),
    [
      'rule/empty-list Contribution.Filters[0].In: "In" has no values, so that no event would match. Write at least one.',
    ],
  ],
  [
    'no values to differ from',
    filterText({ Match: 'dstport', NotIn: [] }),
    [
      'rule/empty-list Contribution.Filters[0].NotIn: "NotIn" has no values, so that every event would match. Write at least one.',
    ],
  ],
  [
    'values that are an object',
    filterText({ Match: 'dstport', In: { a: 1 } }),
    ['rule/wrong-type Contribution.Filters[0].In: Expected an array of strings, found an object.'],
  ],
  [
    'a number alone',
    filterText({ Match: 'dstport', In: 443 }),
    ['rule/wrong-type Contribution.Filters[0].In: Expected an array of strings, found a number. Write ["443"].'],
  ],
  [
    'a value that is true',
    filterText({ Match: 'dstport', In: ['a', true] }),
    ['rule/wrong-type Contribution.Filters[0].In[1]: Expected a string, found a boolean.'],
  ],
  [
    'a number to start with',
    filterText({ Match: 'dstport', StartsWith: [4] }),
    [
      'rule/wrong-type Contribution.Filters[0].StartsWith[0]: Expected a string, found a number. Write "4" with quotes.',
    ],
  ],
  [
    'a range that is none',
    filterText({ Match: 'srcaddr', InCidr: ['10.0.0.0/33'] }),
    [
      'rule/not-accepted-by-aws Contribution.Filters[0].InCidr: AWS has no operator "InCidr".',
      'rule/bad-address-range Contribution.Filters[0].InCidr[0]: "10.0.0.0/33" is no range of addresses. Write "10.0.0.0/8", "2001:db8::/32" or one address.',
    ],
  ],
  [
    'a pattern without end',
    filterText({ Match: 'srcaddr', Matches: ['(a'] }),
    [
      'rule/not-accepted-by-aws Contribution.Filters[0].Matches: AWS has no operator "Matches".',
      'rule/bad-regular-expression Contribution.Filters[0].Matches[0]: "(a" is no regular expression that RE2 takes: a "(" has no ")" after it.',
    ],
  ],
  [
    'a pattern with look-around',
    filterText({ Match: 'srcaddr', Matches: ['ok', '(?!a)'] }),
    [
      'rule/not-accepted-by-aws Contribution.Filters[0].Matches: AWS has no operator "Matches".',
      'rule/bad-regular-expression Contribution.Filters[0].Matches[1]: "(?!a)" is no regular expression that RE2 takes: RE2 has no look-around ("(?!").',
    ],
  ],
  [
    'an empty choice',
    filterText({ Any: [] }),
    [
      'rule/not-accepted-by-aws Contribution.Filters[0].Any: AWS has no "Any": there, all filters must match.',
      'rule/empty-list Contribution.Filters[0].Any: "Any" has no filters, so that no event would match. Write at least one.',
    ],
  ],
  [
    'a choice with more',
    filterText({ Any: [{ Match: 'srcaddr', IsPresent: true }], Match: 'srcaddr' }),
    [
      'rule/not-accepted-by-aws Contribution.Filters[0].Any: AWS has no "Any": there, all filters must match.',
      'rule/conflicting-members Contribution.Filters[0]: "Any" stands alone in a filter, without "Match". Make it a filter of its own.',
    ],
  ],
  [
    'a broken filter in a choice',
    filterText({ Any: [{ Match: 'src', IsPresent: true }] }),
    [
      'rule/not-accepted-by-aws Contribution.Filters[0].Any: AWS has no "Any": there, all filters must match.',
      'rule/unknown-alias Contribution.Filters[0].Any[0].Match: "Fields" defines no alias "src". Known are "srcaddr", "dstport", "bytes".',
    ],
  ],
];

test.each(broken)('names what is wrong with %s', (_, definition, expected) => {
  const { rule, problems } = parseRule(definition);
  expect(problems.map((problem) => `${problem.code} ${printProblem(problem)}`)).toEqual(expected);
  expect(rule).toBeNull();
});

test('reads every operator', () => {
  const { rule } = parseRule(
    filterText(
      { Match: 'srcaddr', StartsWith: ['10.'] },
      { Match: 'srcaddr', EndsWith: ['.1'] },
      { Match: 'srcaddr', Contains: ['.'] },
      { Match: 'srcaddr', Matches: ['^1'] },
      { Match: 'srcaddr', InCidr: ['10.0.0.1/8', '::1'] },
      { Match: 'bytes', GreaterThanOrEqualTo: 1.5 },
      {
        Any: [
          { Match: 'bytes', LessThanOrEqualTo: -1 },
          { Match: '1', IsPresent: false },
        ],
      },
    ),
  );
  const srcaddr = { label: 'srcaddr', field: { position: 4 } };
  expect(rule?.filters).toEqual([
    { ...srcaddr, operator: 'StartsWith', operands: ['10.'] },
    { ...srcaddr, operator: 'EndsWith', operands: ['.1'] },
    { ...srcaddr, operator: 'Contains', operands: ['.'] },
    { ...srcaddr, operator: 'Matches', operands: ['^1'] },
    { ...srcaddr, operator: 'InCidr', operands: ['10.0.0.1/8', '::1'] },
    { label: 'bytes', field: { position: 10 }, operator: 'GreaterThanOrEqualTo', operand: 1.5 },
    {
      any: [
        { label: 'bytes', field: { position: 10 }, operator: 'LessThanOrEqualTo', operand: -1 },
        { label: '1', field: { position: 1 }, operator: 'IsPresent', operand: false },
      ],
    },
  ]);
});

test('reads numbers in lists as the texts that events have', () => {
  const definition = filterText({ Match: 'bytes', In: [0] }).replace(
    '[0]',
    '[403, 1.50, 1e16, 12345678901234567890, 1e400]',
  );
  expect(parseRule(definition).rule?.filters).toMatchObject([
    { operands: ['403', '1.5', '1e+16', '12345678901234567890', '1e400'] },
  ]);
});

/** What goes beyond AWS, the filter, and the places that are marked. */
const foreign: [string, unknown, string[]][] = [
  ['numbers in a list', { Match: 'dstport', In: [22, '23'] }, ['Contribution.Filters[0].In[0]']],
  ['a text outside of a list', { Match: 'dstport', StartsWith: '2' }, ['Contribution.Filters[0].StartsWith']],
  ['more than 10 values', { Match: 'dstport', NotIn: [...'abcdefghijk'] }, ['Contribution.Filters[0].NotIn']],
  ['an operator of its own', { Match: 'dstport', EndsWith: ['2'] }, ['Contribution.Filters[0].EndsWith']],
  [
    'a comparison of its own',
    { Match: 'dstport', LessThanOrEqualTo: 2 },
    ['Contribution.Filters[0].LessThanOrEqualTo'],
  ],
  ['a choice of filters', { Any: [{ Match: 'dstport', EqualTo: 2 }] }, ['Contribution.Filters[0].Any']],
];

test.each(foreign)('takes %s, marked as not accepted by AWS', (_, filter, places) => {
  const { rule, problems } = parseRule(filterText(filter));
  expect(problems.map(({ code, place }) => [code, place])).toEqual(
    places.map((place) => ['rule/not-accepted-by-aws', place]),
  );
  expect(rule).not.toBeNull();
});

test('takes more than 4 filters, marked as not accepted by AWS', () => {
  const filters = Array.from({ length: 5 }, () => ({ Match: 'dstport', EqualTo: 2 }));
  const { rule, problems } = parseRule(filterText(...filters));
  expect([rule?.filters.length, problems.map(({ place }) => place)]).toEqual([5, ['Contribution.Filters']]);
});
