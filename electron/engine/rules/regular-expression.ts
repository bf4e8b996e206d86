/**
 * What keeps a pattern from being an RE2 regular expression, in words; null where nothing does.
 *
 * Follows RE2's own parser, so that a rule can be checked without a database. What it lets through by mistake (a pattern
 * whose program gets too large) is found when the rule runs.
 */
export function findRegularExpressionFault(pattern: string): string | null {
  if (pattern.length > longestPattern) return `it is longer than ${longestPattern} characters`;
  try {
    readExpression({ text: pattern, at: 0 });
    return null;
  } catch (cause) {
    if (cause instanceof Fault) return cause.message;
    throw cause;
  }
}

/** Far below what RE2 takes, and the checks here stay quick. */
const longestPattern = 10_000;

class Fault extends Error {}

type Input = { text: string; at: number };

const largestRepeat = 1000;

function readExpression(input: Input): void {
  const names = new Set<string>();
  let openGroups = 0;
  /** Whether something stands before that a repetition can take. */
  let canRepeat = false;
  let isRepeated = false;
  while (input.at < input.text.length) {
    const wasRepeated = isRepeated;
    isRepeated = false;
    const c = input.text[input.at];
    if (c === '(') {
      const kind = readGroupStart(input, names);
      if (kind === 'flags') continue;
      openGroups++;
      canRepeat = false;
    } else if (c === ')') {
      if (openGroups === 0) throw new Fault('a ")" has no "(" before it');
      openGroups--;
      input.at++;
      canRepeat = true;
    } else if (c === '|') {
      input.at++;
      canRepeat = false;
    } else if (readRepetition(input)) {
      if (!canRepeat) throw new Fault(`there is nothing before ${quote(c)} to repeat`);
      if (wasRepeated) throw new Fault('two repetitions stand one after the other');
      isRepeated = true;
    } else {
      if (c === '[') readClass(input);
      else if (c === '\\') readEscape(input);
      else input.at += characterAt(input).length;
      canRepeat = true;
    }
  }
  if (openGroups > 0) throw new Fault('a "(" has no ")" after it');
}

