export type ToastAction = { label: string; run: () => void };
export type Toast = { id: number; kind: 'info' | 'bad'; title: string; text: string; action: ToastAction | null };

/** At most this many at once; the oldest goes first. */
const toastsMax = 3;
const staysMs = 10_000;
const undoMax = 20;

/** What was done and can be undone, also after its toast is gone. `id` is that of the toast. */
export type Undoable = { id: number; title: string; run: () => void };

/** Short messages at the bottom right. Informing ones go after ten seconds, bad ones stay until dismissed. */
export class Toasts {
  list = $state.raw<Toast[]>([]);
  /** The newest last. */
  undoable = $state.raw<Undoable[]>([]);
  #nextId = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** Says what was done, and offers to undo it. */
  showDone(title: string, undo: () => void): void {
    const id = this.#nextId;
    this.undoable = [...this.undoable.slice(1 - undoMax), { id, title, run: undo }];
    this.show('info', title, '', { label: 'Undo', run: () => this.undo(id) });
  }

  /** Undoes what was done last, or what a toast is about. @returns false where there is nothing to undo */
  undo(id = this.undoable.at(-1)?.id): boolean {
    const done = this.undoable.find((one) => one.id === id);
    if (done === undefined) return false;
    this.undoable = this.undoable.filter((one) => one !== done);
    this.dismiss(done.id);
    done.run();
    return true;
  }

  /** What was done last is still on the screen, with its offer to undo it. */
  get offersUndo(): boolean {
    const last = this.undoable.at(-1);
    return last !== undefined && this.list.some(({ id }) => id === last.id);
  }

  /** Another workspace is shown: what was done in the one before can't be undone here. */
  forgetUndo(): void {
    for (const { id } of this.undoable) this.dismiss(id);
    this.undoable = [];
  }

  show(kind: Toast['kind'], title: string, text = '', action: ToastAction | null = null): void {
    const toast = { id: this.#nextId++, kind, title, text, action };
    for (const old of this.list.slice(0, Math.max(this.list.length - toastsMax + 1, 0))) this.dismiss(old.id);
    this.list = [...this.list, toast];
    this.release(toast.id);
  }

  dismiss(id: number): void {
    this.hold(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Keeps a toast while the pointer or the focus is on it. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  /** Starts the time after which an informing toast goes. */
  release(id: number): void {
    this.hold(id);
    const toast = this.list.find((one) => one.id === id);
    if (toast?.kind === 'info')
      this.#timers.set(
        id,
        setTimeout(() => this.dismiss(id), staysMs),
      );
  }
}
