import { getLocation, type JSONPath } from 'jsonc-parser';
import { describeDerivation } from '../../shared/derived-field';
import { formatCompact } from '../../shared/format';
import type { GroupField, LogGroup } from '../../shared/workspace';
import { findField, joinField, kindOf, labelField, suggestDerivations } from '../rules/fields';
import { type Operator, operators, operatorWords, type RuleModel } from './rule-model';

/** What the logs at hand have to offer. */
export type Known = { groups: readonly LogGroup[]; fields: readonly GroupField[] };

/** One thing that may stand at the cursor. */
export type Choice = {
  label: string;
  detail: string;
  /** The JSON text that takes the place of what is there. */
  text: string;
  /** What `Fields` needs for it. */
  alias: { position: string; name: string } | null;
};

export type Choices = {
  /** The stretch that a choice replaces. */
  from: number;
  to: number;
  choices: Choice[];
  /** Further choices are the values of this field; the engine knows them. */
  valuesOf: GroupField | null;
};

/**
 * What may stand at an offset of a rule body, by the rule language and by the logs.
 * @param model what was last read of the text
 * @returns null where nothing is offered
 */
export function findChoices(text: string, offset: number, model: RuleModel, known: Known): Choices | null {
  const location = getLocation(text, offset);
  const { path, previousNode } = location;
  const end = previousNode === undefined ? 0 : previousNode.offset + previousNode.length;
  const isClosed = previousNode?.type === 'string' && previousNode.length > 1 && text[end - 1] === '"';
  const isInside =
    previousNode !== undefined && offset > previousNode.offset && (isClosed ? offset < end : offset <= end);
  const span =
    isInside || previousNode?.offset === offset
      ? { from: previousNode.offset, to: previousNode.offset + previousNode.length }
      : { from: offset, to: offset };
  if (location.isAtPropertyKey) {
    const hasColon = /^\s*:/.test(text.slice(span.to));
    const choices = listMembers(path.slice(0, -1), model, known).map((choice) =>
      hasColon ? { ...choice, text: JSON.stringify(choice.label) } : choice,
    );
    return choices.length === 0 ? null : { ...span, choices, valuesOf: null };
  }
  // Between two values nothing is offered: a comma comes first.
  if (!isInside && /["\w]/.test(text[offset - 1] ?? '')) return null;
  const { choices, valuesOf } = listValues(path, model, known);
  return choices.length === 0 && valuesOf === null ? null : { ...span, choices, valuesOf };
}

/** A value as a choice. */
export function offerValue(value: string, events: number): Choice {
  return plain(value, `${formatCompact(events)} events`);
}

function plain(label: string, detail: string, text = JSON.stringify(label)): Choice {
  return { label, detail, text, alias: null };
}

const rootMembers: [string, string, string][] = [
  ['Schema', 'kind of rule', '"Schema": { "Name": "CloudWatchLogRule", "Version": 1 }'],
  ['LogGroupNames', 'log groups, * at the end: starts with', '"LogGroupNames": [""]'],
  ['LogGroupARNs', 'log groups by ARN', '"LogGroupARNs": [""]'],
  ['LogFormat', 'JSON or CLF', '"LogFormat": ""'],
  ['Fields', 'names for positions, CLF only', '"Fields": {}'],
  ['Contribution', 'keys, filters and value', '"Contribution": { "Keys": [""], "Filters": [] }'],
  ['AggregateOn', 'Sum or Count', '"AggregateOn": ""'],
];

const contributionMembers: [string, string, string][] = [
  ['Keys', '1 to 4 fields', '"Keys": [""]'],
  ['ValueOf', 'number to sum up', '"ValueOf": ""'],
  ['Filters', 'all must match', '"Filters": []'],
];

function listMembers(parent: JSONPath, model: RuleModel, known: Known): Choice[] {
  const [first, second, third] = parent;
  const offer = ([label, detail, text]: [string, string, string]) => plain(label, detail, text);
  if (parent.length === 0) return rootMembers.map(offer);
  if (first === 'Schema')
    return [plain('Name', '', '"Name": "CloudWatchLogRule"'), plain('Version', '', '"Version": 1')];
  if (first === 'Fields') return listPositions(model, known);
  if (first !== 'Contribution') return [];
  if (second === undefined) return contributionMembers.map(offer);
  return second === 'Filters' && typeof third === 'number' ? listFilterMembers() : [];
}

function listPositions({ aliases }: RuleModel, { fields }: Known): Choice[] {
  return fields
    .filter((field) => field.format === 'CLF' && aliases[field.reference] === undefined)
    .map((field) =>
      plain(
        field.reference,
        field.alias ?? field.examples.slice(0, 2).join(', '),
        `${JSON.stringify(field.reference)}: ${JSON.stringify(field.alias ?? '')}`,
      ),
    );
}

function listFilterMembers(): Choice[] {
  const templates: Partial<Record<Operator, string>> = { IsPresent: 'true' };
  const isNumber = /^(Equal|NotEqual|Greater|Less)/;
  return [
    plain('Match', 'field', '"Match": ""'),
    ...operators.map((name) => {
      const { words, aws } = operatorWords[name];
      const operand = templates[name] ?? (isNumber.test(name) ? '0' : '[""]');
      return plain(name, aws ? words : `${words} · not in AWS`, `"${name}": ${operand}`);
    }),
    plain('Any', 'one of several filters · not in AWS', '"Any": []'),
  ];
}

type Values = { choices: Choice[]; valuesOf: GroupField | null };

function listValues(path: JSONPath, model: RuleModel, known: Known): Values {
  const [first, second] = path;
  const only = (choices: Choice[]): Values => ({ choices, valuesOf: null });
  if (first === 'LogFormat')
    return only([plain('JSON', 'events are JSON objects'), plain('CLF', 'plain lines, fields by position')]);
  if (first === 'AggregateOn') return only([plain('Count', 'each event counts 1'), plain('Sum', 'adds up ValueOf')]);
  if (first === 'LogGroupNames') return only(listGroups(model, known));
  if (first === 'Fields') {
    const alias = known.fields.find((field) => field.format === 'CLF' && field.reference === second)?.alias;
    return only(alias == null ? [] : [plain(alias, 'known name')]);
  }
  if (first !== 'Contribution') return only([]);
  if (second === 'Keys' || second === 'ValueOf') return only(listFields(model, known, second === 'ValueOf'));
  if (second !== 'Filters') return only([]);
  return listFilterValues(path, model, known);
}

/** `Contribution.Filters[0].Match`, `….In[0]`, and the same inside of `Any`. */
function listFilterValues(path: JSONPath, model: RuleModel, known: Known): Values {
  const at = path.map((step) => typeof step).lastIndexOf('string');
  const name = path[at];
  if (name === 'Match') return { choices: listFields(model, known, false), valuesOf: null };
  if (name === 'IsPresent') {
    return {
      choices: [plain('true', 'the field is there', 'true'), plain('false', 'it is not', 'false')],
      valuesOf: null,
    };
  }
  const isValue =
    name === 'In' || name === 'NotIn' || name === 'StartsWith' || name === 'Contains' || name === 'EndsWith';
  const field = isValue ? fieldOfFilter(path.slice(2, at), model) : null;
  const found = field === null ? undefined : findField(known.fields, field, model.format, model.aliases);
  return { choices: [], valuesOf: found ?? null };
}

function fieldOfFilter(path: JSONPath, model: RuleModel): string | null {
  let filters = model.filters;
  for (const step of path) {
    if (typeof step !== 'number') continue;
    const filter = filters[step];
    if (filter === undefined) return null;
    if (!('any' in filter)) return filter.field;
    filters = filter.any;
  }
  return null;
}

function listGroups({ groups: named }: RuleModel, { groups }: Known): Choice[] {
  const names = groups.filter((group) => !named.includes(group.name));
  return names.map((group) =>
    plain(group.name, `${formatCompact(group.events)} events${group.kind === null ? '' : ` · ${group.kind}`}`),
  );
}

function listFields(model: RuleModel, { fields }: Known, numbersFirst: boolean): Choice[] {
  const own = fields.filter((field) => field.format === model.format);
  const ordered = numbersFirst
    ? [...own].sort((a, b) => Number(b.type === 'number') - Number(a.type === 'number'))
    : own;
  const plainFields = ordered.map((field) => {
    const { label, alias } = labelField(field, model.aliases);
    const detail = [kindOf(field), ...field.examples.slice(0, 2)].join(' · ');
    return {
      label,
      detail: detail.length > 60 ? `${detail.slice(0, 59)}…` : detail,
      text: JSON.stringify(label),
      alias,
    };
  });
  // A sum takes numbers, which nothing that is worked out gives.
  return numbersFirst ? plainFields : [...plainFields, ...ordered.flatMap((field) => listDerived(field, model))];
}

function listDerived(field: GroupField, model: RuleModel): Choice[] {
  const { label, alias } = labelField(field, model.aliases);
  return suggestDerivations(field).map((derivation) => ({
    ...plain(joinField(label, derivation), `${describeDerivation(derivation)} · not in AWS`),
    alias,
  }));
}
