import { expect, test } from 'vitest';
import { type Command, markTitle, type Section, searchCommands } from './palette';

function command(section: Section, title: string, more: Partial<Command> = {}): Command {
  return { id: `${section} ${title}`, section, title, detail: '', keys: [], run: () => {}, ...more };
}

const commands = [
  command('Actions', 'New rule'),
  command('Actions', 'Export the rejected'),
  command('Rules', 'Clients rejected'),
  command('Rules', 'Rejected TCP connections', { detail: 'flow-logs' }),
  command('Rules', 'Prejected'),
  command('Samples', 'Rejects by port', { isHidden: true }),
];

function titles(typed: string): string[] {
  return searchCommands(commands, typed).flatMap(({ section, commands: found }) => [
    `${section}:`,
    ...found.map(({ title }) => title),
  ]);
}

test('lists by section, titles that start with the text first, and the sections that have such', () => {
  expect(titles('rej')).toEqual([
    'Rules:',
    'Rejected TCP connections',
    'Clients rejected',
    'Prejected',
    'Samples:',
    'Rejects by port',
    'Actions:',
    'Export the rejected',
  ]);
});

test('takes every word, in the title or in what it is about, in any case', () => {
  expect(titles('LOGS rejected')).toEqual(['Rules:', 'Rejected TCP connections']);
  expect(titles('rejected nothing')).toEqual([]);
});

test('lists what is not only for a search before anything is typed', () => {
  expect(titles('')).toEqual([
    'Rules:',
    'Clients rejected',
    'Rejected TCP connections',
    'Prejected',
    'Actions:',
    'New rule',
    'Export the rejected',
  ]);
});

test('lists actions only after a >', () => {
  expect(titles('> rej')).toEqual(['Actions:', 'Export the rejected']);
  expect(titles('>')).toEqual(['Actions:', 'New rule', 'Export the rejected']);
});

test('lists a few of many, and says how many there are', () => {
  const many = Array.from({ length: 40 }, (_, at) => command('Rules', `Rule ${at}`));
  expect(searchCommands(many, '').map(({ found, commands: shown }) => [found, shown.length])).toEqual([[40, 5]]);
  expect(searchCommands(many, 'rule').map(({ found, commands: shown }) => [found, shown.length])).toEqual([[40, 12]]);
});

test('marks the words where they stand', () => {
  expect(markTitle('Rejected TCP', 'tcp rej')).toEqual([
    { text: 'Rej', isHit: true },
    { text: 'ected ', isHit: false },
    { text: 'TCP', isHit: true },
  ]);
  expect(markTitle('İ rule', 'rule')).toEqual([{ text: 'İ rule', isHit: false }]);
});
