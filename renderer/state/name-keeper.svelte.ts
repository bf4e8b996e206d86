import { formatCount } from '../../shared/format';
import { type NameFinder, NameIndex, type Names } from '../../shared/names';
import type { Problem } from '../../shared/problem';
import type { App } from './app.svelte';
import { problemsOf } from './problems';
import type { Workspace } from './workspace.svelte';

/** The index is filled for so long at a time, so that the window goes on in between. */
const sliceMs = 8;

/** Entries between two looks at the clock. */
const step = 100;

/** The user's own names of addresses, ranges and account numbers, which are kept in the workspace. */
export class NameKeeper {
  /** null: there are none. */
  names = $state.raw<Names | null>(null);
  #index = $state.raw(new NameIndex());
  readonly #app: App;

  /** The name of a value, null where it has none. */
  readonly of: NameFinder = (value) => this.#index.find(value);

  constructor(app: App) {
    this.#app = app;
  }

  /** Reads the names of a workspace that was opened, or whose engine came back. */
  async open(workspace: Workspace): Promise<void> {
    try {
      const names = await this.#app.engine.call('names.read', {});
      if (this.#app.workspace === workspace) await this.#show(names);
    } catch {
      // An engine that stopped is announced, and asked again when it is back.
    }
  }

  /** Another workspace is open. */
  forget(): void {
    void this.#show(null);
  }

  /** Asks for a CSV file, whose names take the place of those that are there. @returns problems for the user */
  async choose(): Promise<Problem[]> {
    const { bridge, engine, toasts, workspace } = this.#app;
    const { name, data, problems } = await bridge.chooseNamesFile();
    if (data === null || workspace === null || this.#app.workspace !== workspace) return problems;
    const before = this.names;
    const names = await engine.call('names.import', { label: name, data });
    if (this.#app.workspace !== workspace) return [];
    await this.#show(names);
    const undo = () => void this.#app.request(this.#put(before));
    toasts.showDone(`${formatCount(names.entries.length, 'name')} from ${names.label}`, undo);
    if (names.skipped > 0) {
      const show = { label: 'Show', run: () => this.#app.show({ kind: 'sources' }) };
      toasts.show('bad', `${formatCount(names.skipped, 'line')} of ${names.label} left out`, '', show);
    }
    return [];
  }

  /** Takes all names away; the toast brings them back. */
  async remove(): Promise<void> {
    const before = this.names;
    if (before === null) return;
    const problems = await this.#put(null);
    for (const problem of problems) this.#app.showProblem(problem);
    if (problems.length > 0) return;
    this.#app.toasts.showDone(`Names from ${before.label} removed`, () => void this.#app.request(this.#put(before)));
  }

  async #put(names: Names | null): Promise<Problem[]> {
    try {
      await this.#app.engine.call('names.put', { names });
      await this.#show(names);
      return [];
    } catch (cause) {
      return problemsOf(cause);
    }
  }

  async #show(names: Names | null): Promise<void> {
    this.names = names;
    const index = new NameIndex();
    const { entries } = names ?? { entries: [] };
    let startedMs = performance.now();
    for (let at = 0; at < entries.length; at += step) {
      if (performance.now() - startedMs > sliceMs) {
        await new Promise((done) => setTimeout(done));
        if (this.names !== names) return;
        startedMs = performance.now();
      }
      index.add(entries.slice(at, at + step));
    }
    if (this.names === names) this.#index = index;
  }
}
