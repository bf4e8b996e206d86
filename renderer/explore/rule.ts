import type { Board, ExploreField, Measure, ValueFilter } from '../../shared/explore';
import type { GroupField } from '../../shared/workspace';
import { type Json, printJson } from '../editor/rule-text';
import { labelField } from '../rules/fields';
import { suggestName } from '../rules/names';

/** What a rule is made of. */
export type RuleParts = {
  group: string;
  /** The fields of the group; keys, filters and measure are among them. */
  fields: readonly ExploreField[];
  /** References of the fields that tell contributors apart, in their order. */
  keys: readonly string[];
  filters: readonly ValueFilter[];
  measure: Measure;
};

/** How a rule names a field, apart from where it stands: an alias, a position, a path. */
export function nameOf(field: ExploreField): string {
  return labelField(asGroupField(field), {}).label;
}

/** A field's name for people: a path without its `$.` */
export function titleOf(field: ExploreField): string {
  const name = nameOf(field);
  return name.startsWith('$.') && name.length > 2 ? name.slice(2) : name;
}

function asGroupField({ reference, alias, format, isNumeric }: ExploreField): GroupField {
  return { reference, alias, format, type: isNumeric ? 'number' : 'text', examples: [] };
}

/** Keys of one rule are fields of one format, at most so many. */
export const keysMax = 4;

/**
 * A rule that counts what the boards count, under a name that is free.
 * @param taken names of other rules
 * @returns the rule body as JSON text; null without a key
 */
export function draftRule(parts: RuleParts, taken: readonly string[]): { name: string; definition: string } | null {
  const aliases: Record<string, string> = {};
  const find = (reference: string) => parts.fields.find((field) => field.reference === reference);
  const label = (reference: string) => {
    const field = find(reference);
    if (field === undefined) return reference;
    const named = labelField(asGroupField(field), aliases);
    if (named.alias !== null) aliases[named.alias.position] = named.alias.name;
    return named.label;
  };
  const format = parts.keys.map(find).find((field) => field !== undefined)?.format;
  if (format === undefined) return null;
  const keys = parts.keys.map(label);
  const summed = parts.measure.kind === 'sum' ? label(parts.measure.reference) : null;
  const filters: Json[] = listFilters(parts.filters).map(({ reference, values, exclude }) => ({
    Match: label(reference),
    [exclude ? 'NotIn' : 'In']: [...values],
  }));
  const aggregateOn = summed === null ? 'Count' : 'Sum';
  const definition = printJson({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: [patternFor(parts.group)],
    LogFormat: format,
    ...(Object.keys(aliases).length > 0 && { Fields: aliases }),
    Contribution: { Keys: keys, ...(summed !== null && { ValueOf: summed }), Filters: filters },
    AggregateOn: aggregateOn,
  });
  const model = { groups: [], groupMember: 'LogGroupNames', format, aliases, filters: [] } as const;
  const name = suggestName({ ...model, groups: [], filters: [], keys, valueOf: summed, aggregateOn }, taken);
  return { name: name === '' ? 'Explored' : name, definition };
}

/** Of a field with kept values the excluded ones need not be named. */
function listFilters(filters: readonly ValueFilter[]): ValueFilter[] {
  const keeps = (reference: string) => filters.some((one) => one.reference === reference && !one.exclude);
  return filters.filter(({ reference, exclude }) => !exclude || !keeps(reference));
}

/** In a rule a `*` stands at the end, for the rest of a name: a group with one in its name is taken by what comes before. */
function patternFor(group: string): string {
  const star = group.indexOf('*');
  return star === -1 ? group : `${group.slice(0, star)}*`;
}

/** Names of fields that people like to add up, the best first. */
const summedNames = [
  /bytes|size|length/i,
  /latency|duration|time_?taken|request_?time|elapsed/i,
  /packets|count|cost|amount/i,
];
/** Numbers that name something. */
const idNames = /(id|port|status|code|version|protocol|account|start|end|timestamp)$|(^|[^a-z])time$/i;

/** The numeric field that is most likely summed up; null where there is none. */
export function chooseSummed(fields: readonly ExploreField[]): ExploreField | null {
  const numeric = fields.filter(({ isNumeric }) => isNumeric);
  const amounts = numeric.filter((field) => !idNames.test(titleOf(field)));
  const wanted = summedNames.flatMap((names) => amounts.filter((field) => names.test(titleOf(field))));
  return wanted[0] ?? amounts[0] ?? numeric[0] ?? null;
}

/** More contributors than this are hardly what a first look is for. */
const contributorsMax = 100_000;

/** A field to count by where none was ticked: the first text of more than one value, of the format of the field summed up. */
export function chooseKey(
  fields: readonly ExploreField[],
  boards: ReadonlyMap<string, Board>,
  summed: string,
): ExploreField | null {
  const format = fields.find(({ reference }) => reference === summed)?.format;
  const others = fields.filter((field) => field.reference !== summed && field.format === format);
  const isTelling = ({ reference }: ExploreField) => {
    const distinct = boards.get(reference)?.distinct ?? 0;
    return distinct > 1 && distinct <= contributorsMax;
  };
  return others.find((field) => !field.isNumeric && isTelling(field)) ?? others.find(isTelling) ?? others[0] ?? null;
}
