import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { doubleText } from './double-text';
import { maxDepth, readJsonObject, textKind } from './json-fields';
import { maxElements, type PathStep, PathTable } from './path-table';

function read(message: string, paths = new PathTable()) {
  const leaves: [string, string, string][] = [];
  const isObject = readJsonObject(message, paths, (path, text, kind) => {
    leaves.push([JSON.stringify(paths.steps(path)), text, kind]);
  });
  return isObject ? leaves : null;
}

describe('readJsonObject', () => {
  test('reports strings, numbers and booleans with their paths, and nothing else', () => {
    expect(read(' {"a":"x","b":[true,{"c":false}],"d":null,"e":{},"f":[],"a.b":1,"0":2,"":3} \r\n')).toEqual([
      ['["a"]', 'x', 'text'],
      ['["b",0]', 'true', 'text'],
      ['["b",1,"c"]', 'false', 'text'],
      ['["a.b"]', '1', 'integer'],
      ['["0"]', '2', 'integer'],
      ['[""]', '3', 'integer'],
    ]);
  });

  test.each([
    ['0', '0', 'integer'],
    ['-0', '0', 'integer'],
    ['-12', '-12', 'integer'],
    ['999999999999999999', '999999999999999999', 'integer'],
    ['1000000000000000000', '1000000000000000000', 'text'],
    ['123456789012345678901234567890', '123456789012345678901234567890', 'text'],
    ['1.5', '1.5', 'double'],
    ['12.0', '12.0', 'double'],
    ['1.50', '1.5', 'double'],
    ['-0.0', '-0.0', 'double'],
    ['1e5', '100000.0', 'double'],
    ['1E+16', '1e+16', 'double'],
    ['1e-5', '1e-05', 'double'],
    ['0.1000000000000000055', '0.1', 'double'],
    ['1e-400', '0.0', 'double'],
    ['1e400', '1e400', 'text'],
    ['-1E999', '-1E999', 'text'],
    ['"200"', '200', 'integer'],
    ['"12.5"', '12.5', 'double'],
    ['"12.50"', '12.50', 'text'],
    ['"007"', '007', 'text'],
    ['"-0"', '-0', 'text'],
    ['"1e400"', '1e400', 'text'],
    ['""', '', 'text'],
    ['"-"', '-', 'text'],
    ['"a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"', 'a"\\/\b\f\n\r\té', 'text'],
    ['"\\ud83e\\udd86"', '🦆', 'text'],
    ['"\\ud83e"', '\ufffd', 'text'],
    ['"\\udd86\\ud83e"', '\ufffd\ufffd', 'text'],
    ['"日本語 \u007f\u2028"', '日本語 \u007f\u2028', 'text'],
  ])('the value %s is the text %j', (literal, text, kind) => {
    expect(read(`{"a":${literal}}`)).toEqual([['["a"]', text, kind]]);
  });

  test.each(['NaN', 'Infinity', '-Infinity', 'null'])('%s is absent', (literal) => {
    expect(read(`{"a":${literal},"b":[${literal},1]}`)).toEqual([['["b",1]', '1', 'integer']]);
  });

  test.each([
    ...[
      '',
      ' ',
      '{',
      '}',
      '{}x',
      '{},',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{,"a":1}',
      '{"a":1 "b":2}',
      '{"a":1;}',
      "{'a':1}",
    ],
    ...[
      '{a:1}',
      '{1:1}',
      '[]',
      '[{"a":1}]',
      '"a"',
      '1',
      'null',
      'x{}',
      '\ufeff{}',
      '\u00a0{}',
      '{}\u00a0',
      '{"a":1}{"b":2}',
    ],
    ...['{"a":01}', '{"a":1.}', '{"a":.5}', '{"a":+1}', '{"a":1e}', '{"a":1e+}', '{"a":-}', '{"a":--1}', '{"a":0x1}'],
    ...['{"a":[1,]}', '{"a":[,1]}', '{"a":[1}', '{"a":{"b":1]}', '{"a":[1 2]}', '{"a":tru}', '{"a":True}', '{"a":nul}'],
    ...[
      '{"a":nan}',
      '{"a":-NaN}',
      '{"a":infinity}',
      '{"a":"\t"}',
      '{"a":"\n"}',
      '{"a":"x',
      '{"a":"\\x"}',
      '{"a":"\\u12g4"}',
    ],
    ...['{"a":"\\u12', '{"a":"\\', '{"a\u0000":1}', '{"a":1}/**/', '{"a":1\u000b}'],
  ])('%j is no JSON object', (message) => {
    expect(read(message)).toBeNull();
  });

  test('reports both of two members with one name, the last one last', () => {
    expect(read('{"a":1,"a":2}')).toEqual([
      ['["a"]', '1', 'integer'],
      ['["a"]', '2', 'integer'],
    ]);
  });

  test('gives a path one number, however the order of members changes', () => {
    const paths = new PathTable();
    read('{"a":1,"b":{"c":2},"d":3}', paths);
    const size = paths.size;
    for (const message of ['{"d":3,"b":{"c":2},"a":1}', '{"b":{},"a":1}', '{"\\u0061":1, "d" : 3}', '{}'])
      read(message, paths);
    expect(paths.size).toBe(size);
    expect(read('{"d":4,"\\u0061":1}', paths)).toEqual([
      ['["d"]', '4', 'integer'],
      ['["a"]', '1', 'integer'],
    ]);
  });

  test.each(['{"a":', '[', '{"a":['])('does not crash on a megabyte of %s', (opening) => {
    expect(read(opening.repeat(1 << 20))).toBeNull();
    expect(read(`{"a":${'['.repeat(1 << 20)}1${']'.repeat(1 << 20)}}`)).toEqual([]);
  });

  test('counts what is nested too deep, too far in an array, or over the number of paths, instead of reporting it', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth)}1${']'.repeat(depth)}}`;
    const paths = new PathTable();
    expect(read(nested(maxDepth - 1), paths)).toHaveLength(1);
    expect(paths.unreported).toBe(0);
    expect(read(nested(maxDepth), paths)).toEqual([]);
    expect(paths.unreported).toBe(1);

    const long = new PathTable();
    expect(read(`{"a":[${'1,'.repeat(maxElements)}"x"]}`, long)).toHaveLength(maxElements);
    expect(long.unreported).toBe(1);

    const few = new PathTable(3);
    expect(read('{"a":1,"b":2,"c":3,"d":{"e":[true,null]}}', few)).toHaveLength(2);
    expect(few.unreported).toBe(2);
    expect(few.steps(few.intern(['c', 0]))).toEqual(['c', 0]);
  });

  test('agrees with JSON.parse about values and validity', () => {
    const paths = new PathTable(1_000_000);
    const leavesOf = (value: unknown, path: PathStep[]): [string, string][] => {
      if (typeof value === 'string') return [[JSON.stringify(path), value]];
      if (typeof value === 'boolean') return [[JSON.stringify(path), String(value)]];
      if (typeof value === 'number') {
        const literal = JSON.stringify(value);
        return [[JSON.stringify(path), /[.e]/.test(literal) ? doubleText(value) : literal]];
      }
      if (Array.isArray(value)) return value.flatMap((element, i) => leavesOf(element, [...path, i]));
      if (value === null) return [];
      return Object.entries(value as object).flatMap(([name, member]) => leavesOf(member, [...path, name]));
    };
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }));
    fc.assert(
      fc.property(object, fc.nat(), fc.string({ maxLength: 2 }), fc.constantFrom(0, 2), (value, at, edit, indent) => {
        const message = JSON.stringify(value, null, indent);
        const found = read(message, paths)?.map(([path, text]) => [path, text]);
        expect(found?.sort()).toEqual(leavesOf(JSON.parse(message), []).sort());

        const cut = at % message.length;
        const edited = message.slice(0, cut) + edit + message.slice(cut + 1);
        expect(read(edited, paths) !== null).toBe(isObjectText(edited));
      }),
      { numRuns: 500 },
    );
  });
});

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe('textKind', () => {
  test.each([
    ['0', 'integer'],
    ['-1', 'integer'],
    ['65535', 'integer'],
    ['999999999999999999', 'integer'],
    ['9999999999999999999', 'text'],
    ['012345678901', 'text'],
    ['-0', 'text'],
    ['+7', 'text'],
    ['1.5', 'double'],
    ['10.0.0.1', 'text'],
    ['-', 'text'],
    ['', 'text'],
    ['1e3', 'text'],
    ['2001:db8::1', 'text'],
  ])('%j is %s', (text, kind) => {
    expect(textKind(text)).toBe(kind);
  });
});
