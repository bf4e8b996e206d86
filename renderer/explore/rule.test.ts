import { describe, expect, test } from 'vitest';
import type { Board, ExploreField, Measure, ValueFilter } from '../../shared/explore';
import { chooseKey, chooseSummed, draftRule, type RuleParts, titleOf } from './rule';

const json = (reference: string, isNumeric = false): ExploreField => ({
  reference,
  alias: null,
  format: 'JSON',
  isNumeric,
});
const token = (position: number, alias: string | null, isNumeric = false): ExploreField => ({
  reference: String(position),
  alias,
  format: 'CLF',
  isNumeric,
});
const events: Measure = { kind: 'events' };

function bodyOf(parts: Partial<RuleParts>): Record<string, unknown> {
  const rule = draftRule({ group: 'shop', fields: [], keys: [], filters: [], measure: events, ...parts }, []);
  return JSON.parse(rule?.definition ?? 'null') as Record<string, unknown>;
}

describe('a rule made of boards', () => {
  const fields = [json('$.status', true), json('$.customer'), json("$['a.b']"), json('$.bytes', true)];

  test('counts events by the keys in their order, with the kept and excluded values as filters', () => {
    const filters: ValueFilter[] = [
      { reference: '$.status', values: ['502', '504'], exclude: false },
      { reference: "$['a.b']", values: ['probe "x"'], exclude: true },
    ];
    expect(bodyOf({ fields, keys: ['$.customer', '$.status'], filters })).toEqual({
      Schema: { Name: 'CloudWatchLogRule', Version: 1 },
      LogGroupNames: ['shop'],
      LogFormat: 'JSON',
      Contribution: {
        Keys: ['$.customer', '$.status'],
        Filters: [
          { Match: '$.status', In: ['502', '504'] },
          { Match: "$['a.b']", NotIn: ['probe "x"'] },
        ],
      },
      AggregateOn: 'Count',
    });
  });

  test('names token positions by the aliases that are known, and by their number else', () => {
    const flow = [token(4, 'srcaddr'), token(10, 'bytes', true), token(30, null), token(5, '7')];
    expect(
      bodyOf({
        fields: flow,
        keys: ['4', '30'],
        measure: { kind: 'sum', reference: '10' },
        filters: [{ reference: '5', values: ['x'], exclude: false }],
      }),
    ).toMatchObject({
      LogFormat: 'CLF',
      Fields: { '4': 'srcaddr', '10': 'bytes' },
      Contribution: { Keys: ['srcaddr', '30'], ValueOf: 'bytes', Filters: [{ Match: '5', In: ['x'] }] },
      AggregateOn: 'Sum',
    });
  });

  test('leaves out excluded values of a field that keeps others', () => {
    const filters: ValueFilter[] = [
      { reference: '$.status', values: ['200'], exclude: true },
      { reference: '$.status', values: ['502'], exclude: false },
    ];
    const { Contribution } = bodyOf({ fields, keys: ['$.customer'], filters });
    expect(Contribution).toMatchObject({ Filters: [{ Match: '$.status', In: ['502'] }] });
  });

  test('takes a log group with a star in its name by what stands before it', () => {
    expect(bodyOf({ group: 'a*b', fields, keys: ['$.customer'] })).toMatchObject({ LogGroupNames: ['a*'] });
  });

  test('has a name that says what it does and that is free, and needs a key', () => {
    const parts = { group: 'shop', fields, keys: ['$.customer'], filters: [], measure: events };
    expect(draftRule(parts, [])?.name).toBe('Events by customer');
    expect(draftRule(parts, ['Events by customer'])?.name).toBe('Events by customer 2');
    expect(draftRule({ ...parts, keys: [] }, [])).toBeNull();
  });
});

test('the field summed up first is one that people add up, no number that names something', () => {
  const flow = [
    token(1, 'version', true),
    token(6, 'srcport', true),
    token(9, 'packets', true),
    token(10, 'bytes', true),
  ];
  expect(chooseSummed(flow)?.alias).toBe('bytes');
  expect(chooseSummed([json('$.status', true), json('$.score', true)])?.reference).toBe('$.score');
  expect(chooseSummed([json('$.status', true)])?.reference).toBe('$.status');
  expect(chooseSummed([json('$.customer')])).toBeNull();
});

test('a sum is by the first text that tells contributors apart, of the same format', () => {
  const board = (reference: string, distinct: number): [string, Board] => [
    reference,
    { reference, base: 1, absent: 0, distinct, isDistinctExact: true, values: [], spread: null },
  ];
  const fields = [
    token(4, 'srcaddr'),
    json('$.region'),
    json('$.id'),
    json('$.code', true),
    json('$.customer'),
    json('$.bytes', true),
  ];
  const boards = new Map([
    board('4', 9),
    board('$.region', 1),
    board('$.id', 5e6),
    board('$.code', 7),
    board('$.customer', 40),
  ]);
  expect(chooseKey(fields, boards, '$.bytes')?.reference).toBe('$.customer');
  expect(chooseKey(fields.slice(0, 4), boards, '$.bytes')).toBeNull();
  expect(chooseKey([...fields.slice(0, 4), json('$.bytes', true)], boards, '$.bytes')?.reference).toBe('$.code');
});

test('people read a path without its beginning', () => {
  expect([json('$.a.b'), json("$['a.b']"), token(4, 'srcaddr'), token(30, null)].map(titleOf)).toEqual([
    'a.b',
    "$['a.b']",
    'srcaddr',
    '30',
  ]);
});
