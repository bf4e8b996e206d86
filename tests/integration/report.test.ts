import { expect, test } from 'vitest';
import { openTables, tokenRule, tokenTable } from '../support/report-on';
import { flowRuleText } from '../support/rule-text';

test('counts events by key, in periods aligned to the epoch', async () => {
  const run = await openTables([
    tokenTable([59_999, 'a'], [60_000, 'a'], [60_001, 'b'], [119_999, 'a'], [-1, 'a'], [-60_000, 'b'], [-60_001, 'b']),
  ]);
  const report = await run(tokenRule(['1']));
  expect(report.contributors).toEqual([
    {
      keys: ['a'],
      total: 4,
      maximum: 2,
      percentOfTotal: 400 / 7,
      periodStartMs: [-60_000, 0, 60_000],
      values: [1, 1, 2],
    },
    {
      keys: ['b'],
      total: 3,
      maximum: 1,
      percentOfTotal: 300 / 7,
      periodStartMs: [-120_000, -60_000, 60_000],
      values: [1, 1, 1],
    },
  ]);
  expect(report.metrics).toEqual({
    startMs: [-120_000, -60_000, 0, 60_000],
    uniqueContributors: [1, 2, 1, 2],
    maxContributorValue: [1, 1, 1, 2],
    sampleCount: [1, 2, 1, 3],
    sum: [1, 2, 1, 3],
    minimum: [1, 1, 1, 1],
    maximum: [1, 1, 1, 1],
  });
  expect(report.coverage).toEqual({ startMs: [-120_000, -60_000, 0, 60_000], events: [1, 2, 1, 3] });
  expect(report.dataRange).toEqual({ firstMs: -60_001, lastMs: 119_999 });
});

test('sums up a field, however its numbers are written', async () => {
  const run = await openTables([
    tokenTable([0, 'a', '1'], [0, 'a', '+2.5'], [0, 'a', '1e1'], [0, 'b', '.5'], [0, 'b', '-3']),
  ]);
  const { contributors, total, metrics } = await run(tokenRule(['1'], { sumOf: '2' }));
  expect(contributors.map(({ keys, total: own }) => [keys[0], own])).toEqual([
    ['a', 13.5],
    ['b', -2.5],
  ]);
  expect([total, metrics.minimum, metrics.maximum]).toEqual([11, [-3], [10]]);
});

test('says for each event at which step it fell out', async () => {
  const lines = tokenTable(
    [null, 'a', '1', 'yes'],
    [0, 'a', '1', 'yes'],
    [0, 'a', '1', 'no'],
    [0, undefined, '1', 'no'],
    [0, undefined, 'x', 'yes'],
    [0, 'a', 'x', 'yes'],
    [0, 'a', undefined, 'yes'],
    [0, 'a', '1e400', 'yes'],
    [60_000, 'a', '1', 'yes'],
  );
  const documents = { ...tokenTable([0], [null], [60_000]), format: 'JSON' as const };
  const run = await openTables([lines, documents]);
  const definition = tokenRule(['1'], { sumOf: '2', filters: [{ Match: '3', In: ['yes'] }] });
  const { ledger, coverage } = await run(definition, { endMs: 60_000 });
  expect(ledger).toEqual({
    scanned: 10,
    untimed: 2,
    otherFormat: 1,
    filtered: 2,
    missingKey: 1,
    notNumeric: 3,
    matched: 1,
  });
  expect(coverage).toEqual({ startMs: [0], events: [8] });
});

test('counts events that lack a key or a number as there, in the coverage too', async () => {
  const run = await openTables([
    tokenTable([0, 'a', '1'], [0, undefined, '1'], [60_000, undefined, '1'], [120_000, 'a', '-']),
  ]);
  const { coverage, metrics, ledger } = await run(tokenRule(['1'], { sumOf: '2' }));
  expect(coverage).toEqual({ startMs: [0, 60_000, 120_000], events: [2, 1, 1] });
  expect([metrics.startMs, ledger.missingKey, ledger.notNumeric]).toEqual([[0], 2, 1]);
});

test('includes the start of a range and excludes its end', async () => {
  const run = await openTables([
    tokenTable([99, 'early'], [100, 'first'], [199, 'last'], [200, 'late'], [null, 'never']),
  ]);
  const { contributors, dataRange, ledger, timeRange } = await run(tokenRule(['1']), { startMs: 100, endMs: 200 });
  expect(contributors.map(({ keys }) => keys[0])).toEqual(['first', 'last']);
  expect([dataRange, ledger.scanned, ledger.untimed]).toEqual([{ firstMs: 100, lastMs: 199 }, 3, 1]);
  expect(timeRange).toEqual({ startMs: 100, endMs: 200 });
});

