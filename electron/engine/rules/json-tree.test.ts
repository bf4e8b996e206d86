import { expect, test } from 'vitest';
import { printProblem } from '../../../shared/problem';
import { parseRule } from './parse';

/** What is broken, the rule, and what is said about it. */
const broken: [string, string, string[]][] = [
  [
    'an unfinished object',
    '{"Schema": {',
    ['rule/json-syntax 1:13: Expected "}" or a further member, but the text ends here.'],
  ],
  ['an empty text', '', ['rule/json-syntax 1:1: Expected a value, but the text ends here.']],
  [
    'a trailing comma',
    '{"Schema": 1,}',
    ['rule/json-syntax 1:14: Expected the name of a member in double quotes, but found "}".'],
  ],
  ['a missing comma', '{"a": 1 "b": 2}', ['rule/json-syntax 1:9: Expected a comma, but found "\\"".']],
  [
    'a missing colon',
    '{"a" 1}',
    ['rule/json-syntax 1:6: Expected a colon after the name of the member, but found "1".'],
  ],
  ['a comment', '{\n  // who\n  "a": 1}', ['rule/json-syntax 2:3: JSON has no comments.']],
  ['single quotes', "{'a': 1}", ['rule/json-syntax 1:2: JSON wants names and strings in double quotes.']],
  ['an unquoted name', '{a: 1}', ['rule/json-syntax 1:2: Not JSON: found "a" where a value or the end was expected.']],
  ['a second value', '{} {}', ['rule/json-syntax 1:4: Expected nothing more after the rule, but found "{".']],
  ['a string without end', '{"a": "b\n}', ['rule/json-syntax 1:7: The string has no closing quote on its line.']],
  [
    'a control character in a string',
    '{"a": "b\u0001"}',
    ['rule/json-syntax 1:7: The string holds a control character; JSON wants it as an escape such as \\n.'],
  ],
  [
    'an unknown escape',
    '{"a": "\\q"}',
    ['rule/json-syntax 1:7: The string holds a backslash with a character after it that makes no JSON escape.'],
  ],
  [
    'half a Unicode escape',
    '{"a": "\\u12"}',
    ['rule/json-syntax 1:7: The string holds a \\u without four hexadecimal digits after it.'],
  ],
  ['a number without digits', '{"a": 1.}', ['rule/json-syntax 1:7: The number ends too early: a digit is missing.']],
  ['NaN', '{"a": NaN}', ['rule/json-syntax 1:7: Not JSON: found "N" where a value or the end was expected.']],
  ['a column counted in characters', '{"🦆": ]', ['rule/json-syntax 1:7: Expected a value, but found "]".']],
  [
    'brackets without end',
    `{"a": ${'['.repeat(100_000)}`,
    ['rule/json-syntax 1:70: There are more than 64 levels of brackets.'],
  ],
];

test.each(broken)('names what is wrong with %s', (_, definition, expected) => {
  const { rule, problems } = parseRule(definition);
  expect(problems.map((problem) => `${problem.code} ${printProblem(problem)}`)).toEqual(expected);
  expect(rule).toBeNull();
});
