import { expect, test } from 'vitest';
import { callEngine } from '../support/call-engine';
import { openRequests, type Request, requestRule } from '../support/request-log';

const start = Date.UTC(2026, 10, 19, 8);
const minute = (index: number) => start + index * 60_000;
const times = (count: number, at: number, customer: string): Request[] =>
  Array.from({ length: count }, (_, index) => ({ at: at + index, customer, bytes: 2.5 }));

/** Before, minutes 0 to 2, has nothing in minute 1; during, minutes 3 to 5, nothing in its last. */
const requests = [
  ...times(5, minute(0), 'steady'),
  ...times(8, minute(0), 'falls'),
  ...times(1, minute(2), 'rises'),
  ...times(2, minute(2), 'goes'),
  ...times(5, minute(3), 'steady'),
  ...times(6, minute(3), 'falls'),
  ...times(21, minute(4), 'rises'),
  ...times(4, minute(4), 'comes'),
];

const ranges = {
  before: { startMs: minute(0), endMs: minute(3) },
  during: { startMs: minute(3), endMs: minute(6) },
};

test('tells new, gone, risen and fallen contributors with both values, ranks and shares of the change', async () => {
  const { engine } = await openRequests(requests);
  const rule = { definition: requestRule(['customer']) };
  const { before, during, counts, changes } = await callEngine(engine, 'compare.read', {
    ...{ rule, ...ranges, periodSeconds: 60 },
  });
  expect(counts).toEqual({ new: 1, gone: 1, risen: 1, fallen: 1, same: 1 });
  expect(changes).toEqual([
    {
      keys: ['rises'],
      kind: 'risen',
      before: 1,
      during: 21,
      beforeRank: 4,
      duringRank: 1,
      change: 20,
      percentOfChange: 100,
    },
    {
      keys: ['comes'],
      kind: 'new',
      before: null,
      during: 4,
      beforeRank: null,
      duringRank: 4,
      change: 4,
      percentOfChange: 20,
    },
    {
      keys: ['falls'],
      kind: 'fallen',
      before: 8,
      during: 6,
      beforeRank: 1,
      duringRank: 2,
      change: -2,
      percentOfChange: -10,
    },
    {
      keys: ['goes'],
      kind: 'gone',
      before: 2,
      during: null,
      beforeRank: 3,
      duringRank: null,
      change: -2,
      percentOfChange: -10,
    },
    {
      keys: ['steady'],
      kind: 'same',
      before: 5,
      during: 5,
      beforeRank: 2,
      duringRank: 3,
      change: 0,
      percentOfChange: 0,
    },
  ]);
  expect(before).toMatchObject({
    ...{ total: 16, uniqueCount: 4, matched: 16, gaps: [{ startMs: minute(1), endMs: minute(2) }] },
    series: { startMs: [minute(0), minute(2)], values: [13, 3], contributors: [2, 2] },
  });
  expect(during).toMatchObject({ total: 36, uniqueCount: 4, gaps: [{ startMs: minute(5), endMs: minute(6) }] });
});

test('ranges of different lengths are compared by the hour', async () => {
  const { engine } = await openRequests([...times(2, minute(0), 'a'), ...times(1, minute(2), 'a')]);
  const rule = { definition: requestRule(['customer'], [], 'bytes') };
  const { changes, before, during } = await callEngine(engine, 'compare.read', {
    ...{ rule, before: { startMs: minute(0), endMs: minute(2) }, during: { startMs: minute(2), endMs: minute(3) } },
    ...{ periodSeconds: 60, per: 'hour' },
  });
  expect(changes).toMatchObject([{ kind: 'same', before: 150, during: 150, change: 0, percentOfChange: null }]);
  expect([before.total, during.total]).toEqual([150, 150]);
});

test('a range without logs is one gap', async () => {
  const { engine } = await openRequests(times(3, minute(0), 'a'));
  const rule = { definition: requestRule(['customer']) };
  const before = { startMs: minute(-10), endMs: minute(-5) + 1 };
  const result = await callEngine(engine, 'compare.read', {
    ...{ rule, before, during: ranges.before, periodSeconds: 60 },
  });
  expect(result.before).toMatchObject({ total: 0, uniqueCount: 0, gaps: [before] });
  expect(result.changes).toMatchObject([{ kind: 'new', during: 3, percentOfChange: 100 }]);
  expect(result.during.gaps).toEqual([{ startMs: minute(1), endMs: minute(3) }]);
});

test('lists as many of each kind as are asked for, and counts them all', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `c${index}`);
  const { engine } = await openRequests(names.flatMap((name, index) => times(1, minute(index < 20 ? 3 : 0), name)));
  const { changes, counts } = await callEngine(engine, 'compare.read', {
    ...{ rule: { definition: requestRule(['customer']) }, ...ranges, periodSeconds: 60, limit: 4 },
  });
  expect([changes.length, counts.new, counts.gone]).toEqual([8, 20, 10]);
});

test('a range that ends before it starts is refused', async () => {
  const { engine } = await openRequests(times(1, minute(0), 'a'));
  const during = { startMs: minute(2), endMs: minute(1) };
  const rule = { definition: requestRule(['customer']) };
  await expect(
    callEngine(engine, 'compare.read', { ...{ rule, ...ranges, during, periodSeconds: 60 } }),
  ).rejects.toMatchObject({ problems: [{ code: 'args/invalid', place: 'compare.read.during' }] });
});
