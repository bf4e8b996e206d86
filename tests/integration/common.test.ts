import { expect, test } from 'vitest';
import { callEngine } from '../support/call-engine';
import { seedRandom } from '../support/random';
import { isThrottled, openRequests, type Request, requestRule } from '../support/request-log';

const start = Date.UTC(2026, 10, 19, 8);

/** Requests with a field that has numbers and texts, and one that is rare. */
function makeRequests(count: number): Request[] {
  const random = seedRandom(7);
  return Array.from({ length: count }, (_, index) => ({
    at: start + index * 10,
    customer: `c${random.below(5)}`,
    status: random.below(4) === 0 ? 429 : 200,
    plan: ['free', 'pro', 'partner'][random.below(3)],
    mixed: random.below(2) === 0 ? random.below(3) : `v${random.below(3)}`,
    ...(random.below(3) === 0 ? { rare: random.below(4) } : {}),
  }));
}

test.each([
  { name: 'of all contributors', contributors: null, region: null },
  { name: 'of some', contributors: [['c1'], ['c3']], region: null },
  { name: 'of a region', contributors: [['c0']], region: { startMs: start + 3000, endMs: start + 9000 } },
])('counts every value here and elsewhere exactly, $name', async ({ contributors, region }) => {
  const requests = makeRequests(2000);
  const { engine } = await openRequests(requests);
  const range = { startMs: start + 1000, endMs: start + 15_000 };
  const rule = { definition: requestRule(['customer'], [isThrottled]) };
  const common = await callEngine(engine, 'common.find', {
    rule,
    ...range,
    contributors,
    region,
    against: 'events',
    limit: 100,
  });
  const inside = requests.filter(({ at }) => at >= range.startMs && at < range.endMs);
  const isHere = ({ at, customer, status }: Request) =>
    status === 429 &&
    (region === null || (at >= region.startMs && at < region.endMs)) &&
    (contributors === null || contributors.some(([name]) => name === customer));
  const here = inside.filter(isHere);
  expect([common.here, common.elsewhere]).toEqual([here.length, inside.length - here.length]);
  for (const { reference, values } of common.fields) {
    const has = (request: Request, value: string) => String(request[reference.slice(2)]) === value;
    for (const value of values) {
      const [own, all] = [here, inside].map((some) => some.filter((request) => has(request, value.value)).length);
      expect([reference, value.value, value.here, value.elsewhere]).toEqual([
        reference,
        value.value,
        own,
        (all ?? 0) - (own ?? 0),
      ]);
    }
  }
  expect(common.fields.map(({ reference }) => reference)).toEqual(expect.arrayContaining(['$.status']));
  expect(common.fields.find(({ reference }) => reference === '$.status')).toMatchObject({
    inRule: true,
    values: [
      { value: '429', hereShare: 100 },
      { value: '200', hereShare: 0 },
    ],
  });
});

test('names the one version that all slow calls hit first, before rare values with a larger lift', async () => {
  const requests = makeRequests(2000).map((request, index) => ({
    ...request,
    slow: request.customer === 'c2' && index % 2 === 0,
    version: request.customer === 'c2' && index % 2 === 0 ? '42' : index % 50 === 0 ? '42' : '41',
    ...(index === 40 ? { once: 'only here' } : {}),
  }));
  const { engine } = await openRequests(requests);
  const rule = { definition: requestRule(['plan', 'status'], [{ Match: '$.slow', In: ['true'] }]) };
  const { fields } = await callEngine(engine, 'common.find', { rule, against: 'events' });
  expect(fields[0]?.reference).toBe('$.version');
  expect(fields[0]?.values[0]).toMatchObject({ value: '42', hereShare: 100, here: 204, elsewhere: 31 });
  expect(fields.map(({ reference }) => reference).indexOf('$.customer')).toBe(0 + 1);
  const lift = fields[0]?.values[0]?.lift ?? 0;
  expect(lift).toBeGreaterThan(20);
});

test('several keys, and a selection without events', async () => {
  const { engine } = await openRequests(makeRequests(1000));
  const rule = { definition: requestRule(['customer', 'plan']) };
  const contributors = [['c1', 'pro']];
  const { fields } = await callEngine(engine, 'common.find', { rule, contributors });
  expect(fields.filter(({ inRule }) => inRule).map(({ values }) => values[0])).toMatchObject(
    [
      { value: 'pro', hereShare: 100 },
      { value: 'c1', hereShare: 100 },
    ].reverse(),
  );
  const none = await callEngine(engine, 'common.find', { rule, contributors: [['nobody', 'pro']] });
  expect(none).toMatchObject({ here: 0, elsewhere: 1000, fields: [] });
});
