import { applyEdits, findNodeAtLocation, type JSONPath, modify, parseTree } from 'jsonc-parser';

/**
 * JSON text without a member or an item; the rest stays as it is written.
 * @returns the text as it was, where there is nothing at the path or above it
 */
export function removeAt(text: string, path: JSONPath): string {
  const tree = parseTree(text);
  const value = tree === undefined ? undefined : findNodeAtLocation(tree, path);
  const node = typeof path[path.length - 1] === 'number' ? value : value?.parent;
  const siblings = node?.parent?.children;
  if (node === undefined || siblings === undefined) return text;
  const at = siblings.indexOf(node);
  const [before, after] = [siblings[at - 1], siblings[at + 1]];
  // jsonc-parser's own removal of a last item leaves the comma, where no blank stands before the bracket.
  const start = before === undefined || after !== undefined ? node.offset : before.offset + before.length;
  const end = after === undefined ? node.offset + node.length : after.offset;
  return text.slice(0, start) + text.slice(end);
}

/** JSON text with another value at a path; the rest stays as it is written. */
export function replaceAt(text: string, path: JSONPath, value: unknown): string {
  return applyEdits(text, modify(text, path, value, {}));
}
