import { expect, test } from 'vitest';
import {
  completeExpression,
  cutTitle,
  hideContributors,
  listContributors,
  listRules,
  nameExpression,
  nextId,
  ruleMetric,
} from './expression';

const known = { rules: ['Throttled requests by customer', 'All "quoted" requests'], ids: ['e1', 'e2'] };

function complete(text: string) {
  const offset = text.indexOf('|');
  const plain = text.replace('|', '');
  const found = completeExpression(plain, offset, known);
  if (found === null) return null;
  const [first] = found.options;
  return plain.slice(0, found.from) + (first?.value ?? '') + plain.slice(found.to);
}

test('functions, expressions before, rules and their metrics are completed where they may stand', () => {
  expect(complete('INS|')).toBe('INSIGHT_RULE_METRIC("');
  expect(complete('100 * e|')).toBe('100 * e1');
  expect(complete('INSIGHT_RULE_METRIC("thr|')).toBe('INSIGHT_RULE_METRIC("Throttled requests by customer"');
  expect(complete('INSIGHT_RULE_METRIC("Thr|", "Sum")')).toBe(
    'INSIGHT_RULE_METRIC("Throttled requests by customer", "Sum")',
  );
  expect(complete('INSIGHT_RULE_METRIC("Throttled", "uni|')).toBe(
    'INSIGHT_RULE_METRIC("Throttled", "UniqueContributors"',
  );
});

test('nothing is offered inside a text, after a number, or for what is complete', () => {
  expect(complete('"e|')).toBeNull();
  expect(complete('100 |')).toBeNull();
  expect(complete('IF|')).toBeNull();
});

test('a rule with quotes in its name is written so that it is read back as one text', () => {
  expect(ruleMetric('All "quoted" requests', 'Sum')).toBe('INSIGHT_RULE_METRIC("All \\"quoted\\" requests", "Sum")');
  expect(complete('INSIGHT_RULE_METRIC("quot|')).toBe('INSIGHT_RULE_METRIC("All \\"quoted\\" requests"');
});

test('an expression that is added has an ID of its own', () => {
  expect(nextId([])).toBe('e1');
  expect(nextId(['e1', 'e3'])).toBe('e2');
});

test('the rules of an expression are found, whatever their quotes and names', () => {
  const text = `100 * INSIGHT_RULE_METRIC('A "b"', "Sum") / insight_rule_metric( "C \\"d\\"" , 'Sum', "k")`;
  expect(listRules(text)).toEqual(['A "b"', 'C "d"']);
  expect(listRules('100 * e1')).toEqual([]);
});

test('an expression to hand on does not name contributors where these are redacted', () => {
  expect(hideContributors(`INSIGHT_RULE_METRIC("A", 'Sum', "cust-1", 'b,"c') / INSIGHT_RULE_METRIC("B", "Sum")`)).toBe(
    `INSIGHT_RULE_METRIC("A", 'Sum', "…") / INSIGHT_RULE_METRIC("B", "Sum")`,
  );
  expect(
    listContributors(`INSIGHT_RULE_METRIC("A", 'Sum', "cust-1", 'b,"c') / INSIGHT_RULE_METRIC("B", "Sum")`),
  ).toEqual([{ rule: 'A', keys: ['cust-1', 'b,"c'] }]);
});

test('a metric of a rule is called by both names, anything else as it reads', () => {
  expect(nameExpression(` INSIGHT_RULE_METRIC( "A \\"b\\"" , 'Sum' ) `)).toBe('A "b", Sum');
  for (const text of ['100 * e1', 'INSIGHT_RULE_METRIC("A", "Sum") / 2', 'INSIGHT_RULE_METRIC("A", "Sum", "k")']) {
    expect(nameExpression(text)).toBe(text);
  }
});

test('nor where the expression was cut within one, or has no quotes', () => {
  expect(hideContributors('INSIGHT_RULE_METRIC("r" , "Sum" , "secr')).toBe('INSIGHT_RULE_METRIC("r" , "Sum" , "…');
  expect(hideContributors(`1 + INSIGHT_RULE_METRIC('r', "Sum", "a", 'it\\'s`)).toBe(
    `1 + INSIGHT_RULE_METRIC('r', "Sum", "…", "…`,
  );
  expect(hideContributors('INSIGHT_RULE_METRIC(A, "Sum", "secret")')).toBe('INSIGHT_RULE_METRIC(A, "Sum", "…")');
  expect(hideContributors('INSIGHT_RULE_METRIC("A", Sum, secret, other)')).toBe('INSIGHT_RULE_METRIC("A", Sum, "…")');
  expect(hideContributors("The customers' requests")).toBe("The customers' requests");
});

test('an expression that names a tile is cut before a text that does not fit', () => {
  const call = `INSIGHT_RULE_METRIC("${'R'.repeat(110)}", "MaxContributorValue", `;
  expect(cutTitle(`${call}"${'arn:aws:iam::1:user/alice'.repeat(3)}")`)).toBe(`${call}…`);
  expect(cutTitle('A short one')).toBe('A short one');
  expect(cutTitle('\u{1f600}'.repeat(200))).toBe(`${'\u{1f600}'.repeat(99)}…`);
});
