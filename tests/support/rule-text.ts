/** A valid rule body for VPC flow logs. */
const flowRule = {
  Schema: { Name: 'CloudWatchLogRule', Version: 1 },
  LogGroupNames: ['flow-logs'],
  LogFormat: 'CLF',
  Fields: { '4': 'srcaddr', '7': 'dstport', '10': 'bytes' },
  Contribution: { Keys: ['srcaddr'], ValueOf: 'bytes', Filters: [] },
  AggregateOn: 'Sum',
};

type Members = Record<string, unknown>;

/** A rule for flow logs as JSON text, with other members; undefined takes one away. */
export function flowRuleText(changes: Members = {}): string {
  return JSON.stringify({ ...flowRule, ...changes });
}

/** The same with other members of its contribution. */
export function contributionText(changes: Members): string {
  return flowRuleText({ Contribution: { ...flowRule.Contribution, ...changes } });
}

/** The same with filters. */
export function filterText(...filters: unknown[]): string {
  return contributionText({ Filters: filters });
}

/** A rule for JSON events as JSON text, with other members of its contribution. */
export function jsonRuleText(changes: Members = {}): string {
  return flowRuleText({
    LogFormat: 'JSON',
    Fields: undefined,
    Contribution: { Keys: ['$.ip'], Filters: [], ...changes },
  });
}
