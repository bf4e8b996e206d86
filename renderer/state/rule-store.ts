import type { Problem } from '../../shared/problem';
import type { StoredRule } from '../../shared/rule';
import { type App, storedRule } from './app.svelte';
import { problemsOf } from './problems';
import type { ReportRule } from './report.svelte';

/** The rule that explains most to a newcomer, where it fits. */
const firstName = 'Byte transfers by source and destination';

/** Changes of the workspace's rules; open reports follow, and toasts bring back what was there. */
export class RuleStore {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** Whose report is shown first: of the rules that are on, and the samples that fit. */
  get first(): ReportRule | undefined {
    const { rules = [], fitting = [] } = this.#app.workspace ?? {};
    const fit = [
      ...rules.filter(({ state }) => state === 'ENABLED').map(storedRule),
      ...fitting.map(({ name, definition }) => ({ name, definition, stored: false })),
    ];
    return fit.find(({ name }) => name === firstName) ?? fit[0];
  }

  /** Stores a rule. Returns the problems; none when it was stored. */
  async put(rule: StoredRule): Promise<Problem[]> {
    try {
      await this.#app.workspace?.putRule(rule);
      return [];
    } catch (cause) {
      return problemsOf(cause);
    }
  }

  /**
   * Stores a rule under its name, in place of the one that it was made from. Reports of that one follow. Returns the
   * problems; none when it was stored.
   */
  async save(rule: StoredRule, before: StoredRule | null): Promise<Problem[]> {
    const app = this.#app;
    const problems = await this.put(rule);
    if (problems.length > 0) return problems;
    const renamed = before !== null && before.name !== rule.name;
    if (renamed) {
      await app.workspace?.deleteRule(before.name).catch(() => null);
      app.notes.moveRule(before.name, rule.name);
    }
    for (const tab of this.#reportsOf([(before ?? rule).name])) {
      tab.rule = storedRule(rule);
      void tab.run();
    }
    const done = renamed ? `Rule "${before.name}" is now "${rule.name}"` : `Rule "${rule.name}" saved`;
    if (before === null) app.toasts.show('info', done);
    else app.toasts.showDone(done, () => void app.request(this.save(before, rule)));
    return [];
  }

  /** Switches a stored rule on or off. */
  async toggle(rule: StoredRule): Promise<void> {
    const state = rule.state === 'ENABLED' ? 'DISABLED' : 'ENABLED';
    for (const problem of await this.put({ ...rule, state })) this.#app.showProblem(problem);
  }

  /** Deletes a stored rule; the toast can bring it back. */
  async delete(name: string): Promise<void> {
    const app = this.#app;
    const { workspace } = app;
    if (workspace === null) return;
    try {
      const rule = await workspace.deleteRule(name);
      for (const tab of this.#reportsOf([name])) app.closeTab(tab);
      const restoreNotes = app.notes.dropRule(name);
      app.toasts.showDone(`Rule "${name}" deleted`, () => {
        restoreNotes();
        void app.request(this.put(rule));
      });
    } catch (cause) {
      for (const problem of problemsOf(cause)) app.showProblem(problem);
    }
  }

  /** Deletes rules that were just added, with their reports. */
  async takeBack(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#app.workspace?.deleteRule(name).catch(() => null);
    for (const tab of this.#reportsOf(names)) this.#app.closeTab(tab);
  }

  #reportsOf(names: readonly string[]) {
    return this.#app.tabs.filter(({ rule }) => rule.stored && names.includes(rule.name));
  }
}
