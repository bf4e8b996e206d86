import type { AggregateOn, Filter, Key, LogFormat, Rule } from '../../../shared/rule';
import { type FieldScope, type Report, readAliases, readField } from './fields';
import { readArray, readFilter } from './filters';
import { describeNode, type JsonNode, memberPlace } from './json-tree';
import { readLogGroups } from './log-groups';
import { suggest } from './suggest';

const ruleMembers = ['Schema', 'LogGroupNames', 'LogGroupARNs', 'LogFormat', 'Fields', 'Contribution', 'AggregateOn'];
const contributionMembers = ['Keys', 'ValueOf', 'Filters'];

/** Members that are not where they belong, as in rules of some AWS pages, and those of other tools. */
const misplaced = new Map([
  ['ValueKey', 'Contribution.ValueOf'],
  ['LogGroupPrefix', 'LogGroupNames": ["PREFIX*"]'],
  ...contributionMembers.map((name) => [name, `Contribution.${name}`] as const),
]);

const mostKeys = 4;
const mostFilters = 4;

/** The rule that a JSON value says. @returns null where a part of it can't be read; every problem is reported */
export function validateRule(root: JsonNode, report: Report): Rule | null {
  const members = readMembers(root, ruleMembers, report);
  if (members === null) return null;
  checkSchema(members.get('Schema'), report);
  const groups = readLogGroups(members, report, (node, what) => readFilledArray(node, what, report) ?? []);
  const format = readLogFormat(members.get('LogFormat'), report);
  const fields = members.get('Fields');
  const scope: FieldScope = { format, aliases: fields === undefined ? new Map() : readAliases(fields, report) };
  const aggregateOn = readAggregateOn(members.get('AggregateOn'), report);
  const contribution = readContribution(members.get('Contribution'), scope, report);
  if (format === null || aggregateOn === null || contribution === null) return null;
  const { keys, filters, value } = contribution;
  return { groups, format, keys, value: aggregateOn === 'Sum' ? value : null, filters, aggregateOn };
}

/** What is wrong with the name of a rule, if anything: AWS takes 1 to 128 printable ASCII characters. */
export function validateRuleName(name: string): { code: 'rule/bad-name'; place: string; message: string }[] {
  if (/^[\x20-\x7e]{1,128}$/.test(name)) return [];
  const message =
    name === ''
      ? 'The name of the rule is empty.'
      : 'A rule has a name of at most 128 characters, which are letters without accents, digits, blanks and punctuation.';
  return [{ code: 'rule/bad-name', place: name.slice(0, 40), message }];
}

function readMembers(
  node: JsonNode,
  known: readonly string[],
  report: Report,
  hint?: string,
): Map<string, JsonNode> | null {
  if (node.type !== 'object') {
    const what = node.place === '' ? 'a rule, which is a JSON object' : 'an object';
    const message = `Expected ${what}, found ${describeNode(node)}.`;
    report({ code: 'rule/wrong-type', place: node.place, message, ...(hint !== undefined && { hint }) });
    return null;
  }
  for (const [name, { place }] of node.members) {
    if (known.includes(name)) continue;
    const elsewhere = known === ruleMembers ? misplaced.get(name) : undefined;
    report({
      code: 'rule/unknown-member',
      place,
      message: `${node.place === '' ? 'A rule' : `"${node.place}"`} has no member ${JSON.stringify(name)}.`,
      hint:
        elsewhere === undefined
          ? (suggest(name, known) ?? `Known are ${known.join(', ')}.`)
          : `Did you mean "${elsewhere}${elsewhere.endsWith(']') ? '' : '"'}?`,
    });
  }
  return node.members;
}

function reportMissing(place: string, message: string, hint: string, report: Report): null {
  report({ code: 'rule/missing-member', place, message, hint });
  return null;
}

function checkSchema(node: JsonNode | undefined, report: Report): void {
  const hint = 'Write "Schema": {"Name": "CloudWatchLogRule", "Version": 1}.';
  if (node === undefined) {
    reportMissing('Schema', 'The rule has no "Schema".', hint, report);
    return;
  }
  const members = readMembers(node, ['Name', 'Version'], report, hint);
  if (members === null) return;
  const expected = { Name: '"CloudWatchLogRule"', Version: '1' };
  for (const [name, value] of Object.entries(expected)) {
    const member = members.get(name);
    const place = memberPlace(node.place, name);
    if (member === undefined) reportMissing(place, `"Schema" has no "${name}".`, hint, report);
    else if (printValue(member) !== value) {
      report({
        code: 'rule/bad-schema',
        place,
        message: `Expected ${value}, found ${printValue(member) ?? describeNode(member)}.`,
        hint,
      });
    }
  }
}

function printValue(node: JsonNode): string | null {
  return node.type === 'string' || node.type === 'number' ? JSON.stringify(node.value) : null;
}

