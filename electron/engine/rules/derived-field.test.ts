import { expect, test } from 'vitest';
import { readDerivation, readFieldCall, writeFieldCall } from '../../../shared/derived-field';
import { printProblem } from '../../../shared/problem';
import { flowRuleText, jsonRuleText } from '../../../tests/support/rule-text';
import { parseRule } from './parse';
import { readReference } from './reference';

test.each([
  ['network($.ip, 24)', { path: ['ip'], derivation: { by: 'network', version4: 24, version6: null } }],
  [' network( $.ip ,16 , 64 ) ', { path: ['ip'], derivation: { by: 'network', version4: 16, version6: 64 } }],
  ['reach($.ip)', { path: ['ip'], derivation: { by: 'reach' } }],
  ['host($.url)', { path: ['url'], derivation: { by: 'host' } }],
  ["path($['a,b)'].c)", { path: ['a,b)', 'c'], derivation: { by: 'path' } }],
  ['$.host(x)', { path: ['host(x)'] }],
])('%j of a JSON rule is read', (text, expected) => {
  const { parts } = parseRule(jsonRuleText({ Keys: [text] }));
  expect(parts?.keys).toEqual([{ label: text, field: expected }]);
  expect(readReference(text.trim(), 'JSON')).toEqual(expected);
});

test('inside of a call stands an alias or a position', () => {
  const keys = ['network(srcaddr, 24)', 'host(4)', 'srcaddr'];
  const { rule } = parseRule(flowRuleText({ Contribution: { Keys: keys, Filters: [] } }));
  expect(rule?.keys.map(({ field }) => field)).toEqual([
    { position: 4, derivation: { by: 'network', version4: 24, version6: null } },
    { position: 4, derivation: { by: 'host' } },
    { position: 4 },
  ]);
});

test('an alias that is spelled like a call is that alias', () => {
  const { rule } = parseRule(
    flowRuleText({ Fields: { '4': 'srcaddr', '5': 'host(srcaddr)' }, Contribution: { Keys: ['host(srcaddr)'] } }),
  );
  expect(rule?.keys).toEqual([{ label: 'host(srcaddr)', field: { position: 5 } }]);
});

test.each(['network($.ip, 24)', 'reach($.ip)'])(
  'AWS has no derived fields: of %j a warning, and with `strict` an error',
  (key) => {
    const text = jsonRuleText({ Keys: [key] });
    const { rule, problems } = parseRule(text);
    expect(problems.map(({ code, place }) => [code, place])).toEqual([
      ['rule/not-accepted-by-aws', 'Contribution.Keys[0]'],
    ]);
    expect(rule).not.toBeNull();
    expect(parseRule(text, { strict: true }).rule).toBeNull();
  },
);

test.each([
  ['network($.ip)', '"network($.ip)" does not say how many bits of an address count. Write "network($.ip, 24)".'],
  ['network($.ip, 0)', 'has the IPv4 prefix "0", which goes from 1 to 32. Write "network($.ip, 24)".'],
  ['network($.ip, 33)', 'has the IPv4 prefix "33", which goes from 1 to 32. Write "network($.ip, 24)".'],
  ['network($.ip, /16)', 'has the IPv4 prefix "/16", which goes from 1 to 32. Write "network($.ip, 16)".'],
  ['network($.ip, 64)', 'has the IPv4 prefix "64", which goes from 1 to 32. Write "network($.ip, 24, 64)".'],
  [
    'network($.ip, 24, 56)',
    'has the IPv6 prefix "56", where 16, 32, 48, 64 are possible. Write "network($.ip, 24, 64)".',
  ],
  [
    'network($.ip, 24, 64, 1)',
    'has more than two prefixes, one for IPv4 and one for IPv6. Write "network($.ip, 24, 64)".',
  ],
  ['network(, 24)', 'does not say which field it is worked out of. Write "network(FIELD, 24)".'],
  ['host()', 'does not say which field it is worked out of. Write "host(FIELD)".'],
  ['host($.url, 1)', 'has a number; "host" takes a field alone. Write "host($.url)".'],
  ['path($.url', 'has no closing parenthesis. Write "path($.url)".'],
  ['reach($.ip, 24)', 'has a number; "reach" takes a field alone. Write "reach($.ip)".'],
  ['raech($.ip)', 'There is no function "raech". Did you mean "reach($.ip)"?'],
  ['netwrok($.ip, 16)', 'There is no function "netwrok". Did you mean "network($.ip, 16)"?'],
  ['Host($.url)', 'There is no function "Host". Did you mean "host($.url)"?'],
  ['host(path($.url))', 'is worked out of another derived field; it takes a plain one. Name a field of the events.'],
  ['host(url)', 'A field of a JSON event starts with "$." or "$[", unlike "url". Did you mean "host($.url)"?'],
])('%j is wrong, and the problem says how it is right', (key, expected) => {
  const { rule, problems } = parseRule(jsonRuleText({ Keys: [key] }));
  expect(rule).toBeNull();
  expect(problems).toHaveLength(1);
  expect(problems.map(printProblem).join('\n')).toContain(expected);
  expect(problems[0]?.place).toBe('Contribution.Keys[0]');
});

test('an unknown alias inside is named, with the call around what was meant', () => {
  const { problems } = parseRule(flowRuleText({ Contribution: { Keys: ['network(srcadr, 24)'] } }));
  expect(problems.map(printProblem)).toEqual([
    'Contribution.Keys[0]: "Fields" defines no alias "srcadr". Did you mean "network(srcaddr, 24)"?',
  ]);
});

test('a name of a log that only looks like a call is an unknown alias', () => {
  const { problems } = parseRule(flowRuleText({ Contribution: { Keys: ['cs(User-Agent)'] } }));
  expect(problems.map(({ code }) => code)).toEqual(['rule/unknown-alias']);
});

test.each([
  [{ EqualTo: 5 }, 'Contribution.Filters[0].EqualTo: "host($.url)" is a text, which "EqualTo" does not compare.'],
  [
    { InCidr: ['10.0.0.0/8'] },
    'Contribution.Filters[0].Match: "host($.url)" is no address, so that it lies in no range.',
  ],
])('a derived field is a text, and %j is refused', (operator, expected) => {
  const { rule, problems } = parseRule(
    jsonRuleText({ Keys: ['$.ip'], Filters: [{ Match: 'host($.url)', ...operator }] }),
  );
  expect(rule).toBeNull();
  expect(problems.map(printProblem).join('\n')).toContain(expected);
});

test('a derived field is not added up', () => {
  const { rule, problems } = parseRule(jsonRuleText({ Keys: ['$.ip'], ValueOf: 'host($.url)' }));
  expect(rule).toBeNull();
  expect(problems.map(({ code, place }) => `${code} ${place}`)).toContain(
    'rule/bad-derived-field Contribution.ValueOf',
  );
});

test('what is written of a derivation reads back the same', () => {
  for (const text of ['network($.a, 24)', 'network(4, 9, 48)', 'reach($.a)', 'host($.a)', 'path(client ip)']) {
    const call = readFieldCall(text);
    const derivation = call === null ? null : readDerivation(call);
    expect(call !== null && derivation !== null && writeFieldCall(derivation, call.field)).toBe(text);
  }
});
