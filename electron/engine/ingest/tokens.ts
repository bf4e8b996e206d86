/**
 * Splits a message in Common Log Format into its tokens: white space separates, `"…"` and `[…]` are one token each,
 * without their delimiters. The closing delimiter is the first that is followed by white space or the end, else the
 * first; a quote after a backslash does not close, and escapes stay as written. Without a closing one, `"` takes the
 * rest and `[` is an ordinary character. Takes time linear in the length of the message.
 * @see docs/rules.md §2
 */
export function tokenize(message: string): string[] {
  const tokens: string[] = [];
  const length = message.length;
  // The next closing delimiter, and the next one before white space, depend on where the search starts only by being
  // behind it. So they are kept while they are ahead, and no part of a message is searched twice.
  let quote = -1;
  let goodQuote = -1;
  let bracket = -1;
  let goodBracket = -1;
  let i = 0;
  while (i < length) {
    const unit = message.charCodeAt(i);
    if (isSeparator(unit)) {
      i++;
      continue;
    }
    if (unit === QUOTE) {
      if (goodQuote <= i) goodQuote = findClosingQuote(message, i, true);
      if (goodQuote === length && quote <= i) quote = findClosingQuote(message, i, false);
      const end = goodQuote < length ? goodQuote : quote;
      tokens.push(message.slice(i + 1, end));
      i = end + 1;
      continue;
    }
    if (unit === OPENING_BRACKET) {
      if (bracket <= i) bracket = findBracket(message, i);
      if (bracket < length) {
        if (goodBracket <= i) goodBracket = findBracketBeforeSeparator(message, bracket);
        const end = goodBracket < length ? goodBracket : bracket;
        tokens.push(message.slice(i + 1, end));
        i = end + 1;
        continue;
      }
    }
    const start = i;
    do i++;
    while (i < length && !isSeparator(message.charCodeAt(i)));
    tokens.push(message.slice(start, i));
  }
  return tokens;
}

const QUOTE = 34;
const OPENING_BRACKET = 91;
const BACKSLASH = 92;

function isSeparator(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 13;
}

function isLastOrBeforeSeparator(message: string, at: number): boolean {
  return at + 1 === message.length || isSeparator(message.charCodeAt(at + 1));
}

/** The next quote behind `start` that closes; the message's length where there is none. */
function findClosingQuote(message: string, start: number, beforeSeparator: boolean): number {
  for (let at = message.indexOf('"', start + 1); at !== -1; at = message.indexOf('"', at + 1)) {
    if (beforeSeparator && !isLastOrBeforeSeparator(message, at)) continue;
    let run = at - 1;
    while (message.charCodeAt(run) === BACKSLASH) run--;
    if ((at - 1 - run) % 2 === 0) return at;
  }
  return message.length;
}

function findBracket(message: string, start: number): number {
  const at = message.indexOf(']', start);
  return at === -1 ? message.length : at;
}

function findBracketBeforeSeparator(message: string, start: number): number {
  let at = start;
  while (at !== -1 && !isLastOrBeforeSeparator(message, at)) at = message.indexOf(']', at + 1);
  return at === -1 ? message.length : at;
}
