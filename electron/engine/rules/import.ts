import type { ImportedRule, ImportForm, RuleImport } from '../../../shared/rule-import';
import { type FoundRule, isObject, readState } from './found-rule';
import { findInCloudFormation, findInCloudFormationYaml } from './import-cloudformation';
import { findInShell } from './import-shell';
import { findInTerraform } from './import-terraform';
import { parseRule } from './parse';

/**
 * Finds the rules in a text: a rule body, the answer of `describe-insight-rules`, a CloudFormation template (JSON or YAML)
 * or a part of one, Terraform, calls of the AWS command line, or this app's own list of samples.
 * @param text as it was pasted; a byte order mark and a Markdown fence around it are no part of it
 */
export function importRules(text: string): RuleImport {
  const body = unwrap(text);
  if (body === '') return { form: null, rules: [], problems: [nothingFound('The text is empty.')] };
  const value = readJson(body);
  const [form, found] = value === undefined ? findInText(body) : findInJson(value, body);
  if (form === null || found.length === 0) {
    const message =
      form === null ? 'The text is in no known form.' : `The text looks like ${names[form]}, but holds no rule.`;
    return { form, rules: [], problems: [nothingFound(message)] };
  }
  return { form, rules: found.map(checkRule), problems: [] };
}

const names: Record<ImportForm, string> = {
  rule: 'a rule',
  'describe-insight-rules': 'a list of rules',
  cloudformation: 'a CloudFormation template',
  terraform: 'Terraform',
  'aws-cli': 'a call of the AWS command line',
  samples: 'a list of sample rules',
};

function nothingFound(message: string) {
  return {
    code: 'rule/unknown-form',
    place: '',
    message,
    hint: 'Known are a rule body, the answer of describe-insight-rules, CloudFormation, Terraform and put-insight-rule calls.',
  } as const;
}

function unwrap(text: string): string {
  const body = text.replace(/^\ufeff/, '').trim();
  return /^```[a-z]*\r?\n(.*?)\r?\n?```$/s.exec(body)?.[1]?.trim() ?? body;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

type Found = [form: ImportForm | null, rules: FoundRule[]];

function findInJson(value: unknown, text: string): Found {
  if (Array.isArray(value)) {
    const each = value.map((entry) => findInJson(entry, JSON.stringify(entry, null, 2)));
    return [each[0]?.[0] ?? null, each.flatMap(([, rules]) => rules)];
  }
  if (!isObject(value)) return [null, []];
  if (Array.isArray(value.InsightRules)) {
    return ['describe-insight-rules', value.InsightRules.filter(isObject).map(readDescribed)];
  }
  if (isObject(value.Resources)) return ['cloudformation', findInCloudFormation(value.Resources)];
  if (value.Type === 'AWS::CloudWatch::InsightRule') return ['cloudformation', findInCloudFormation({ '': value })];
  if ('RuleBody' in value) return ['cloudformation', findInCloudFormation({ '': { Properties: value } })];
  if ('RuleDefinition' in value) {
    return ['aws-cli', [toFound(value.RuleName, value.RuleDefinition, value.RuleState)]];
  }
  if ('Definition' in value) {
    if ('Service' in value) return ['samples', [toFound(value.Name, value.Definition, null)]];
    return ['describe-insight-rules', [readDescribed(value)]];
  }
  // A rule body with members on top of the known ones is still one: the problems name them.
  if (ruleMembers.some((name) => name in value)) return ['rule', [toFound(null, text, null)]];
  return [null, []];
}

const ruleMembers = ['Schema', 'Contribution', 'LogFormat', 'LogGroupNames', 'LogGroupARNs', 'AggregateOn'];

function findInText(text: string): Found {
  if (/\b(?:rule_definition|rule_body)"?\s*[=:]|\bresource\s+"/.test(text)) return ['terraform', findInTerraform(text)];
  if (/\bput-insight-rule\b/.test(text)) return ['aws-cli', findInShell(text)];
  if (/^\s*(?:Type:\s*['"]?AWS::CloudWatch::InsightRule|RuleBody:)/m.test(text)) {
    return ['cloudformation', findInCloudFormationYaml(text)];
  }
  // Broken JSON is a rule with a problem, which names the place.
  return /^[[{]/.test(text) || ruleMembers.some((name) => text.includes(`"${name}"`))
    ? ['rule', [toFound(null, text, null)]]
    : [null, []];
}

function readDescribed(entry: Record<string, unknown>): FoundRule {
  return toFound(entry.Name, entry.Definition, entry.State);
}

function toFound(name: unknown, body: unknown, state: unknown): FoundRule {
  return { name: typeof name === 'string' ? name : null, body, state: readState(state), notes: [] };
}

function checkRule({ name, body, state, notes }: FoundRule): ImportedRule {
  const definition = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const managed = /"ServiceLogRule"/.test(definition);
  return {
    name,
    definition,
    state,
    problems: parseRule(definition).problems,
    notes: managed
      ? [...notes, 'A rule that an AWS service manages: AWS feeds it itself, no log group holds its events.']
      : notes,
  };
}
