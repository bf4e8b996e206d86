import { findNodeAtLocation, type JSONPath, parseTree } from 'jsonc-parser';
import type { EmptyExplanation, Repair } from '../../../shared/event';
import type { TimeRange } from '../../../shared/report';
import type { FieldReference, Filter, Rule } from '../../../shared/rule';
import { removeAt, replaceAt } from '../rules/edit';
import { parseRule } from '../rules/parse';
import { findNear } from '../rules/suggest';
import type { Database } from '../workspace/db';
import type { GroupTable } from '../workspace/group-tables';
import { printReference } from '../workspace/groups';
import { readNumber } from '../workspace/number';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { countOutcomes, hasKeys, hasValue, isScanned, passesFilter } from './outcome';

/** How many of the most frequent values are compared with what a filter wants. */
const valuesCompared = 200;

/** How many repairs are tried at most: each is a query. */
const repairsTried = 12;

/**
 * Why no event, or hardly any, matches a rule: where they fall out, how many would match without each filter, and which
 * small changes of the rule make events match.
 * @param rule what `definition` says
 * @param tables the event tables of the rule's log groups
 */
export async function explainEmpty(
  db: Database,
  tables: readonly GroupTable[],
  definition: string,
  rule: Rule,
  range: TimeRange,
  signal?: AbortSignal,
): Promise<EmptyExplanation> {
  const outcomes = await countOutcomes(db, tables, rule, range, 1, signal);
  const steps = outcomes.map(({ step, filter, events }) => ({ step, filter, events }));
  const matched = steps.find(({ step }) => step === 'matched')?.events ?? 0;
  const own = tables.filter(({ entry }) => entry.format === rule.format);
  const without = await countWithout(db, own, rule, range, signal);
  const repairs: Repair[] = [];
  const changes = [
    ...listFieldChanges(own, rule),
    ...(await listValueChanges(db, own, rule, without, range, signal)),
  ].slice(0, repairsTried);
  const tree = parseTree(definition);
  for (const { path, ...change } of changes) {
    // One string alone stands for an array of it.
    const isThere = tree !== undefined && findNodeAtLocation(tree, path) !== undefined;
    const changed = replaceAt(definition, isThere ? path : path.slice(0, -1), change.to);
    const found = await countMatched(db, tables, changed, range, signal);
    if (found > matched) repairs.push({ ...change, matched: found, definition: changed });
  }
  repairs.sort((a, b) => b.matched - a.matched);
  return {
    scanned: steps.reduce((sum, { events }) => sum + events, 0),
    matched,
    steps,
    without,
    repairs: [...repairs, ...listDrops(definition, rule, without, matched)],
  };
}

/** For each filter how many events match a rule that is without it. */
async function countWithout(
  db: Database,
  tables: readonly GroupTable[],
  rule: Rule,
  range: TimeRange,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  if (tables.length === 0 || rule.filters.length === 0) return rule.filters.map(() => 0);
  const names = rule.filters.map((_, index) => id(`f${index}`));
  const selects = tables.map(({ table }) => {
    const passes = names.map((name, index) => sql`${passesFilter(rule, index, table)} AS ${name}`);
    return sql`SELECT ${join(passes, ', ')}, ${hasKeys(rule, table)} AND ${hasValue(rule, table)} AS is_whole
      FROM ${table.name} WHERE time_ms IS NOT NULL AND ${isScanned(range)}`;
  });
  const counts = names.map((_, left) => {
    const others = names.filter((__, index) => index !== left);
    return sql`count(*) FILTER (WHERE ${join([sql`is_whole`, ...others], ' AND ')}) AS ${id(`w${left}`)}`;
  });
  const [row] = await db.read(sql`SELECT ${join(counts, ', ')} FROM (${join(selects, ' UNION ALL ')})`, { signal });
  return names.map((_, index) => Number(row?.[`w${index}`] ?? 0));
}

async function countMatched(
  db: Database,
  tables: readonly GroupTable[],
  definition: string,
  range: TimeRange,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { rule } = parseRule(definition);
  if (rule === null) return 0;
  const outcomes = await countOutcomes(db, tables, rule, range, 1, signal);
  return outcomes.find(({ step }) => step === 'matched')?.events ?? 0;
}

type Change = Pick<Repair, 'kind' | 'place' | 'from' | 'to'> & { path: JSONPath };

