import { expect, test } from 'vitest';
import { onlyThis } from '../report/narrow';
import { hideValues, listFilterValues } from './hidden-values';

const hidden = new Map([
  ['cust-1', 'x-one'],
  ['cust-12', 'x-twelve'],
  ['10.0.0.1', 'x-address'],
  ['$&', 'x-sign'],
]);

test('values that stand in a title as words of their own get their pseudonyms', () => {
  expect(hideValues('cust-12 · 10.0.0.1', hidden)).toBe('x-twelve · x-address');
  expect(hideValues('cust-1, and $&', hidden)).toBe('x-one, and x-sign');
});

test('parts of other words stay', () => {
  expect(hideValues('cust-123, mycust-1, 110.0.0.1, 10x0x0x1', hidden)).toBe('cust-123, mycust-1, 110.0.0.1, 10x0x0x1');
  expect(hideValues('Nothing to hide', new Map())).toBe('Nothing to hide');
});

test('the values that a kept contributor is filtered by are found, those of other fields are not', () => {
  const definition = JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['requests'],
    LogFormat: 'JSON',
    Contribution: { Keys: ['$.customer', '$.path'], Filters: [{ Match: '$.status', In: ['429'] }] },
    AggregateOn: 'Count',
  });
  const kept = onlyThis(definition, ['cust-1', '/orders']);
  expect(listFilterValues(kept, [0])).toEqual(['cust-1']);
  expect(listFilterValues(kept, [0, 1])).toEqual(['cust-1', '/orders']);
  expect(listFilterValues('no rule', [0])).toEqual([]);
});
