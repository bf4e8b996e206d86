import { findNodeAtLocation } from 'jsonc-parser';
import type { Problem } from '../../shared/problem';
import type { GroupField } from '../../shared/workspace';
import { joinField, splitField } from '../rules/fields';
import { readModel } from './rule-model';
import { insertAfter, type Json, pathOfPlace, readTree, renameAt, setAt, valueAt } from './rule-text';

/** A remedy that needs one click: what its button says, and the rule body with it. */
export type Fix = { label: string; text: string };

/** Problems whose place is a member that has the wrong name. */
const wrongNames = new Set(['rule/unknown-member', 'rule/unknown-operator']);

/** What the engine's hints look like where they say the very text to write. */
const hints = [
  /^Did you mean (".*")\?$/s,
  /^Write (.+) without quotes\.$/s,
  /^Write (".*") with quotes\.$/s,
  /^Write (\[.*\]|"(?:[^"\\]|\\.)*")\.$/s,
];

/**
 * The remedy that a problem's hint names word by word, or for an unknown name that the logs know.
 * @param text the rule body that has the problem
 * @param fields those found in the rule's log groups
 * @returns null where the choice is left to the user
 */
export function findFix(problem: Problem, text: string, fields: readonly GroupField[] = []): Fix | null {
  return findHintedFix(problem, text) ?? findFieldFix(problem, text, fields);
}

function findHintedFix(problem: Problem, text: string): Fix | null {
  if (problem.code === 'rule/bad-schema' || (problem.code === 'rule/missing-member' && /^Schema/.test(problem.place))) {
    const changed = setAt(text, ['Schema'], { Name: 'CloudWatchLogRule', Version: 1 });
    return changed === text ? null : { label: 'Write the schema', text: changed };
  }
  const written = hints.map((pattern) => pattern.exec(problem.hint ?? '')?.[1]).find((found) => found !== undefined);
  const value = written === undefined ? undefined : readJson(written);
  const tree = value === undefined ? null : readTree(text);
  if (value === undefined || tree === null) return null;
  const path = pathOfPlace(problem.place);
  if (findNodeAtLocation(tree, path) === undefined) return null;
  const isName = wrongNames.has(problem.code);
  // A member that belongs elsewhere is named with its path there: moving it is more than a click.
  if (isName && (typeof value !== 'string' || value.includes('.') || value.includes('"'))) return null;
  const changed = isName ? renameAt(text, path, String(value)) : setAt(text, path, value);
  return changed === text
    ? null
    : { label: `Use ${shorten(typeof value === 'string' ? value : (written ?? ''))}`, text: changed };
}

/** A CLF rule names a field by the name that the logs are known to have, without saying its position. */
function findFieldFix(problem: Problem, text: string, fields: readonly GroupField[]): Fix | null {
  const tree = problem.code === 'rule/unknown-alias' ? readTree(text) : null;
  if (tree === null) return null;
  const path = pathOfPlace(problem.place);
  const written = valueAt(tree, path);
  const { aliases } = readModel(tree);
  const { field: name, derivation } = splitField(typeof written === 'string' ? written : '', aliases);
  if (name.trim().length < 2) return null;
  const wanted = name.trim().toLowerCase();
  const own = fields.filter((field) => field.format === 'CLF' && field.alias !== null);
  const field =
    own.find(({ alias }) => alias === name) ??
    own.find(({ alias }) => alias?.toLowerCase().startsWith(wanted) === true);
  if (field?.alias == null) return null;
  const alias = aliases[field.reference] ?? field.alias;
  const named = name === alias ? text : setAt(text, path, joinField(alias, derivation));
  const changed =
    aliases[field.reference] !== undefined
      ? named
      : valueAt(tree, ['Fields']) === undefined
        ? insertAfter(named, 'LogFormat', 'Fields', { [field.reference]: alias })
        : setAt(named, ['Fields', field.reference], alias);
  return { label: name === alias ? `Name position ${field.reference}` : `Use ${shorten(alias)}`, text: changed };
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function shorten(text: string): string {
  return text.length > 28 ? `${text.slice(0, 27)}…` : text;
}