/** For each field of a JSON rule that no event has, the known one that it was probably meant to be. */
function listFieldChanges(tables: readonly GroupTable[], rule: Rule): Change[] {
  if (rule.format !== 'JSON' || tables.length === 0) return [];
  const known = new Set(
    tables.flatMap(({ entry }) => [...entry.fields.values()].map((field) => printReference(entry, field))),
  );
  const used: { label: string; field: FieldReference; path: JSONPath }[] = [
    ...rule.keys.map((key, index) => ({ ...key, path: ['Contribution', 'Keys', index] })),
    ...(rule.value === null ? [] : [{ ...rule.value, path: ['Contribution', 'ValueOf'] }]),
    ...rule.filters.flatMap((filter, index) => listFilterFields(filter, ['Contribution', 'Filters', index])),
  ];
  return used.flatMap(({ label, field, path }) => {
    if (tables.some(({ table }) => table.field(field) !== null)) return [];
    const near = findNear(label, known);
    return near === null || near === label
      ? []
      : [{ kind: 'replace-field' as const, place: printPlace(path), path, from: label, to: near }];
  });
}

function listFilterFields(filter: Filter, path: JSONPath): { label: string; field: FieldReference; path: JSONPath }[] {
  if ('any' in filter) return filter.any.flatMap((one, index) => listFilterFields(one, [...path, 'Any', index]));
  return filter.operator === 'IsPresent' && !filter.operand
    ? []
    : [{ label: filter.label, field: filter.field, path: [...path, 'Match'] }];
}

/** For each filter that alone keeps events out, the values in those events that its own were probably meant to be. */
async function listValueChanges(
  db: Database,
  tables: readonly GroupTable[],
  rule: Rule,
  without: readonly number[],
  range: TimeRange,
  signal: AbortSignal | undefined,
): Promise<Change[]> {
  const changes: Change[] = [];
  for (const [index, filter] of rule.filters.entries()) {
    if (without[index] === 0 || 'any' in filter || 'operand' in filter) continue;
    if (filter.operator !== 'In' && filter.operator !== 'StartsWith') continue;
    const values = await listValuesWithout(db, tables, rule, index, filter.field, range, signal);
    for (const [at, operand] of filter.operands.entries()) {
      const choices = filter.operator === 'In' ? values : values.map((value) => value.slice(0, operand.trim().length));
      const near = findNearValue(operand, new Set(choices));
      if (near === null) continue;
      const path = ['Contribution', 'Filters', index, filter.operator, at];
      changes.push({ kind: 'replace-value', place: printPlace(path), path, from: operand, to: near });
    }
  }
  return changes;
}

/** The most frequent values of a filter's field among the events that only this filter keeps out. */
async function listValuesWithout(
  db: Database,
  tables: readonly GroupTable[],
  rule: Rule,
  index: number,
  field: FieldReference,
  range: TimeRange,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const selects = tables.flatMap(({ table }): Sql[] => {
    const text = table.field(field)?.text;
    if (text === undefined) return [];
    const others = rule.filters.flatMap((_, other) => (other === index ? [] : [passesFilter(rule, other, table)]));
    const conditions = [isScanned(range), hasKeys(rule, table), hasValue(rule, table), ...others];
    return [sql`SELECT ${text} AS value FROM ${table.name} WHERE time_ms IS NOT NULL AND ${join(conditions, ' AND ')}`];
  });
  if (selects.length === 0) return [];
  const rows = await db.read(
    sql`SELECT value FROM (${join(selects, ' UNION ALL ')}) WHERE value IS NOT NULL
      GROUP BY value ORDER BY count(*) DESC, value LIMIT ${integer(valuesCompared)}`,
    { signal },
  );
  return rows.map((row) => String(row.value));
}

/** Numbers are near when they are equal: 443 is no slip of the pen for 442. */
function findNearValue(operand: string, values: ReadonlySet<string>): string | null {
  if (values.has(operand)) return null;
  const number = readNumber(operand.trim());
  if (number === null) return findNear(operand, values);
  return [...values].find((value) => readNumber(value) === number) ?? null;
}

function listDrops(definition: string, rule: Rule, without: readonly number[], matched: number): Repair[] {
  const drops = rule.filters.flatMap((filter, index): Repair[] => {
    const found = without[index] ?? 0;
    if (found <= matched) return [];
    const path = ['Contribution', 'Filters', index];
    const from = 'any' in filter ? filter.any.map((one) => ('any' in one ? '' : one.label)).join(' or ') : filter.label;
    return [
      {
        kind: 'drop-filter',
        place: printPlace(path),
        from,
        to: '',
        matched: found,
        definition: removeAt(definition, path),
      },
    ];
  });
  return drops.sort((a, b) => b.matched - a.matched);
}

function printPlace(path: JSONPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}
