import { expect, test } from 'vitest';
import type { Engine } from '../../electron/engine/engine';
import type { Args } from '../../shared/contract';
import { callEngine } from '../support/call-engine';
import { isThrottled, openRequests, type Request, requestRule } from '../support/request-log';

const start = Date.UTC(2026, 10, 19, 8);
const minute = (index: number) => start + index * 60_000;
const ask = (at: number, customer: string, status: number, more = {}): Request => ({ at, customer, status, ...more });

/** b is throttled in minutes 0 and 2, c in minute 2; a and d never, d only in minute 1. */
const requests = [
  ask(minute(0), 'a', 200, { port: 1 }),
  ask(minute(0), 'b', 429, { port: 1 }),
  ask(minute(0), 'b', 429, { port: 2 }),
  ask(minute(1), 'a', 200, { port: 1 }),
  ask(minute(1), 'd', 200),
  ask(minute(2), 'a', 200, { port: 1 }),
  ask(minute(2), 'b', 429, { port: 2 }),
  ask(minute(2), 'c', 429, { port: '2' }),
];

const throttled = requestRule(['customer'], [isThrottled]);

function impact(engine: Engine, args: Partial<Args<'impact.read'>> = {}) {
  return callEngine(engine, 'impact.read', { rule: { definition: throttled }, periodSeconds: 60, ...args });
}

test('tells how many contributors are affected, over time and in all, against the rule without its filters', async () => {
  const { engine } = await openRequests(requests);
  const { overall, periods, worst, ...lists } = await impact(engine);
  expect(overall).toEqual({ affected: 2, base: 4, percent: 50, total: 4 });
  expect(periods).toEqual([
    { startMs: minute(0), affected: 1, base: 2, percent: 50 },
    { startMs: minute(1), affected: 0, base: 2, percent: 0 },
    { startMs: minute(2), affected: 2, base: 3, percent: 200 / 3 },
  ]);
  expect(worst).toEqual(periods[2]);
  expect(lists).toMatchObject({
    affected: [
      { keys: ['b'], value: 3, baseValue: 3 },
      { keys: ['c'], value: 1, baseValue: 1 },
    ],
    unaffected: [
      { keys: ['a'], baseValue: 3 },
      { keys: ['d'], baseValue: 1 },
    ],
    unaffectedCount: 2,
    outsideCount: 0,
    without: null,
  });
});

test('without the contributors that are ticked off, beside the true figures', async () => {
  const { engine } = await openRequests(requests);
  const { overall, without } = await impact(engine, { without: [['b'], ['never there']] });
  expect(overall).toEqual({ affected: 2, base: 4, percent: 50, total: 4 });
  expect(without).toEqual({
    overall: { affected: 1, base: 3, percent: 100 / 3, total: 1 },
    periods: [
      { startMs: minute(0), affected: 0, base: 1, percent: 0 },
      { startMs: minute(1), affected: 0, base: 2, percent: 0 },
      { startMs: minute(2), affected: 1, base: 2, percent: 50 },
    ],
  });
});

test('any two rules, of which the one may have contributors that the other has not', async () => {
  const { engine } = await openRequests(requests);
  const first = requestRule(['customer'], [{ Match: '$.port', EqualTo: 1 }]);
  const result = await impact(engine, { base: { definition: first } });
  expect(result).toMatchObject({ overall: { affected: 2, base: 2, percent: 100 }, outsideCount: 1 });
  expect(result.affected).toEqual([
    { keys: ['b'], value: 3, baseValue: 1 },
    { keys: ['c'], value: 1, baseValue: null },
  ]);
  // Minute 1 and 2 have a alone.
  expect(result.periods.map(({ affected, base }) => [affected, base])).toEqual([
    [1, 2],
    [0, 1],
    [2, 1],
  ]);
  await expect(impact(engine, { base: { definition: requestRule(['customer', 'status']) } })).rejects.toMatchObject({
    problems: [{ code: 'args/invalid', message: 'The rules have different numbers of keys: 1 and 2.' }],
  });
});

test('a rule whose log group has no events affects nobody, of all that the other rule has; and the other way round', async () => {
  const { engine } = await openRequests(requests);
  const elsewhere = JSON.stringify({ ...JSON.parse(throttled), LogGroupNames: ['not loaded'] });
  const none = await impact(engine, { rule: { definition: elsewhere }, base: { definition: throttled } });
  expect(none).toMatchObject({
    ...{ overall: { affected: 0, base: 2, percent: 0, total: 0 }, unaffectedCount: 2, affected: [] },
    periods: [
      { startMs: minute(0), affected: 0, base: 1, percent: 0 },
      { startMs: minute(2), affected: 0, base: 2, percent: 0 },
    ],
  });
  const nobody = await impact(engine, { rule: { definition: throttled }, base: { definition: elsewhere } });
  expect(nobody).toMatchObject({ overall: { affected: 2, base: 0, percent: null, total: 4 }, outsideCount: 2 });
  expect(nobody.affected.map(({ keys }) => keys)).toEqual([['b'], ['c']]);
  const neither = await impact(engine, { rule: { definition: elsewhere }, base: { definition: elsewhere } });
  expect(neither).toMatchObject({ overall: { affected: 0, base: 0, percent: null, total: 0 }, periods: [] });
});

test('sums of doubles, with and without', async () => {
  const { engine } = await openRequests(
    ['a', 'b', 'b'].map((customer, index) => ask(minute(index), customer, 429, { seconds: 0.1 * (index + 1) })),
  );
  const definition = requestRule(['customer'], [], 'seconds');
  const { overall, without } = await impact(engine, { rule: { definition }, without: [['a']] });
  expect([overall.total, without?.overall.total].map((total) => total?.toFixed(9))).toEqual([
    '0.600000000',
    '0.500000000',
  ]);
});

test('looks at a part of the time, to the millisecond', async () => {
  const { engine } = await openRequests(requests);
  const { overall } = await impact(engine, { startMs: minute(1), endMs: minute(2) });
  expect(overall).toEqual({ affected: 0, base: 2, percent: 0, total: 0 });
  const none = await impact(engine, { startMs: minute(5), endMs: minute(6) });
  expect(none).toMatchObject({ overall: { affected: 0, base: 0, percent: null }, periods: [], worst: null });
});

test('lists as many as are asked for, those with equal values by their keys', async () => {
  const { engine } = await openRequests(['z', 'ä', 'a', 'B'].map((customer) => ask(minute(0), customer, 429)));
  const { affected, overall } = await impact(engine, { limit: 3 });
  expect([affected.map(({ keys }) => keys[0]), overall.affected]).toEqual([['B', 'a', 'z'], 4]);
});

test('counts the different values of another field for each contributor', async () => {
  const { engine } = await openRequests(requests);
  const definition = requestRule(['customer']);
  const all = await callEngine(engine, 'impact.fanOut', { rule: { definition }, field: '$.port' });
  expect(all).toEqual({
    keyLabels: ['$.customer'],
    contributors: [
      { keys: ['b'], values: 2 },
      { keys: ['a'], values: 1 },
      { keys: ['c'], values: 1 },
      { keys: ['d'], values: 0 },
    ],
  });
  const some = await callEngine(engine, 'impact.fanOut', {
    ...{ rule: { definition }, field: '$.port', contributors: [['c'], ['d']], startMs: minute(2) },
  });
  expect(some.contributors).toEqual([{ keys: ['c'], values: 1 }]);
});
