import type { Common, CommonField } from '../../shared/common';
import { formatNumber, formatPercent } from '../../shared/format';
import { type Json, readTree, setAt, valueAt } from '../editor/rule-text';
import { addFilter } from '../report/narrow';
import { showKey } from '../report/visible';
import { labelField } from '../rules/fields';
import { readSentence } from '../rules/sentence';

/** Below this a field hardly differs. */
export const leastTelling = 10;

/** The fields that set a selection apart, and those that hardly do or that the rule itself asks for. */
export function splitFields(common: Common): { telling: CommonField[]; folded: CommonField[] } {
  const isTelling = (field: CommonField) => !field.inRule && field.score >= leastTelling;
  return { telling: common.fields.filter(isTelling), folded: common.fields.filter((field) => !isTelling(field)) };
}

/** A field's name for people: its alias, or its path without `$.` */
export function nameField({ reference, alias }: Pick<CommonField, 'reference' | 'alias'>): string {
  if (alias !== null) return alias;
  return reference.startsWith('$.') ? reference.slice(2) : `field ${reference}`;
}

/** The first finding in a sentence, in parts; null where nothing sets the selection apart. */
export function findingOf(
  common: Common,
): { share: string; here: string; field: string; value: string; elsewhere: string; elsewhereShare: string } | null {
  const [field] = splitFields(common).telling;
  const value = field?.values[0];
  if (field === undefined || value === undefined) return null;
  return {
    share: formatPercent(value.hereShare),
    here: formatNumber(common.here),
    field: nameField(field),
    value: showKey(value.value),
    elsewhere: formatNumber(common.elsewhere),
    elsewhereShare: formatPercent(value.elsewhereShare),
  };
}

/** How many times as frequent: `8.8×`, `0.01×`; `only here` where it is nowhere else. */
export function formatLift(lift: number | null): string {
  if (lift === null) return 'only here';
  if (lift >= 1000) return '>999×';
  if (lift > 0 && lift < 0.01) return '<0.01×';
  return `${Number(lift.toPrecision(2))}×`;
}

/** A rule body that lets only events with a value of a field through, or leaves them out. */
export function filterByValue(
  definition: string,
  field: Pick<CommonField, 'reference' | 'alias'>,
  value: string,
  how: 'only' | 'without',
): string {
  const tree = readTree(definition);
  const format = readSentence(definition)?.format === 'CLF' ? 'CLF' : 'JSON';
  const named = tree === null ? undefined : valueAt(tree, ['Fields']);
  const aliases: Record<string, string> = {};
  if (named !== null && typeof named === 'object' && !Array.isArray(named)) {
    for (const [position, name] of Object.entries(named)) if (typeof name === 'string') aliases[position] = name;
  }
  const found = { reference: field.reference, alias: field.alias, format, type: 'text', examples: [] } as const;
  const { label, alias } = labelField({ ...found, examples: [] }, aliases);
  const withName = alias === null ? definition : setAt(definition, ['Fields', alias.position], alias.name);
  const filter: Json = { Match: label, [how === 'only' ? 'In' : 'NotIn']: [value] };
  return addFilter(withName, filter);
}

/** A rule body that lets only some contributors through; null where one filter can't say it: with several keys. */
export function onlyThese(definition: string, contributors: readonly (readonly string[])[]): string | null {
  const tree = readTree(definition);
  const keys = tree === null ? undefined : valueAt(tree, ['Contribution', 'Keys']);
  if (!Array.isArray(keys) || keys.length !== 1) return null;
  return addFilter(definition, { Match: keys[0] ?? '', In: contributors.map(([key]) => key ?? '') });
}
