import { findNodeAtLocation, getNodeValue, type JSONPath, type Node, type ParseError, parseTree } from 'jsonc-parser';

/**
 * A rule body as text that two editors write on: changes of a part leave the rest as it is written. The engine says what
 * is right; here the text is only read and changed.
 */

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

const deepestLevel = 64;

/** The tree of a JSON text; null where the text is not JSON, has comments or trailing commas, or is nested too deep. */
export function readTree(text: string): Node | null {
  const errors: ParseError[] = [];
  // The parser recurses.
  if (text.split(/[[{]/).length > 4000 || measureDepth(text) > deepestLevel) return null;
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  return tree === undefined || errors.length > 0 ? null : tree;
}

function measureDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}

/** The value at a path, or undefined. */
export function valueAt(tree: Node, path: JSONPath): Json | undefined {
  const node = findNodeAtLocation(tree, path);
  return node === undefined ? undefined : (getNodeValue(node) as Json);
}

/** Longest array that is written on one line, in characters. */
const widestLine = 72;

/** JSON with two blanks a level; an array of plain values stands on one line where it is short. */
export function printJson(value: Json, indent = ''): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isPlain = value.every((item) => item === null || typeof item !== 'object');
    if (isPlain && indent.length + line.length <= widestLine) return line;
    return `[\n${value.map((item) => inner + printJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value);
  if (members.length === 0) return '{}';
  return `{\n${members.map(([name, item]) => `${inner}${JSON.stringify(name)}: ${printJson(item, inner)}`).join(',\n')}\n${indent}}`;
}

/** The text laid out anew; as it is where it is not JSON. */
export function formatText(text: string): string {
  const tree = readTree(text);
  return tree === null ? text : `${printJson(getNodeValue(tree) as Json)}\n`;
}

/** The text with another value at a path; members on the way are made. As it is where the text is not JSON. */
export function setAt(text: string, path: JSONPath, value: Json): string {
  const tree = readTree(text);
  if (tree === null) return text;
  const node = findNodeAtLocation(tree, path);
  if (node !== undefined) {
    return splice(text, node.offset, node.offset + node.length, printJson(value, indentAt(text, node.offset)));
  }
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const parent = findNodeAtLocation(tree, path.slice(0, depth));
    if (parent === undefined) continue;
    const rest = path.slice(depth + 1).reduceRight<Json>((inside, step) => wrap(step, inside), value);
    return append(text, parent, path[depth] ?? 0, rest);
  }
  return text;
}

function wrap(step: string | number, inside: Json): Json {
  return typeof step === 'number' ? [inside] : { [step]: inside };
}

/** Adds a member or an item as the last of an object or array. What is neither is replaced. */
function append(text: string, parent: Node, step: string | number, value: Json): string {
  const fits = parent.type === (typeof step === 'number' ? 'array' : 'object');
  const outer = indentAt(text, parent.offset);
  const last = parent.children?.[parent.children.length - 1];
  if (!fits || last === undefined) {
    return splice(text, parent.offset, parent.offset + parent.length, printJson(wrap(step, value), outer));
  }
  const end = last.offset + last.length;
  const before = text.slice(0, last.offset);
  const isOwnLine = /\n[ \t]*$/.test(before);
  const inner = isOwnLine ? (/[ \t]*$/.exec(before)?.[0] ?? '') : `${outer}  `;
  const label = typeof step === 'number' ? '' : `${JSON.stringify(step)}: `;
  return splice(text, end, end, `${isOwnLine ? `,\n${inner}` : ', '}${label}${printJson(value, inner)}`);
}

/** The text with a new member of the whole behind another one; last where there is none of that name. */
export function insertAfter(text: string, sibling: string, name: string, value: Json): string {
  const tree = readTree(text);
  const node = tree === null ? undefined : findNodeAtLocation(tree, [sibling])?.parent;
  if (node === undefined) return setAt(text, [name], value);
  const end = node.offset + node.length;
  const isOwnLine = /\n[ \t]*$/.test(text.slice(0, node.offset));
  const indent = isOwnLine ? indentAt(text, node.offset) : '';
  return splice(
    text,
    end,
    end,
    `,${isOwnLine ? `\n${indent}` : ' '}${JSON.stringify(name)}: ${printJson(value, indent)}`,
  );
}

/** The text without a member or item. As it is where there is none. */
export function removeAt(text: string, path: JSONPath): string {
  const tree = readTree(text);
  const value = tree === null ? undefined : findNodeAtLocation(tree, path);
  const node = typeof path[path.length - 1] === 'number' ? value : value?.parent;
  const siblings = node?.parent?.children;
  if (node === undefined || siblings === undefined) return text;
  const at = siblings.indexOf(node);
  const [before, after] = [siblings[at - 1], siblings[at + 1]];
  if (before === undefined && after === undefined && node.parent !== undefined) {
    const { offset, length } = node.parent;
    return splice(text, offset, offset + length, node.parent.type === 'array' ? '[]' : '{}');
  }
  if (after !== undefined) return splice(text, node.offset, after.offset, '');
  return splice(text, (before?.offset ?? 0) + (before?.length ?? 0), node.offset + node.length, '');
}

/** The text with a member's name changed. */
export function renameAt(text: string, path: JSONPath, name: string): string {
  const tree = readTree(text);
  const key = tree === null ? undefined : findNodeAtLocation(tree, path)?.parent?.children?.[0];
  return key === undefined ? text : splice(text, key.offset, key.offset + key.length, JSON.stringify(name));
}

function splice(text: string, start: number, end: number, insert: string): string {
  return text.slice(0, start) + insert + text.slice(end);
}

/** The blanks at the start of the line that holds an offset. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** The steps of a problem's place: `Contribution.Filters[1].In` gives `['Contribution', 'Filters', 1, 'In']`. */
export function pathOfPlace(place: string): JSONPath {
  const path: JSONPath = [];
  const step = /\.?([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (step.lastIndex < place.length) {
    const [, name, index, quoted] = step.exec(place) ?? [];
    if (name !== undefined) path.push(name);
    else if (index !== undefined) path.push(Number(index));
    else if (quoted !== undefined) path.push(String(JSON.parse(quoted)));
    else return path;
  }
  return path;
}

export type Range = { from: number; to: number };

/**
 * The stretch of a text that a problem's place names. A missing member is shown at the brace of the object that lacks it,
 * an unknown one at its name.
 */
export function rangeOfPlace(text: string, place: string, isName = false): Range {
  const [, line, column] = /^(\d+):(\d+)$/.exec(place) ?? [];
  if (line !== undefined && column !== undefined) return rangeOfPosition(text, Number(line), Number(column));
  const tree = parseTree(text);
  if (tree === undefined) return { from: 0, to: Math.min(1, text.length) };
  const path = pathOfPlace(place);
  for (let depth = path.length; depth >= 0; depth--) {
    const node = findNodeAtLocation(tree, path.slice(0, depth));
    if (node === undefined) continue;
    if (depth < path.length || depth === 0) return { from: node.offset, to: Math.min(node.offset + 1, text.length) };
    const shown = isName ? (node.parent?.children?.[0] ?? node) : node;
    const end = shown.offset + shown.length;
    const lineEnd = text.indexOf('\n', shown.offset);
    // Of a value over several lines the first is enough.
    return { from: shown.offset, to: lineEnd >= 0 && lineEnd < end ? lineEnd : end };
  }
  return { from: 0, to: Math.min(1, text.length) };
}

function rangeOfPosition(text: string, line: number, column: number): Range {
  const breaks = /\r\n|\n|\r/g;
  let start = 0;
  for (let at = 1; at < line; at++) {
    const found = breaks.exec(text);
    if (found === null) break;
    start = found.index + found[0].length;
  }
  const inLine = [
    ...text
      .slice(start)
      .split(/[\r\n]/, 1)
      .join(''),
  ];
  const from = Math.min(start + inLine.slice(0, column - 1).join('').length, text.length);
  return { from, to: Math.min(from + 1, text.length) };
}
