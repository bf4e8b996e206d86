import {
  acceptCompletion,
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, redo, undo } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { type ChangeSet, EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { jsonColours } from './code-highlight';
import { codeNotes, type Note, showNotes } from './code-notes';
import { type Choice, type Choices, offerValue } from './completions';

export type CodeOptions = {
  label: string;
  text: () => string;
  onText: (text: string) => void;
  /** Null while they are about an older text: those shown stay, and move along. */
  notes: () => readonly Note[] | null;
  /** What may stand at an offset of a text. */
  choices: (text: string, offset: number) => Choices | null;
  /** Values of a field that hold a text. */
  values: (
    field: NonNullable<Choices['valuesOf']>,
    search: string,
    signal: AbortSignal,
  ) => Promise<{ value: string; events: number }[]>;
  /** Adds a name to the rule's `Fields`, after a choice that needs it. */
  onAlias: (alias: NonNullable<Choice['alias']>) => void;
  /** Whether a text that is pasted is too long; says so to the user. */
  refusePaste: (text: string) => boolean;
  /** Another text for one that was pasted into the empty or wholly selected editor; null to paste as usual. */
  onPaste: (text: string) => Promise<string | null>;
  /** Takes the editor's own undo and redo. */
  onView: (steps: { undo: () => void; redo: () => void; reveal: (offset: number) => void }) => void;
};

/** A code editor for JSON in an element: its text and that of the options stay equal. */
export function codeEditor(options: CodeOptions): Attachment<HTMLElement> {
  return (box) => {
    // Made once: what changes afterwards is pushed.
    const view = untrack(() => new EditorView({ parent: box, state: createState(options) }));
    options.onView({
      undo: () => undo(view),
      redo: () => redo(view),
      reveal: (offset) => {
        view.dispatch({ selection: { anchor: Math.min(offset, view.state.doc.length) }, scrollIntoView: true });
        view.focus();
      },
    });
    $effect(() => replaceText(view, options.text()));
    $effect(() => {
      const notes = options.notes();
      if (notes !== null) showNotes(view, notes);
    });
    return () => view.destroy();
  };
}

function createState(options: CodeOptions): EditorState {
  return EditorState.create({
    doc: options.text(),
    extensions: [
      // The page's policy takes styles with its nonce only.
      EditorView.cspNonce.of(readNonce()),
      lineNumbers(),
      highlightActiveLineGutter(),
      highlightActiveLine(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      EditorView.lineWrapping,
      json(),
      jsonColours,
      ...codeNotes,
      autocompletion({ override: [(context) => complete(context, options)], icons: false, closeOnBlur: true }),
      keymap.of([
        { key: 'Tab', run: acceptCompletion },
        { key: 'Mod-.', run: (view) => fixHere(view, options) },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...lintKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      EditorView.contentAttributes.of({ 'aria-label': options.label, spellcheck: 'false' }),
      EditorView.domEventHandlers({ paste: (event, view) => takePaste(event, view, options) }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        options.onText(update.state.doc.toString());
        if (update.transactions.some((one) => one.isUserEvent('input.type') && opensString(one.changes))) {
          startCompletion(update.view);
        }
      }),
    ],
  });
}

/** A typed quote is where names and values begin. */
function opensString(changes: ChangeSet): boolean {
  let opens = false;
  changes.iterChanges((_fromA, _toA, _fromB, _toB, text) => {
    opens ||= text.toString().startsWith('"');
  });
  return opens;
}

function readNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** Takes a text from outside as one change of the part that differs, so that undo, cursor and scroll position stay. */
function replaceText(view: EditorView, text: string): void {
  const before = view.state.doc.toString();
  if (before === text) return;
  let start = 0;
  while (start < before.length && before[start] === text[start]) start++;
  let end = 0;
  const most = Math.min(before.length, text.length) - start;
  while (end < most && before[before.length - 1 - end] === text[text.length - 1 - end]) end++;
  view.dispatch({
    changes: { from: start, to: before.length - end, insert: text.slice(start, text.length - end) },
    userEvent: 'input.replace',
  });
}

async function complete(context: CompletionContext, options: CodeOptions): Promise<CompletionResult | null> {
  const found = options.choices(context.state.doc.toString(), context.pos);
  if (found === null) return null;
  const written = context.state.sliceDoc(found.from, context.pos).replace(/^"/, '');
  const control = new AbortController();
  context.addEventListener('abort', () => control.abort());
  const values = found.valuesOf === null ? [] : await options.values(found.valuesOf, written, control.signal);
  const choices = [...found.choices, ...values.map(({ value, events }) => offerValue(value, events))];
  if (choices.length === 0) return null;
  return {
    from: found.from,
    to: found.to,
    // The quotes are part of what is replaced, so that the choices are matched here.
    filter: false,
    options: rank(choices, written).map((choice) => toCompletion(choice, options)),
  };
}

/** Those that start with what is written, then those that hold it; all where nothing is written. */
function rank(choices: readonly Choice[], written: string): Choice[] {
  const wanted = written.toLowerCase().replace(/"$/, '');
  if (wanted === '') return [...choices];
  const holds = choices.filter(({ label, detail }) => `${label} ${detail}`.toLowerCase().includes(wanted));
  const place = ({ label }: Choice) => {
    const at = label.toLowerCase().indexOf(wanted);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  return holds.sort((a, b) => place(a) - place(b));
}

function toCompletion(choice: Choice, options: CodeOptions): Completion {
  return {
    label: choice.label,
    detail: choice.detail,
    apply: (view, _completion, from, to) => {
      // The cursor goes where the first empty quotes or brackets are, else to the end.
      const hole = (/(?<=")(?=")/.exec(choice.text) ?? /(?<=[[{])(?=[\]}])/.exec(choice.text))?.index;
      view.dispatch({
        changes: { from, to, insert: choice.text },
        selection: { anchor: from + (hole ?? choice.text.length) },
        userEvent: 'input.complete',
      });
      if (choice.alias !== null) options.onAlias(choice.alias);
      if (hole !== undefined) startCompletion(view);
    },
  };
}

/** Puts the problem of the cursor's line right, where one click would. */
function fixHere(view: EditorView, options: CodeOptions): boolean {
  const line = view.state.doc.lineAt(view.state.selection.main.head);
  const note = options.notes()?.find(({ from, fix }) => fix !== null && from >= line.from && from <= line.to);
  note?.fix?.run();
  return note != null;
}

/** A whole definition that comes in another wrapping (CloudFormation, Terraform, …) is unwrapped. */
function takePaste(event: ClipboardEvent, view: EditorView, options: CodeOptions): boolean {
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (options.refusePaste(text)) {
    event.preventDefault();
    return true;
  }
  const { main } = view.state.selection;
  const replacesAll =
    view.state.doc.toString().slice(0, main.from).trim() === '' &&
    view.state.doc.toString().slice(main.to).trim() === '';
  if (!replacesAll || text.trim() === '') return false;
  event.preventDefault();
  void options.onPaste(text).then((body) => {
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: body ?? text },
      selection: { anchor: 0 },
      userEvent: 'input.paste',
    });
  });
  return true;
}