test('orders equal contributors key by key, by code points', async () => {
  const keys = ['b', 'a', 'B', '', '🦆', '\uffff', 'ä', '10', '9', 'a\0', 'a b'];
  const run = await openTables([
    tokenTable(...keys.map((key): [number, string, string] => [0, 'x', key]), [0, 'w', 'z']),
  ]);
  const { contributors } = await run(tokenRule(['1', '2']), { maxContributorCount: 100 });
  expect(contributors.map((contributor) => contributor.keys.join(' '))).toEqual([
    'w z',
    'x ',
    'x 10',
    'x 9',
    'x B',
    'x a',
    'x a\0',
    'x a b',
    'x b',
    'x ä',
    'x \uffff',
    'x 🦆',
  ]);
});

test('orders integers that contribute the same as texts', async () => {
  const run = await openTables([tokenTable([0, '9'], [0, '10'], [0, '-1'], [0, '100'], [0, '2'])]);
  const { contributors } = await run(tokenRule(['1']), { maxContributorCount: 3 });
  expect(contributors.map(({ keys }) => keys[0])).toEqual(['-1', '10', '100']);
});

test('orders by the largest datapoint when asked for the maximum', async () => {
  const run = await openTables([
    tokenTable(
      [0, 'steady', '5'],
      [60_000, 'steady', '5'],
      [120_000, 'steady', '5'],
      [0, 'peak', '6'],
      [1, 'peak', '2'],
    ),
  ]);
  const definition = tokenRule(['1'], { sumOf: '2' });
  const bySum = await run(definition, { maxContributorCount: 1 });
  const byMaximum = await run(definition, { maxContributorCount: 1, orderBy: 'Maximum' });
  expect([bySum, byMaximum].map(({ contributors }) => contributors[0])).toMatchObject([
    { keys: ['steady'], total: 15, maximum: 5 },
    { keys: ['peak'], total: 8, maximum: 8 },
  ]);
  expect([bySum.total, byMaximum.total, byMaximum.uniqueCount]).toEqual([23, 23, 2]);
});

test('puts contributors of several log groups together', async () => {
  const run = await openTables([
    { ...tokenTable([0, 'a', '7'], [0, 'a', '8']), group: 'one' },
    { ...tokenTable([0, 'a', '7.5'], [0, 'b', 'x']), group: 'two' },
    { ...tokenTable([0, 'c']), group: 'three' },
    { ...tokenTable([0, 'a', '1']), group: 'one', format: 'JSON' },
  ]);
  const { contributors, logGroups, ledger } = await run(tokenRule(['1'], { sumOf: '2' }));
  expect(contributors).toMatchObject([{ keys: ['a'], total: 22.5 }]);
  expect([logGroups, ledger.notNumeric, ledger.otherFormat]).toEqual([['one', 'three', 'two'], 2, 1]);
});

test('sums integers exactly, beyond what a double holds on the way', async () => {
  const large = '9007199254740993';
  const run = await openTables([
    tokenTable(...Array.from({ length: 1000 }, (): [number, string, string] => [0, 'a', large])),
  ]);
  const { total } = await run(tokenRule(['1'], { sumOf: '2' }));
  expect(total).toBe(9007199254740993000);
});

test('sums doubles without piling up their rounding', async () => {
  const run = await openTables([
    tokenTable(
      ...Array.from({ length: 5000 }, (_, at): [number, string, string] => [at, 'a', at === 0 ? '1e9' : '0.1']),
    ),
  ]);
  const { total } = await run(tokenRule(['1'], { sumOf: '2' }));
  expect(Math.abs(total - 1000000499.9)).toBeLessThan(1e-6);
});

test('an intermediate sum may be beyond a double', async () => {
  const run = await openTables([tokenTable([0, 'a', '1.5e308'], [0, 'a', '1.5e308'], [0, 'a', '-1.6e308'])]);
  const { total } = await run(tokenRule(['1'], { sumOf: '2' }));
  expect(total).toBeCloseTo(1.4e308, -300);
});

test.each(['all', 'basic'] as const)('a sum beyond a double names the contributor (%s metrics)', async (metrics) => {
  const run = await openTables([
    tokenTable([0, 'small', 'x', '1'], [0, 'large', 'y', '1.5e308'], [60_000, 'large', 'y', '1.5e308']),
  ]);
  await expect(run(tokenRule(['1', '2'], { sumOf: '3' }), { metrics })).rejects.toMatchObject({
    problems: [{ code: 'report/overflow', message: expect.stringContaining('the contributor "large", "y" is beyond') }],
  });
});

