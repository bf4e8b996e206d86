import { UserError } from '../../../shared/problem';
import type { RuleState } from '../../../shared/rule';
import type { ExportForm, RuleExport } from '../../../shared/rule-import';
import type { EventTable } from './event-table';
import { writeRuleSql } from './export-sql';
import { printHcl } from './hcl-text';
import { parseRule } from './parse';
import { validateRuleName } from './validate';

type ExportedRule = { name: string; definition: string; state: RuleState };

/**
 * A rule written for another tool.
 * @param tables the event tables of the rule's log groups, for `sql`
 * @returns the text, and what AWS does not take of the rule, where the form is meant for AWS
 * @throws UserError with all problems of the rule, where it is not valid
 */
export function exportRule(rule: ExportedRule, form: ExportForm, tables: readonly EventTable[]): RuleExport {
  const { rule: parsed, problems: found } = parseRule(rule.definition);
  if (parsed === null) throw new UserError(found);
  const base =
    rule.name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[-.]+|-+$/g, '')
      .slice(0, 80) || 'rule';
  const problems = form === 'sql' ? [] : [...validateRuleName(rule.name), ...found];
  const [text, ending] = write(rule, form, () => writeRuleSql(rule.name, parsed, tables));
  return { text, fileName: `${base}.${ending}`, problems };
}

function write(rule: ExportedRule, form: ExportForm, writeSql: () => string): [text: string, ending: string] {
  switch (form) {
    case 'json':
      return [`${rule.definition.trim()}\n`, 'json'];
    case 'cloudformation':
      return [writeCloudFormation(rule), 'template.json'];
    case 'terraform':
      return [writeTerraform(rule), 'tf'];
    case 'aws-cli':
      return [writeShell(rule), 'sh'];
    case 'sql':
      return [writeSql(), 'sql'];
  }
}

function writeCloudFormation({ name, definition, state }: ExportedRule): string {
  const properties = { RuleName: name, RuleState: state, RuleBody: toAsciiJson(definition) };
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: { [toId(name)]: { Type: 'AWS::CloudWatch::InsightRule', Properties: properties } },
  };
  return `${escapeBeyondAscii(JSON.stringify(template, null, 2))}\n`;
}

function writeTerraform({ name, definition, state }: ExportedRule): string {
  const label = `${toId(name)
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toLowerCase()}`;
  return [
    `resource "aws_cloudwatch_contributor_insight_rule" "${label}" {`,
    `  rule_name       = ${printHcl(name)}`,
    `  rule_state      = ${printHcl(state)}`,
    `  rule_definition = jsonencode(${printHcl(JSON.parse(definition), '  ')})`,
    '}',
    '',
  ].join('\n');
}

/** A call for a POSIX shell. */
function writeShell({ name, definition, state }: ExportedRule): string {
  const call = 'aws cloudwatch put-insight-rule';
  // The command line reads what looks like a file or an address, and takes a dash for an option.
  if (/^(?:-|@|[a-z]+:\/\/)|[^\x20-\x7e]/i.test(name)) {
    const input = JSON.stringify({ RuleName: name, RuleState: state, RuleDefinition: toAsciiJson(definition) });
    return `${call} \\\n  --cli-input-json ${quoteForShell(escapeBeyondAscii(input))}\n`;
  }
  return [
    `${call} \\`,
    `  --rule-name ${quoteForShell(name)} \\`,
    `  --rule-state ${state} \\`,
    `  --rule-definition ${quoteForShell(toAsciiJson(definition))}`,
    '',
  ].join('\n');
}

/** One word for a POSIX shell, whatever is in it. */
function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** JSON on one line, in ASCII, which AWS wants; nothing in it can steer a terminal. */
function toAsciiJson(definition: string): string {
  const strings = /"(?:[^"\\]|\\.)*"|\s+/gs;
  const line = definition.replace(/^\ufeff/, '').replace(strings, (part) => (part.startsWith('"') ? part : ''));
  return escapeBeyondAscii(line);
}

function escapeBeyondAscii(json: string): string {
  return json.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Letters and digits of a name, as a logical id has them: `Top404ByAddress`. */
function toId(name: string): string {
  const words = name.match(/[A-Za-z0-9]+/g) ?? [];
  const id = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(id) ? id.slice(0, 200) : `Rule${id}`.slice(0, 200);
}
