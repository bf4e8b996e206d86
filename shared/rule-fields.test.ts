import { expect, test } from 'vitest';
import { createFieldReader, listKeyFields } from './rule-fields';

const rule = (more: object) => JSON.stringify({ LogFormat: 'CLF', Fields: { '4': 'src', '5': 'host(name)' }, ...more });

test('an alias and its position are one field, whatever is worked out of it', () => {
  const read = createFieldReader(rule({}));
  expect([read('src'), read('4'), read('network( src,24 )')]).toEqual([
    { reference: '4', source: '4' },
    { reference: '4', source: '4' },
    { reference: 'network(4, 24)', source: '4' },
  ]);
  // An alias that is spelled like a call.
  expect(read('host(name)')).toEqual({ reference: '5', source: '5' });
});

test('paths that lead to the same value are one field', () => {
  const read = createFieldReader(JSON.stringify({ LogFormat: 'JSON', Fields: { '4': '$.a' } }));
  expect(read('$.a["b"]').source).toBe(read('$.a.b').source);
  expect(read('path($.a.b)').source).toBe(read('$.a.b').source);
  expect(read('$.a').reference).toBe('$.a');
});

test('the keys of a rule are its fields; of what is no rule there are none', () => {
  const keys = listKeyFields(rule({ Contribution: { Keys: ['src', '7', 8] } }));
  expect(keys.map(({ reference }) => reference)).toEqual(['4', '7', '8']);
  expect(['', 'null', '[]', '{"Contribution":null}'].map(listKeyFields)).toEqual([[], [], [], []]);
});