test('a datapoint beyond a double names the contributor', async () => {
  const run = await openTables([
    tokenTable([0, 'a', '1.5e308'], [0, 'a', '1.5e308'], [60_000, 'a', '-1.5e308'], [60_000, 'a', '-1.5e308']),
  ]);
  await expect(run(tokenRule(['1'], { sumOf: '2' }))).rejects.toMatchObject({
    problems: [{ code: 'report/overflow', message: expect.stringContaining('the contributor "a" is beyond') }],
  });
});

test('a total beyond a double is said to be that of all contributors', async () => {
  const run = await openTables([tokenTable([0, 'a', '1.5e308'], [60_000, 'b', '1.5e308'])]);
  await expect(run(tokenRule(['1'], { sumOf: '2' }))).rejects.toMatchObject({
    problems: [{ code: 'report/overflow', message: expect.stringContaining('all contributors together') }],
  });
});

test('has no shares where the total is 0', async () => {
  const run = await openTables([tokenTable([0, 'a', '2'], [0, 'b', '-2'])]);
  const { contributors } = await run(tokenRule(['1'], { sumOf: '2' }));
  expect(contributors.map(({ percentOfTotal }) => percentOfTotal)).toEqual([null, null]);
});

const nothing = {
  contributors: [],
  total: 0,
  uniqueCount: 0,
  ledger: { scanned: 0, matched: 0, untimed: 0, otherFormat: 0, filtered: 0, missingKey: 0, notNumeric: 0 },
  coverage: { startMs: [], events: [] },
  dataRange: null,
};

test('is empty where no log group fits, and where a range has no events', async () => {
  const withoutTables = await openTables([]);
  expect(await withoutTables(flowRuleText(), { periodSeconds: null })).toMatchObject({ ...nothing, periodSeconds: 60 });
  const run = await openTables([tokenTable([0, 'a'])]);
  expect(await run(tokenRule(['1']), { startMs: 1, periodSeconds: null })).toMatchObject(nothing);
});

test('reads log groups that hold the other format only', async () => {
  const run = await openTables([{ ...tokenTable([0, 'a'], [60_000, 'b']), format: 'JSON' }]);
  const { ledger, coverage, contributors } = await run(tokenRule(['1'], { sumOf: '2' }));
  expect([contributors, ledger.otherFormat, coverage.events]).toEqual([[], 2, [1, 1]]);
});

test('takes keys that no event has', async () => {
  const run = await openTables([tokenTable([0, 'a'], [0, 'b'])]);
  const { ledger, coverage } = await run(tokenRule(['1', '9']));
  expect([ledger.missingKey, ledger.matched, coverage.events]).toEqual([2, 0, [2]]);
});

test('chooses a period that suits the span of the events', async () => {
  const run = await openTables([tokenTable([0, 'a'], [86_400_000, 'a'], [864_000_000, 'a'])]);
  const whole = await run(tokenRule(['1']), { periodSeconds: null });
  const day = await run(tokenRule(['1']), { periodSeconds: null, endMs: 86_400_001 });
  expect([whole.periodSeconds, day.periodSeconds]).toEqual([7200, 900]);
});

test('counts contributors roughly when asked to, and says so', async () => {
  const rows = Array.from({ length: 2000 }, (_, at): [number, string, string] => [at * 60, `key ${at}`, 'x']);
  const run = await openTables([tokenTable(...rows)]);
  const exact = await run(tokenRule(['1', '2']));
  const rough = await run(tokenRule(['1', '2']), { unique: 'approximate' });
  expect([exact.exact, exact.uniqueCount, rough.exact]).toEqual([true, 2000, false]);
  expect(rough.uniqueCount).toBeGreaterThan(1000);
  expect(rough.uniqueCount).toBeLessThan(3000);
  expect(rough.metrics.uniqueContributors).toHaveLength(2);
  expect({ ...rough.metrics, uniqueContributors: [] }).toEqual({ ...exact.metrics, uniqueContributors: [] });
  expect(rough.contributors).toEqual(exact.contributors);
});

test('basic metrics leave out what takes most of the work, and nothing else', async () => {
  const run = await openTables([tokenTable([0, 'a', '1'], [60_000, 'a', '2'], [60_000, 'b', '5'])]);
  const all = await run(tokenRule(['1'], { sumOf: '2' }));
  const basic = await run(tokenRule(['1'], { sumOf: '2' }), { metrics: 'basic' });
  expect(basic).toEqual({
    ...all,
    elapsedMs: basic.elapsedMs,
    metrics: { ...all.metrics, uniqueContributors: [], maxContributorValue: [], minimum: [], maximum: [] },
  });
});

test('gives up when aborted, with the reason of the signal', async () => {
  const run = await openTables([tokenTable([0, 'a'])]);
  const reason = new Error('The window was closed.');
  await expect(run(tokenRule(['1']), {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
