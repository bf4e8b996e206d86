import { expect, test } from 'vitest';
import type { ImportedRule } from '../../shared/rule-import';
import { describeLong, listPasted } from './pasted';

const body = '{"Contribution":{"Keys":["$.ip"]},"AggregateOn":"Count"}';
const imported = (more: Partial<ImportedRule> = {}): ImportedRule => ({
  name: null,
  definition: body,
  state: 'ENABLED',
  problems: [],
  notes: [],
  ...more,
});

test('each pasted rule has a name that is free', () => {
  const rules = [imported({ name: 'A' }), imported(), imported(), imported({ definition: '{' })];
  expect(listPasted(rules, ['A']).map(({ name }) => name)).toEqual(['A 2', 'Events by ip', 'Events by ip 2', '']);
});

test('a body on one line is laid out, others stay as they are written', () => {
  const [one, several] = listPasted([imported(), imported({ definition: `${body}\n` })], []);
  expect(one?.definition.split('\n').length).toBeGreaterThan(3);
  expect(several?.definition).toBe(`${body}\n`);
});

test('a text that would hold up the window is refused, with its length and a way out', () => {
  expect(describeLong('x'.repeat(1_000_000))).toBe('');
  expect(describeLong('x'.repeat(10_485_760))).toBe(
    'The pasted text has 10,485,760 characters; at most 1,000,000 are read. Copy the rules alone, or paste them in parts. Log files are opened as a folder.',
  );
});

test('what only AWS refuses is no error', () => {
  const problem = { code: 'rule/not-accepted-by-aws', place: '', message: '' } as const;
  const [rule] = listPasted([imported({ problems: [problem, { ...problem, code: 'rule/bad-path' }] })], []);
  expect([rule?.errors.length, rule?.warnings.length]).toEqual([1, 1]);
});
