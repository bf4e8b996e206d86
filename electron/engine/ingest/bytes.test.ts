import { describe, expect, test } from 'vitest';
import {
  byteOrderMarkLength,
  countLineFeeds,
  cutAtCharacter,
  decodeText,
  isBlank,
  looksBinary,
  replaceLoneSurrogates,
  sniffBytes,
} from './bytes';

const decode = (...bytes: number[]) => decodeText(Buffer.from(bytes), 0, bytes.length);

describe('decodeText', () => {
  test('reads UTF-8, in short and in long texts', () => {
    const text = 'naïve 日本語 🦆 plain';
    expect(decodeText(Buffer.from(text), 0, Buffer.byteLength(text))).toBe(text);
    const long = text.repeat(200);
    expect(decodeText(Buffer.from(`<${long}>`), 1, 1 + Buffer.byteLength(long))).toBe(long);
    const ascii = 'plain '.repeat(500);
    expect(decodeText(Buffer.from(`<${ascii}>`), 1, 1 + ascii.length)).toBe(ascii);
  });

  test('puts one U+FFFD in the place of each maximal part of a character', () => {
    expect(decode(0x61, 0xff, 0x62)).toBe('a\ufffdb');
    expect(decode(0xe2, 0x82, 0x62)).toBe('\ufffdb');
    expect(decode(0xf0, 0x9f, 0xa6)).toBe('\ufffd');
    expect(decode(0xe2, 0xe2, 0x82, 0xac)).toBe('\ufffd€');
    expect(decode(0xc0, 0x80)).toBe('\ufffd\ufffd');
    expect(decode(0xed, 0xa0, 0x80)).toBe('\ufffd\ufffd\ufffd');
    expect(decode(0xf4, 0x90, 0x80, 0x80)).toBe('\ufffd\ufffd\ufffd\ufffd');
  });
});

test('cutAtCharacter divides no character', () => {
  const bytes = Buffer.from('aé🦆b');
  const cuts = Array.from({ length: 9 }, (_, limit) => bytes.toString('utf8', 0, cutAtCharacter(bytes, 0, limit)));
  expect(cuts).toEqual(['', 'a', 'a', 'aé', 'aé', 'aé', 'aé', 'aé🦆', 'aé🦆b']);
});

test('looksBinary finds a NUL among the first bytes', () => {
  expect(looksBinary(Buffer.from('a\0b'))).toBe(true);
  expect(looksBinary(Buffer.from('ab'))).toBe(false);
  expect(looksBinary(Buffer.concat([Buffer.alloc(sniffBytes, 32), Buffer.from([0])]))).toBe(false);
});

test('byteOrderMarkLength', () => {
  expect(byteOrderMarkLength(Buffer.from('\ufeffa'))).toBe(3);
  expect(byteOrderMarkLength(Buffer.from('a\ufeff'))).toBe(0);
  expect(byteOrderMarkLength(Buffer.alloc(0))).toBe(0);
});

test('countLineFeeds counts in a range only', () => {
  const bytes = Buffer.from('\na\n\nb\n');
  expect(countLineFeeds(bytes, 0, bytes.length)).toBe(4);
  expect(countLineFeeds(bytes, 1, 3)).toBe(1);
  expect(countLineFeeds(bytes, 3, 3)).toBe(0);
});

test('a line of white space by Unicode is blank', () => {
  for (const text of ['', ' \t\r', '\u00a0', '\u3000\u2003', '\u0085\u001c']) expect(isBlank(text)).toBe(true);
  for (const text of ['a', ' . ', '\ufeff', '\u200b']) expect(isBlank(text)).toBe(false);
});

test('replaceLoneSurrogates leaves pairs alone', () => {
  expect(replaceLoneSurrogates('a\ud83e\udd86\ud83eb\udd86')).toBe('a🦆\ufffdb\ufffd');
});
