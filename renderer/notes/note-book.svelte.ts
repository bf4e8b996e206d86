import type { JsonValue } from '../../shared/contract';
import { type Note, noteLimits } from '../../shared/export';
import { formatCount } from '../../shared/format';
import { contributorId, readId } from '../report/series';
import { snapSpan } from '../report/time-range';
import type { App } from '../state/app.svelte';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import { putBack } from '../state/put-back';
import type { ReportRule, ReportTab } from '../state/report.svelte';
import type { Workspace } from '../state/workspace.svelte';
import {
  fieldsOf,
  fitsRule,
  isSameNote,
  type KeptNote,
  type ListedNote,
  type NumberedNote,
  notesKey,
  numberNotes,
  plainNote,
  readNotes,
} from './notes';

/** A note that is being written, or changed where there is one already. */
export type NoteDraft = {
  rule: string;
  note: ListedNote | null;
  timeMs: number | null;
  endMs: number | null;
  /** Whom it can be about; null: there is nobody to choose. */
  keys: readonly string[] | null;
  /** The fields that these are values of. */
  fields: readonly string[] | null;
  /** Whether it is about them, to begin with. */
  isAboutKeys: boolean;
  /** A time close to those that are meant, which supplies the day that is left out, epoch ms. */
  nearMs: number;
};

/** The notes of a workspace, by the rule whose report they are about. Each change is written at once. */
export class NoteBook {
  /** What is in the dialog; null: it is closed. */
  draft = $state.raw<NoteDraft | null>(null);
  /** The report whose notes are listed beside it. */
  listed = $state.raw<ReportTab | null>(null);
  /** The note that was pointed at last. */
  shownId = $state<number | null>(null);

