import { describe, expect, test } from 'vitest';
import { defaultFlowFields, flowFieldsOf, isDefaultFlowRecord, isFlowHeader, readFlowHeader } from './flow-log';

describe('readFlowHeader', () => {
  test.each([
    ['version account-id', ['version', 'account-id']],
    [' start\t end\u00a0encryption-status ', ['start', 'end', 'encryption-status']],
    [defaultFlowFields.join(' '), [...defaultFlowFields]],
  ])('%j names fields', (line, fields) => {
    expect(readFlowHeader(line)).toEqual(fields);
    expect(isFlowHeader(fields)).toBe(true);
  });

  test.each([
    '',
    'start',
    'start of',
    'Version account-id',
    'start "end"',
    '2 123456789010',
    'start,end',
    'constructor start',
  ])('%j is no header', (line) => {
    expect(readFlowHeader(line)).toBeNull();
    expect(isFlowHeader(line.split(' '))).toBe(false);
  });
});

describe('a record', () => {
  const record = '2 123456789010 eni-1 10.0.0.1 10.0.0.2 1 2 6 20 4249 1418530010 1418530070 ACCEPT OK'.split(' ');

  test('is in the default format with 14 tokens, the first 2, the last a status', () => {
    expect(isDefaultFlowRecord(record)).toBe(true);
    expect(isDefaultFlowRecord([...record.slice(0, 13), 'SKIPDATA'])).toBe(true);
    expect(isDefaultFlowRecord([...record.slice(0, 13), 'FAILED'])).toBe(false);
    expect(isDefaultFlowRecord(['3', ...record.slice(1)])).toBe(false);
    expect(isDefaultFlowRecord(record.slice(1))).toBe(false);
  });

  test('has the fields of the header with as many names, else those of the default format', () => {
    const header = record.map(() => 'start');
    expect(flowFieldsOf(record, header)).toBe(header);
    expect(flowFieldsOf(record, ['start', 'end'])).toBe(defaultFlowFields);
    expect(flowFieldsOf(['a', 'b'], ['start', 'end'])).toEqual(['start', 'end']);
    expect(flowFieldsOf(['a'], ['start', 'end'])).toBeNull();
    expect(flowFieldsOf(['a'], null)).toBeNull();
  });
});
