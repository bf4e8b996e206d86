import { type FoundRule, isObject, readState } from './found-rule';

/** Rules among the resources of a CloudFormation template in JSON, by their logical ids. */
export function findInCloudFormation(resources: Record<string, unknown>): FoundRule[] {
  return Object.entries(resources).flatMap(([id, resource]) => {
    if (!isObject(resource) || !isObject(resource.Properties)) return [];
    const { Properties: properties } = resource;
    if (resource.Type !== 'AWS::CloudWatch::InsightRule' && !('RuleBody' in properties)) return [];
    const text = resolve(properties.RuleBody);
    const name = resolve(properties.RuleName);
    const isNamed = typeof name === 'string' && (name === properties.RuleName || !name.includes('${'));
    return [
      {
        name: isNamed ? name : id === '' ? null : id,
        body: text,
        state: readState(resolve(properties.RuleState)),
        // Only functions fill anything in.
        notes: text === properties.RuleBody ? [] : listPlaceholders(text, 'CloudFormation'),
      },
    ];
  });
}

/** What an intrinsic function makes of its parts, with `${NAME}` for what only a deployment knows. */
function resolve(value: unknown): unknown {
  if (!isObject(value)) return value;
  const names = Object.keys(value);
  if (names.length !== 1) return value;
  if ('Fn::Sub' in value) {
    const template = value['Fn::Sub'];
    return Array.isArray(template) ? template[0] : template;
  }
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [separator, parts] = value['Fn::Join'] as unknown[];
    return Array.isArray(parts) ? parts.map((part) => String(resolve(part))).join(String(separator)) : value;
  }
  if ('Ref' in value) return `\${${String(value.Ref)}}`;
  if ('Fn::GetAtt' in value) {
    const path = value['Fn::GetAtt'];
    return `\${${Array.isArray(path) ? path.join('.') : String(path)}}`;
  }
  return value;
}

/** A note on the parts of a text that a tool fills in, if there are any. */
export function listPlaceholders(body: unknown, tool: string): string[] {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
  const found = [...new Set(text.match(/\$\{[^}]{0,200}\}/g))];
  return found.length === 0 ? [] : [`${tool} fills in ${found.slice(0, 5).join(', ')}: write the values instead.`];
}

/**
 * Rules of a CloudFormation template in YAML. Only what such templates have is read: scalars in any of YAML's styles, with
 * `!Sub` before them or without.
 */
export function findInCloudFormationYaml(text: string): FoundRule[] {
  const lines = text.split(/\r\n|\n|\r/);
  const found: FoundRule[] = [];
  for (const [at, line] of lines.entries()) {
    const [, indent, rest] = /^(\s*)RuleBody:(.*)$/.exec(line) ?? [];
    if (indent === undefined || rest === undefined) continue;
    const body = readScalar(lines, at, indent.length, rest);
    const block = listBlock(lines, at, indent.length);
    const name = block.RuleName;
    const isNamed = name !== undefined && name !== '' && !name.includes('${') && !name.startsWith('!');
    found.push({
      name: isNamed ? name : findLogicalId(lines, at, indent.length),
      body,
      state: readState(block.RuleState),
      notes: /^\s*!Sub\b/.test(rest) ? listPlaceholders(body, 'CloudFormation') : [],
    });
  }
  return found;
}

/** A scalar behind a key: plain, quoted over one line or several, or a block below. */
function readScalar(lines: readonly string[], at: number, indent: number, rest: string): string {
  const first = rest
    .trim()
    .replace(/^!Sub\b|^Fn::Sub:/, '')
    .trim();
  const below: string[] = [];
  for (const line of lines.slice(at + 1)) {
    if (line.trim() !== '' && indentOf(line) <= indent && !/^\s*[}\]]/.test(line)) break;
    below.push(line);
  }
  if (/^[|>]/.test(first)) {
    const least = Math.min(...below.filter((line) => line.trim() !== '').map(indentOf));
    const own = below.map((line) => line.slice(Number.isFinite(least) ? least : 0));
    return own.join(first.startsWith('>') ? ' ' : '\n').trim();
  }
  const whole = [first, ...below.map((line) => line.trim())].join(' ').trim();
  if (whole.startsWith("'")) return (/^'((?:[^']|'')*)'/s.exec(whole)?.[1] ?? whole).replaceAll("''", "'");
  if (whole.startsWith('"')) {
    const quoted = /^"(?:[^"\\]|\\.)*"/s.exec(whole)?.[0];
    try {
      return quoted === undefined ? whole : String(JSON.parse(quoted));
    } catch {
      return whole;
    }
  }
  return whole;
}

/** The plain scalars beside a line: those of the same mapping. */
function listBlock(lines: readonly string[], at: number, indent: number): Record<string, string> {
  const values: Record<string, string> = {};
  const read = (line: string) => {
    const [, key, value] = /^\s*(\w+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && indentOf(line) === indent) {
      values[key] = value.replace(/^!Sub\s+/, '').replace(/^(['"])(.*)\1$/, '$2');
    }
  };
  for (
    let index = at - 1;
    index >= 0 && (lines[index]?.trim() === '' || indentOf(lines[index] ?? '') >= indent);
    index--
  ) {
    read(lines[index] ?? '');
  }
  for (const line of lines.slice(at + 1)) {
    if (line.trim() !== '' && indentOf(line) < indent) break;
    read(line);
  }
  return values;
}

/** The key two levels above: that of the resource whose properties these are. */
function findLogicalId(lines: readonly string[], at: number, indent: number): string | null {
  let level = indent;
  for (let index = at - 1; index >= 0; index--) {
    const line = lines[index] ?? '';
    if (line.trim() === '' || indentOf(line) >= level) continue;
    level = indentOf(line);
    const key = /^\s*([\w-]+):/.exec(line)?.[1];
    if (key !== undefined && key !== 'Properties') return key;
  }
  return null;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
