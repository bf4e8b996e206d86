import { expect, test } from 'vitest';
import { ColourBook, colourNumber, isDashed } from './colours';

test('a contributor keeps its colour when ranks change', () => {
  const book = new ColourBook();
  book.assign(['a', 'b', 'c']);
  expect([...book.assign(['c', 'a', 'b'])].sort()).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ]);
});

test('a newcomer takes a freed colour, and who comes back finds another', () => {
  const book = new ColourBook();
  book.assign(['a', 'b', 'c']);
  expect(book.assign(['a', 'c', 'new']).get('new')).toBe(1);
  const back = book.assign(['b', 'a', 'c', 'new']);
  expect([back.get('new'), back.get('b')]).toEqual([1, 3]);
});

test('who comes back to a colour that is still free has it again', () => {
  const book = new ColourBook();
  book.assign(['a', 'b', 'c']);
  book.assign(['a']);
  expect(book.assign(['a', 'c']).get('c')).toBe(2);
});

test('no two contributors of a report share a slot', () => {
  const book = new ColourBook();
  for (const ids of ['abcdefghijkl', 'lkjxyzab', 'mnopqabc', 'abcdxyzl']) {
    const given = book.assign([...ids]);
    expect(new Set(given.values()).size).toBe(ids.length);
  }
});

test('beyond ten the colours repeat, and the second half of each round is dashed', () => {
  expect([colourNumber(0), colourNumber(9), colourNumber(10)]).toEqual([1, 10, 1]);
  expect([isDashed(4), isDashed(5), isDashed(14), isDashed(15)]).toEqual([false, true, false, true]);
});
