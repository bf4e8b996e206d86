import { describe, expect, test } from 'vitest';
import { createJsonTimeFinder, timeOfText, timeOfTokens } from './event-time';
import { defaultFlowFields } from './flow-log';
import { readJsonObject } from './json-fields';
import { PathTable } from './path-table';
import { tokenize } from './tokens';

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());

describe('timeOfText', () => {
  test.each([
    ['2023-11-14T22:13:20Z', '2023-11-14T22:13:20.000Z'],
    ['2023-11-14T22:13:20', '2023-11-14T22:13:20.000Z'],
    ['2023-11-14 22:13:20', '2023-11-14T22:13:20.000Z'],
    ['2023-11-14T22:13:20.1Z', '2023-11-14T22:13:20.100Z'],
    ['2023-11-14 22:13:20,838', '2023-11-14T22:13:20.838Z'],
    ['2023-11-14T22:13:20.99999999Z', '2023-11-14T22:13:20.999Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['2023-11-14T22:13:20+05:30', '2023-11-14T16:43:20.000Z'],
    ['2023-11-14T22:13:20.5-0700', '2023-11-15T05:13:20.500Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['10/Oct/2000:13:55:36 -0700', '2000-10-10T20:55:36.000Z'],
    ['29/Feb/2024:23:59:59 +0330', '2024-02-29T20:29:59.000Z'],
  ])('reads the date %s', (text, expected) => {
    expect(iso(timeOfText(text))).toBe(expected);
  });

  test.each([
    ['1700000000', 1700000000000],
    ['1700000000123', 1700000000123],
    ['1700000000123456', 1700000000123],
    ['1700000000123456789', 1700000000123],
    ['1699999999999999999', 1699999999999],
    ['1700000000.5', 1700000000500],
    ['1700000000.9999', 1700000000999],
    ['1700000000123.999', 1700000000123],
    ['1700000000123.0', 1700000000123],
    ['9999999999', 9999999999000],
    ['9999999999999999999', 9999999999999],
    ['+1700000000', 1700000000000],
    ['0001700000000', 1700000000000],
    ['1.7e9', 1700000000000],
    ['17E+8', 1700000000000],
    ['.17e10', 1700000000000],
    ['170000000012345e-5', 1700000000123],
    ['1.7000000001239999e12', 1700000000123],
  ])('reads the number %s by its size, and cuts below a millisecond', (text, expected) => {
    expect(timeOfText(text)).toBe(expected);
  });

  test.each([
    ...['', '-', 'x', '2', '0', '170000000', '17000000000', '170000000012', '17000000001234', '170000000012345678'],
    ...[
      '17000000001234567890',
      '-1700000000',
      '-1700000000123',
      '1e400',
      '1700000000 ',
      ' 1700000000',
      '1_700_000_000',
    ],
    ...['2023-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2023-04-31T00:00:00Z', '2023-13-01T00:00:00Z'],
    ...['2023-00-01T00:00:00Z', '2023-01-00T00:00:00Z', '2023-01-01T24:00:00Z', '2023-01-01T00:60:00Z'],
    ...['2023-01-01T00:00:60Z', '0000-01-01T00:00:00Z', '2023-01-01', '2023-01-01T00:00', '2023-01-01t00:00:00Z'],
    ...['2023-01-01T00:00:00z', '2023-01-01T00:00:00.Z', '2023-01-01T00:00:00+5:30', '2023-01-01T00:00:00+05'],
    ...['2023-01-01T00:00:00Z ', '2023-01-01T00:00:00Zx', '2023-01-01  00:00:00', '31/Feb/2000:13:55:36 -0700'],
    ...['10/oct/2000:13:55:36 -0700', '10/Oct/2000:24:55:36 -0700', '10/Oct/0000:13:55:36 -0700'],
    ...['10/Oct/2000:13:55:36 0700', '10/Oct/2000:13:55:36', '1/Oct/2000:13:55:36 -0700', '10/tOc/2000:13:55:36 -0700'],
    '2012-10-29T00:06:26+25:00',
    '2012-10-29T00:06:26-0060',
    '10/Oct/2000:13:55:36 +9900',
  ])('%j is no time', (text) => {
    expect(timeOfText(text)).toBeNull();
  });
});

describe('timeOfTokens', () => {
  const record = (start: string, end: string) =>
    `2 123456789010 eni-1 10.0.0.1 10.0.0.2 1 2 6 20 4249 ${start} ${end} ACCEPT OK`;
  test.each<[string, string, readonly string[] | null, number | null]>([
    ['the start of a flow record', record('1418530010', '1418530070'), null, 1418530010000],
    ['the end where there is no start', record('-', '1418530070'), null, 1418530070000],
    ['nothing else in a flow record', record('-', '-').replace('eni-1', '1418530070'), null, null],
    ['the header names the fields', '1418530070 1418530010', ['end', 'start'], 1418530010000],
    ['a header for another number of tokens does not count', '1418530010 a b', ['end', 'start'], 1418530010000],
    ['a header without times gives none', '1418530010 1418530070', ['srcaddr', 'dstaddr'], null],
    ['the default format below another header', record('1418530010', '1'), ['start'], 1418530010000],
    ['the first token in the shape of CLF', '1418530010 x [10/Oct/2000:13:55:36 -0700]', null, 971211336000],
    ['even if there is no such time', '1418530010 x [31/Feb/2000:13:55:36 -0700]', null, null],
    ['tokens 1 and 2', '2012-10-29 00:06:26,838 INFO', null, 1351469186838],
    ['token 1', '2012-10-29T00:06:26Z INFO', null, 1351469186000],
    ['token 2', 'INFO 2012-10-29T00:06:26Z', null, 1351469186000],
    ['not token 3', 'INFO x 2012-10-29T00:06:26Z', null, null],
    ['one token alone', '1418530010', null, 1418530010000],
    ['no tokens', ' ', null, null],
  ])('%s', (_name, message, header, expected) => {
    expect(timeOfTokens(tokenize(message), header)).toBe(expected);
  });

  test('finds the times of the default format where its header stands above', () => {
    expect(timeOfTokens(record('1418530010', '1').split(' '), defaultFlowFields)).toBe(1418530010000);
  });
});

describe('JsonTimeFinder', () => {
  const paths = new PathTable();
  const times = createJsonTimeFinder(paths);
  const timeOf = (message: string) => {
    times.reset();
    readJsonObject(message, paths, (path, text) => times.offer(path, text));
    return times.find();
  };

  test.each<[string, number | null]>([
    ['{"timestamp":1700000000123,"Timestamp":1600000000123}', 1600000000123],
    ['{"Timestamp":1600000000123,"_aws":{"Timestamp":1500000000123}}', 1500000000123],
    ['{"requestTime":"10/Oct/2000:13:55:36 -0700","requestTimeEpoch":"1663811436"}', 1663811436000],
    ['{"time":"soon","eventTime":"2023-07-10T12:00:00Z"}', 1688990400000],
    ['{"@timestamp":1700000000.5}', 1700000000500],
    ['{"timestamp":1.7e12}', 1700000000000],
    ['{"timestamp":1700000000123456789}', 1700000000123],
    ['{"query_timestamp":"2021-12-11T22:46:23Z"}', 1639262783000],
    ['{"timestamp":null,"timestamps":1700000000123,"a":{"timestamp":1700000000123}}', null],
    ['{"timestamp":["1700000000123"]}', null],
    ['{}', null],
  ])('%s', (message, expected) => {
    expect(timeOf(message)).toBe(expected);
  });
});
