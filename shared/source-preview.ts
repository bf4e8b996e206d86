import type { LogFormat } from './rule';
import type { FileNotice } from './workspace';

/** A field of the first events of a file, as a rule names it. */
export type PreviewField = { reference: string; alias: string | null; type: 'number' | 'text' };

/** One of the first events of a file. `values` has one entry a field of the preview, null where the event has none. */
export type PreviewEvent = { timeMs: number | null; message: string; values: (string | null)[] };

/** What a file holds, found from its beginning. Nothing of it is loaded. */
export type FilePreview = {
  /** Below the chosen folder, with `/` between its parts; of a file that was chosen itself, its name. */
  path: string;
  bytes: number;
  compression: 'none' | 'gzip' | 'zstd' | 'parquet';
  /** What carried the events into the file, in words such as `S3 export`; null for a file without content. */
  container: string | null;
  /** What the events are, such as `VPC flow logs`; null where they are none of the known formats. */
  kind: string | null;
  format: LogFormat | 'mixed' | null;
  /** Log groups that its events go to: those that its documents name, else the folder's. */
  groups: string[];
  /** First and last time of its events, epoch ms; null where there is none, or the end could not be read cheaply. */
  firstMs: number | null;
  lastMs: number | null;
  /** Events in it: counted where `isWhole`, else worked out from its beginning. */
  events: number;
  isWhole: boolean;
  fields: PreviewField[];
  firstEvents: PreviewEvent[];
};

/** What would be loaded from a folder or file. */
export type SourcePreview = {
  files: FilePreview[];
  /** Files that can't be loaded, with the reason. */
  skipped: FileNotice[];
  /** More files, which are loaded too but were not looked into, and their size. */
  others: { files: number; bytes: number };
};

/** A step of a preview: how many files have been looked into, and those since the last step. */
export type PreviewStep = { files: number; filesDone: number; found: FilePreview[] };

/** What carries events in a file of text, where its content is not to tell. */
export const textContainers = ['lines', 'tail', 'tail-short', 'export-task', 'json-documents', 'insights-csv'] as const;

/** How files are read, as far as the user says so. */
export type Reading = {
  /** Where the clocks were that wrote times without an offset: an IANA name such as `Europe/London`; left out, UTC. */
  zone?: string | undefined;
  /** What carried the events into the file; left out, its content tells. No matter for Parquet. */
  container?: (typeof textContainers)[number] | undefined;
};

/** Whether a time zone of that name is known here. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // RangeError: no such zone
  }
}

/** What the user chose for a source and for single files of it. Paths as in `FilePreview.path`. */
export type FileChoices = {
  /** Files that are not loaded. */
  excluded: string[];
  /** Log groups of files that do not go to that of the source. */
  groups: { path: string; group: string }[];
  /** How the files of the source are read. */
  reading?: Reading | undefined;
  /** How single files are read, instead. */
  readings?: ({ path: string } & Reading)[] | undefined;
};
