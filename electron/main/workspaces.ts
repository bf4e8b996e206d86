import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { RecentWorkspace } from '../../shared/bridge';
import { readJsonFile, writeJsonFile } from './json-file';

export const workspaceExtension = '.duckdb';

const Entry = z.object({
  id: z.uuid(),
  path: z.string().min(1),
  name: z.string(),
  isSample: z.boolean(),
  /** The folder or file that the workspace was made for, so that it is found again when that is opened again. */
  madeFor: z.string().nullable(),
  events: z.number(),
  sources: z.number(),
  rules: z.number(),
  bytes: z.number(),
  openedAtMs: z.number(),
});

/** A workspace that was opened here. Its id stays the same for as long as it is in the list. */
export type WorkspaceEntry = z.infer<typeof Entry>;

/** What the engine tells about a workspace. */
export type WorkspaceCounts = Pick<WorkspaceEntry, 'events' | 'sources' | 'rules' | 'bytes'>;

const sampleFile = `sample${workspaceExtension}`;
const keptEntries = 50;
/** Counts change with each block that is loaded. */
const writeDelayMs = 1000;
const noCounts: WorkspaceCounts = { events: 0, sources: 0, rules: 0, bytes: 0 };

/**
 * The workspaces that were opened here, last opened first, kept in `recents.json`; and the folder where those lie that
 * the app makes by itself.
 */
export class Workspaces {
  readonly folder: string;
  readonly #listPath: string;
  #entries: WorkspaceEntry[];
  #everOpened: boolean;
  #timer: NodeJS.Timeout | null = null;

  constructor(userDataPath: string) {
    this.folder = join(userDataPath, 'workspaces');
    this.#listPath = join(userDataPath, 'recents.json');
    this.#everOpened = existsSync(this.#listPath);
    this.#entries = readJsonFile(this.#listPath, z.array(Entry)) ?? [];
  }

  /** Whether any workspace was ever opened here. */
  get everOpened(): boolean {
    return this.#everOpened;
  }

  /** What the window may know of the list: no paths. */
  list(): RecentWorkspace[] {
    return this.#entries.map(({ id, name, events, sources, rules, bytes, openedAtMs }) => {
      return { id, name, events, sources, rules, bytes, openedAtMs };
    });
  }

  /** The workspace opened last. */
  last(): WorkspaceEntry | undefined {
    return this.#entries[0];
  }

  find(id: string): WorkspaceEntry | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  /** The entry of a workspace file, a new one where it is not in the list. It joins the list with `noteOpened`. */
  entryForFile(path: string): WorkspaceEntry {
    return this.#entries.find((entry) => entry.path === path) ?? this.#makeEntry(path);
  }

  /** The workspace of the sample logs. */
  entryForSample(): WorkspaceEntry {
    return { ...this.entryForFile(join(this.folder, sampleFile)), name: 'Sample logs', isSample: true };
  }

  /** The workspace that was made for these logs before, else one with a file name of its own, made after theirs. */
  entryForLogs(logsPath: string): WorkspaceEntry {
    const known = this.#entries.find((entry) => entry.madeFor === logsPath && existsSync(entry.path));
    return known ?? { ...this.#makeEntry(this.#findFreePath(logsPath)), madeFor: logsPath };
  }

  /** Puts `entry` on top of the list. */
  noteOpened(entry: WorkspaceEntry): void {
    const opened = { ...entry, openedAtMs: Date.now() };
    this.#entries = [opened, ...this.#entries.filter(({ id }) => id !== entry.id)].slice(0, keptEntries);
    this.#everOpened = true;
    this.#write();
  }

  /** Keeps what the engine counted, where the workspace is still in the list; on disk within a second, or by `flush`. */
  noteCounts(id: string, { events, sources, rules, bytes }: WorkspaceCounts): void {
    this.#entries = this.#entries.map((entry) =>
      entry.id === id ? { ...entry, events, sources, rules, bytes } : entry,
    );
    this.#timer ??= setTimeout(() => this.flush(), writeDelayMs);
  }

  /** Writes what is not on disk yet. */
  flush(): void {
    if (this.#timer !== null) this.#write();
  }

  /** Takes a workspace out of the list; its file stays. */
  forget(id: string): void {
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
    this.#write();
  }

  #makeEntry(path: string): WorkspaceEntry {
    return {
      id: randomUUID(),
      path,
      name: nameWorkspace(path),
      isSample: false,
      madeFor: null,
      ...noCounts,
      openedAtMs: 0,
    };
  }

  #findFreePath(logsPath: string): string {
    mkdirSync(this.folder, { recursive: true });
    const taken = new Set(readdirSync(this.folder).map((name) => name.toLowerCase()));
    taken.add(sampleFile);
    const name = sanitizeName(basename(logsPath));
    for (let number = 1; ; number += 1) {
      const file = `${number === 1 ? name : `${name} ${number}`}${workspaceExtension}`;
      if (!taken.has(file.toLowerCase())) return join(this.folder, file);
    }
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      writeJsonFile(this.#listPath, this.#entries);
    } catch (cause) {
      // The list is a convenience; the workspaces themselves are not touched by this.
      console.error('The list of recent workspaces could not be kept:', cause);
    }
  }
}

/** The name of a workspace file as shown: without folder and extension. */
export function nameWorkspace(path: string): string {
  return removeControls(basename(path, workspaceExtension)).trim() || 'Workspace';
}

/**
 * A file name that every system takes, made of the name of a folder or log file: without log extensions, separators,
 * controls and reserved names, at most 80 characters.
 */
export function sanitizeName(name: string): string {
  const stem = name.replace(/(\.(log|txt|csv|json|jsonl|ndjson))?(\.(gz|zst))?$/i, '');
  const plain = removeControls(stem || name)
    .replace(/[<>:"/\\|?*]+/g, '-')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const short = Array.from(plain).slice(0, 80).join('').trimEnd();
  // Windows gives these to devices.
  const isReserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(short);
  return short === '' ? 'logs' : isReserved ? `${short}-logs` : short;
}

/** Control characters, and those that turn the direction of text, so that a name can't show as another. */
function removeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '');
}
