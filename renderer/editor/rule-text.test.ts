import { describe, expect, test } from 'vitest';
import { formatText, pathOfPlace, printJson, rangeOfPlace, readTree, removeAt, renameAt, setAt } from './rule-text';

const spread = `{
  "Contribution": {
    "Keys": ["a"],
    "Filters": [
      { "Match": "a", "In": ["1"] },
      { "Match": "b", "In": ["2"] }
    ]
  }
}`;
const compact = '{"Contribution":{"Keys":["a","b"],"Filters":[{"Match":"a","In":["1"]}]}}';

describe('changes of a part leave the rest as it is written', () => {
  test('another value', () => {
    expect(setAt(spread, ['Contribution', 'Keys'], ['a', 'b'])).toBe(spread.replace('["a"]', '["a", "b"]'));
    expect(setAt(compact, ['Contribution', 'Keys', 1], 'c')).toBe(compact.replace('"b"', '"c"'));
  });

  test('a new member goes last, laid out like the others', () => {
    expect(setAt(spread, ['Contribution', 'ValueOf'], 'b')).toBe(
      spread.replace('    ]\n  }', '    ],\n    "ValueOf": "b"\n  }'),
    );
    expect(setAt(compact, ['AggregateOn'], 'Sum')).toBe(`${compact.slice(0, -1)}, "AggregateOn": "Sum"}`);
  });

  test('members on the way are made', () => {
    expect(JSON.parse(setAt('{}', ['Contribution', 'Keys'], ['a']))).toEqual({ Contribution: { Keys: ['a'] } });
    expect(JSON.parse(setAt('{"Fields": []}', ['Fields', '4'], 'a'))).toEqual({ Fields: { 4: 'a' } });
  });

  test('a new item', () => {
    expect(setAt(spread, ['Contribution', 'Filters', 2], { Match: 'c' })).toBe(
      spread.replace('["2"] }\n', '["2"] },\n      {\n        "Match": "c"\n      }\n'),
    );
  });

  test.each([
    [0, '{"a":[2,3]}'],
    [1, '{"a":[1,3]}'],
    [2, '{"a":[1,2]}'],
  ])('item %s goes, with one comma', (index, expected) => {
    expect(removeAt('{"a":[1,2,3]}', ['a', index])).toBe(expected);
  });

  test('the last item and the last member go', () => {
    expect(removeAt('{"a": [ 1 ]}', ['a', 0])).toBe('{"a": []}');
    expect(removeAt('{"a": 1}', ['a'])).toBe('{}');
    expect(removeAt(spread, ['Contribution', 'Filters', 1])).toBe(
      spread.replace(',\n      { "Match": "b", "In": ["2"] }', ''),
    );
  });

  test('another name', () => {
    expect(renameAt('{"a": {"in": [1]}}', ['a', 'in'], 'In')).toBe('{"a": {"In": [1]}}');
  });

  test.each(['{', '{"a": 1,}', '// a\n{}', '['.repeat(100_000)])('what is not JSON stays: %#', (text) => {
    expect(readTree(text)).toBeNull();
    expect([setAt(text, ['a'], 1), removeAt(text, ['a']), formatText(text)]).toEqual([text, text, text]);
  });
});

test('short lists stand on one line, long ones and objects do not', () => {
  expect(printJson({ a: ['x', 'y'], b: [], c: {}, d: [{ e: 1 }] })).toBe(
    '{\n  "a": ["x", "y"],\n  "b": [],\n  "c": {},\n  "d": [\n    {\n      "e": 1\n    }\n  ]\n}',
  );
  const long = Array.from({ length: 12 }, (_, index) => `value ${index}`);
  expect(printJson(long).split('\n')).toHaveLength(14);
});

describe('a problem is shown where its place is', () => {
  const shown = (text: string, place: string, isName = false) => {
    const { from, to } = rangeOfPlace(text, place, isName);
    return text.slice(from, to);
  };

  test.each([
    ['Contribution.Filters[1].In', '["2"]'],
    ['Contribution.Filters[1].Match', '"b"'],
    ['Contribution.Keys[0]', '"a"'],
    ['Contribution.Filters[1].Other', '{'],
    ['LogFormat', '{'],
    ['', '{'],
  ])('%s', (place, expected) => expect(shown(spread, place)).toBe(expected));

  test('a wrong name is shown at the name', () => {
    expect(shown(compact, 'Contribution.Filters[0].In', true)).toBe('"In"');
  });

  test('a quoted step', () => {
    expect(pathOfPlace('Fields["4"]')).toEqual(['Fields', '4']);
    expect(shown('{"Fields": {"a]\\"b": 4}}', 'Fields["a]\\"b"]')).toBe('4');
  });

  test('lines and columns count characters, and end at the end of the text', () => {
    expect(shown('{\n "🦆": x}', '2:7')).toBe('x');
    expect(shown('{\r\n"a": 1', '2:7')).toBe('');
    expect(shown('', '1:1')).toBe('');
  });
});
