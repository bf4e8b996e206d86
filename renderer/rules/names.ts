import { describeDerivation } from '../../shared/derived-field';
import type { RuleModel } from '../editor/rule-model';
import { splitField } from './fields';

/** A name for a rule that has none, from what it does: `Bytes by srcaddr and dstport`. */
export function suggestName(model: RuleModel, taken: readonly string[]): string {
  const keys = model.keys.map(wordFor).filter((word) => word !== '');
  if (keys.length === 0) return '';
  const isSum = model.aggregateOn === 'Sum' && model.valueOf !== null;
  const what = isSum ? wordFor(model.valueOf ?? '').replace(/_+/g, ' ') : 'events';
  const list = keys.length === 1 ? keys[0] : `${keys.slice(0, -1).join(', ')} and ${keys[keys.length - 1]}`;
  const name = `${what.slice(0, 1).toUpperCase()}${what.slice(1)} by ${list}`
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 110);
  return freeName(name, taken);
}

/** The last step of a path without signs; an alias as it is; what is worked out of one in words. */
function wordFor(name: string): string {
  const { field, derivation } = splitField(name, {});
  return derivation === null ? wordForPlain(field) : `${describeDerivation(derivation)} of ${wordForPlain(field)}`;
}

function wordForPlain(field: string): string {
  if (!field.startsWith('$')) return field;
  const [, quoted, plain] = /\[(['"].*?)['"]\]$|([^.[\]$]+)\]?$/.exec(field) ?? [];
  return quoted?.slice(1) ?? plain ?? field;
}

/** A name, or with a number behind it where it is taken. */
export function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  const base = name.replace(/ \d+$/, '');
  for (let number = 2; ; number++) {
    const next = `${base} ${number}`;
    if (!taken.includes(next)) return next;
  }
}

/** What is wrong with a rule's name; empty where nothing is. `own` is the name that it has already. */
export function findNameProblem(name: string, taken: readonly string[], own: string | null): string {
  if (name === '') return 'A rule needs a name.';
  if (!/^[\x20-\x7e]{1,128}$/.test(name))
    return 'At most 128 characters: letters without accents, digits, blanks, punctuation.';
  if (name !== own && taken.includes(name)) return `A rule named "${name}" is there already.`;
  return '';
}
