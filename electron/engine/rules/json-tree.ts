import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Problem } from '../../../shared/problem';

/** A JSON value of a rule body that knows where it stands, as in `Contribution.Filters[1].In`. */
export type JsonNode = { place: string } & (
  | { type: 'object'; members: Map<string, JsonNode> }
  | { type: 'array'; items: JsonNode[] }
  | { type: 'string'; value: string }
  | { type: 'number'; value: number; literal: string }
  | { type: 'boolean'; value: boolean }
  | { type: 'null' }
);

/** A rule needs six levels. The parser recurses, so that a text of brackets alone would overflow its stack. */
const deepestLevel = 64;

/**
 * Reads JSON as RFC 8259 has it: no comments, no trailing commas.
 * @returns the value, or null and one problem whose place is `line:column`, both from 1. A member that is there twice is
 *   a problem too; the value then holds the first of the two.
 */
export function parseJson(text: string): { root: JsonNode | null; problems: Problem[] } {
  const body = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
  const tooDeep = findDepthBeyond(body, deepestLevel);
  if (tooDeep !== null) return broken(body, tooDeep, `There are more than ${deepestLevel} levels of brackets.`);
  const errors: ParseError[] = [];
  const tree = parseTree(body, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [error] = errors;
  if (error !== undefined || tree === undefined) {
    const offset = error?.offset ?? 0;
    return broken(
      body,
      offset,
      describeSyntaxError(error === undefined ? '' : printParseErrorCode(error.error), body, offset),
    );
  }
  const problems: Problem[] = [];
  return { root: toJsonNode(tree, body, '', problems), problems };
}

/** `line:column` of a place in a text, both from 1, columns in characters. */
export function lineAndColumn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return `${lines.length}:${[...(lines.at(-1) ?? '')].length + 1}`;
}

/** The place of a member: `Contribution.Keys`, `Fields["4"]`. */
export function memberPlace(parent: string, name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `${parent}[${JSON.stringify(name)}]`;
  return parent === '' ? name : `${parent}.${name}`;
}

/** What a value is, for messages: `a number`, `null`. */
export function describeNode(node: JsonNode): string {
  if (node.type === 'null') return 'null';
  return `${node.type === 'object' || node.type === 'array' ? 'an' : 'a'} ${node.type}`;
}

function toJsonNode(node: Node, text: string, place: string, problems: Problem[]): JsonNode {
  switch (node.type) {
    case 'object':
      return { place, type: 'object', members: toMembers(node, text, place, problems) };
    case 'array': {
      const children = node.children ?? [];
      return {
        place,
        type: 'array',
        items: children.map((item, index) => toJsonNode(item, text, `${place}[${index}]`, problems)),
      };
    }
    case 'string':
      return { place, type: 'string', value: node.value };
    case 'number':
      return { place, type: 'number', value: node.value, literal: text.slice(node.offset, node.offset + node.length) };
    case 'boolean':
      return { place, type: 'boolean', value: node.value };
    default:
      return { place, type: 'null' };
  }
}

function toMembers(object: Node, text: string, place: string, problems: Problem[]): Map<string, JsonNode> {
  const members = new Map<string, JsonNode>();
  for (const property of object.children ?? []) {
    const [name, value] = property.children ?? [];
    if (name === undefined || value === undefined) continue;
    const own = memberPlace(place, name.value);
    if (!members.has(name.value)) {
      members.set(name.value, toJsonNode(value, text, own, problems));
      continue;
    }
    problems.push({
      code: 'rule/duplicate-member',
      place: own,
      message: `The member ${JSON.stringify(name.value)} is there twice, the second time at ${lineAndColumn(text, name.offset)}.`,
      hint: 'Keep one of them.',
    });
  }
  return members;
}

/** Where brackets outside of strings are nested deeper than `limit`, or null. */
function findDepthBeyond(text: string, limit: number): number | null {
  let depth = 0;
  let inString = false;
  for (let offset = 0; offset < text.length; offset++) {
    const c = text[offset];
    if (inString) {
      if (c === '\\') offset++;
      else if (c === '"' || c === '\n') inString = false;
    } else if (c === '"') inString = true;
    else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    if (depth > limit) return offset;
  }
  return null;
}

function broken(text: string, offset: number, message: string): { root: null; problems: Problem[] } {
  return { root: null, problems: [{ code: 'rule/json-syntax', place: lineAndColumn(text, offset), message }] };
}

const expectations: Record<string, string> = {
  CloseBraceExpected: '"}" or a further member',
  CloseBracketExpected: '"]" or a further value',
  ColonExpected: 'a colon after the name of the member',
  CommaExpected: 'a comma',
  PropertyNameExpected: 'the name of a member in double quotes',
  ValueExpected: 'a value',
  EndOfFileExpected: 'nothing more after the rule',
};

const faults: Record<string, string> = {
  InvalidCommentToken: 'JSON has no comments.',
  UnexpectedEndOfComment: 'JSON has no comments.',
  UnexpectedEndOfString: 'The string has no closing quote on its line.',
  InvalidCharacter: 'The string holds a control character; JSON wants it as an escape such as \\n.',
  InvalidEscapeCharacter: 'The string holds a backslash with a character after it that makes no JSON escape.',
  InvalidUnicode: 'The string holds a \\u without four hexadecimal digits after it.',
  UnexpectedEndOfNumber: 'The number ends too early: a digit is missing.',
};

function describeSyntaxError(code: string, text: string, offset: number): string {
  const [found] = text.slice(offset, offset + 2);
  const words = found === undefined ? 'the text ends here' : `found ${JSON.stringify(found)}`;
  const expected = expectations[code];
  if (expected !== undefined) return `Expected ${expected}, but ${words}.`;
  if (faults[code] !== undefined) return faults[code];
  if (found === "'") return 'JSON wants names and strings in double quotes.';
  return found === undefined ? 'The text ends here.' : `Not JSON: ${words} where a value or the end was expected.`;
}
