import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonScanner, maxNesting } from './json-scanner';

/** Scans a text in pieces of `size` bytes; returns how it went, and the bytes up to where it stopped. */
function scan(text: string, size: number, saveEach = false) {
  const bytes = Buffer.from(text);
  let scanner = new JsonScanner();
  scanner.begin();
  let result = 'more';
  for (let from = 0; from < bytes.length && result === 'more'; from += size) {
    result = scanner.scan(bytes, from, Math.min(bytes.length, from + size), 0);
    if (!saveEach) continue;
    const { at } = scanner;
    const saved = scanner.save();
    if (result === 'more') {
      scanner = new JsonScanner();
      scanner.restore(saved);
    }
    scanner.at = at;
  }
  if (result === 'more' && !saveEach && scanner.finish(0)) result = 'done';
  return [result, bytes.toString('utf8', 0, scanner.at)];
}

describe('JsonScanner', () => {
  test.each([
    ['{}x', '{}'],
    ['[1,2] ,', '[1,2]'],
    [' {"a": [1, {"b": null}], "c": "\\u00e9\\n"}{', ' {"a": [1, {"b": null}], "c": "\\u00e9\\n"}'],
    ['"a\\"b"c', '"a\\"b"'],
    ['true,', 'true'],
    ['nullx', 'null'],
    ['-Infinity', '-Infinity'],
    ['[NaN,Infinity,-1.5e+3]', '[NaN,Infinity,-1.5e+3]'],
    // A number that is a document of its own ends where it still was one.
    ['12', '12'],
    ['2023-11-14', '2023'],
    ['007', '0'],
    ['1.x', '1'],
    ['1.5e+', '1.5'],
    ['1e5{}', '1e5'],
  ])('%j holds the value %j', (text, value) => {
    for (const size of [1, 2, 100]) expect(scan(text, size)).toEqual(['done', value]);
  });

  test.each([
    ['}', ''],
    ['{broken', '{'],
    ['{"a":1,}', '{"a":1,'],
    ['[1,]', '[1,'],
    ['[1.]', '[1.'],
    ['[-]', '[-'],
    ['{"a":1]', '{"a":1'],
    ['[tru]', '[tru'],
    ['"a\nb"', '"a'],
    ['"\\x"', '"\\'],
    ['"\\u12x"', '"\\u12'],
    ['-x', '-'],
    ['\u00a0{}', ''],
    ['['.repeat(maxNesting + 1), '['.repeat(maxNesting)],
  ])('%j fails behind %j', (text, before) => {
    for (const size of [1, 100_000]) expect(scan(text, size)).toEqual(['failed', before]);
  });

  test.each(['{', '{"a', '{"a":"\\', '[1', '-', '"\\u1', 'tr', '{"a":1,', '  '])('%j needs more', (text) => {
    expect(scan(text, 1)[0]).toBe('more');
  });

  test('agrees with JSON.parse, in pieces and saved between them', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.string({ maxLength: 2 }), fc.nat(), (value, at, edit, size) => {
        const text = `[${JSON.stringify(value, null, at % 2)}]`;
        expect(scan(text, 1 + (size % 9), true)).toEqual(['done', text]);
        const cut = at % text.length;
        const edited = text.slice(0, cut) + edit + text.slice(cut + 1);
        const [result, part] = scan(edited, 1 + (size % 9), true);
        expect(result === 'done' && edited.slice(part?.length).trim() === '').toBe(isJson(edited));
      }),
      { numRuns: 300 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
