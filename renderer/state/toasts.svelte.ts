export type ToastAction = { label: string; run: () => void };
export type Toast = { id: number; kind: 'info' | 'bad'; title: string; text: string; action: ToastAction | null };

/** At most this many at once; the oldest goes first. */
const toastsMax = 3;
const staysMs = 10_000;

/** Short messages at the bottom right. Informing ones go after ten seconds, bad ones stay until dismissed. */
export class Toasts {
  list = $state.raw<Toast[]>([]);
  #nextId = 1;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

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
