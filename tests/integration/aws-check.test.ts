import { expect, test } from 'vitest';
import { type InsightRuleReport, metricNames, toInsightRuleReport } from '../../shared/insight-rule-report';
import { callEngine } from '../support/call-engine';
import { openRequests, type Request, requestRule } from '../support/request-log';

const start = Date.UTC(2026, 10, 19, 8);
const long = 'k'.repeat(1500);
const requests: Request[] = [...'aaaaaaaabbbbccccdd', long].map((customer, index) => ({
  at: start + index * 10_000,
  customer,
}));

/** Our own answer, as AWS would give it, changed. */
async function checkAnswer(change: (answer: Omit<InsightRuleReport, 'Insights'>) => unknown) {
  const { engine } = await openRequests(requests);
  const rule = { definition: requestRule(['customer']) };
  const range = { startMs: start, endMs: start + 3_600_000, periodSeconds: 60 };
  const report = await callEngine(engine, 'report.run', {
    ...{ rule, ...range, maxContributorCount: 100, orderBy: 'Sum', unique: 'exact' },
  });
  const { Insights: _ours, ...answer } = toInsightRuleReport(report, metricNames);
  const text = change(answer) ?? answer;
  return callEngine(engine, 'aws.check', {
    rule,
    answer: typeof text === 'string' ? text : JSON.stringify(text),
    ...range,
  });
}

test('the same answer has no difference, whatever the form of its times', async () => {
  const check = await checkAnswer((answer) => {
    answer.KeyLabels = [...answer.KeyLabels];
    return JSON.stringify(answer).replace(/"(2026-[^"]*)"/g, (_all, time: string) => String(Date.parse(time) / 1000));
  });
  expect(check.isSame).toBe(true);
  expect(check.contributors.map(({ awsRank, ourRank }) => [awsRank, ourRank])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 5],
  ]);
});

test('each difference has its likely reason', async () => {
  const { isSame, figures, contributors } = await checkAnswer((answer) => {
    answer.ApproximateUniqueCount = 6;
    answer.AggregateValue = 30;
    const [a, b, c, d, k] = answer.Contributors;
    if (!a || !b || !c || !d || !k) throw new Error('The log has five contributors.');
    a.ApproximateAggregateValue = 5;
    k.Keys = [long.slice(0, 1024)];
    const stranger = { Keys: ['stranger'], ApproximateAggregateValue: 2, Datapoints: [] };
    answer.Contributors = [a, c, b, stranger, k];
  });
  expect(isSame).toBe(false);
  const reasons = Object.fromEntries(figures.map(({ name, reason }) => [name, reason]));
  expect(reasons).toMatchObject({
    KeyLabels: null,
    AggregateValue: expect.stringContaining('not loaded'),
    ApproximateUniqueCount: expect.stringContaining('AWS estimates'),
    Sum: null,
  });
  expect(contributors.map(({ keys, reason }) => [keys[0]?.slice(0, 8), reason])).toEqual([
    ['a', expect.stringContaining('AWS reads events from the moment')],
    ['c', expect.stringContaining('AWS does not say how it orders those')],
    ['b', expect.stringContaining('AWS does not say how it orders those')],
    ['stranger', expect.stringContaining('No loaded event')],
    ['kkkkkkkk', expect.stringContaining('1,024 bytes')],
    ['d', expect.stringContaining('AWS does not list it')],
  ]);
});

test('periods that AWS counts from the start of the range are told', async () => {
  const { contributors, figures } = await checkAnswer((answer) =>
    JSON.stringify(answer).replace(/:00\.000Z/g, ':30.000Z'),
  );
  expect(contributors[0]).toMatchObject({
    otherPeriods: 4,
    reason: expect.stringContaining('from the start of the time range'),
  });
  expect(figures.find(({ name }) => name === 'Sum')?.reason).toContain('from the start of the time range');
});

test('what is no answer is refused, with what to paste', async () => {
  for (const text of ['{"Contributors": [', '[]', '{"ResponseMetadata": {}}', '{"Contributors": [{"Keys": "a"}]}']) {
    await expect(checkAnswer(() => text)).rejects.toMatchObject({
      problems: [{ code: 'args/invalid', place: 'answer' }],
    });
  }
});
