import { parseAddressRange } from '../../../shared/address';
import { readFieldCall } from '../../../shared/derived-field';
import type { Problem } from '../../../shared/problem';
import {
  type Filter,
  type ListOperator,
  listOperators,
  type NumericOperator,
  numericOperators,
} from '../../../shared/rule';
import { doubleText } from '../ingest/double-text';
import { type FieldScope, type Report, readField } from './fields';
import { describeNode, type JsonNode, memberPlace } from './json-tree';
import { findRegularExpressionFault } from './regular-expression';
import { suggest } from './suggest';

/** The operators that AWS has; the others are ours. */
const awsOperators = new Set<string>([
  'In',
  'NotIn',
  'StartsWith',
  'EqualTo',
  'NotEqualTo',
  'GreaterThan',
  'LessThan',
  'IsPresent',
]);

const operators: readonly string[] = [...listOperators, ...numericOperators, 'IsPresent'];

/** Names that are used elsewhere for what an operator here does. */
const otherNames = new Map([
  ['=', 'EqualTo'],
  ['==', 'EqualTo'],
  ['eq', 'EqualTo'],
  ['equals', 'EqualTo'],
  ['!=', 'NotEqualTo'],
  ['>', 'GreaterThan'],
  ['>=', 'GreaterThanOrEqualTo'],
  ['<', 'LessThan'],
  ['<=', 'LessThanOrEqualTo'],
  ['exists', 'IsPresent'],
  ['regex', 'Matches'],
  ['like', 'Contains'],
  ['or', 'Any'],
]);

const mostOperands = 10;

/** The filter at a place. @returns null where it is none; every problem is reported */
export function readFilter(node: JsonNode, scope: FieldScope, report: Report): Filter | null {
  if (node.type !== 'object') {
    report({
      code: 'rule/wrong-type',
      place: node.place,
      message: `Expected a filter, which is an object, found ${describeNode(node)}.`,
      hint: 'Write {"Match": FIELD, "In": ["VALUE"]}.',
    });
    return null;
  }
  const { members, place } = node;
  if (members.has('Any')) return readAny(members, place, scope, report);
  const match = members.get('Match');
  const field = match === undefined ? null : readField(match, scope, report);
  if (match === undefined) {
    report({
      code: 'rule/missing-member',
      place: memberPlace(place, 'Match'),
      message: 'The filter does not say which field it looks at.',
      hint: 'Add "Match": FIELD.',
    });
  }
  const known = [...members.keys()].filter((name) => operators.includes(name));
  for (const [name, member] of members) {
    if (name !== 'Match' && !known.includes(name)) report(describeUnknownOperator(name, member.place));
  }
  const [operator] = known;
  if (operator === undefined) {
    if (members.size - (match === undefined ? 0 : 1) === 0) {
      report({
        code: 'rule/operator-count',
        place,
        message: 'The filter has no operator.',
        hint: `Add one of ${operators.join(', ')}.`,
      });
    }
    return null;
  }
  if (known.length > 1) {
    report({
      code: 'rule/operator-count',
      place,
      message: `The filter has ${known.length} operators (${known.join(', ')}); it takes one.`,
      hint: 'Write a filter for each of them.',
    });
  }
  const label = match?.type === 'string' ? match.value : '';
  if (field?.derivation !== undefined) checkDerived(label, known, members, place, report);
  const conditions = known.map((name) => readCondition(name, members.get(name), report));
  const [condition] = conditions;
  return field === null || !condition || known.length > 1 ? null : { field, label, ...condition };
}

/** What is worked out of a field is a text, and a network is no address. */
function checkDerived(
  label: string,
  operators: readonly string[],
  members: Map<string, JsonNode>,
  place: string,
  report: Report,
): void {
  for (const operator of operators) {
    const operand = members.get(operator);
    if (isNumericOperator(operator) && operand !== undefined) {
      report({
        code: 'rule/bad-derived-field',
        place: operand.place,
        message: `${JSON.stringify(label)} is a text, which "${operator}" does not compare.`,
        hint: 'To compare texts, write "In": ["TEXT"].',
      });
    } else if (operator === 'InCidr') {
      report({
        code: 'rule/bad-derived-field',
        place: memberPlace(place, 'Match'),
        message: `${JSON.stringify(label)} is no address, so that it lies in no range.`,
        hint: `Write ${JSON.stringify(readFieldCall(label)?.field ?? 'FIELD')}.`,
      });
    }
  }
}

type Condition =
  | { operator: ListOperator; operands: string[] }
  | { operator: NumericOperator; operand: number }
  | { operator: 'IsPresent'; operand: boolean };

function readCondition(operator: string, node: JsonNode | undefined, report: Report): Condition | null {
  if (node === undefined) return null;
  const { place } = node;
  if (!awsOperators.has(operator)) {
    report({ code: 'rule/not-accepted-by-aws', place, message: `AWS has no operator "${operator}".` });
  }
  if (isListOperator(operator)) {
    const operands = readOperands(operator, node, report);
    return operands === null ? null : { operator, operands };
  }
  if (isNumericOperator(operator)) {
    if (node.type === 'number' && Number.isFinite(node.value)) return { operator, operand: node.value };
    const isNumberInQuotes = node.type === 'string' && node.value.trim() !== '' && Number.isFinite(Number(node.value));
    report({
      code: 'rule/wrong-type',
      place,
      message:
        node.type === 'number'
          ? `${node.literal} is beyond what a double can hold.`
          : `Expected a number, found ${describeNode(node)}.`,
      ...(isNumberInQuotes && { hint: `Write ${Number(node.value)} without quotes.` }),
      ...(node.type === 'string' && !isNumberInQuotes && { hint: 'To compare texts, write "In": ["TEXT"].' }),
    });
    return null;
  }
  if (node.type === 'boolean') return { operator: 'IsPresent', operand: node.value };
  report({
    code: 'rule/wrong-type',
    place,
    message: `Expected true or false, found ${describeNode(node)}.`,
    ...(node.type === 'string' &&
      /^(true|false)$/i.test(node.value) && { hint: `Write ${node.value.toLowerCase()} without quotes.` }),
  });
  return null;
}

