import { type FoundRule, readState } from './found-rule';

/** Rules of `aws cloudwatch put-insight-rule` calls, as they are written for a POSIX shell. */
export function findInShell(text: string): FoundRule[] {
  const found: FoundRule[] = [];
  let words: string[] = [];
  for (const word of [...splitWords(text), null]) {
    if (word !== null && !/^(?:;|&&|\|\||\n)$/.test(word)) {
      words.push(word);
      continue;
    }
    if (words.includes('put-insight-rule')) found.push(readCall(words));
    words = [];
  }
  return found;
}

function readCall(words: readonly string[]): FoundRule {
  const input = words[words.indexOf('--cli-input-json') + 1];
  if (words.includes('--cli-input-json') && input !== undefined) return readInput(input);
  const option = (name: string) => {
    const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
    return words[at]?.includes('=') === true && words[at]?.startsWith(`${name}=`)
      ? words[at]?.slice(name.length + 1)
      : at < 0
        ? undefined
        : words[at + 1];
  };
  const body = option('--rule-definition') ?? '';
  const isFile = /^file(?:b)?:\/\//.test(body);
  return {
    name: option('--rule-name') ?? null,
    body: isFile ? '' : body,
    state: readState(option('--rule-state')),
    notes: isFile ? [`The definition stands in ${body}: paste the content of that file.`] : [],
  };
}

function readInput(text: string): FoundRule {
  try {
    const { RuleName, RuleDefinition, RuleState } = JSON.parse(text) as Record<string, unknown>;
    const name = typeof RuleName === 'string' ? RuleName : null;
    return { name, body: RuleDefinition ?? '', state: readState(RuleState), notes: [] };
  } catch {
    return { name: null, body: '', state: 'ENABLED', notes: ['What follows --cli-input-json is no JSON.'] };
  }
}

/** The words of a shell text without their quotes; line ends and separators that are not quoted are words of their own. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  const end = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === "'") {
      const close = text.indexOf("'", at + 1);
      const stop = close < 0 ? text.length : close;
      word = (word ?? '') + text.slice(at + 1, stop);
      at = stop + 1;
    } else if (character === '"') {
      const [inner, next] = readDoubleQuoted(text, at + 1);
      word = (word ?? '') + inner;
      at = next;
    } else if (character === '\\') {
      // A backslash at a line's end joins the next line.
      const next = /^\\\r?\n/.exec(text.slice(at, at + 3))?.[0];
      if (next === undefined) word = (word ?? '') + (text[at + 1] ?? '');
      at += next?.length ?? 2;
    } else if (character === '\n' || character === ';' || character === '&' || character === '|') {
      end();
      const run = /^(?:&&|\|\||.)/s.exec(text.slice(at, at + 2))?.[0] ?? character;
      words.push(run);
      at += run.length;
    } else if (character === ' ' || character === '\t' || character === '\r') {
      end();
      at++;
    } else {
      word = (word ?? '') + character;
      at++;
    }
  }
  end();
  return words;
}

function readDoubleQuoted(text: string, start: number): [inner: string, next: number] {
  let inner = '';
  let at = start;
  while (at < text.length && text[at] !== '"') {
    const isEscape = text[at] === '\\' && '"\\$`\n'.includes(text[at + 1] ?? ' ');
    if (isEscape && text[at + 1] !== '\n') inner += text[at + 1];
    else if (!isEscape) inner += text[at];
    at += isEscape ? 2 : 1;
  }
  return [inner, at + 1];
}