  #all = $state.raw<readonly ListedNote[]>([]);
  /** What stands in the workspace. */
  #written = $state.raw<readonly ListedNote[]>([]);
  /** The workspace whose notes were read, so that they may be written to it. */
  #workspace = $state.raw<Workspace | null>(null);
  #isWriting = false;
  #nextId = 1;
  #toldId: number | undefined;
  readonly #byRule: ReadonlyMap<string, readonly NumberedNote[]> = $derived(numberNotes(this.#all));
  /** Something is not yet kept. */
  readonly unsaved = $derived(this.#workspace !== null && this.#all !== this.#written);

  readonly #app: App;
  readonly #engine: Engine;

  constructor(app: App, engine: Engine) {
    this.#app = app;
    this.#engine = engine;
  }

  /** The notes of a rule's report, in the order of their numbers. */
  of(rule: string): readonly NumberedNote[] {
    return this.#byRule.get(rule) ?? [];
  }

  /** Those of them about a contributor. @param id as that of `contributorId` */
  about({ name, definition }: Pick<ReportRule, 'name' | 'definition'>, id: string): readonly NumberedNote[] {
    const same = this.of(name).filter(({ keys }) => keys !== null && contributorId(keys) === id);
    return same.filter((note) => fitsRule(note, definition));
  }

  /** Brings the notes of a workspace back, or writes what could not be written before. */
  async open(workspace: Workspace): Promise<void> {
    if (this.#workspace !== workspace) {
      const found = await this.#engine.call('settings.get', { key: notesKey }).catch(() => undefined);
      if (found === undefined || this.#app.workspace !== workspace || this.#workspace === workspace) return;
      const kept = readNotes(found).map((note) => this.#list(note));
      const madeMeanwhile = this.#all;
      this.#written = kept;
      this.#all = madeMeanwhile.length === 0 ? kept : [...kept, ...madeMeanwhile];
      this.#workspace = workspace;
    }
    await this.#write();
  }

  /** Another workspace opens, or none. */
  forget(): void {
    this.#workspace = null;
    this.#all = [];
    this.#written = [];
    this.draft = null;
    this.listed = null;
    this.shownId = null;
  }

  /** Asks for a note on what the pointer and the selection of a report are on, or on the part of its time looked at. */
  ask(tab: ReportTab): void {
    const { common } = this.#app.investigation;
    const region = common?.tab === tab && common.of === 'time' ? common.region : null;
    const pointed = tab.hoverPeriod === null ? undefined : tab.chart?.startMs[tab.hoverPeriod];
    const keys = tab.selectedId === null ? null : readId(tab.selectedId);
    const timeMs = pointed ?? region?.startMs ?? null;
    const endMs = pointed === undefined ? (region?.endMs ?? null) : null;
    this.#askFor(tab, { timeMs, endMs, keys, isAboutKeys: timeMs === null });
  }

  /** Asks for a note on a contributor. */
  askAbout(tab: ReportTab, keys: readonly string[]): void {
    this.#askFor(tab, { timeMs: null, endMs: null, keys, isAboutKeys: true });
  }

  #askFor(tab: ReportTab, about: Pick<NoteDraft, 'timeMs' | 'endMs' | 'keys' | 'isAboutKeys'>): void {
    if (this.of(tab.rule.name).length >= noteLimits.notes) {
      const most = formatCount(noteLimits.notes, 'note');
      this.#app.toasts.show('bad', `"${tab.rule.name}" has ${most}`, 'It takes no more. Delete some first.');
      return;
    }
    const fields = about.keys === null ? null : fieldsOf(tab.rule.definition);
    this.draft = { rule: tab.rule.name, note: null, fields, nearMs: tab.span?.endMs ?? Date.now(), ...about };
  }

  /** Asks for changes of a note. */
  edit(note: ListedNote): void {
    const { rule, timeMs, endMs, keys, fields } = note;
    const nearMs = timeMs ?? Date.now();
    this.draft = { rule, note, timeMs, endMs, keys, fields, isAboutKeys: keys !== null, nearMs };
  }

  /** Takes what was written in the dialog, which closes. */
  keep({ rule, note }: NoteDraft, written: Note): void {
    this.draft = null;
    const before = this.#all.find(({ id }) => id === note?.id);
    if (before === undefined) {
      const added = this.#list({ ...plainNote(written), rule, from: null });
      this.#change([...this.#all, added]);
      this.#tell('Note added', () => this.#drop(added));
      this.shownId = added.id;
    } else {
      this.#put({ ...before, ...plainNote(written) });
      this.#tell('Note changed', () => this.#put(before));
      this.shownId = before.id;
    }
  }

  /** Deletes a note; the toast brings it back. */
  delete(note: ListedNote): void {
    const at = this.#all.findIndex(({ id }) => id === note.id);
    const kept = this.#all[at];
    if (kept === undefined) return;
    this.#drop(kept);
    this.#tell('Note deleted', () => this.#change(putBack(this.#all, kept, at)));
  }

  /** Takes notes that came with a case file, but for those that a report has already. */
  take(rule: string, notes: readonly Note[], from: string): void {
    const own = this.of(rule);
    const taken = notes
      .filter((note) => note.text !== '' && !own.some((known) => isSameNote(known, note)))
      .slice(0, Math.max(0, noteLimits.notes - own.length))
      .map((note) => this.#list({ ...plainNote(note), rule, from }));
    if (taken.length > 0) this.#change([...this.#all, ...taken]);
  }

  /** The notes of a rule follow it to another name. */
  moveRule(before: string, after: string): void {
    if (this.of(before).length === 0) return;
    this.#change(this.#all.map((note) => (note.rule === before ? { ...note, rule: after } : note)));
  }

  /** Deletes the notes of a rule. @returns what brings them back */
  dropRule(rule: string): () => void {
    const dropped = this.#all.filter((note) => note.rule === rule);
    if (dropped.length > 0) this.#change(this.#all.filter((note) => note.rule !== rule));
    return () => {
      if (dropped.length > 0) this.#change([...this.#all, ...dropped.filter((note) => !this.#all.includes(note))]);
    };
  }

  /** Lists the notes of a report beside it, or no longer. */
  list(tab: ReportTab | null): void {
    if (tab !== null) {
      this.#app.closeEvents();
      this.#app.investigation.closeCommon();
      tab.panelOpen = false;
    }
    this.listed = tab;
  }

  /** Lists the notes of a report and points at one of them. */
  point(tab: ReportTab, note: ListedNote): void {
    if (this.listed !== tab) this.list(tab);
    this.shownId = note.id;
  }

  /** Brings the moment of a note into the chart of its report. */
  goTo(tab: ReportTab, note: ListedNote): void {
    this.shownId = note.id;
    const { span } = tab;
    const { timeMs } = note;
    if (timeMs === null || span === null) return;
    const endMs = note.endMs ?? timeMs + 1;
    if (timeMs >= span.startMs && endMs <= span.endMs) return;
    const marginMs = Math.max((span.endMs - span.startMs) / 2, (endMs - timeMs) / 4);
    const around = { startMs: timeMs - marginMs, endMs: endMs + marginMs };
    void tab.goTo(snapSpan(around, tab.report?.periodSeconds ?? 60));
  }

  #list(note: KeptNote): ListedNote {
    return { ...note, id: this.#nextId++ };
  }

  /** Says what was done, in place of what was said of notes before. */
  #tell(done: string, undo: () => void): void {
    const { toasts } = this.#app;
    if (this.#toldId !== undefined) toasts.dismiss(this.#toldId);
    toasts.showDone(done, undo);
    this.#toldId = toasts.undoable.at(-1)?.id;
  }

  #put(note: ListedNote): void {
    this.#change(this.#all.map((one) => (one.id === note.id ? note : one)));
  }

  #drop({ id }: ListedNote): void {
    this.#change(this.#all.filter((one) => one.id !== id));
  }

  #change(notes: readonly ListedNote[]): void {
    this.#all = notes;
    void this.#write();
  }

  /** One write at a time; what changes meanwhile is written after it. */
  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      for (;;) {
        const [workspace, all] = [this.#workspace, this.#all];
        if (workspace === null || all === this.#written) return;
        const notes = all.map(({ rule, from, ...note }): JsonValue => ({ rule, from, ...plainNote(note) }));
        await this.#engine.call('settings.put', { key: notesKey, value: { notes } });
        if (this.#workspace === workspace) this.#written = all;
      }
    } catch (cause) {
      // Those of an engine that stopped are written when it is back.
      const problems = isAbort(cause) ? [] : problemsOf(cause).filter(({ code }) => code !== 'engine/stopped');
      for (const problem of problems) this.#app.showProblem(problem);
    } finally {
      this.#isWriting = false;
    }
  }
}
