import type { App } from './app.svelte';

/** Events that come together are shown together, once in this time. */
const gatherMs = 1000;

/**
 * Makes what is on the screen anew when events came or went, without touching what the user looks at in between. The rest is
 * only marked: it is made anew when it is shown.
 */
export class Refresher {
  readonly #app: App;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(app: App) {
    this.#app = app;
  }

  /** Events came or went: what is shown is made anew soon, or when loading rests. */
  noteEvents(): void {
    const { tabs, views, explores } = this.#app;
    for (const tab of tabs) tab.markStale();
    for (const { tiles } of views.dashboards) for (const tile of tiles) tile.markStale();
    explores.markStale();
    this.#refreshLater();
  }

  /** For what is not made again at once: another question is under way, or it takes as long as an investigation. */
  #refreshLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const { workspace, investigation, activeTab } = this.#app;
      const isLoading = workspace !== null && workspace.progress !== null;
      if (isLoading || investigation.busy || (activeTab?.phase ?? 'idle') !== 'idle') {
        this.#refreshLater();
        return;
      }
      this.refresh();
      investigation.refresh();
      // What was under way just now is out of date when it is there.
      if (this.#isOutOfDate) this.#refreshLater();
    }, gatherMs);
  }

  get #isOutOfDate(): boolean {
    const { activeTab, page, views } = this.#app;
    const tiles = page.kind === 'dashboard' ? (views.dashboard?.tiles ?? []) : [];
    return (activeTab?.report != null && activeTab.stale) || tiles.some(({ stale }) => stale);
  }

  /** Makes anew what is out of date on the screen, and in the open report. Nothing while a folder loads. */
  refresh(): void {
    const { workspace, activeTab, explores, page, views } = this.#app;
    if (workspace?.progress !== null) return;
    explores.refreshStale();
    if (page.kind === 'dashboard') views.dashboard?.run(workspace.rules);
    if (activeTab === null || !activeTab.stale || activeTab.report === null) return;
    // What came while the report was made.
    void activeTab.refresh().then((isAnswered) => {
      if (isAnswered) this.refresh();
    });
  }
}
