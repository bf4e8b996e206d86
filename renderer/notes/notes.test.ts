import { expect, test } from 'vitest';
import { fitsRule, type KeptNote, layOutMarks, numberNotes, readNotes } from './notes';

const note = (more: Partial<KeptNote>): KeptNote => ({
  ...{ rule: 'A', text: 'Look', timeMs: null, endMs: null, keys: null, fields: null, from: null, ...more },
});

test('notes that are damaged are left out, and the others come back', () => {
  const good = [note({ timeMs: 5, endMs: 9 }), note({ keys: ['cust-1'], from: 'edge' })];
  const bad = [null, {}, note({ text: '' }), note({ timeMs: 0.5 }), { ...note({}), keys: [1] }, note({ keys: [] })];
  expect(readNotes({ notes: [...bad, ...good] })).toEqual(good);
  expect([readNotes(null), readNotes({ notes: 'x' }), readNotes([])]).toEqual([[], [], []]);
});

test('notes of an earlier version come back, without the fields of their keys', () => {
  const { fields: _, ...old } = note({ keys: ['cust-1'] });
  expect(readNotes({ notes: [old] })).toEqual([note({ keys: ['cust-1'] })]);
});

test('a note is about a contributor of the rule while this has the keys that it had', () => {
  const rule = (...keys: string[]) =>
    JSON.stringify({ LogFormat: 'CLF', Fields: { '4': 'src' }, Contribution: { Keys: keys } });
  const one = note({ keys: ['eu', 'cust-1'], fields: ['4', '7'] });
  expect(
    [rule('src', '7'), rule('4', '7'), rule('7', 'src'), rule('4'), ''].map((text) => fitsRule(one, text)),
  ).toEqual([...[true, true, false, false, false]]);
  expect(fitsRule(note({ keys: ['eu', 'cust-1'] }), rule('7', 'src'))).toBe(true);
});

test('notes are numbered by their time within their rule, those without one last', () => {
  const notes = [
    note({ text: 'whole' }),
    note({ text: 'late', timeMs: 20 }),
    note({ text: 'other', rule: 'B', timeMs: 1 }),
    note({ text: 'early', timeMs: 10 }),
    note({ text: 'whom', keys: ['cust-1'] }),
  ];
  const numbered = numberNotes(notes.map((one, id) => ({ ...one, id })));
  const told = (rule: string) => numbered.get(rule)?.map(({ number, text }) => `${number} ${text}`);
  expect(told('A')).toEqual(['1 early', '2 late', '3 whole', '4 whom']);
  expect(told('B')).toEqual(['1 other']);
});

test('marks that would cover each other stand below each other, and share the last row where there are too many', () => {
  expect(layOutMarks([0, 5, 20, 24, 60], 20, 3)).toEqual([0, 1, 0, 2, 0]);
  expect(layOutMarks([0, 0, 0, 0], 20, 2)).toEqual([0, 1, 1, 1]);
});
