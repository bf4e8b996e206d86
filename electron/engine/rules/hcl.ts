/** A value of HCL, Terraform's language. What Terraform would work out stands as `${…}` text. */
type HclValue = string | number | boolean | null | HclValue[] | { [name: string]: HclValue };

const deepestLevel = 64;

/**
 * Reads an expression of HCL: strings, heredocs, numbers, lists, objects and `jsonencode(…)`, which gives its argument.
 * @returns the value, or undefined where there is none; where the expression ends; and what could not be worked out
 */
export function readExpression(text: string, start: number): { value?: unknown; end: number; fault: string | null } {
  const reader = new Reader(text, start);
  try {
    const value = reader.readValue(0);
    return { value, end: reader.at, fault: reader.fault };
  } catch (cause) {
    if (!(cause instanceof HclFault)) throw cause;
    return { end: Math.max(reader.at, start), fault: cause.message };
  }
}

class HclFault extends Error {}

class Reader {
  fault: string | null = null;

  constructor(
    private readonly text: string,
    public at: number,
  ) {}

  readValue(depth: number): HclValue {
    if (depth > deepestLevel) throw new HclFault(`There are more than ${deepestLevel} levels of brackets.`);
    this.skipBlanks(true);
    const rest = this.text.slice(this.at, this.at + 400);
    const character = rest[0];
    if (character === '"') return this.readString();
    if (rest.startsWith('<<')) return this.readHeredoc();
    if (character === '[') return this.readList(depth);
    if (character === '{') return this.readObject(depth);
    const number = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(rest)?.[0];
    if (number !== undefined) return this.take(number.length, Number(number));
    return this.readName(rest, depth);
  }

  /** A keyword, a call, or a reference, which stands as text then. */
  private readName(rest: string, depth: number): HclValue {
    const name = /^[A-Za-z_][\w.[\]"*-]*/.exec(rest)?.[0];
    if (name === undefined)
      throw new HclFault(`${this.place()}: expected a value, found ${JSON.stringify(rest.slice(0, 20))}.`);
    if (name === 'true' || name === 'false') return this.take(name.length, name === 'true');
    if (name === 'null') return this.take(name.length, null);
    this.at += name.length;
    this.skipBlanks(false);
    if (this.text[this.at] !== '(') return `\${${name}}`;
    if (name !== 'jsonencode' && name !== 'trimspace' && name !== 'chomp') {
      throw new HclFault(`${this.place()}: ${name}(…) is worked out by Terraform: paste what it gives.`);
    }
    this.at++;
    const value = this.readValue(depth + 1);
    this.skipBlanks(true);
    if (this.text[this.at] === ',') this.at++;
    this.skipBlanks(true);
    if (this.text[this.at] === ')') this.at++;
    else this.fault = `${this.place()}: the ")" of ${name}( is missing.`;
    return value;
  }

  private readString(): string {
    let value = '';
    this.at++;
    while (this.at < this.text.length && this.text[this.at] !== '"') {
      const rest = this.text.slice(this.at, this.at + 10);
      const [escaped, letter, code4, code8] = /^\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest) ?? [];
      if (escaped !== undefined) {
        const code = Number.parseInt(code4 ?? code8 ?? '0', 16);
        value += letter === undefined ? String.fromCodePoint(Math.min(code, 0x10ffff)) : (escapes[letter] ?? letter);
        this.at += escaped.length;
      } else if (rest.startsWith('$${') || rest.startsWith('%%{')) {
        value += rest.slice(1, 3);
        this.at += 3;
      } else if (rest.startsWith('${')) {
        value += this.readInterpolation();
      } else {
        value += this.text[this.at];
        this.at++;
      }
    }
    this.at++;
    return value;
  }

  /** Quotes inside of an interpolation do not end the string around it. */
  private readInterpolation(): string {
    const start = this.at;
    let depth = 0;
    for (; this.at < this.text.length; this.at++) {
      if (this.text[this.at] === '{') depth++;
      else if (this.text[this.at] === '}' && --depth === 0) break;
    }
    this.at++;
    return this.text.slice(start, this.at);
  }

  private readHeredoc(): string {
    const [head, isIndented, label] =
      /^<<(-?)\s*"?(\w+)"?[ \t]*\r?\n/.exec(this.text.slice(this.at, this.at + 200)) ?? [];
    if (head === undefined || label === undefined) throw new HclFault(`${this.place()}: "<<" without a label.`);
    const start = this.at + head.length;
    const close = new RegExp(`^[ \\t]*${label}[ \\t]*\\r?$`, 'm').exec(this.text.slice(start));
    const stop = close === null ? this.text.length : start + close.index;
    if (close === null) this.fault = `${this.place()}: the line ${label} that ends the text is missing.`;
    this.at = close === null ? this.text.length : stop + close[0].length;
    const lines = this.text
      .slice(start, stop)
      .replace(/\r?\n$/, '')
      .split(/\r?\n/);
    const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
    const cut = isIndented === '-' && indents.length > 0 ? Math.min(...indents) : 0;
    return lines
      .map((line) => line.slice(cut))
      .join('\n')
      .replaceAll('$${', '${');
  }

  private readList(depth: number): HclValue[] {
    const items: HclValue[] = [];
    this.at++;
    for (;;) {
      this.skipBlanks(true);
      if (this.text[this.at] === ']' || this.at >= this.text.length) break;
      items.push(this.readValue(depth + 1));
      this.skipBlanks(true);
      if (this.text[this.at] === ',') this.at++;
      else if (this.text[this.at] !== ']') throw new HclFault(`${this.place()}: expected "," or "]".`);
    }
    this.at++;
    return items;
  }

  private readObject(depth: number): HclValue {
    const members: [string, HclValue][] = [];
    this.at++;
    for (;;) {
      this.skipBlanks(true);
      if (this.text[this.at] === '}' || this.at >= this.text.length) break;
      const name = this.readMemberName();
      this.skipBlanks(false);
      if (this.text[this.at] !== '=' && this.text[this.at] !== ':')
        throw new HclFault(`${this.place()}: expected "=".`);
      this.at++;
      members.push([name, this.readValue(depth + 1)]);
      this.skipBlanks(true);
      if (this.text[this.at] === ',') this.at++;
    }
    this.at++;
    // Own members, whatever their names: `__proto__` is one, too.
    return Object.fromEntries(members);
  }

  private readMemberName(): string {
    if (this.text[this.at] === '"') return this.readString();
    const name = /^\(?\s*([\w-]+)\s*\)?/.exec(this.text.slice(this.at, this.at + 200));
    if (name?.[1] === undefined) throw new HclFault(`${this.place()}: expected the name of a member.`);
    this.at += name[0].length;
    return name[1];
  }

  /** Blanks and comments; line ends, too, where they separate nothing. */
  private skipBlanks(withLines: boolean): void {
    const pattern = withLines ? /(?:\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y : /(?:[ \t]+|\/\*[^\n]*?\*\/)*/y;
    pattern.lastIndex = this.at;
    this.at += pattern.exec(this.text)?.[0].length ?? 0;
  }

  private take<T>(length: number, value: T): T {
    this.at += length;
    return value;
  }

  private place(): string {
    return `Line ${this.text.slice(0, this.at).split('\n').length}`;
  }
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