function readOperands(operator: ListOperator, node: JsonNode, report: Report): string[] | null {
  const items = readArray(node, 'strings', report);
  if (items === null) return null;
  if (items.length === 0) {
    report({
      code: 'rule/empty-list',
      place: node.place,
      message: `"${operator}" has no values, so that ${operator === 'NotIn' ? 'every' : 'no'} event would match.`,
      hint: 'Write at least one.',
    });
    return null;
  }
  if (items.length > mostOperands && awsOperators.has(operator)) {
    report({
      code: 'rule/not-accepted-by-aws',
      place: node.place,
      message: `AWS takes at most ${mostOperands} values; these are ${items.length}.`,
    });
  }
  const operands = items.map((item) => readOperand(operator, item, report));
  return operands.every((operand) => operand !== null) ? operands : null;
}

function readOperand(operator: ListOperator, node: JsonNode, report: Report): string | null {
  const takesNumbers = operator === 'In' || operator === 'NotIn';
  if (node.type === 'number' && takesNumbers) {
    const text = textOfNumber(node);
    report({
      code: 'rule/not-accepted-by-aws',
      place: node.place,
      message: `AWS takes strings in "${operator}", no numbers.`,
      hint: `Write ${JSON.stringify(text)}.`,
    });
    return text;
  }
  if (node.type !== 'string') {
    report({
      code: 'rule/wrong-type',
      place: node.place,
      message: `Expected a string, found ${describeNode(node)}.`,
      ...(node.type === 'number' && { hint: `Write ${JSON.stringify(node.literal)} with quotes.` }),
    });
    return null;
  }
  const problem = findOperandProblem(operator, node);
  if (problem === null) return node.value;
  report(problem);
  return null;
}

function findOperandProblem(
  operator: ListOperator,
  { place, value }: { place: string; value: string },
): Problem | null {
  if (operator === 'InCidr' && parseAddressRange(value) === null) {
    return {
      code: 'rule/bad-address-range',
      place,
      message: `${JSON.stringify(value)} is no range of addresses.`,
      hint: 'Write "10.0.0.0/8", "2001:db8::/32" or one address.',
    };
  }
  const fault = operator === 'Matches' ? findRegularExpressionFault(value) : null;
  if (fault === null) return null;
  return {
    code: 'rule/bad-regular-expression',
    place,
    message: `${JSON.stringify(value)} is no regular expression that RE2 takes: ${fault}.`,
  };
}

/** The text that an event's field has when its value is this number. */
function textOfNumber({ value, literal }: { value: number; literal: string }): string {
  return /^-?[0-9]+$/.test(literal) || !Number.isFinite(value) ? literal : doubleText(value);
}

/**
 * The items of an array. One string alone, beyond AWS, stands for an array of it.
 * @returns null where it is neither; that is reported
 */
export function readArray(node: JsonNode, what: string, report: Report): JsonNode[] | null {
  if (node.type === 'array') return node.items;
  if (node.type === 'string') {
    report({
      code: 'rule/not-accepted-by-aws',
      place: node.place,
      message: `AWS takes an array of ${what} here, no string alone.`,
      hint: `Write [${JSON.stringify(node.value)}].`,
    });
    return [node];
  }
  report({
    code: 'rule/wrong-type',
    place: node.place,
    message: `Expected an array of ${what}, found ${describeNode(node)}.`,
    ...(node.type === 'number' && { hint: `Write ["${node.literal}"].` }),
  });
  return null;
}

function readAny(members: Map<string, JsonNode>, place: string, scope: FieldScope, report: Report): Filter | null {
  const node = members.get('Any');
  if (node === undefined) return null;
  report({
    code: 'rule/not-accepted-by-aws',
    place: node.place,
    message: 'AWS has no "Any": there, all filters must match.',
  });
  const others = [...members.keys()].filter((name) => name !== 'Any');
  if (others.length > 0) {
    report({
      code: 'rule/conflicting-members',
      place,
      message: `"Any" stands alone in a filter, without ${others.map((name) => JSON.stringify(name)).join(', ')}.`,
      hint: 'Make it a filter of its own.',
    });
  }
  if (node.type !== 'array') {
    report({
      code: 'rule/wrong-type',
      place: node.place,
      message: `Expected an array of filters, found ${describeNode(node)}.`,
    });
    return null;
  }
  if (node.items.length === 0) {
    report({
      code: 'rule/empty-list',
      place: node.place,
      message: '"Any" has no filters, so that no event would match.',
      hint: 'Write at least one.',
    });
    return null;
  }
  const any = node.items.map((item) => readFilter(item, scope, report));
  return any.every((filter) => filter !== null) && others.length === 0 ? { any } : null;
}

function describeUnknownOperator(name: string, place: string): Problem {
  const other = otherNames.get(name.trim().toLowerCase());
  const near = other === undefined ? suggest(name, ['Match', 'Any', ...operators]) : `Did you mean "${other}"?`;
  return {
    code: 'rule/unknown-operator',
    place,
    message: `There is no operator ${JSON.stringify(name)}.`,
    hint: near ?? `Known are ${operators.join(', ')}.`,
  };
}

function isListOperator(name: string): name is ListOperator {
  return (listOperators as readonly string[]).includes(name);
}

function isNumericOperator(name: string): name is NumericOperator {
  return (numericOperators as readonly string[]).includes(name);
}
