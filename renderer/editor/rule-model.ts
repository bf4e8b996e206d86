import type { Node } from 'jsonc-parser';
import { type ListOperator, listOperators, type NumericOperator, numericOperators } from '../../shared/rule';
import { type Json, valueAt } from './rule-text';

/** What the wizard shows of a rule body: whatever is there, right or wrong. */
export type RuleModel = {
  groups: string[];
  /** Which member names the log groups. */
  groupMember: 'LogGroupNames' | 'LogGroupARNs';
  format: string | null;
  /** Position to alias. */
  aliases: Record<string, string>;
  keys: string[];
  valueOf: string | null;
  filters: ModelFilter[];
  aggregateOn: 'Sum' | 'Count' | null;
};

export type ModelFilter = { any: ModelFilter[] } | ModelCondition;

/** `operator` is null where the filter has none that is known. */
export type ModelCondition = { field: string; operator: Operator | null; operand: Json };

export type Operator = ListOperator | NumericOperator | 'IsPresent';

export const operators: readonly Operator[] = [...listOperators, ...numericOperators, 'IsPresent'];

/** Words for an operator in a list of choices, and whether AWS has it. */
export const operatorWords: Record<Operator, { words: string; aws: boolean }> = {
  In: { words: 'is one of', aws: true },
  NotIn: { words: 'is none of', aws: true },
  StartsWith: { words: 'starts with', aws: true },
  EqualTo: { words: '=', aws: true },
  NotEqualTo: { words: '≠', aws: true },
  GreaterThan: { words: '>', aws: true },
  LessThan: { words: '<', aws: true },
  IsPresent: { words: 'is there', aws: true },
  GreaterThanOrEqualTo: { words: '≥', aws: false },
  LessThanOrEqualTo: { words: '≤', aws: false },
  Contains: { words: 'contains', aws: false },
  EndsWith: { words: 'ends with', aws: false },
  Matches: { words: 'matches', aws: false },
  InCidr: { words: 'is in range', aws: false },
};

export function isListOperator(operator: Operator | null): operator is ListOperator {
  return (listOperators as readonly (string | null)[]).includes(operator);
}

export function isNumericOperator(operator: Operator | null): operator is NumericOperator {
  return (numericOperators as readonly (string | null)[]).includes(operator);
}

/** Reads a rule body's tree. */
export function readModel(tree: Node): RuleModel {
  const groupMember = valueAt(tree, ['LogGroupARNs']) !== undefined ? 'LogGroupARNs' : 'LogGroupNames';
  const summed = valueAt(tree, ['Contribution', 'ValueOf']);
  const format = valueAt(tree, ['LogFormat']);
  const aggregateOn = String(valueAt(tree, ['AggregateOn']) ?? '').toLowerCase();
  return {
    groups: listOf(valueAt(tree, [groupMember])).map(textOf),
    groupMember,
    format: typeof format === 'string' ? format : null,
    aliases: Object.fromEntries(
      Object.entries(membersOf(valueAt(tree, ['Fields']))).map(([position, alias]) => [position, textOf(alias)]),
    ),
    keys: listOf(valueAt(tree, ['Contribution', 'Keys'])).map(textOf),
    valueOf: summed === undefined ? null : textOf(summed),
    filters: listOf(valueAt(tree, ['Contribution', 'Filters'])).map(readFilter),
    aggregateOn: aggregateOn === 'sum' ? 'Sum' : aggregateOn === 'count' ? 'Count' : null,
  };
}

function readFilter(value: Json): ModelFilter {
  const filter = membersOf(value);
  if (Object.hasOwn(filter, 'Any')) return { any: listOf(filter.Any).map(readFilter) };
  const operator = operators.find((name) => Object.hasOwn(filter, name)) ?? null;
  return { field: textOf(filter.Match), operator, operand: operator === null ? null : (filter[operator] ?? null) };
}

/** A filter as a rule body holds it. */
export function writeFilter(filter: ModelFilter): Json {
  if ('any' in filter) return { Any: filter.any.map(writeFilter) };
  return filter.operator === null
    ? { Match: filter.field }
    : { Match: filter.field, [filter.operator]: filter.operand };
}

/** The operand for another operator: what can be kept is kept. */
export function changeOperator(filter: ModelCondition, operator: Operator): ModelCondition {
  const texts = operandTexts(filter);
  if (operator === 'IsPresent') return { ...filter, operator, operand: true };
  if (isNumericOperator(operator)) {
    const value = Number(texts[0]?.trim() || Number.NaN);
    return { ...filter, operator, operand: Number.isFinite(value) ? value : 0 };
  }
  return { ...filter, operator, operand: texts };
}

/** The operands of a filter as texts. */
export function operandTexts({ operand, operator }: ModelCondition): string[] {
  return operator === 'IsPresent' ? [] : listOf(operand).map(textOf);
}

function membersOf(value: Json | undefined): Record<string, Json> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function listOf(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
