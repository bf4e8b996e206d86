import { expect, test } from 'vitest';
import { filterByValue, findingOf, formatLift, onlyThese, splitFields } from './common';

const json = JSON.stringify({ LogFormat: 'JSON', Contribution: { Keys: ['$.customerId'], Filters: [] } });
const clf = JSON.stringify({
  LogFormat: 'CLF',
  Fields: { '4': 'srcaddr' },
  Contribution: { Keys: ['srcaddr'], Filters: [] },
});

test('a value becomes a filter, with the name that the rule has or needs for its field', () => {
  expect(JSON.parse(filterByValue(json, { reference: '$.version', alias: null }, '47', 'only'))).toMatchObject({
    Contribution: { Filters: [{ Match: '$.version', In: ['47'] }] },
  });
  expect(JSON.parse(filterByValue(clf, { reference: '4', alias: 'srcaddr' }, '10.0.0.1', 'without'))).toMatchObject({
    Fields: { '4': 'srcaddr' },
    Contribution: { Filters: [{ Match: 'srcaddr', NotIn: ['10.0.0.1'] }] },
  });
  expect(JSON.parse(filterByValue(clf, { reference: '7', alias: 'dstport' }, '22', 'only'))).toMatchObject({
    Fields: { '4': 'srcaddr', '7': 'dstport' },
    Contribution: { Filters: [{ Match: 'dstport', In: ['22'] }] },
  });
});

test('several contributors of one key are one filter; of several keys there is none that says it', () => {
  expect(JSON.parse(onlyThese(json, [['a'], ['b']]) ?? '')).toMatchObject({
    Contribution: { Filters: [{ Match: '$.customerId', In: ['a', 'b'] }] },
  });
  expect(onlyThese(json.replace('["$.customerId"]', '["$.a","$.b"]'), [['a', 'b']])).toBeNull();
});

test('fields of the rule and those that hardly differ are folded away, and are no finding', () => {
  const value = { value: 'x', here: 9, elsewhere: 1, hereShare: 90, elsewhereShare: 1, lift: 90 };
  const field = { reference: '$.a', alias: null, inRule: false, score: 80, values: [value] };
  const fields = [field, { ...field, reference: '$.b', score: 5 }, { ...field, reference: '$.c', inRule: true }];
  const common = { here: 10, elsewhere: 100, fields, unlike: [], elapsedMs: 1 };
  expect(splitFields(common).telling.map(({ reference }) => reference)).toEqual(['$.a']);
  expect(findingOf(common)).toMatchObject({ field: 'a', value: 'x', share: '90.0%', elsewhereShare: '1.0%' });
  expect(findingOf({ ...common, fields: fields.slice(1) })).toBeNull();
});

test('a lift has two digits, and says so where a value is nowhere else', () => {
  expect([8.84, 0.013, 0.001, 110, 5000, null].map(formatLift)).toEqual([
    '8.8×',
    '0.013×',
    '<0.01×',
    '110×',
    '>999×',
    'only here',
  ]);
});