function readGroupStart(input: Input, names: Set<string>): 'group' | 'flags' {
  const rest = input.text.slice(input.at);
  if (!rest.startsWith('(?')) {
    input.at++;
    return 'group';
  }
  const around = /^\(\?<?[=!]/.exec(rest);
  if (around) throw new Fault(`RE2 has no look-around ("${around[0]}")`);
  const named = /^\(\?P<([^>]*)>/.exec(rest);
  if (named) {
    const name = named[1] ?? '';
    if (!/^[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}]+$/u.test(name)) throw new Fault(`${quote(name)} can't be a group's name`);
    if (names.has(name)) throw new Fault(`two groups have the name ${quote(name)}`);
    names.add(name);
    input.at += named[0].length;
    return 'group';
  }
  const flags = /^\(\?([imsU]*)(?:-[imsU]+)?([:)])/.exec(rest);
  if (!flags) throw new Fault(`RE2 has no ${quote(rest.slice(0, 3))}`);
  input.at += flags[0].length;
  return flags[2] === ')' ? 'flags' : 'group';
}

/** Goes past `*`, `+`, `?`, `{n,m}` and a `?` after one of these. A `{` that starts no repetition is an ordinary character. */
function readRepetition(input: Input): boolean {
  const match = /^(?:[*+?]|\{(0|[1-9][0-9]{0,7})(?:(,)(0|[1-9][0-9]{0,7})?)?\})\??/.exec(input.text.slice(input.at));
  if (!match) return false;
  const [whole, low, , high] = match;
  if (low !== undefined) {
    if (Number(low) > largestRepeat || Number(high ?? 0) > largestRepeat) {
      throw new Fault(`${quote(whole)} repeats more than ${largestRepeat} times`);
    }
    if (high !== undefined && Number(high) < Number(low)) throw new Fault(`${quote(whole)} ends before it begins`);
  }
  input.at += whole.length;
  return true;
}

const classNames = new Set(
  'alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit'.split(' '),
);

function readClass(input: Input): void {
  const { text } = input;
  input.at += text[input.at + 1] === '^' ? 2 : 1;
  for (let isFirst = true; text[input.at] !== ']' || isFirst; isFirst = false) {
    if (input.at >= text.length) throw new Fault('a "[" has no "]" after it');
    const named = text.startsWith('[:', input.at) ? /^\[:\^?(.*?):\]/s.exec(text.slice(input.at)) : null;
    if (named) {
      if (!classNames.has(named[1] ?? '')) throw new Fault(`there is no character class ${quote(named[0])}`);
      input.at += named[0].length;
      continue;
    }
    if (/^\\[dDsSwWpP]/.test(text.slice(input.at, input.at + 2))) {
      readEscape(input);
      continue;
    }
    const low = readClassCharacter(input);
    if (text[input.at] !== '-' || input.at + 1 >= text.length || text[input.at + 1] === ']') continue;
    input.at++;
    if (readClassCharacter(input) < low) throw new Fault('a range of characters ends before it begins');
  }
  input.at++;
}

/** Code point of the next character of a class, which may be escaped. */
function readClassCharacter(input: Input): number {
  if (input.at >= input.text.length) throw new Fault('a "[" has no "]" after it');
  if (input.text[input.at] === '\\') return readCharacterEscape(input);
  const character = characterAt(input);
  input.at += character.length;
  return character.codePointAt(0) ?? 0;
}

function readEscape(input: Input): void {
  const { text, at } = input;
  const letter = text[at + 1];
  if (letter === 'Q') {
    const end = text.indexOf('\\E', at + 2);
    input.at = end < 0 ? text.length : end + 2;
  } else if (letter === 'p' || letter === 'P') readUnicodeClass(input);
  else if (letter !== undefined && 'bBAzCdDsSwW'.includes(letter)) input.at += 2;
  else readCharacterEscape(input);
}

function readUnicodeClass(input: Input): void {
  const match = /^\\[pP](?:\{\^?([^}]*)\}|(\^?[^{]))/su.exec(input.text.slice(input.at));
  const name = match?.[1] ?? match?.[2];
  if (match === null || name === undefined) throw new Fault('"\\p" has no name after it');
  if (name !== 'Any' && !isUnicodeClass(name)) throw new Fault(`there is no Unicode class ${quote(name)}`);
  input.at += match[0].length;
}

function isUnicodeClass(name: string): boolean {
  if (/^[A-Z][a-z]?$/.test(name)) return compiles(`\\p{gc=${name}}`);
  return /^[A-Z][A-Za-z_]+$/.test(name) && compiles(`\\p{Script=${name}}`);
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

const controlCharacters: Record<string, number> = { n: 10, r: 13, t: 9, a: 7, f: 12, v: 11 };

/** Goes past an escape that stands for one character, and returns its code point. */
function readCharacterEscape(input: Input): number {
  const rest = input.text.slice(input.at, input.at + 24);
  const letter = rest[1];
  if (letter === undefined) throw new Fault('it ends in a backslash');
  const octal = /^\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (octal) return pass(input, octal[0], Number.parseInt(octal[0].slice(1), 8));
  if (/[1-9]/.test(letter)) throw new Fault(`RE2 has no back-references ("\\${letter}")`);
  const hex = /^\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/.exec(rest);
  const code = Number.parseInt(hex?.[1] ?? hex?.[2] ?? '', 16);
  if (hex && code <= 0x10ffff) return pass(input, hex[0], code);
  const control = controlCharacters[letter];
  if (control !== undefined) return pass(input, rest.slice(0, 2), control);
  if (letter < '\x80' && !/[A-Za-z0-9]/.test(letter)) return pass(input, rest.slice(0, 2), letter.charCodeAt(0));
  throw new Fault(`RE2 has no escape "\\${characterAt({ text: rest, at: 1 })}"`);
}

function pass(input: Input, text: string, value: number): number {
  input.at += text.length;
  return value;
}

function characterAt({ text, at }: Input): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function quote(text: string | undefined): string {
  return JSON.stringify(text ?? '');
}
