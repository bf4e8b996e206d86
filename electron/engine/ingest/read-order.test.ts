import { expect, test } from 'vitest';
import { orderStrangers } from './read-order';

function orderOf(paths: readonly string[]): string[] {
  return orderStrangers(paths.map((path) => stranger(path))).map(({ stranger }) => stranger.found.path);
}

const stranger = (path: string, id = 1) => ({ entry: { id }, found: { path } });

test.each([
  ['/logs/app.log.1'],
  ['/logs/app.1.log'],
  ['/logs/app-2026-11-24.log'],
  ['/logs/app.log.old.gz'],
  ['/logs/app.log~'],
  ['/aged/app.log.1'],
])('%s is read after what it may be a copy of', (copy) => {
  expect(orderOf([copy, '/logs/app.log'])).toEqual(['/logs/app.log', copy]);
});

test('a copy of a file whose own name has a date is read after that file', () => {
  const paths = ['/a/app-2026-11-24.1.log', '/a/app-2026-11-24.log', '/a/app-2026-11-24.log.1.gz'];
  expect(orderOf(paths)).toEqual([paths[1], paths[0], paths[2]]);
});

test('files that may be copies of each other, and of none else, are read as they come', () => {
  const paths = ['/a/app.1.log', '/a/app.2.log', '/a/app.3.log', '/b/web.log', '/c/app.4.log'];
  expect(orderOf(paths)).toEqual(paths);
});

test('only files of the same source count', () => {
  const ordered = orderStrangers([stranger('/a/app.1.log', 1), stranger('/b/app.log', 2), stranger('/b/app.2.log', 2)]);
  expect(ordered.map(({ mayBeCopy }) => mayBeCopy)).toEqual([false, false, true]);
});
