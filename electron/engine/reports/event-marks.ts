import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { EventMark } from '../../../shared/event';
import type { FieldReference, Filter, LogFormat, Rule } from '../../../shared/rule';
import { tokenize } from '../ingest/tokens';

/** The parser recurses. Deeper values than rules usually name are not looked for. */
const deepest = 400;

/** Where a message holds what a rule looks at: keys, filters and the value, in order; the first role of a place counts. */
export function markMessage(message: string, format: LogFormat, rule: Rule): EventMark[] {
  if (format !== rule.format) return [];
  const wanted = [
    ...rule.keys.map(({ field }) => ({ field, role: 'key' as const })),
    ...(rule.value === null ? [] : [{ field: rule.value.field, role: 'value' as const }]),
    ...rule.filters.flatMap(listFields).map((field) => ({ field, role: 'filter' as const })),
  ];
  const find = format === 'JSON' ? findInJson(message) : findInTokens(message);
  const marks: EventMark[] = [];
  for (const { field, role } of wanted) {
    const place = find(field);
    if (place === null || marks.some((mark) => mark.start < place.end && place.start < mark.end)) continue;
    marks.push({ ...place, role });
  }
  return marks.sort((a, b) => a.start - b.start);
}

/** The fields that a filter looks at. */
export function listFields(filter: Filter): FieldReference[] {
  return 'any' in filter ? filter.any.flatMap(listFields) : [filter.field];
}

type Find = (field: FieldReference) => { start: number; end: number } | null;

function findInJson(message: string): Find {
  const levels = message.split(/[[{]/).length;
  const tree = levels > deepest * 10 && isDeep(message) ? undefined : parseTree(message);
  return (field) => {
    if (tree === undefined || !('path' in field)) return null;
    const node = findNodeAtLocation(tree, field.path);
    const isLeaf = node?.type === 'string' || node?.type === 'number' || node?.type === 'boolean';
    return node !== undefined && isLeaf ? { start: node.offset, end: node.offset + node.length } : null;
  };
}

function isDeep(message: string): boolean {
  let depth = 0;
  for (const character of message) {
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > deepest) return true;
  }
  return false;
}

function findInTokens(message: string): Find {
  const places: { start: number; end: number }[] = [];
  let at = 0;
  for (const token of tokenize(message)) {
    while (/\s/.test(message[at] ?? '')) at++;
    const isDelimited = message[at] === '"' || (message[at] === '[' && !message.startsWith(token, at));
    const start = isDelimited ? at + 1 : at;
    places.push({ start, end: start + token.length });
    at = start + token.length + (isDelimited ? 1 : 0);
  }
  return (field) => ('position' in field ? (places[field.position - 1] ?? null) : null);
}
