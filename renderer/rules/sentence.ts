import { describeField } from '../../shared/derived-field';

/**
 * A rule body as a sentence: Count by *keys* where *filters*. It reads whatever JSON is there, valid or not, so that a
 * rule with mistakes can still be shown; the engine alone says whether a rule is valid.
 */

/** A condition as it is shown: the field in mono, then the words. */
export type Condition = { field: string; words: string } | { any: Condition[] };

export type Sentence = {
  /** `Count`, `Sum`. */
  verb: string;
  /** The numeric field that is summed up; null where each event counts as one. */
  valueOf: string | null;
  keys: string[];
  conditions: Condition[];
  logGroups: string[];
  format: string | null;
};

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** The sentence of a rule body in JSON text; null when the text is no JSON object. */
export function readSentence(definition: string): Sentence | null {
  const body = parseObject(definition);
  if (body === null) return null;
  const contribution = asObject(body.Contribution);
  const sums = textOf(body.AggregateOn).toLowerCase() === 'sum';
  const summed = textOf(contribution.ValueOf);
  const aliases = new Set(Object.values(asObject(body.Fields)).map(textOf));
  const nameField: NameField = (field) => (aliases.has(field) ? field : describeField(field));
  return {
    verb: sums ? 'Sum' : 'Count',
    valueOf: sums && summed !== '' ? summed : null,
    keys: listOf(contribution.Keys).map((key) => nameField(textOf(key))),
    conditions: listOf(contribution.Filters).flatMap((filter) => readCondition(filter, nameField)),
    logGroups: [...listOf(body.LogGroupNames).map(textOf), ...listOf(body.LogGroupARNs).map(nameInArn)],
    format: textOf(body.LogFormat) || null,
  };
}

function parseObject(text: string): Record<string, Json> | null {
  try {
    const value = JSON.parse(text) as Json;
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function asObject(value: Json | undefined): Record<string, Json> {
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

/** The log group's name in `arn:aws:logs:eu-central-1:123456789012:log-group:name:*`. */
function nameInArn(value: Json): string {
  const arn = textOf(value);
  return /log-group[:/](.*?)(?::\*)?$/.exec(arn)?.[1] ?? arn;
}

const signs: Record<string, string> = {
  EqualTo: '=',
  NotEqualTo: '≠',
  GreaterThan: '>',
  LessThan: '<',
  GreaterThanOrEqualTo: '≥',
  LessThanOrEqualTo: '≤',
};

/** Words for one operand, and for several. */
const lists: Record<string, [one: string, many: string]> = {
  In: ['is', 'is one of'],
  NotIn: ['is not', 'is none of'],
  StartsWith: ['starts with', 'starts with one of'],
  EndsWith: ['ends with', 'ends with one of'],
  Contains: ['contains', 'contains one of'],
  Matches: ['matches', 'matches one of'],
  InCidr: ['is in', 'is in one of'],
};

/** Words for what is worked out of a field; an alias may look like that, too. */
type NameField = (field: string) => string;

function readCondition(entry: Json, nameField: NameField): Condition[] {
  const filter = asObject(entry);
  if (Object.hasOwn(filter, 'Any'))
    return [{ any: listOf(filter.Any).flatMap((one) => readCondition(one, nameField)) }];
  const field = nameField(textOf(filter.Match));
  const operator = Object.keys(filter).find((name) => name !== 'Match');
  if (operator === undefined) return field === '' ? [] : [{ field, words: '' }];
  return [{ field, words: wordsFor(operator, filter[operator] ?? null) }];
}

function wordsFor(operator: string, operand: Json): string {
  const sign = Object.hasOwn(signs, operator) ? signs[operator] : undefined;
  if (sign !== undefined) return `${sign} ${textOf(operand)}`;
  if (operator === 'IsPresent') return operand === false ? 'is absent' : 'is present';
  const list = Object.hasOwn(lists, operator) ? lists[operator] : undefined;
  const operands = listOf(operand).map(textOf);
  if (list === undefined) return `${operator} ${operands.join(', ')}`;
  return `${list[operands.length === 1 ? 0 : 1]} ${operands.join(', ')}`;
}

/** A condition as plain text, for tooltips and screen readers. */
export function printCondition(condition: Condition): string {
  if ('any' in condition) return condition.any.map(printCondition).join(' or ');
  return `${condition.field} ${condition.words}`;
}

/** What the values of a report count: `events`, or the field that is summed up. */
export function unitOf(sentence: Sentence | null): string {
  return sentence?.valueOf ?? 'events';
}

/** True when the summed field counts bytes by its name, so that axes may use kB, MB, GB. */
export function countsBytes(sentence: Sentence | null): boolean {
  const words = (sentence?.valueOf ?? '').replace(/([a-z])([A-Z])/g, '$1 $2').split(/[^A-Za-z]+/);
  return words.some((word) => /^bytes?$/i.test(word));
}
