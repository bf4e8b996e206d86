import { describe, expect, test } from 'vitest';
import type { GroupField, LogGroup } from '../../shared/workspace';
import { findChoices } from './completions';
import { readModel } from './rule-model';
import { readTree } from './rule-text';

const fields: GroupField[] = [
  { reference: '4', alias: 'srcaddr', format: 'CLF', type: 'text', examples: ['10.0.0.1'] },
  { reference: '10', alias: 'bytes', format: 'CLF', type: 'number', examples: ['700'] },
  { reference: '$.ip', alias: null, format: 'JSON', type: 'text', examples: [] },
];
const groups: LogGroup[] = [
  { name: 'flows', events: 5, format: 'CLF', kind: 'VPC flow logs', firstMs: null, lastMs: null },
  { name: 'other', events: 5, format: 'CLF', kind: null, firstMs: null, lastMs: null },
];

const rule = `{
  "LogGroupNames": ["flows", ""],
  "LogFormat": "CLF",
  "Fields": { "4": "from", "" },
  "Contribution": {
    "Keys": [""],
    "ValueOf": "",
    "Filters": [{ "Match": "from", "In": [""] }, { "" }, { "Any": [{ "Match": "", "IsPresent":  }] }]
  },
  ""
}`;

/** The choices at a mark `|` that takes the place of a part of the rule; the last readable rule is the model. */
function choicesAt(part: string, marked: string) {
  const text = rule.replace(part, marked);
  const offset = text.indexOf('|');
  const readable =
    '{"LogGroupNames":["flows"],"LogFormat":"CLF","Fields":{"4":"from"},"Contribution":{"Filters":[{"Match":"from"}]}}';
  const tree = readTree(readable);
  if (tree === null) throw new Error('The rule of the test is no JSON.');
  const written = text.replace('|', '');
  const found = findChoices(written, offset, readModel(tree), { groups, fields });
  return found === null
    ? null
    : {
        labels: found.choices.map(({ label }) => label),
        valuesOf: found.valuesOf?.reference ?? null,
        replaced: written.slice(found.from, found.to),
        choices: found.choices,
      };
}

describe('at each place what may stand there is offered', () => {
  test.each([
    ['members of the rule', '\n  ""\n', '\n  "|"\n', 'AggregateOn'],
    ['positions that the logs have and the rule does not name', '"from", ""', '"from", "|"', '10'],
    ['operators of a filter', '{ "" }', '{ "|" }', 'GreaterThanOrEqualTo'],
    ['log groups that are not yet read', '"flows", ""', '"flows", "|"', 'other'],
    ['formats', '"CLF"', '"|CLF"', 'JSON'],
    ['fields by the names that the rule gives them', '"Keys": [""]', '"Keys": ["|"]', 'from'],
    ['fields that the logs name', '"Keys": [""]', '"Keys": ["|"]', 'bytes'],
    ['networks of fields that hold addresses', '"Keys": [""]', '"Keys": ["|"]', 'network(from, 24)'],
    ['whether addresses are private or public', '"Keys": [""]', '"Keys": ["|"]', 'reach(from)'],
    ['fields in a choice', '"Match": "", ', '"Match": "|", ', 'from'],
    ['true or false', '"IsPresent":  }', '"IsPresent": | }', 'false'],
  ])('%s', (_, part, marked, label) => expect(choicesAt(part, marked)?.labels).toContain(label));

  test('numbers come first where a number is summed up', () => {
    expect(choicesAt('"ValueOf": ""', '"ValueOf": "|"')?.labels).toEqual(['bytes', 'from']);
  });

  test('values are those of the filter’s field', () => {
    expect(choicesAt('"In": [""]', '"In": ["|"]')).toMatchObject({ labels: [], valuesOf: '4', replaced: '""' });
  });

  test('a choice takes the place of the whole string', () => {
    expect(choicesAt('"Keys": [""]', '"Keys": ["by|te"]')?.replaced).toBe('"byte"');
  });

  test('a field that only the logs name brings its position along', () => {
    const bytes = choicesAt('"Keys": [""]', '"Keys": ["|"]')?.choices.find(({ label }) => label === 'bytes');
    expect(bytes).toMatchObject({ text: '"bytes"', alias: { position: '10', name: 'bytes' } });
  });

  test('beyond AWS is said so', () => {
    const contains = choicesAt('{ "" }', '{ "|" }')?.choices.find(({ label }) => label === 'Contains');
    expect(contains).toMatchObject({ detail: 'contains · not in AWS', text: '"Contains": [""]' });
  });

  test('between two values nothing is offered', () => {
    expect(choicesAt('"LogFormat": "CLF",', '"LogFormat": "CLF"|')).toBeNull();
  });
});
