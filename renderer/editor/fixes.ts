import { findNodeAtLocation } from 'jsonc-parser';
import type { Problem } from '../../shared/problem';
import { type Json, pathOfPlace, readTree, renameAt, setAt } from './rule-text';

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
 * The remedy that a problem's hint names word by word.
 * @param text the rule body that has the problem
 * @returns null where the hint leaves the choice to the user
 */
export function findFix(problem: Problem, text: string): Fix | null {
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
