import { expect, test } from 'vitest';
import { type GallerySample, listServices, searchSamples } from './gallery';

const sample = (service: string, name: string, more: Partial<GallerySample> = {}): GallerySample => ({
  service,
  name,
  description: 'Who?',
  definition: JSON.stringify({ Contribution: { Keys: ['$.ip'], Filters: [{ Match: '$.status', In: ['REJECT'] }] } }),
  fits: [],
  lacks: [],
  ...more,
});

test('services that fit come first, and in each what runs, then what lacks a field', () => {
  const services = listServices([
    sample('B', 'waits'),
    sample('C', 'lacks', { lacks: ['$.x'] }),
    sample('C', 'runs', { fits: ['shop'] }),
    sample('A', 'waits'),
  ]);
  expect(
    services.map(({ name, fitting, groups, samples }) => [name, fitting, groups, samples.map((one) => one.name)]),
  ).toEqual([
    ['C', 1, ['shop'], ['runs', 'lacks']],
    ['A', 0, [], ['waits']],
    ['B', 0, [], ['waits']],
  ]);
});

test.each([
  ['names', 'bytes POD', ['Bytes by pod']],
  ['keys', '$.ip', ['Bytes by pod', 'Refused']],
  ['filters', 'reject', ['Bytes by pod', 'Refused']],
  ['services', 'waf', ['Refused']],
  ['all words', 'pod waf', []],
  ['nothing', ' ', ['Bytes by pod', 'Refused']],
])('the search looks into %s', (_, search, expected) => {
  const samples = [sample('EKS', 'Bytes by pod'), sample('WAF', 'Refused')];
  expect(searchSamples(samples, search).map(({ name }) => name)).toEqual(expected);
});
