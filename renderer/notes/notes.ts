import { type Note, noteLimits } from '../../shared/export';
import { listKeyFields } from '../../shared/rule-fields';
import { z } from '../state/schema';

/** A note as the workspace keeps it. */
export type KeptNote = Note & {
  /** Name of the rule whose report it is about. */
  rule: string;
  /** Workspace of the case file that it came with; null: written here. */
  from: string | null;
};

/** A note with what it is found by in this window. */
export type ListedNote = KeptNote & { id: number };

/** A note of a report with its number there. */
export type NumberedNote = ListedNote & { number: number };

/** Where a workspace keeps its notes. */
export const notesKey = 'notes';

const Time = z.nullable(z.int().check(z.gte(-8.64e15), z.lte(8.64e15)));

const Kept = z.object({
  rule: z.string(),
  text: z.string().check(z.minLength(1), z.maxLength(noteLimits.characters)),
  timeMs: Time,
  endMs: Time,
  keys: z.nullable(z.array(z.string()).check(z.minLength(1), z.maxLength(100))),
  fields: z._default(z.nullable(z.array(z.string()).check(z.maxLength(100))), null),
  from: z.nullable(z.string()),
});

/** Notes as a workspace has them; what can't be read is left out. */
export function readNotes(value: unknown): KeptNote[] {
  const { success, data } = z.object({ notes: z.array(z.unknown()) }).safeParse(value);
  if (!success) return [];
  return data.notes.flatMap((one) => {
    const note = Kept.safeParse(one);
    return note.success ? [note.data] : [];
  });
}

/** The notes of each rule by its name, numbered: by their time, those without one last, else as they were written. */
export function numberNotes(notes: readonly ListedNote[]): Map<string, NumberedNote[]> {
  const byRule = new Map<string, NumberedNote[]>();
  const timed = [...notes].sort((a, b) => compareTimes(a.timeMs, b.timeMs));
  for (const note of timed) {
    const own = byRule.get(note.rule) ?? [];
    own.push({ ...note, number: own.length + 1 });
    byRule.set(note.rule, own);
  }
  return byRule;
}

function compareTimes(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a - b;
}

/** What of a note is handed on. */
export function plainNote({ text, timeMs, endMs, keys, fields }: Note): Note {
  return { text, timeMs, endMs, keys, fields };
}

/** The fields that the keys of a rule's contributors are values of. */
export function fieldsOf(definition: string): string[] {
  return listKeyFields(definition).map(({ reference }) => reference);
}

/**
 * Whether a note's keys are those of a contributor of the rule as it is now. A note of which nobody knows what the keys
 * were needs as many.
 */
export function fitsRule({ keys, fields }: Pick<Note, 'keys' | 'fields'>, definition: string): boolean {
  const now = fieldsOf(definition);
  return keys?.length === now.length && (fields === null || JSON.stringify(fields) === JSON.stringify(now));
}

/** Whether two notes say the same of the same. */
export function isSameNote(a: Note, b: Note): boolean {
  return JSON.stringify(plainNote(a)) === JSON.stringify(plainNote(b));
}

/**
 * The row of each mark of a chart, so that none covers another while there is room.
 * @param leftPx where the marks stand, ascending
 */
export function layOutMarks(leftPx: readonly number[], markPx: number, rowsMax: number): number[] {
  const ends: number[] = [];
  return leftPx.map((left) => {
    const free = ends.findIndex((end) => end <= left);
    const row = free >= 0 ? free : Math.min(ends.length, rowsMax - 1);
    ends[row] = left + markPx;
    return row;
  });
}
