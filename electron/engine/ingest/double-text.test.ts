import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { doubleText, isDoubleText } from './double-text';

describe('doubleText', () => {
  test.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [12, '12.0'],
    [1.5, '1.5'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-1.25e-7, '-1.25e-07'],
    [1e15, '1000000000000000.0'],
    [9999999999999998, '9999999999999998.0'],
    [1e16, '1e+16'],
    [123456789012345680, '1.2345678901234568e+17'],
    [1e21, '1e+21'],
    [1e100, '1e+100'],
    [5e-324, '5e-324'],
    [Number.MAX_VALUE, '1.7976931348623157e+308'],
  ])('%d', (value, text) => {
    expect(doubleText(value)).toBe(text);
  });

  test('reads back as the same double, and is recognised', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = doubleText(value);
        expect(Number(text)).toBe(value);
        expect(text).toMatch(/[.e]/);
        expect(isDoubleText(text)).toBe(true);
      }),
    );
  });
});

describe('isDoubleText', () => {
  test.each(['0.0', '-0.0', '1.5', '12.0', '0.0001', '1e-05', '1e+16', '0.30000000000000004', '123456789012.345'])(
    'takes %s',
    (text) => {
      expect(isDoubleText(text)).toBe(true);
    },
  );

  test.each([
    ...['', '-', '.', '5', '-5', '5.', '.5', '+1.5', '01.5', '1.50', '1.00', '0.00', '0.00001', '00.5', '1e5', '1E+16'],
    ...[
      '1e16',
      '1e-5',
      '1e400',
      'NaN',
      'inf',
      'Infinity',
      '1.5 ',
      ' 1.5',
      '1_0.5',
      '0x1.8',
      '10.0.0.1',
      '1.5e',
      '1.5x',
    ],
    ...['0.1000000000000000055', '12345678901234567.0', '2023-11-14'],
  ])('refuses %j', (text) => {
    expect(isDoubleText(text)).toBe(false);
  });

  test('takes a text only if a double gives it back', () => {
    const decimal = fc.stringMatching(/^-?[0-9]{1,17}\.[0-9]{0,17}(e[+-][0-9]{1,3})?$/);
    fc.assert(
      fc.property(decimal, (text) => {
        expect(isDoubleText(text)).toBe(Number.isFinite(Number(text)) && doubleText(Number(text)) === text);
      }),
    );
  });
});
