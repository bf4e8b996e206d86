import { expect, test } from 'vitest';
import { hideValues, listFilterValues } from './hidden-values';

const hidden = new Map([
  ['cust-1', 'x-one'],
  ['cust-12', 'x-twelve'],
  ['10.0.0.1', 'x-address'],
  ['$&', 'x-sign'],
  ['arn:aws:iam::1:user/alice', 'x-arn'],
]);

test('values that stand in a title as words of their own get their pseudonyms', () => {
  expect(hideValues('cust-12 · 10.0.0.1', hidden)).toBe('x-twelve · x-address');
  expect(hideValues('cust-1, and $&', hidden)).toBe('x-one, and x-sign');
});

test('parts of other words stay', () => {
  expect(hideValues('cust-123, mycust-1, 110.0.0.1, 10x0x0x1', hidden)).toBe('cust-123, mycust-1, 110.0.0.1, 10x0x0x1');
  expect(hideValues('Nothing to hide', new Map())).toBe('Nothing to hide');
});

test('the beginning of a value at the end of a title that was cut gets the pseudonym', () => {
  expect(hideValues('Requests of arn:aws:iam::1:user/al…', hidden)).toBe('Requests of x-arn…');
  const title = `cust-1 ${'and so on '.repeat(20)}`.slice(0, 200 - 15);
  expect(hideValues(`${title} arn:aws:iam::1`, hidden).slice(-8)).toBe(`o x-arn…`);
  expect(hideValues('All cust-1…', hidden)).toBe('All x-one…');
  expect(hideValues('And so on…', hidden)).toBe('And so on…');
});

const rule = (more: object, keys: string[], filters: object[]) =>
  JSON.stringify({ LogFormat: 'JSON', ...more, Contribution: { Keys: keys, Filters: filters } });

test('the values that a rule filters its keys by are found, those of other fields are not', () => {
  const filters = [
    { Match: '$.customer', In: ['cust-1'] },
    { Match: '$.status', In: ['429'] },
    { Match: '$.path', StartsWith: '/' },
  ];
  const kept = rule({}, ['$.customer', '$.path'], filters);
  expect(listFilterValues(kept, [0])).toEqual(['cust-1']);
  expect(listFilterValues(kept, [0, 1])).toEqual(['cust-1', '/']);
  expect(['no rule', 'null', '{}'].map((text) => listFilterValues(text, [0]))).toEqual([[], [], []]);
});

test('they are found however the rule names the field', () => {
  const one = { In: ['10.1.2.3'] };
  const aliased = { LogFormat: 'CLF', Fields: { '4': 'src' } };
  expect(listFilterValues(rule(aliased, ['src'], [{ Match: '4', ...one }]), [0])).toEqual(['10.1.2.3']);
  expect(listFilterValues(rule({}, ['network($.ip, 24)'], [{ Match: '$.ip', ...one }]), [0])).toEqual(['10.1.2.3']);
  expect(listFilterValues(rule({}, ['$.ip'], [{ Any: [{ Match: '$["ip"]', ...one }] }]), [0])).toEqual(['10.1.2.3']);
});
