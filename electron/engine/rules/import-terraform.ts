import { type FoundRule, readState } from './found-rule';
import { readExpression } from './hcl';
import { listPlaceholders } from './import-cloudformation';

/** Rules of Terraform: `rule_definition` (AWS's provider) or `rule_body` (Cloud Control) of resources. */
export function findInTerraform(text: string): FoundRule[] {
  const found: FoundRule[] = [];
  const assignment = /\b(?:rule_definition|rule_body)\s*=\s*/g;
  let from = 0;
  for (let match = assignment.exec(text); match !== null; match = assignment.exec(text)) {
    const start = match.index + match[0].length;
    const { value, end, fault } = readExpression(text, start);
    const header = findHeader(text.slice(from, match.index));
    const block = text.slice(from, match.index) + text.slice(end, findNextResource(text, end));
    const name = readName(block);
    found.push({
      name: name ?? header,
      body: value ?? '',
      state: readState(/\b(?:rule_state|state)\s*=\s*"(\w+)"/.exec(block)?.[1]),
      notes: [...(fault === null ? [] : [fault]), ...listPlaceholders(value, 'Terraform')],
    });
    from = findNextResource(text, end);
    assignment.lastIndex = Math.max(end, start);
  }
  return found;
}

/** The value of `rule_name`; null where only Terraform knows it. */
function readName(block: string): string | null {
  const assignment = /\brule_name\s*=\s*/.exec(block);
  if (assignment === null) return null;
  const start = assignment.index + assignment[0].length;
  const { value, end } = readExpression(block, start);
  const isFilledIn = /(?<!\$)\$\{/.test(block.slice(start, end)) || block[start] !== '"';
  return typeof value === 'string' && !isFilledIn ? value : null;
}

/** The label of the last resource that begins in a text. */
function findHeader(text: string): string | null {
  const headers = [...text.matchAll(/\bresource\s+"[^"]*"\s+"([^"]*)"/g)];
  return headers[headers.length - 1]?.[1] ?? null;
}

function findNextResource(text: string, from: number): number {
  const at = text.slice(from).search(/\bresource\s+"/);
  return at < 0 ? text.length : from + at;
}
