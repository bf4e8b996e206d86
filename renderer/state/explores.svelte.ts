import type { Measure } from '../../shared/explore';
import type { LogGroup } from '../../shared/workspace';
import { Explore } from '../explore/explore.svelte';
import { draftRule } from '../explore/rule';
import type { App } from './app.svelte';

/** What is explored of each log group; each stays as it was left. */
export class Explores {
  /** The one that is shown, or was shown last. */
  shown = $state.raw<Explore | null>(null);
  readonly #byGroup = new Map<string, Explore>();
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** Shows what is in a log group; the largest one where none is named. */
  open(group?: string): void {
    const name = group ?? largestOf(this.#app.workspace?.summary?.groups ?? [])?.name;
    if (name === undefined) return;
    const known = this.#byGroup.get(name);
    const explore = known ?? new Explore(name, this.#app.engine);
    this.#byGroup.set(name, explore);
    if (this.shown !== explore) this.shown?.close();
    this.shown = explore;
    this.#app.show({ kind: 'explore' });
    if (known === undefined || explore.stale || explore.events === null) void explore.run();
  }

  /** Makes a rule of what is explored and shows its report, over the same time. */
  report(explore: Explore, { keys, measure }: { keys: readonly string[]; measure: Measure }): void {
    const { tabs, workspace } = this.#app;
    const { group, fields, view } = explore;
    const taken = [...(workspace?.rules ?? []), ...tabs.map((tab) => tab.rule)].map((rule) => rule.name);
    const rule = draftRule({ group, fields, keys, measure, filters: view.filters }, taken);
    if (rule === null) return;
    const same = tabs.find((tab) => !tab.rule.stored && tab.rule.definition === rule.definition);
    this.#app.openReport(same?.rule ?? { ...rule, stored: false }, view.brush ?? view.range);
  }

  /** Events came or went. */
  markStale(): void {
    for (const explore of this.#byGroup.values()) explore.stale = true;
  }

  /** Counts anew what is on the screen. */
  refreshStale(): void {
    const explore = this.shown;
    if (this.#app.page.kind !== 'explore' || explore?.stale !== true || explore.phase !== 'idle') return;
    void explore.run({ quiet: explore.events !== null });
  }

  /** Another workspace opens, or none. */
  forget(): void {
    for (const explore of this.#byGroup.values()) explore.close();
    this.#byGroup.clear();
    this.shown = null;
  }
}

/** The log group with the most events. */
export function largestOf(groups: readonly LogGroup[]): LogGroup | undefined {
  return groups.reduce((most, one) => (one.events > (most?.events ?? 0) ? one : most), groups[0]);
}
