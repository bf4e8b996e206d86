import { expect, test } from 'vitest';
import { cutExcerpt, cutPieces, type Piece } from './excerpt';

const print = (pieces: readonly Piece[]) =>
  pieces.map((piece) => ('gap' in piece ? '…' : piece.role === null ? piece.text : `<${piece.text}>`)).join('');
const mark = (message: string, text: string) => {
  const start = message.indexOf(text);
  return { start, end: start + text.length, role: 'key' as const };
};

test('a short event is shown whole, with what the rule looks at marked', () => {
  const message = '2 10.0.0.1 443 ACCEPT';
  expect(print(cutExcerpt(message, [mark(message, '10.0.0.1'), mark(message, 'ACCEPT')]))).toBe(
    '2 <10.0.0.1> 443 <ACCEPT>',
  );
  expect(print(cutPieces(message, []))).toBe(message);
});

test('a long event keeps its beginning, and each value with its name', () => {
  const filler = 'x'.repeat(200);
  const message = JSON.stringify({ id: 'a', one: filler, ip: '10.0.0.1', two: filler, status: 500, three: filler });
  expect(print(cutExcerpt(message, [mark(message, '"10.0.0.1"'), mark(message, '500')]))).toBe(
    `${message.slice(0, 60)}…"ip":<"10.0.0.1">,…"status":<500>,…`,
  );
});

test('no part of an event comes twice', () => {
  const message = `{"ip":"10.0.0.1","host":"a","x":"${'y'.repeat(400)}"}`;
  const pieces = cutExcerpt(message, [mark(message, '"10.0.0.1"'), mark(message, '"a"')]);
  expect(print(pieces)).toBe('{"ip":<"10.0.0.1">,"host":<"a">,…');
});
