import type { AppState } from '../../shared/bridge';

/** The state that the window shows, with whoever wants to know of each change. */
export class StateStore {
  #state: AppState;
  readonly #listeners: ((state: AppState) => void)[] = [];

  constructor(state: AppState) {
    this.#state = state;
  }

  get(): AppState {
    return this.#state;
  }

  update(changes: Partial<AppState>): void {
    this.#state = { ...this.#state, ...changes };
    for (const listener of this.#listeners) listener(this.#state);
  }

  onChange(listener: (state: AppState) => void): void {
    this.#listeners.push(listener);
  }
}
