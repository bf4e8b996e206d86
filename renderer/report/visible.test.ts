import { expect, test } from 'vitest';
import { showKey } from './visible';

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['GET /a b', 'GET /a b'],
  ['', '(empty)'],
  ['  ', '␣␣'],
  [' a ', '␣a␣'],
  ['two\nlines', 'two⏎lines'],
  ['a\r\n\tb', 'a␍⏎⇥b'],
  ['\u0000\u001b[31m', '\\u0000\\u001b[31m'],
  ['exe\u202egpj', 'exe\\u202egpj'],
  ['a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
  ['no\u00a0break', 'no\\u00a0break'],
  ['\ud800', '\\ud800'],
  ['\u{e0041}', '\\u{e0041}'],
  ['<b>ünïcode 日本</b> \u05d0', '<b>ünïcode 日本</b> \u05d0'],
])('the key %j is shown as %j', (key, shown) => expect(showKey(key)).toBe(shown));

test('the middle of a long key is left out', () => {
  const shown = showKey(`${'a'.repeat(5000)}end`);
  expect(shown.length).toBeLessThan(500);
  expect(shown).toMatch(/^a+…a+end$/);
});
