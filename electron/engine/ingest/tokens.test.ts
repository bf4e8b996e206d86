import { describe, expect, test } from 'vitest';
import { tokenize } from './tokens';

describe('tokenize', () => {
  test.each([
    ['', []],
    [' \t\r\n ', []],
    ['a b', ['a', 'b']],
    ['  a\t\tb\r\nc  ', ['a', 'b', 'c']],
    ['- -', ['-', '-']],
    ['"GET / HTTP/1.1" 200', ['GET / HTTP/1.1', '200']],
    ['[10/Oct/2000:13:55:36 -0700] x', ['10/Oct/2000:13:55:36 -0700', 'x']],
    ['"" []', ['', '']],
    // An inner quote that no white space follows does not close.
    ['"say "hi" there" x', ['say "hi', 'there"', 'x']],
    ['"<a href="x">" 1', ['<a href="x">', '1']],
    // With no closing quote before white space the first one closes, and the rest starts a new token.
    ['"a"b c', ['a', 'b', 'c']],
    ['"h2","http/1.1" x', ['h2","http/1.1', 'x']],
    ['"a\\" b" c', ['a\\" b', 'c']],
    ['"a\\\\" b" c', ['a\\\\', 'b"', 'c']],
    // Without any closing delimiter a quote takes the rest and a bracket is an ordinary character.
    ['x "never closed, to the end', ['x', 'never closed, to the end']],
    ['"', ['']],
    ['x "a\\"', ['x', 'a\\"']],
    ['[a b', ['[a', 'b']],
    ['[a]b] c', ['a]b', 'c']],
    ['[a]b c', ['a', 'b', 'c']],
    ['[[a] b] c', ['[a', 'b]', 'c']],
    ['a[b c]', ['a[b', 'c]']],
    ['a"b c"', ['a"b', 'c"']],
    ['"a"[b]"c"', ['a"[b]"c']],
    ['naïve 日本語 🦆', ['naïve', '日本語', '🦆']],
    ['no\u00a0break', ['no\u00a0break']],
  ])('%j', (message, tokens) => {
    expect(tokenize(message)).toEqual(tokens);
  });

  test.each([
    ['quotes', '"'.repeat(1 << 20)],
    ['quotes that close nothing', '"a'.repeat(1 << 19)],
    ['quotes behind backslashes', '"\\'.repeat(1 << 19)],
    ['brackets', '['.repeat(1 << 20)],
    ['brackets that close nothing', '[]x'.repeat(1 << 18)],
    ['bracketed words and an open bracket', `${'[a] '.repeat(1 << 18)}[b`],
  ])('takes time linear in the length of %s', (_name, message) => {
    const started = performance.now();
    tokenize(message);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
