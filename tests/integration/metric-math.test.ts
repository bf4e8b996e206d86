import { expect, test } from 'vitest';
import type { Engine } from '../../electron/engine/engine';
import { evaluateMetrics } from '../../electron/engine/investigate/handlers';
import { runCommand } from '../support/command-line';
import { isThrottled, openRequests, type Request, requestRule } from '../support/request-log';

const start = Date.UTC(2026, 10, 19, 8);
const minute = (index: number) => start + index * 60_000;

/** Minute 0: a and b, b throttled twice. Minute 1: a alone. Minute 2: nobody. Minute 3: a, b, c, all of them throttled. */
const requests: Request[] = [
  { at: minute(0), customer: 'a', status: 200, bytes: 10 },
  { at: minute(0) + 1, customer: 'b', status: 429, bytes: 5 },
  { at: minute(0) + 2, customer: 'b', status: 429, bytes: 7 },
  { at: minute(1), customer: 'a', status: 200, bytes: 30 },
  ...['a', 'b', 'c'].map((customer) => ({ at: minute(3) + 59_999, customer, status: 429, bytes: 1 })),
];

async function openWithRules() {
  const opened = await openRequests(requests);
  const rules = {
    All: requestRule(['customer']),
    Throttled: requestRule(['customer'], [isThrottled]),
    Bytes: requestRule(['customer'], [], 'bytes'),
  };
  for (const [name, definition] of Object.entries(rules)) {
    await opened.engine.handlers['rules.put'](
      { name, definition, state: 'ENABLED' },
      { signal: new AbortController().signal, progress: () => undefined },
    );
  }
  return opened;
}

function evaluate(
  engine: Engine,
  expressions: Record<string, string>,
  range: { startMs?: number; endMs?: number } = {},
) {
  return evaluateMetrics(
    engine,
    {
      expressions: Object.entries(expressions).map(([id, expression]) => ({ id, expression })),
      startMs: null,
      endMs: null,
      periodSeconds: 60,
      ...range,
    },
    new AbortController().signal,
  );
}

test('the percentage of impacted customers, a point in each minute in which any had requests', async () => {
  const { engine } = await openWithRules();
  const { series, span } = await evaluate(engine, {
    hit: 'INSIGHT_RULE_METRIC("Throttled", "UniqueContributors")',
    all: "INSIGHT_RULE_METRIC('All', 'UniqueContributors')",
    percent: '100 * hit / all',
  });
  expect(series).toEqual([
    { id: 'hit', label: 'hit', startMs: [minute(0), minute(3)], values: [1, 3] },
    { id: 'all', label: 'all', startMs: [minute(0), minute(1), minute(3)], values: [2, 1, 3] },
    { id: 'percent', label: 'percent', startMs: [minute(0), minute(1), minute(3)], values: [50, 0, 100] },
  ]);
  expect(span).toEqual({ startMs: minute(0), endMs: minute(4) });
});

test('every metric of a rule', async () => {
  const { engine } = await openWithRules();
  const names = ['MaxContributorValue', 'SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average'];
  const asked = Object.fromEntries(
    names.map((name, index) => [`m${index}`, `INSIGHT_RULE_METRIC("Bytes", "${name}")`]),
  );
  const { series } = await evaluate(engine, asked);
  expect(series.map(({ values }) => values)).toEqual([
    [12, 30, 1],
    [3, 1, 3],
    [22, 30, 3],
    [5, 30, 1],
    [10, 30, 1],
    [22 / 3, 30, 1],
  ]);
});

test('functions see the periods without events, also those at the ends of the range that was asked for', async () => {
  const { engine } = await openWithRules();
  const { series } = await evaluate(
    engine,
    { e1: 'FILL(INSIGHT_RULE_METRIC("All", "Sum"), 0)', e2: 'TIME_SERIES(AVG(INSIGHT_RULE_METRIC("All", "Sum")))' },
    { startMs: minute(-1), endMs: minute(5) },
  );
  expect(series.map(({ values }) => values)).toEqual([[0, 3, 1, 0, 3, 0], Array.from({ length: 6 }, () => 7 / 6)]);
});

test('a metric of one contributor alone', async () => {
  const { engine } = await openWithRules();
  const { series } = await evaluate(engine, { b: 'INSIGHT_RULE_METRIC("Throttled", "Sum", "b")' });
  expect(series).toEqual([{ id: 'b', label: 'b', startMs: [minute(0), minute(3)], values: [2, 1] }]);
  await expect(evaluate(engine, { b: 'INSIGHT_RULE_METRIC("Throttled", "Sum", "b", "c")' })).rejects.toMatchObject({
    problems: [{ code: 'metric/bad-expression', place: 'b:1', message: 'The rule has 1 key, not 2.' }],
  });
});

test('a rule that is not there is named, with one that was meant, beside all other mistakes', async () => {
  const { engine } = await openWithRules();
  await expect(
    evaluate(engine, { e1: '1 + INSIGHT_RULE_METRIC("Throtled", "Sum")', e2: 'e1 + e9' }),
  ).rejects.toMatchObject({
    problems: [
      { code: 'rule/unknown', place: 'e1:5', hint: 'Did you mean "Throttled"?' },
      { code: 'metric/bad-expression', place: 'e2:6', message: 'Nothing has the name e9.' },
    ],
  });
});

test('too many periods are refused before they take the memory', async () => {
  const { engine } = await openWithRules();
  await expect(evaluate(engine, { e1: 'INSIGHT_RULE_METRIC("All", "Sum")' }, { startMs: 0 })).rejects.toMatchObject({
    problems: [{ code: 'args/invalid', message: expect.stringContaining('29,917,924 periods') }],
  });
});

test('the command line prints the shape of GetMetricData, and names what has no ID', async () => {
  const { engine, path } = await openWithRules();
  await engine.close();
  const all = 'INSIGHT_RULE_METRIC("All", "UniqueContributors")';
  const json = await runCommand(['metric', '--workspace', path, '--expression', all, 'e1=q1 * 2', '--output', 'json']);
  expect(JSON.parse(json.stdout)).toEqual({
    MetricDataResults: [
      {
        Id: 'q1',
        Label: 'q1',
        Timestamps: ['2026-11-19T08:00:00.000Z', '2026-11-19T08:01:00.000Z', '2026-11-19T08:03:00.000Z'],
        Values: [2, 1, 3],
      },
      {
        Id: 'e1',
        Label: 'e1',
        Timestamps: ['2026-11-19T08:00:00.000Z', '2026-11-19T08:01:00.000Z', '2026-11-19T08:03:00.000Z'],
        Values: [4, 2, 6],
      },
    ],
  });
  const csv = await runCommand([
    ...['metric', '--workspace', path, '--expression', all, '--period', '120', '--output', 'csv'],
    ...['--start-time', '2026-11-19T08:02Z'],
  ]);
  expect(csv.stdout).toBe('Timestamp,q1\r\n2026-11-19T08:02:00.000Z,3\r\n');
  const wrong = await runCommand(['metric', '--workspace', path, '--expression', 'e1=1 +', '2 * e1 +']);
  expect(wrong).toMatchObject({ status: 2, stdout: '' });
  expect(wrong.stderr.trim().split('\n')).toHaveLength(2);
});
