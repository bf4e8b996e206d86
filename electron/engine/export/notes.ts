import { describeNote, type Note } from '../../../shared/export';
import type { Rule } from '../../../shared/rule';
import { readReference } from '../rules/reference';
import { referenceKey } from '../workspace/event-tables';
import { pseudonymOf, type Redaction, redactContributors } from './redact';

/** Notes with pseudonyms for the redacted keys of their contributors. What was written in them stays as it is. */
export function redactNotes(notes: readonly Note[], rule: Rule, redaction: Redaction | null): Note[] {
  return notes.map((note) => {
    const { keys } = note;
    if (keys === null || redaction === null) return note;
    // Of a rule that has other keys now: which of them is the redacted field, nobody knows.
    if (!hasKeysOf(note, rule)) return { ...note, keys: keys.map((key) => pseudonymOf(key, redaction.secret)) };
    const [hidden] = redactContributors([{ keys }], rule, redaction);
    return { ...note, keys: hidden?.keys ?? null };
  });
}

/** Whether a note was written when the rule had the keys that it has. */
function hasKeysOf({ keys, fields }: Note, rule: Rule): boolean {
  if (fields === null || keys?.length !== rule.keys.length || fields.length !== rule.keys.length) return false;
  return rule.keys.every(({ field }, at) => {
    const named = readReference(fields[at] ?? '', rule.format);
    return named !== null && referenceKey(named) === referenceKey(field);
  });
}

/** Notes as texts to read, numbered: when, whom, and what was written. */
export function printNotes(notes: readonly Note[]): string[] {
  return notes.map((note, index) => {
    const about = describeNote(note, 'utc');
    return `${index + 1}. ${about === '' ? '' : `${about}: `}${note.text}`;
  });
}
