import { describe, expect, test } from 'vitest';
import type { ValueFilter } from '../../shared/explore';
import { choiceOf, describeFilter, keepOnly, toggleValue } from './filters';

const keep = (reference: string, ...values: string[]): ValueFilter => ({ reference, values, exclude: false });
const exclude = (reference: string, ...values: string[]): ValueFilter => ({ reference, values, exclude: true });

describe('choosing values', () => {
  test('a second value of a field joins the first, and choosing one again gives it up', () => {
    const one = toggleValue([], 'status', '502', 'kept');
    const two = toggleValue(one, 'status', '504', 'kept');
    expect(two).toEqual([keep('status', '502', '504')]);
    expect(toggleValue(two, 'status', '502', 'kept')).toEqual([keep('status', '504')]);
    expect(toggleValue(one, 'status', '502', 'kept')).toEqual([]);
  });

  test('a value is either kept or excluded; a field may have both', () => {
    const filters = [keep('status', '502', '504'), exclude('customer', 'probe')];
    const turned = toggleValue(filters, 'status', '504', 'excluded');
    expect(turned).toEqual([keep('status', '502'), exclude('customer', 'probe'), exclude('status', '504')]);
    expect(choiceOf(turned, 'status', '504')).toBe('excluded');
    expect(choiceOf(turned, 'status', '502')).toBe('kept');
    expect(choiceOf(turned, 'status', '200')).toBeNull();
  });

  test('keeping only a value takes the place of all others of its field, and once more gives it up', () => {
    const filters = [keep('status', '502', '504'), exclude('customer', 'probe'), exclude('status', '200')];
    const only = keepOnly(filters, 'status', '404');
    expect(only).toEqual([keep('status', '404'), exclude('customer', 'probe')]);
    expect(keepOnly(only, 'status', '404')).toEqual([exclude('customer', 'probe')]);
    expect(keepOnly([], 'status', '404')).toEqual([keep('status', '404')]);
  });
});

test.each([
  [keep('f', 'a'), 'is a'],
  [keep('f', 'a', 'b'), 'is a or b'],
  [keep('f', 'a', 'b', 'c'), 'is a, b or c'],
  [keep('f', 'a', 'b', 'c', 'd'), 'is one of a, b and 2 more'],
  [exclude('f', 'a'), 'is not a'],
  [exclude('f', 'a', 'b'), 'is neither a nor b'],
  [exclude('f', 'a', 'b', 'c', 'd', 'e'), 'is none of a, b and 3 more'],
])('a filter reads as words: %j %s', (filter, words) => {
  expect(describeFilter(filter)).toBe(words);
});