function readLogFormat(node: JsonNode | undefined, report: Report): LogFormat | null {
  const hint = 'Write "JSON" or "CLF".';
  if (node === undefined) return reportMissing('LogFormat', 'The rule has no "LogFormat".', hint, report);
  if (node.type === 'string' && (node.value === 'JSON' || node.value === 'CLF')) return node.value;
  report({
    code: 'rule/unknown-value',
    place: node.place,
    message: `Expected "JSON" or "CLF", found ${printValue(node) ?? describeNode(node)}.`,
    hint: (node.type === 'string' && suggest(node.value, ['JSON', 'CLF'])) || hint,
  });
  return null;
}

function readAggregateOn(node: JsonNode | undefined, report: Report): AggregateOn | null {
  const hint = 'Write "Sum" or "Count".';
  if (node === undefined) return reportMissing('AggregateOn', 'The rule has no "AggregateOn".', hint, report);
  const word = node.type === 'string' ? node.value.toLowerCase() : null;
  if (word === 'sum') return 'Sum';
  if (word === 'count') return 'Count';
  report({
    code: 'rule/unknown-value',
    place: node.place,
    message: `Expected "Sum" or "Count", found ${printValue(node) ?? describeNode(node)}.`,
    hint: (word !== null && suggest(word, ['Sum', 'Count'])) || hint,
  });
  return null;
}

type Contribution = { keys: Key[]; filters: Filter[]; value: Key | null };

function readContribution(node: JsonNode | undefined, scope: FieldScope, report: Report): Contribution | null {
  const hint = 'Write "Contribution": {"Keys": [FIELD], "Filters": []}.';
  if (node === undefined) return reportMissing('Contribution', 'The rule has no "Contribution".', hint, report);
  const members = readMembers(node, contributionMembers, report, hint);
  if (members === null) return null;
  const keys = readKeys(members.get('Keys'), scope, report);
  const valueNode = members.get('ValueOf');
  const value = valueNode === undefined ? null : readKey(valueNode, scope, report);
  if (valueNode !== undefined && value?.field.derivation !== undefined) {
    report({
      code: 'rule/bad-derived-field',
      place: valueNode.place,
      message: `${JSON.stringify(value.label)} is a text, which can't be added up.`,
      hint: 'Name a field that holds numbers.',
    });
  }
  const filters = readFilters(members.get('Filters'), scope, report);
  return { keys, filters, value };
}

function readKeys(node: JsonNode | undefined, scope: FieldScope, report: Report): Key[] {
  if (node === undefined) {
    reportMissing('Contribution.Keys', 'The rule has no "Keys".', 'Write "Keys": [FIELD].', report);
    return [];
  }
  const items = readFilledArray(node, 'fields', report) ?? [];
  if (items.length > mostKeys) {
    report({
      code: 'rule/not-accepted-by-aws',
      place: node.place,
      message: `AWS takes at most ${mostKeys} keys; these are ${items.length}.`,
    });
  }
  const keys: Key[] = [];
  for (const item of items) {
    const key = readKey(item, scope, report);
    if (key === null) continue;
    const first = keys.find((other) => JSON.stringify(other.field) === JSON.stringify(key.field));
    if (first === undefined) keys.push(key);
    else {
      report({
        code: 'rule/duplicate-key',
        place: item.place,
        message: `The key ${JSON.stringify(key.label)} is the field of ${JSON.stringify(first.label)}, which is a key already.`,
        hint: 'Leave one of them out.',
      });
    }
  }
  return keys;
}

function readKey(node: JsonNode, scope: FieldScope, report: Report): Key | null {
  const field = readField(node, scope, report);
  return field === null || node.type !== 'string' ? null : { label: node.value, field };
}

function readFilters(node: JsonNode | undefined, scope: FieldScope, report: Report): Filter[] {
  if (node === undefined) return [];
  if (node.type !== 'array') {
    report({
      code: 'rule/wrong-type',
      place: node.place,
      message: `Expected an array of filters, found ${describeNode(node)}.`,
      hint: 'Without filters, write [].',
    });
    return [];
  }
  if (node.items.length > mostFilters) {
    report({
      code: 'rule/not-accepted-by-aws',
      place: node.place,
      message: `AWS takes at most ${mostFilters} filters; these are ${node.items.length}.`,
    });
  }
  return node.items.flatMap((item) => readFilter(item, scope, report) ?? []);
}

function readFilledArray(node: JsonNode, what: string, report: Report): JsonNode[] | null {
  const items = readArray(node, what, report);
  if (items?.length !== 0) return items;
  report({
    code: 'rule/empty-list',
    place: node.place,
    message: `The list of ${what} is empty.`,
    hint: 'Write at least one.',
  });
  return null;
}
