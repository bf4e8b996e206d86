import { ExpressionError } from './expression-error';

/** A piece of an expression. The text of a quoted one is what stands between the quotes. */
export type Token = { kind: 'number' | 'text' | 'name' | 'symbol' | 'end'; text: string; at: number };

/** Longer texts are no expressions that a person writes. */
const longest = 10_000;

const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[A-Za-z_][A-Za-z0-9_]*/y;
const symbol = /==|!=|<=|>=|&&|\|\||[-+*/^<>(),[\]]/y;

/** Other ways to write an operator. */
const synonyms: Record<string, string> = { '&&': 'AND', '||': 'OR' };

/** Cuts an expression into pieces. @throws ExpressionError for what is none */
export function tokenize(text: string): Token[] {
  if (text.length > longest) {
    throw new ExpressionError(0, `The expression is longer than ${longest.toLocaleString('en-US')} characters.`);
  }
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  while (at < text.length) {
    const space = take(/\s+/y);
    if (space !== null) {
      at += space.length;
      continue;
    }
    const quote = text.charAt(at);
    if (quote === '"' || quote === "'") {
      const { value, end } = readQuoted(text, at);
      tokens.push({ kind: 'text', text: value, at });
      at = end;
      continue;
    }
    const token = readPlain(take, at);
    if (token === null) throw unknownCharacter(text, at);
    const [written, piece] = token;
    tokens.push(piece);
    at += written.length;
  }
  return tokens;
}

function readPlain(take: (pattern: RegExp) => string | null, at: number): [string, Token] | null {
  const digits = take(number);
  if (digits !== null) return [digits, { kind: 'number', text: digits, at }];
  const word = take(name);
  if (word === 'AND' || word === 'OR') return [word, { kind: 'symbol', text: word, at }];
  if (word !== null) return [word, { kind: 'name', text: word, at }];
  const sign = take(symbol);
  return sign === null ? null : [sign, { kind: 'symbol', text: synonyms[sign] ?? sign, at }];
}

/** A backslash takes the next character as it is, so that every rule name and key can be written. */
function readQuoted(text: string, start: number): { value: string; end: number } {
  const quote = text.charAt(start);
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === quote) return { value, end: at + 1 };
    if (character === '\\' && at + 1 < text.length) at += 1;
    value += text.charAt(at);
  }
  throw new ExpressionError(start, 'The quote is not closed.');
}

function unknownCharacter(text: string, at: number): ExpressionError {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const hints: Record<string, string> = {
    '=': 'Two = compare; an ID= stands only at the start.',
    '%': 'Write 100 * a / b for a percentage.',
    '“': 'Use straight quotes.',
    '”': 'Use straight quotes.',
    '‘': 'Use straight quotes.',
    '’': 'Use straight quotes.',
  };
  return new ExpressionError(at, `${JSON.stringify(character)} is not part of an expression.`, hints[character]);
}
