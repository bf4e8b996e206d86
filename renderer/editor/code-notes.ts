import { forceLinting, linter, setDiagnostics } from '@codemirror/lint';
import { type EditorState, StateEffect, StateField, type TransactionSpec } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';
import { mount, unmount } from 'svelte';
import CodeNote from './CodeNote.svelte';

/** Something to say about a stretch of the text, shown below its line. */
export type Note = {
  from: number;
  to: number;
  kind: 'bad' | 'warn';
  message: string;
  /** Label of a button that puts it right, and what it does; null where the user has to choose. */
  fix: { label: string; run: () => void } | null;
};

const setNotes = StateEffect.define<readonly Note[]>();

/** Keeps the notes in place while the text is changed. */
const notesField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (set, transaction) => {
    let next = set.map(transaction.changes);
    for (const effect of transaction.effects)
      if (effect.is(setNotes)) next = drawNotes(transaction.state, effect.value);
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Underlines come from the linter, which also steps through them (F8); messages stand below the line, not in tooltips. */
export const codeNotes = [notesField, linter(null, { tooltipFilter: () => [] })];

/** Shows other notes. */
export function showNotes(view: EditorView, notes: readonly Note[]): void {
  const length = view.state.doc.length;
  const fitting = notes.map((note) => ({ ...note, from: Math.min(note.from, length), to: Math.min(note.to, length) }));
  const underlines: TransactionSpec = setDiagnostics(
    view.state,
    fitting.map(({ from, to, kind, message }) => ({
      from,
      to,
      severity: kind === 'bad' ? 'error' : 'warning',
      message,
    })),
  );
  view.dispatch(underlines, { effects: setNotes.of(fitting) });
  forceLinting(view);
}

function drawNotes(state: EditorState, notes: readonly Note[]): DecorationSet {
  const lines = new Map<number, Note[]>();
  for (const note of notes) {
    const { number } = state.doc.lineAt(note.from);
    lines.set(number, [...(lines.get(number) ?? []), note]);
  }
  const decorations = [...lines].flatMap(([number, own]) => {
    const line = state.doc.line(number);
    const kind = own.some((note) => note.kind === 'bad') ? 'bad' : 'warn';
    return [
      Decoration.line({ class: `code-line ${kind}` }).range(line.from),
      Decoration.widget({ widget: new NoteWidget(own), side: 1, block: true }).range(line.to),
    ];
  });
  return Decoration.set(decorations, true);
}

class NoteWidget extends WidgetType {
  constructor(readonly notes: readonly Note[]) {
    super();
  }

  override eq(other: NoteWidget): boolean {
    const print = (notes: readonly Note[]) =>
      JSON.stringify(notes.map(({ kind, message, fix }) => [kind, message, fix?.label]));
    return print(other.notes) === print(this.notes);
  }

  override toDOM(): HTMLElement {
    const box = document.createElement('div');
    mounted.set(box, mount(CodeNote, { target: box, props: { notes: this.notes } }));
    return box;
  }

  override destroy(box: HTMLElement): void {
    const component = mounted.get(box);
    if (component !== undefined) void unmount(component);
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

const mounted = new WeakMap<HTMLElement, Record<string, unknown>>();
