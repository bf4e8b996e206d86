import { ExpressionError } from './expression-error';
import { type Token, tokenize } from './tokenize';

/** An expression as a tree. `at` is where a node starts in the text, from 0. */
export type Node =
  | { kind: 'number'; value: number; at: number }
  | { kind: 'text'; value: string; at: number }
  | { kind: 'name'; name: string; at: number }
  | { kind: 'list'; items: Node[]; at: number }
  | { kind: 'negative'; of: Node; at: number }
  | { kind: 'binary'; operator: BinaryOperator; left: Node; right: Node; at: number }
  | { kind: 'call'; name: string; args: Node[]; at: number };

export type BinaryOperator = '+' | '-' | '*' | '/' | '^' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'AND' | 'OR';

/** Weakest first. `^` binds to the right and stronger than a sign before it: `-2^2` is -4. */
const strengths: readonly (readonly BinaryOperator[])[] = [
  ['OR'],
  ['AND'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
];

/** Deeper nesting is no expression that a person writes, and would exhaust the stack. */
const deepest = 100;

/** Reads an expression. @throws ExpressionError with the place of the first mistake */
export function parseExpression(text: string): Node {
  const tokens = tokenize(text);
  let next = 0;
  let depth = 0;
  const end: Token = { kind: 'end', text: '', at: text.length };
  const peek = () => tokens[next] ?? end;
  const takes = (symbol: string) => {
    const found = peek();
    if (found.kind !== 'symbol' || found.text !== symbol) return false;
    next += 1;
    return true;
  };
  const expect = (symbol: string, after: string) => {
    if (!takes(symbol)) throw unexpected(peek(), `${symbol} ${after}`);
  };

  const readBinary = (level: number): Node => {
    const operators = strengths[level];
    if (operators === undefined) return readSigned();
    let left = readBinary(level + 1);
    for (;;) {
      const token = peek();
      const operator = token.kind === 'symbol' ? operators.find((one) => one === token.text) : undefined;
      if (operator === undefined) return left;
      next += 1;
      left = { kind: 'binary', operator, left, right: readBinary(level + 1), at: token.at };
    }
  };

  const readSigned = (): Node => {
    const { at } = peek();
    if (!takes('-')) return readPower();
    return deeper(at, () => ({ kind: 'negative', of: readSigned(), at }));
  };

  const readPower = (): Node => {
    const base = readAtom();
    const { at } = peek();
    if (!takes('^')) return base;
    return deeper(at, () => ({ kind: 'binary', operator: '^', left: base, right: readSigned(), at }));
  };

  const readAtom = (): Node => {
    const token = peek();
    next += 1;
    const { at } = token;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text), at };
    if (token.kind === 'text') return { kind: 'text', value: token.text, at };
    if (token.kind === 'name') {
      if (!takes('(')) return { kind: 'name', name: token.text, at };
      return deeper(at, () => ({ kind: 'call', name: token.text, args: readItems(')'), at }));
    }
    if (token.kind === 'symbol' && token.text === '(') {
      return deeper(at, () => {
        const inner = readBinary(0);
        expect(')', 'after the expression');
        return inner;
      });
    }
    if (token.kind === 'symbol' && token.text === '[') {
      return deeper(at, () => ({ kind: 'list', items: readItems(']'), at }));
    }
    throw unexpected(token, 'a number, a name, a function or (');
  };

  const readItems = (close: ')' | ']'): Node[] => {
    const items: Node[] = [];
    if (takes(close)) return items;
    do items.push(readBinary(0));
    while (takes(','));
    expect(close, 'or a comma');
    return items;
  };

  const deeper = (at: number, read: () => Node): Node => {
    depth += 1;
    if (depth > deepest) throw new ExpressionError(at, `The expression is nested more than ${deepest} levels deep.`);
    const node = read();
    depth -= 1;
    return node;
  };

  const whole = readBinary(0);
  if (peek().kind !== 'end') throw unexpected(peek(), 'an operator or the end');
  return whole;
}

function unexpected(token: Token, wanted: string): ExpressionError {
  const found = token.kind === 'end' ? 'The expression ends' : `There is ${JSON.stringify(token.text)}`;
  return new ExpressionError(token.at, `${found} where ${wanted} should follow.`);
}
