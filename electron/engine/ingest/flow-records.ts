/**
 * Looks through a block of VPC flow records that DuckDB may parse by itself, at a few nanoseconds a byte.
 *
 * A record is plain when its tokens stand between single blanks, are visible ASCII without quotes or opening brackets,
 * and hold in each number column an integer that BIGINT prints back digit by digit. Then the columns are the tokens, the
 * line is the tokens with blanks between them, and nothing is lost. All other lines are odd: they go the long way.
 */

/** How the records of a file are laid out. */
export type RecordLayout = {
  /** Tokens a record. */
  tokens: number;
  /** For each token whether its column holds numbers. */
  isNumber: boolean[];
  /** Index of the token `start`: seconds, ten digits, the record's time. */
  start: number;
  /** Records of the default format begin with `2` and end with `OK`; those of a header may hold anything. */
  isDefault: boolean;
};

export type OddLine = { index: number; start: number; end: number };

const [DIGIT, OTHER, ODD, BLANK, LINE_END] = [0, 1, 2, 3, 4];

const classOf = new Uint8Array(256).fill(ODD);
for (let code = 0x21; code < 0x7f; code++) classOf[code] = OTHER;
for (let code = 0x30; code <= 0x39; code++) classOf[code] = DIGIT;
for (const character of '"[') classOf[character.charCodeAt(0)] = ODD;
classOf[0x20] = BLANK;
classOf[0x0a] = LINE_END;

const [ZERO, TWO, O, K, A_SMALL, Z_SMALL, OPENING_BRACE] = [48, 50, 79, 75, 97, 122, 123];

/**
 * Finds the odd lines of a block.
 * @param block whole lines, each with its LF
 * @param mostOdd gives up when there are more odd lines
 * @returns the number of lines and those that are odd, or null where it gave up
 */
export function findOddLines(
  block: Buffer,
  layout: RecordLayout,
  mostOdd: number,
): { lines: number; odd: OddLine[] } | null {
  const { tokens, start: startColumn, isDefault } = layout;
  const isNumber = Uint8Array.from([...layout.isNumber, false], Number);
  const odd: OddLine[] = [];
  let lines = 0;
  let lineStart = 0;
  let tokenStart = 0;
  let column = 0;
  // Classes of the token's bytes, put together: 0 digits only, bit 2 something odd.
  let classes = 0;
  let isOdd = false;
  for (let at = 0; at < block.length; at++) {
    const kind = classOf[block[at] as number] as number;
    if (kind < BLANK) {
      classes |= kind;
      continue;
    }
    const length = at - tokenStart;
    if (length === 0 || classes >= ODD) isOdd = true;
    else if (isNumber[column] === 1) {
      if (classes !== 0 || length > 18 || (length > 1 && block[tokenStart] === ZERO)) isOdd = true;
      else if (column === startColumn && (length !== 10 || block[tokenStart] === ZERO)) isOdd = true;
    }
    column++;
    classes = 0;
    if (kind === LINE_END) {
      const first = block[lineStart] as number;
      if (column !== tokens) isOdd = true;
      else if (isDefault) {
        if (
          first !== TWO ||
          block[lineStart + 1] !== 0x20 ||
          block[at - 1] !== K ||
          block[at - 2] !== O ||
          length !== 2
        )
          isOdd = true;
      } else if (first === OPENING_BRACE || (first >= A_SMALL && first <= Z_SMALL)) {
        // May be a JSON event, or another header: names start with a small letter.
        isOdd = true;
      }
      if (isOdd) {
        if (odd.length === mostOdd) return null;
        odd.push({ index: lines, start: lineStart, end: at + 1 });
        isOdd = false;
      }
      lines++;
      lineStart = at + 1;
      column = 0;
    }
    tokenStart = at + 1;
  }
  return { lines, odd };
}

/** The block with each odd line replaced by one that DuckDB reads as a record, so that line numbers stay true. */
export function replaceOddLines(block: Buffer, odd: readonly OddLine[], layout: RecordLayout): Buffer[] {
  const filler = Buffer.from(`${new Array(layout.tokens).fill('0').join(' ')}\n`);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { start, end } of odd) {
    pieces.push(block.subarray(from, start), filler);
    from = end;
  }
  pieces.push(block.subarray(from));
  return pieces;
}
