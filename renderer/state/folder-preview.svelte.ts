import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Grant } from '../../shared/bridge';
import type { Problem } from '../../shared/problem';
import type { FileChoices, FilePreview, Reading, SourcePreview } from '../../shared/source-preview';
import { isAbort } from './engine';
import { problemsOf } from './problems';
import type { Workspace } from './workspace.svelte';

/** A folder that the user chose, what was found in it, and what the user wants of it. */
export class FolderPreview {
  readonly grant: Grant;
  files = $state.raw<FilePreview[]>([]);
  skipped = $state.raw<SourcePreview['skipped']>([]);
  others = $state.raw<SourcePreview['others']>({ files: 0, bytes: 0 });
  problems = $state.raw<Problem[]>([]);
  /** How far it is; null once all files have been looked into. */
  looking = $state.raw<{ files: number; filesDone: number } | null>({ files: 0, filesDone: 0 });
  /** Path of the file whose first events are shown. */
  shownPath = $state<string | null>(null);

  /** How its files are read. */
  reading = $state.raw<Reading>({});

  readonly #workspace: Workspace;
  readonly #left = new SvelteSet<string>();
  readonly #groups = new SvelteMap<string, string>();
  #control = new AbortController();

  readonly shown = $derived(this.files.find(({ path }) => path === this.shownPath) ?? this.files[0] ?? null);
  readonly chosen: FilePreview[] = $derived(this.files.filter(({ path }) => !this.#left.has(path)));
  /** Files that would be loaded. */
  readonly count = $derived(this.chosen.length + this.others.files);
  readonly bytes = $derived(this.files.reduce((sum, { bytes }) => sum + bytes, this.others.bytes));

  constructor(workspace: Workspace, grant: Grant) {
    this.grant = grant;
    this.#workspace = workspace;
    void this.#look();
  }

  /** Reads the files in another way, and looks into them anew. What was chosen for single files stays. */
  read(change: Reading): void {
    this.reading = { ...this.reading, ...change };
    this.#control.abort();
    this.#control = new AbortController();
    void this.#look();
  }

  async #look(): Promise<void> {
    const { signal } = this.#control;
    let found: FilePreview[] = [];
    this.looking = { files: this.files.length, filesDone: 0 };
    this.problems = [];
    try {
      const preview = await this.#workspace.preview(this.grant, this.reading, {
        signal,
        onProgress: (step) => {
          this.looking = step;
          found = [...found, ...step.found];
          // After a change the files that are listed stay until all have been looked into anew.
          if (found.length > this.files.length) this.files = found;
        },
      });
      this.files = preview.files;
      this.skipped = preview.skipped;
      this.others = preview.others;
    } catch (cause) {
      if (isAbort(cause)) return;
      this.problems = problemsOf(cause);
    }
    this.looking = null;
  }

  /** Ends the look. */
  cancel(): void {
    this.#control.abort();
  }

  isChosen(file: FilePreview): boolean {
    return !this.#left.has(file.path);
  }

  choose(files: readonly FilePreview[], isChosen: boolean): void {
    for (const { path } of files) {
      if (isChosen) this.#left.delete(path);
      else this.#left.add(path);
    }
  }

  /** Log groups that a file goes to, as shown: the one chosen for it, else those found. */
  groupOf(file: FilePreview): string {
    return this.#groups.get(file.path) ?? file.groups.join(', ');
  }

  /** Sends files to a log group. An empty name sends them where their documents or the folder say. */
  setGroup(files: readonly FilePreview[], group: string): void {
    const name = group.trim();
    for (const file of files) {
      if (name === '' || name === file.groups.join(', ')) this.#groups.delete(file.path);
      else this.#groups.set(file.path, name);
    }
  }

  /** What the engine has to know; null where everything is loaded as it was found. */
  get choices(): FileChoices | null {
    const isRead = this.reading.zone !== undefined || this.reading.container !== undefined;
    if (this.#left.size === 0 && this.#groups.size === 0 && !isRead) return null;
    const groups = this.chosen.flatMap((file) => {
      // A file that rotation makes of one with a group of its own goes there too, unless it says otherwise.
      const [only, ...more] = file.groups;
      const group = this.#groups.get(file.path) ?? (this.#groups.size > 0 && more.length === 0 ? only : undefined);
      return group === undefined ? [] : [{ path: file.path, group }];
    });
    return { excluded: [...this.#left], groups, ...(isRead ? { reading: this.reading } : {}) };
  }
}
