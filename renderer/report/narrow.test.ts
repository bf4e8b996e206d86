import { expect, test } from 'vitest';
import { onlyThis, withoutFilter, withoutThis } from './narrow';

const rule = (Keys: string[], Filters?: object[]) =>
  JSON.stringify({ LogFormat: 'CLF', Contribution: { Keys, Filters } });
const filtersOf = (definition: string) =>
  (JSON.parse(definition) as { Contribution: { Filters: object[] } }).Contribution.Filters;

test('only this adds a filter for each key, behind those that are there', () => {
  const before = rule(['srcaddr', 'dstport'], [{ Match: 'action', In: ['REJECT'] }]);
  expect(filtersOf(onlyThis(before, ['10.0.0.1', '22']))).toEqual([
    { Match: 'action', In: ['REJECT'] },
    { Match: 'srcaddr', In: ['10.0.0.1'] },
    { Match: 'dstport', In: ['22'] },
  ]);
});

test('only this twice is said once', () => {
  const once = onlyThis(rule(['a']), ['1']);
  expect(onlyThis(once, ['1'])).toBe(once);
});

test('without this leaves out the one value of one key', () => {
  expect(filtersOf(withoutThis(rule(['a']), ['"\n']))).toEqual([{ Match: 'a', NotIn: ['"\n'] }]);
});

test('without this leaves out the combination of several keys, not each value', () => {
  expect(filtersOf(withoutThis(rule(['a', 'b'], []), ['1', '2']))).toEqual([
    {
      Any: [
        { Match: 'a', NotIn: ['1'] },
        { Match: 'b', NotIn: ['2'] },
      ],
    },
  ]);
});

test('a filter is taken away by its number', () => {
  expect(filtersOf(withoutFilter(rule(['a'], [{ Match: 'a' }, { Match: 'b' }]), 0))).toEqual([{ Match: 'b' }]);
});
