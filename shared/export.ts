import { formatTime, formatTimeRange, type Zone } from './format';

/** Forms of a report that is handed on. */
export const reportForms = ['html', 'csv', 'json', 'parquet'] as const;

export type ReportForm = (typeof reportForms)[number];

/** Forms of the events that match a rule. */
export const eventForms = ['csv', 'jsonl', 'parquet'] as const;

export type EventForm = (typeof eventForms)[number];

/** Larger files are not handed to the window, in bytes. */
export const mostFileBytes = 512 * 1024 * 1024;

/** A file for the user: its suggested name, and what is in it. */
export type ExportedFile = { name: string; data: string | Uint8Array };

/** A file name that every file system takes, without an extension, of a title that may hold anything. */
export function fileStem(title: string): string {
  const plain = title.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '');
  return plain === '' ? 'report' : plain.slice(0, 100);
}

/** A remark of the user on a report: on a moment or a span of it, on a contributor, on both or on neither. */
export type Note = {
  text: string;
  timeMs: number | null;
  /** End of the span that begins at `timeMs`, not included; null for a moment. */
  endMs: number | null;
  /** Keys of the contributor. */
  keys: string[] | null;
  /**
   * The fields that these are values of: the keys of the rule when the note was written, without aliases. Null where there
   * are no keys, and where nobody knows.
   */
  fields: string[] | null;
};

/** Notes that are handed on with a report at most, and characters of each. */
export const noteLimits = { notes: 1000, characters: 10_000 };

/** When a note is about, and whom, in one line; empty for a note on the report as a whole. */
export function describeNote(
  { timeMs, endMs, keys }: Pick<Note, 'timeMs' | 'endMs' | 'keys'>,
  zone: Zone,
  shownKey = (key: string) => key,
): string {
  const when =
    timeMs === null ? [] : [endMs === null ? formatTime(timeMs, zone) : formatTimeRange(timeMs, endMs, zone)];
  return [...when, ...(keys === null ? [] : [keys.map(shownKey).join(' · ')])].join(', ');
}

/** What was taken from a case file into the workspace. */
export type OpenedCase = {
  /** Name of the workspace that it comes from. */
  workspace: string;
  /** Names that its rules have here. */
  rules: string[];
  /** Log groups of its events, if it has any. */
  groups: string[];
  notes: Note[];
};
