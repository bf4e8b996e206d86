/** A JSON value in HCL, Terraform's language. Names that are no identifiers stand in quotes. */
export function printHcl(value: unknown, indent = ''): string {
  if (typeof value === 'string') return printString(value);
  if (value === null || typeof value !== 'object') return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => item === null || typeof item !== 'object');
    if (isPlain) return `[${value.map((item) => printHcl(item)).join(', ')}]`;
    return `[\n${value.map((item) => `${inner}${printHcl(item, inner)},\n`).join('')}${indent}]`;
  }
  const members = Object.entries(value);
  if (members.length === 0) return '{}';
  const names = members.map(([name]) => (/^[A-Za-z_][\w-]*$/.test(name) ? name : printString(name)));
  const width = Math.max(...names.map((name) => name.length));
  const lines = members.map(
    ([, item], at) => `${inner}${(names[at] ?? '').padEnd(width)} = ${printHcl(item, inner)}\n`,
  );
  return `{\n${lines.join('')}${indent}}`;
}

/** In a string `${` and `%{` begin a template, unless their first sign is doubled. */
function printString(text: string): string {
  const escaped = JSON.stringify(text)
    .replace(/\\([bf])/g, (_, letter) => (letter === 'b' ? '\\u0008' : '\\u000c'))
    .replace(/[\x7f-\u{10ffff}]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0;
      return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
    });
  return escaped.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}
