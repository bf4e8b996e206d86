import type { Report } from './fields';
import { describeNode, type JsonNode } from './json-tree';

/**
 * The log groups of a rule, from `LogGroupNames` or from `LogGroupARNs`: exact names, or prefixes where they end in `*`.
 * Every problem is reported.
 */
export function readLogGroups(members: Map<string, JsonNode>, report: Report, readList: ReadList): string[] {
  const names = members.get('LogGroupNames');
  const arns = members.get('LogGroupARNs');
  if (names !== undefined && arns !== undefined) {
    report({
      code: 'rule/conflicting-members',
      place: 'LogGroupARNs',
      message: 'A rule has either "LogGroupNames" or "LogGroupARNs", not both.',
      hint: 'Keep one of them.',
    });
  }
  if (names === undefined && arns === undefined) {
    report({
      code: 'rule/missing-member',
      place: 'LogGroupNames',
      message: 'The rule does not say which log groups it reads.',
      hint: 'Add "LogGroupNames": ["NAME"]; a "*" at the end of a name means "starts with".',
    });
  }
  const groups: string[] = [];
  for (const [node, read] of [[names, readName] as const, [arns, readArn] as const]) {
    if (node === undefined) continue;
    for (const item of readList(node, 'log groups')) {
      if (item.type === 'string') groups.push(...read(item, report));
      else {
        report({
          code: 'rule/wrong-type',
          place: item.place,
          message: `Expected a log group, which is a string, found ${describeNode(item)}.`,
        });
      }
    }
  }
  return groups;
}

export type ReadList = (node: JsonNode, what: string) => JsonNode[];

type Text = { place: string; value: string };

function readName({ place, value }: Text, report: Report): string[] {
  if (value.trim() === '') {
    const message = `The name of the log group is ${value === '' ? 'empty' : 'blank'}.`;
    report({ code: 'rule/bad-log-group', place, message, hint: 'Write its name, or "*" for every log group.' });
    return [];
  }
  if (value.slice(0, -1).includes('*')) {
    report({
      code: 'rule/bad-log-group',
      place,
      message: `In ${JSON.stringify(value)} the "*" is not at the end, the one place where it means "starts with".`,
      hint: `Did you mean ${JSON.stringify(`${value.slice(0, value.indexOf('*'))}*`)}?`,
    });
    return [];
  }
  return [value];
}

/** Account and region may be any: files do not tell where they come from. */
function readArn({ place, value }: Text, report: Report): string[] {
  const [, account, name] = /^arn:[^:]+:logs:[^:]*:([^:]*):log-group[:/](.+)$/s.exec(value) ?? [];
  if (account === undefined || name === undefined) {
    report({
      code: 'rule/bad-log-group',
      place,
      message: `${JSON.stringify(value)} is no ARN of a log group.`,
      hint: 'Write "arn:aws:logs:REGION:ACCOUNT:log-group:NAME".',
    });
    return [];
  }
  if (account !== '*' && account.includes('*')) {
    report({
      code: 'rule/bad-log-group',
      place,
      message: `The account ${JSON.stringify(account)} is cut off by a "*".`,
      hint: 'Write the whole account id, or "*" alone for any.',
    });
    return [];
  }
  return readName({ place, value: name.replace(/:\*$/, '') }, report);
}
