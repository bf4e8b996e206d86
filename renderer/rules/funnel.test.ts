import { expect, test } from 'vitest';
import { buildFunnel, nameStep } from './funnel';
import { readSentence } from './sentence';

const rule = readSentence(
  JSON.stringify({
    LogFormat: 'CLF',
    Contribution: {
      Keys: ['a', 'b'],
      ValueOf: 'bytes',
      Filters: [
        { Match: 'action', In: ['REJECT'] },
        { Match: 'bytes', GreaterThan: 5 },
      ],
    },
    AggregateOn: 'Sum',
  }),
);

test('each step says what is left behind it and what it left out', () => {
  const steps = [
    { step: 'untimed', filter: null, events: 2 },
    { step: 'filtered', filter: 0, events: 30 },
    { step: 'filtered', filter: 1, events: 8 },
    { step: 'notNumeric', filter: null, events: 10 },
    { step: 'matched', filter: null, events: 50 },
  ] as const;
  expect(buildFunnel(steps, rule).map(({ words, code, left, out }) => [words, code, left, out])).toEqual([
    ['Scanned', null, 100, 0],
    ['Has a time', null, 98, 2],
    ['Is a plain line', null, 98, 0],
    ['Filter 1', 'action is REJECT', 68, 30],
    ['Filter 2', 'bytes > 5', 60, 8],
    ['Has every key', null, 60, 0],
    ['Is a number', 'bytes', 50, 10],
  ]);
});

test('a filter that was left out is no step, and the others keep their numbers', () => {
  const steps = [{ step: 'filtered', filter: 1, events: 1 }] as const;
  const words = buildFunnel(steps, rule, [0]).map((step) => step.words);
  expect(words).toEqual(['Scanned', 'Has a time', 'Is a plain line', 'Filter 2', 'Has every key', 'Is a number']);
});

test('badges name the filter', () => {
  expect([nameStep('filtered', 1), nameStep('filtered', null), nameStep('notNumeric', null)]).toEqual([
    'filter 2',
    'filters',
    'no number',
  ]);
});
