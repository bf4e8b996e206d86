/**
 * Extended log format of the W3C, which CloudFront and IIS write: lines that start with `#` say how the others are laid
 * out, at the top of a file and wherever that changes.
 */

/** A file has a few of them at once: software, version, date, fields. */
const maxDirectives = 8;

/** Longer lines are taken for events. */
const maxDirectiveLength = 16 * 1024;

/** So many bytes behind a directive tell in any case whether it belongs to a header. */
export const lookAheadBytes = maxDirectives * maxDirectiveLength * 4;

/** Whether a line is one of those that say something about the file. */
export function isW3cDirective(line: string): boolean {
  return line.length <= maxDirectiveLength && /^#(Version|Fields|Software|Date|Start-Date|End-Date|Remark):/.test(line);
}

/** The field names of a `#Fields:` line that names a date and a time; null for any other line. */
export function readW3cFields(line: string): string[] | null {
  if (!line.startsWith('#Fields:') || line.length > maxDirectiveLength) return null;
  const names = line
    .slice(8)
    .split(/[ \t]+/)
    .filter((name) => name !== '');
  return isW3cHeader(names) ? names : null;
}

/** The names asked for last: those of all lines below one header are the same array. */
let last: { names: readonly string[]; isW3c: boolean } = { names: [], isW3c: false };

/** Whether field names are those of such a log, and not of a flow log. */
export function isW3cHeader(names: readonly string[]): boolean {
  if (last.names !== names) last = { names, isW3c: names.includes('date') && names.includes('time') };
  return last.isW3c;
}

/**
 * Whether a directive whose line is followed by this text leads to a `#Fields:` line, with nothing but directives between.
 * Then it says something about the file, too, and is no event.
 * @param isWhole whether the text ends where the file does
 * @returns null where that can't be told yet
 */
export function leadsToFields(text: string, isWhole: boolean): boolean | null {
  for (let at = 0, count = 0; count < maxDirectives; count++) {
    if (at === text.length) return isWhole ? false : null;
    if (text[at] !== '#') return false;
    const lineFeed = text.indexOf('\n', at);
    if (lineFeed === -1 && !isWhole) return text.length - at > maxDirectiveLength ? false : null;
    const line = text.slice(at, lineFeed === -1 ? text.length : lineFeed).trimEnd();
    if (readW3cFields(line) !== null) return true;
    if (lineFeed === -1 || !isW3cDirective(line)) return false;
    at = lineFeed + 1;
  }
  return false;
}
