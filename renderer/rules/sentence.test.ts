import { expect, test } from 'vitest';
import { countsBytes, printCondition, readSentence } from './sentence';

const body = (contribution: object, more: object = {}) =>
  JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['vpc/flow-logs/edge'],
    LogFormat: 'CLF',
    Contribution: contribution,
    AggregateOn: 'Count',
    ...more,
  });

test('a rule reads as a sentence', () => {
  const filters = [
    { Match: 'action', In: ['REJECT'] },
    { Match: 'protocol', EqualTo: 6 },
  ];
  expect(readSentence(body({ Keys: ['srcaddr', 'dstport'], Filters: filters }))).toEqual({
    verb: 'Count',
    valueOf: null,
    keys: ['srcaddr', 'dstport'],
    conditions: [
      { field: 'action', words: 'is REJECT' },
      { field: 'protocol', words: '= 6' },
    ],
    logGroups: ['vpc/flow-logs/edge'],
    format: 'CLF',
  });
});

test('what is worked out of a field is said in words, unless an alias is spelled so', () => {
  const keys = ['network(srcaddr, 24)', 'network($.ip, 16, 48)', 'reach(srcaddr)', 'path(4)', 'host(a)'];
  const filters = [{ Match: 'host(b)', In: ['x'] }];
  const sentence = readSentence(body({ Keys: keys, Filters: filters }, { Fields: { '1': 'host(a)' } }));
  expect(sentence?.keys).toEqual([
    'network /24 of srcaddr',
    'network /16 or /48 of $.ip',
    'private or public of srcaddr',
    'folded path of 4',
    'host(a)',
  ]);
  expect(sentence?.conditions.map(printCondition)).toEqual(['host of b is x']);
});

test.each([
  [{ Match: 'a', In: ['x', 'y'] }, 'a is one of x, y'],
  [{ Match: 'a', NotIn: ['x'] }, 'a is not x'],
  [{ Match: 'a', StartsWith: ['/v1', '/v2'] }, 'a starts with one of /v1, /v2'],
  [{ Match: 'a', GreaterThanOrEqualTo: 500 }, 'a ≥ 500'],
  [{ Match: 'a', IsPresent: true }, 'a is present'],
  [{ Match: 'a', IsPresent: false }, 'a is absent'],
  [{ Match: 'a', InCidr: ['10.0.0.0/8'] }, 'a is in 10.0.0.0/8'],
  [
    {
      Any: [
        { Match: 'a', EqualTo: 1 },
        { Match: 'b', LessThan: 2 },
      ],
    },
    'a = 1 or b < 2',
  ],
  [{ Match: 'a', constructor: 'x' }, 'a constructor x'],
])('%j reads "%s"', (filter, text) => {
  const conditions = readSentence(body({ Keys: ['k'], Filters: [filter] }))?.conditions ?? [];
  expect(conditions.map(printCondition)).toEqual([text]);
});

test('what is summed up is named, and only when it is', () => {
  const summed = (aggregateOn: string) =>
    readSentence(body({ Keys: ['k'], ValueOf: 'bytes' }, { AggregateOn: aggregateOn }));
  expect([summed('sum')?.valueOf, summed('Count')?.valueOf]).toEqual(['bytes', null]);
});

test('log groups come from ARNs, too', () => {
  const arn = 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/eks/prod:*';
  expect(readSentence(body({ Keys: ['k'] }, { LogGroupNames: undefined, LogGroupARNs: [arn] }))?.logGroups).toEqual([
    '/aws/eks/prod',
  ]);
});

test.each(['', '[]', 'null', '{"a":', '"text"'])('%j is no rule', (text) => expect(readSentence(text)).toBeNull());

test.each(['{}', '{"Contribution": []}', '{"Contribution": {"Keys": 5, "Filters": "x"}}'])(
  '%s is shown all the same',
  (text) => expect(readSentence(text)).not.toBeNull(),
);

test.each([
  ['bytes', true],
  ['$.pod_network_total_bytes', true],
  ['$.bytesSent', true],
  ['packets', false],
  ['$.megabytesish', false],
])('%s counts bytes: %s', (field, expected) => {
  expect(countsBytes(readSentence(body({ Keys: ['k'], ValueOf: field }, { AggregateOn: 'Sum' })))).toBe(expected);
});
