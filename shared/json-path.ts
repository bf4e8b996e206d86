const step = /\.([^.[]+)|\[([0-9]+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/suy;

/**
 * The steps of a path: `$.a.b[0]["c.d"]` gives `['a', 'b', 0, 'c.d']`. In quotes a backslash takes the next character as it is.
 * @returns the steps, or in words what is wrong
 */
export function parsePath(text: string): (string | number)[] | string {
  const path: (string | number)[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const match = step.exec(text);
    const rest = JSON.stringify(text.slice(at, at + 20));
    if (match === null) {
      if (text.startsWith('..', at)) return `".." at ${rest} is not part of the rule language`;
      if (text.startsWith('[*', at)) return `"[*]" is not part of the rule language, a path leads to one value`;
      return `${rest} is no step`;
    }
    const [, name, index, single, double] = match;
    if (name === '*') return `".*" is not part of the rule language, a path leads to one value`;
    if (name !== undefined) path.push(name);
    else if (index === undefined) path.push((single ?? double ?? '').replace(/\\(.)/gsu, '$1'));
    else if (Number.isSafeInteger(Number(index))) path.push(Number(index));
    else return `the index ${index} is too large`;
  }
  return path;
}
