import { describe, expect, test } from 'vitest';
import type { Ledger, Report } from '../../shared/report';
import { explainEmpty, list, titleOf } from './finding';

const noLedger: Ledger = {
  scanned: 0,
  matched: 0,
  untimed: 0,
  otherFormat: 0,
  filtered: 0,
  missingKey: 0,
  notNumeric: 0,
};
const sentence = {
  verb: 'Sum',
  valueOf: 'bytes',
  keys: ['srcaddr'],
  conditions: [],
  logGroups: ['flow'],
  format: 'CLF',
};

function emptyReport(ledger: Partial<Ledger>, more: Partial<Report> = {}): Report {
  return {
    ruleName: null,
    keyLabels: ['srcaddr'],
    aggregateOn: 'Sum',
    orderBy: 'Sum',
    periodSeconds: 60,
    timeRange: { startMs: null, endMs: null },
    dataRange: null,
    logGroups: ['flow'],
    exact: true,
    total: 0,
    uniqueCount: 0,
    contributors: [],
    metrics: {
      startMs: [],
      uniqueContributors: [],
      maxContributorValue: [],
      sampleCount: [],
      sum: [],
      minimum: [],
      maximum: [],
    },
    coverage: { startMs: [], events: [] },
    ledger: { ...noLedger, ...ledger },
    elapsedMs: 1,
    ...more,
  };
}

const one = { keys: ['a'], total: 1, maximum: 1, percentOfTotal: 100, periodStartMs: [0], values: [1] };

test.each([
  [{ contributors: [one], uniqueCount: 4812 }, 'Top 1 of 4,812 unique contributors'],
  [{ contributors: [one], uniqueCount: 1 }, 'Top 1 of 1 unique contributor'],
  [{ contributors: [one], uniqueCount: 4790, exact: false }, 'Top 1 of ~4,790 unique contributors'],
  [{ contributors: [one, one], uniqueCount: 1, exact: false }, 'Top 2 of ~2 unique contributors'],
  [{}, 'No contributors'],
])('the title states the finding: %#', (more, title) => expect(titleOf(emptyReport({}, more))).toBe(title));

describe('an empty report says where the events were lost', () => {
  test('at the filters', () => {
    expect(explainEmpty(emptyReport({ scanned: 500, filtered: 500 }), sentence, [])).toEqual({
      title: 'No event matched this rule',
      text: '500 events were scanned. All of them fell out at the filters.',
      remedy: 'show-rule',
    });
  });

  test('at the step that lost most', () => {
    const text = explainEmpty(emptyReport({ scanned: 500, filtered: 100, notNumeric: 400 }), sentence, [])?.text;
    expect(text).toBe('500 events were scanned. 400 (80.0%) have no number in bytes.');
  });

  test('by the format', () => {
    const text = explainEmpty(emptyReport({ scanned: 5, otherFormat: 5 }), sentence, [])?.text;
    expect(text).toBe('5 events were scanned. All of them are JSON events, and the rule reads plain lines (CLF).');
  });

  test('in the time range', () => {
    const report = emptyReport({ scanned: 3, untimed: 3 }, { timeRange: { startMs: 0, endMs: 1 } });
    expect(explainEmpty(report, sentence, [])).toEqual({
      title: 'No event in this time range',
      text: 'flow has no event between these two times. 3 events without a time cannot be placed.',
      remedy: 'whole-range',
    });
  });

  test('before any was read: the log group is not there', () => {
    const group = { name: 'api', events: 5, format: 'JSON', kind: null, firstMs: 0, lastMs: 1 } as const;
    expect(explainEmpty(emptyReport({}, { logGroups: [] }), sentence, [group])).toEqual({
      title: 'No log group of this rule is loaded',
      text: 'The rule reads flow. Loaded are api.',
      remedy: 'add-logs',
    });
  });

  test('a report with contributors is not empty', () => {
    expect(explainEmpty(emptyReport({}, { contributors: [one] }), sentence, [])).toBeNull();
  });
});

test('long lists are cut', () => expect(list(['a', 'b', 'c', 'd', 'e'])).toBe('a, b and 3 more'));
