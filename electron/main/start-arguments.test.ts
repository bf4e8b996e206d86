import { expect, test } from 'vitest';
import { findCommandLine, listAppArguments, readStartArguments } from './start-arguments';

test("the app's own path and Chromium's flags are not taken for logs", () => {
  const args = listAppArguments(
    ['/bin/electron', '--inspect', '/repository', '--no-sandbox', 'logs', '/var/log'],
    true,
  );
  expect(readStartArguments(args, '/home/me').paths).toEqual(['/home/me/logs', '/var/log']);
  expect(listAppArguments(['/opt/app', 'logs'], false)).toEqual(['logs']);
});

test('the place for user data is relative to where the user is', () => {
  expect(readStartArguments(['--user-data-dir=data', '--sample'], '/home/me')).toEqual({
    paths: [],
    sample: true,
    userDataPath: '/home/me/data',
  });
  expect(readStartArguments([], '/home/me').userDataPath).toBeNull();
});

test.each([
  [
    ['report', '--rule', 'a.json'],
    ['report', '--rule', 'a.json'],
  ],
  [
    ['--no-sandbox', 'rules', 'check', 'a.json'],
    ['rules', 'check', 'a.json'],
  ],
  [['--version'], ['--version']],
  [['./report'], null],
  [['logs', 'report'], null],
  [['--sample'], null],
  [[], null],
])('%j means the command line %j', (args, expected) => {
  expect(findCommandLine(args)).toEqual(expected);
});
