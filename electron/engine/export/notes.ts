import { describeNote, type Note } from '../../../shared/export';
import type { Rule } from '../../../shared/rule';
import { pseudonymOf, type Redaction, redactContributors } from './redact';

/** Notes with pseudonyms for the redacted keys of their contributors. What was written in them stays as it is. */
export function redactNotes(notes: readonly Note[], rule: Rule, redaction: Redaction | null): Note[] {
  return notes.map((note) => {
    const { keys } = note;
    if (keys === null || redaction === null) return note;
    // Of a rule that had other keys: which of them is the redacted field, nobody knows.
    if (keys.length !== rule.keys.length) {
      return { ...note, keys: keys.map((key) => pseudonymOf(key, redaction.secret)) };
    }
    const [hidden] = redactContributors([{ keys }], rule, redaction);
    return { ...note, keys: hidden?.keys ?? null };
  });
}

/** Notes as texts to read, numbered: when, whom, and what was written. */
export function printNotes(notes: readonly Note[]): string[] {
  return notes.map((note, index) => {
    const about = describeNote(note, 'utc');
    return `${index + 1}. ${about === '' ? '' : `${about}: `}${note.text}`;
  });
}
