import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callEngine } from '../support/call-engine';
import { engineDefaults } from '../support/stored-events';
import { openBefore } from '../support/workspace';

/** The questions of the sample incident, whose answers stand in docs/sample-incident.md. */

const { engine } = openBefore(async (opened) => {
  const logs = join(engineDefaults.resourcesPath, 'sample-logs', 'api-gateway-access');
  await opened.addSource({ path: logs, group: 'access' });
});

async function readSample(name: string): Promise<{ definition: string }> {
  const samples = await callEngine(engine(), 'rules.samples', {});
  const definition = samples.find((sample) => sample.name === name)?.definition;
  if (definition === undefined) throw new Error(`There is no sample rule ${name}.`);
  return { definition };
}

const clock = (time: string) => Date.parse(`2026-11-19T${time}:00Z`);

test('98 of 2,400 customers are throttled, and 8.0% in the worst five minutes', async () => {
  const rule = await readSample('Throttled requests by customer');
  const impact = await callEngine(engine(), 'impact.read', { rule, periodSeconds: 300 });
  expect(impact.overall).toEqual({ affected: 98, base: 2400, percent: (100 * 98) / 2400, total: 7224 });
  expect(impact.worst).toEqual({ startMs: clock('08:55'), affected: 26, base: 324, percent: (100 * 26) / 324 });
  expect([impact.affected[0], impact.unaffectedCount]).toEqual([
    { keys: ['cust-00417'], value: 6286, baseValue: 9318 },
    2302,
  ]);
});

test('metric math gives the same percentages as the impact', async () => {
  const rule = await readSample('Throttled requests by customer');
  const { periods } = await callEngine(engine(), 'impact.read', { rule, periodSeconds: 300 });
  const { series } = await callEngine(engine(), 'metrics.evaluate', {
    expressions: [
      { id: 'hit', expression: 'INSIGHT_RULE_METRIC("Throttled requests by customer", "UniqueContributors")' },
      { id: 'all', expression: 'INSIGHT_RULE_METRIC("All requests by customer", "UniqueContributors")' },
      { id: 'percent', expression: '100 * hit / all' },
      {
        id: 'one',
        expression: 'SUM(INSIGHT_RULE_METRIC("Throttled requests by customer", "Sum", "cust-00417")) + 0 * all',
      },
    ],
    periodSeconds: 300,
  });
  const [, , percent, one] = series;
  expect(percent?.startMs).toEqual(periods.map(({ startMs }) => startMs));
  expect(percent?.values.map((value) => value.toFixed(9))).toEqual(periods.map((period) => period.percent.toFixed(9)));
  expect(new Set(one?.values)).toEqual(new Set([6286]));
});

test('without the loudest customer, 97 are affected all the same', async () => {
  const rule = await readSample('Throttled requests by customer');
  const { without } = await callEngine(engine(), 'impact.read', {
    rule,
    periodSeconds: 300,
    without: [['cust-00417']],
  });
  expect(without?.overall).toEqual({ affected: 97, base: 2399, percent: (100 * 97) / 2399, total: 7224 - 6286 });
});

test('compared with the hour before, one customer makes most of the change', async () => {
  const rule = await readSample('All requests by customer');
  const { before, during, changes } = await callEngine(engine(), 'compare.read', {
    ...{ rule, before: { startMs: clock('07:40'), endMs: clock('08:40') } },
    ...{ during: { startMs: clock('08:40'), endMs: clock('09:40') }, periodSeconds: 300 },
  });
  expect(changes[0]).toMatchObject({ keys: ['cust-00417'], duringRank: 1 });
  expect(changes[0]?.percentOfChange).toBeGreaterThan(80);
  expect(during.total).toBeGreaterThan(2 * before.total);
  expect([before.gaps, during.gaps]).toEqual([[], []]);
});

test('what the throttled customers have in common is the API key', async () => {
  const rule = await readSample('Throttled requests by customer');
  const { here, elsewhere, fields, unlike } = await callEngine(engine(), 'common.find', {
    rule,
    against: 'contributors',
  });
  expect(here + elsewhere).toBe(39_160);
  expect(fields[0]).toMatchObject({ reference: '$.apiKeyId' });
  expect(fields[0]?.values[0]).toMatchObject({ value: 'k7tq2m9xf4', elsewhere: 0, lift: null });
  expect(fields[0]?.values[0]?.hereShare).toBeGreaterThan(99);
  expect(unlike).toContain('$.requestId');
});
