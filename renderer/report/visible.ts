/** Keys come from logs: what would not be seen, or would turn the text around, is written out. */

/** What stands for a key without any character. */
export const emptyKey = '(empty)';

/** Longest key that is shown in one line; the middle of longer ones is left out. */
const lineMax = 400;
const tailLength = 60;

const signs: Record<string, string> = { '\n': '⏎', '\r': '␍', '\t': '⇥' };

/**
 * Controls, blanks other than the plain one, marks without width, marks that change the direction of writing, halves of
 * surrogate pairs, and tags.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|(?! )\p{Zs}/gu;

/** A key as it is shown: `⏎` for a line end, `␣` for a blank at an end, `\u202e` for a mark that can't be seen. */
export function showKey(key: string): string {
  if (key === '') return emptyKey;
  const cut = key.length <= lineMax ? key : `${key.slice(0, lineMax - tailLength)}…${key.slice(-tailLength)}`;
  return cut
    .replace(unseen, (character) => signs[character] ?? writeOut(character))
    .replace(/^ +| +$/g, (blanks) => '␣'.repeat(blanks.length));
}

/** `\u202e`, or `\u{e0041}` beyond four digits. */
function writeOut(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

/** Whether a key is shown otherwise than it is, so that a tooltip may say so. */
export function isAltered(key: string): boolean {
  return showKey(key) !== key;
}
