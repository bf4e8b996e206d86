import { basename } from 'node:path';
import type { Problem } from '../../../shared/problem';
import type { FileChoices } from '../../../shared/source-preview';
import type { LoadProgress, Source, SourceState } from '../../../shared/workspace';
import { chosenGroup, chosenReading } from './file-choices';
import { cutOf, type FileRecord, faultsOf, malformedOf } from './file-record';
import type { GroupChoice } from './load';
import { findTimeZone } from './time-zone';
import type { Unreadable } from './walk';

/** A folder or file to load. `group` null: events go by their document's log group, else by the folder's name. */
export type NewSource = {
  path: string;
  label?: string;
  group: string | null;
  matchesAll?: boolean;
  /** What holds for single files; null: nothing. */
  files?: FileChoices | null;
};

/** A source as the engine keeps it in memory. */
export type Entry = {
  id: number;
  path: string;
  label: string;
  groupName: string | null;
  matchesAll: boolean;
  /** What the user chose for its files; null: nothing. */
  choices: FileChoices | null;
  state: SourceState;
  /** It was looked at before: a file that is new in it came later. */
  isKnown: boolean;
  /** Paths below it that could not be looked at. */
  unreadable: Unreadable[];
  /** Of the last look: files that other sources read, by the label of those. */
  overlaps: Map<string, number>;
  /** Of the last look: files found, their size, and how much of that was read. */
  files: number;
  bytes: number;
  bytesDone: number;
  /** The file that is being read. */
  current: LoadProgress['file'];
  /** Ends what is being read of it. */
  stop: AbortController;
};

/** A source in a state that does not follow from its files. */
export function createEntry(
  source: Pick<Entry, 'id' | 'path' | 'label' | 'groupName' | 'matchesAll' | 'choices' | 'state'>,
): Entry {
  const isKnown = source.state !== 'waiting' && source.state !== 'loading';
  const stop = new AbortController();
  return {
    ...source,
    isKnown,
    unreadable: [],
    overlaps: new Map(),
    files: 0,
    bytes: 0,
    bytesDone: 0,
    current: null,
    stop,
  };
}

/** How the events of a file are taken, but for their log group. */
function readingOf({ choices, path: root }: Pick<Entry, 'path' | 'choices'>, path: string) {
  const { zone, container } = chosenReading(choices, root, path);
  return { zone: zone === undefined ? null : findTimeZone(zone), container: container ?? null };
}

/**
 * The log group of events whose document names none, and how they are read.
 * @param path of the file; left out, the group of those without a choice
 */
export function groupOf(
  entry: Pick<Entry, 'path' | 'groupName' | 'matchesAll' | 'choices'>,
  path: string | null = null,
): GroupChoice {
  const chosen = (path === null ? null : chosenGroup(entry.choices, entry.path, path)) ?? entry.groupName;
  return {
    name: chosen ?? basename(entry.path),
    isSet: chosen !== null,
    matchesAll: entry.matchesAll,
    ...(path === null ? {} : readingOf(entry, path)),
  };
}

/** Flow log headers that the files of a source have, by log group. */
export function headersOf(entry: Entry, records: Iterable<FileRecord>): Map<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  for (const { state, path } of records) if (state?.header) headers.set(groupOf(entry, path).name, state.header);
  return headers;
}

/** Notices that one source shows; a folder of a million unreadable files must not fill the window's memory. */
const mostNotices = 1000;

/** Places in its files that one source shows. */
const mostFaults = 100;

/** A source as the window and the command line see it. @param halt why nothing is loaded at present */
export function describeSource(entry: Entry, records: ReadonlySet<FileRecord>, halt: Problem | null): Source {
  const source: Source = {
    id: entry.id,
    label: entry.label,
    state: halt !== null && isFollowed(entry.state) ? 'paused' : entry.state,
    groups: [],
    files: 0,
    bytes: 0,
    bytesDone: 0,
    events: 0,
    untimed: 0,
    malformed: 0,
    cut: 0,
    faults: [],
    notices: halt === null ? [] : [{ path: entry.path, bytes: 0, problem: halt }],
  };
  if (entry.files === 0 && entry.isKnown && entry.unreadable.length === 0) {
    source.notices.push({ path: entry.path, bytes: 0, problem: emptyProblem(entry) });
  }
  for (const [label, files] of entry.overlaps) {
    source.notices.push({ path: entry.path, bytes: 0, problem: overlapProblem(entry, label, files) });
  }
  for (const { path, problem } of entry.unreadable.slice(0, mostNotices)) {
    source.notices.push({ path, bytes: 0, problem });
  }
  const groups = new Set<string>();
  for (const record of records) {
    groups.add(groupOf(entry, record.path).name);
    if (!record.ended) {
      source.files += 1;
      source.bytes += record.size;
    }
    source.events += record.committed.events;
    source.untimed += record.committed.untimed;
    source.malformed += malformedOf(record);
    source.cut += cutOf(record);
    for (const { kind, line } of faultsOf(record)) {
      if (source.faults.length < mostFaults) source.faults.push({ kind, path: record.path, line });
    }
    if (record.problem !== null && source.notices.length < mostNotices) {
      source.notices.push({ path: record.path, bytes: record.size, problem: record.problem });
    }
  }
  source.groups = groups.size === 0 ? [groupOf(entry).name] : [...groups].sort();
  source.bytesDone = source.bytes;
  if (entry.state === 'loading') {
    source.bytes = entry.bytes;
    source.bytesDone = entry.bytesDone;
  }
  return source;
}

function emptyProblem(entry: Entry): Problem {
  return {
    code: 'source/empty',
    place: entry.label,
    message: 'The folder holds no log file.',
    hint: 'What is put into it is loaded then. Hidden files and links are left out.',
  };
}

function overlapProblem(entry: Entry, label: string, files: number): Problem {
  return {
    code: 'source/overlapping',
    place: entry.label,
    message: `${files === 1 ? 'A file of it is' : `${files} files of it are`} read as part of ${label}, so that no event counts twice.`,
    hint: 'Remove one of the two sources to have their events in the other.',
  };
}

/** Whether new files and lines of a source in this state are loaded as they come. */
export function isFollowed(state: SourceState): boolean {
  return state !== 'paused' && state !== 'cancelled';
}
