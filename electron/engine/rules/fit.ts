import type { Key, LogFormat, Rule, SampleRule } from '../../../shared/rule';
import { defaultFlowFields } from '../ingest/flow-log';
import type { GroupEntry, TableEntry } from '../workspace/catalog';
import { matchesGroup, referenceKey, toEventTable } from '../workspace/event-tables';
import { parseRule } from './parse';

/** Services whose events are of a kind named otherwise. */
const kindOfService: Record<string, string> = { 'Bedrock and AgentCore': 'CloudTrail' };

/**
 * A sample rule as it runs on the logs at hand: `fits` names the log groups that it can read. Where there are none but a
 * log group of its kind, `lacks` names the fields that this one does not have.
 */
export type FittedSample = SampleRule & { fits: string[]; lacks: string[] };

/**
 * Fits a sample rule to the log groups of a workspace. People name their groups as they like, so a group fits by what its
 * events are: it is the sample's kind of log, or of no known kind and JSON with the fields that the rule reads. The definition then names those groups, and for flow logs of a custom format the positions they have there.
 */
export function fitSample(sample: SampleRule, groups: readonly GroupEntry[]): FittedSample {
  const { rule } = parseRule(sample.definition);
  if (rule === null) return { ...sample, fits: [], lacks: [] };
  const fitting = groups.flatMap((group) => {
    const table = group.tables.get(rule.format);
    const positions = table === undefined ? null : findPositions(sample, rule, group, table);
    return positions === null ? [] : [{ name: group.name, positions }];
  });
  const [first] = fitting;
  if (first === undefined) return { ...sample, fits: [], lacks: listLacking(sample, rule, groups) };
  // One rule has one set of positions: groups laid out otherwise than the first are left to a rule of their own.
  const fits = fitting.filter(({ positions }) => isSame(positions, first.positions)).map(({ name }) => name);
  const isNamed = fits.every((name) => rule.groups.some((pattern) => matchesGroup(pattern, name)));
  const body = JSON.parse(sample.definition) as Record<string, unknown>;
  if (!isNamed) body.LogGroupNames = fits;
  if (rule.format === 'CLF') body.Fields = first.positions;
  return { ...sample, fits, lacks: [], definition: JSON.stringify(body, null, 1) };
}

/** Position → alias for a CLF rule in a log group, `{}` for a JSON rule; null where the rule does not fit. */
function findPositions(
  sample: SampleRule,
  rule: Rule,
  group: GroupEntry,
  table: TableEntry,
): Record<string, string> | null {
  const { field } = toEventTable(group, table);
  const isOfKind = group.kind === kindOf(sample);
  // Where some events have fields without a column, any field may be read, and none is known to be there.
  const hasFields = listFields(rule).every((key) =>
    isOfKind ? field(key.field) !== null : table.fields.has(referenceKey(key.field)),
  );
  if (rule.format === 'JSON') return hasFields && (isOfKind || group.kind === null) ? {} : null;
  if (!isOfKind) return null;
  const { Fields = {} } = JSON.parse(sample.definition) as { Fields?: Record<string, string> };
  if (sample.service !== 'VPC flow logs') return hasFields ? Fields : null;
  const positions: Record<string, string> = {};
  for (const [position, alias] of Object.entries(Fields)) {
    const name = nameFlowField(Number(position), alias);
    const found = [...table.fields.values()].find((entry) => entry.alias === name);
    if (found === undefined) return null;
    positions[found.reference] = alias;
  }
  return positions;
}

/** The fields without which no event counts: keys, the field summed up, and those that filters want to see. */
function listFields(rule: Rule): Key[] {
  const filtered = rule.filters.flatMap((filter) => {
    const isOptional = 'any' in filter || (filter.operator === 'IsPresent' && !filter.operand);
    return isOptional ? [] : [filter];
  });
  return [...rule.keys, ...(rule.value === null ? [] : [rule.value]), ...filtered];
}

/** The fields that no log group of the sample's kind has: of the group that lacks fewest. */
function listLacking(sample: SampleRule, rule: Rule, groups: readonly GroupEntry[]): string[] {
  const lacking = groups
    .filter((group) => group.kind === kindOf(sample))
    .map((group) => listFields(rule).filter((key) => !hasField(sample, key, group, rule.format)))
    .filter((keys) => keys.length > 0)
    .sort((a, b) => a.length - b.length);
  return [...new Set(lacking[0]?.map(({ label }) => label))];
}

/** Flow logs of a custom format have their fields at other positions, so that only the names tell. */
function hasField(sample: SampleRule, key: Key, group: GroupEntry, format: LogFormat): boolean {
  const table = group.tables.get(format);
  if (table === undefined) return false;
  if (sample.service !== 'VPC flow logs' || !('position' in key.field)) {
    return toEventTable(group, table).field(key.field) !== null;
  }
  const name = nameFlowField(key.field.position, key.label);
  return [...table.fields.values()].some((field) => field.alias === name);
}

/** The name that a flow log's header has for a field of AWS's sample rules, which have one name of their own. */
function nameFlowField(position: number, alias: string): string {
  return defaultFlowFields[position - 1] ?? (alias === 'tcp-flag' ? 'tcp-flags' : alias);
}

function kindOf(sample: SampleRule): string {
  return kindOfService[sample.service] ?? sample.service;
}

function isSame(a: Record<string, string>, b: Record<string, string>): boolean {
  const sorted = (positions: Record<string, string>) => JSON.stringify(Object.entries(positions).sort());
  return sorted(a) === sorted(b);
}
