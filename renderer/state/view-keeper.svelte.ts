import { Dashboard } from '../dashboard/dashboard.svelte';
import { dashboardsKey, readDashboards, type SavedDashboard, type SavedTile } from '../dashboard/saved';
import { cutTitle, nameExpression } from '../investigate/expression';
import type { MetricMath } from '../investigate/metric-math.svelte';
import { isOfReport } from '../investigate/saved-page';
import { onlyThis } from '../report/narrow';
import { joinLogs, wholeRange } from '../report/time-range';
import { showKey } from '../report/visible';
import type { App } from './app.svelte';
import type { Engine } from './engine';
import { putBack } from './put-back';
import type { ReportTab } from './report.svelte';
import { readView, type SavedView, viewKey } from './saved-view';
import type { Workspace } from './workspace.svelte';

/** Changes that come together are written once. */
const writeAfterMs = 300;

/** Keeps tabs, page and dashboards in the workspace, and brings them back when it opens. */
export class ViewKeeper {
  dashboards = $state.raw<readonly Dashboard[]>([]);
  /** The dashboard whose page is shown, or was shown last. */
  dashboard = $state.raw<Dashboard | null>(null);
  /** The workspace whose view is on the screen, so that changes may be written to it. */
  #restored = $state.raw<Workspace | null>(null);
  #nextDashboard = 1;
  readonly #app: App;
  readonly #engine: Engine;

  constructor(app: App, engine: Engine) {
    this.#app = app;
    this.#engine = engine;
  }

  /** What stands in the workspace, by its key, and what is to stand there. */
  #written = $state.raw<Record<string, string>>({});
  readonly #wanted: Record<string, string> = $derived(
    this.#restored === null
      ? {}
      : {
          [viewKey]: JSON.stringify(this.#view()),
          [dashboardsKey]: JSON.stringify({ dashboards: this.dashboards.map((one) => one.saved) }),
        },
  );
  /** Something on the screen is not yet kept. */
  readonly unsaved = $derived(Object.entries(this.#wanted).some(([key, text]) => this.#written[key] !== text));

  /** Writes changes as they happen. Returns a function that ends this. */
  start(): () => void {
    return $effect.root(() => {
      $effect(() => {
        if (!this.unsaved) return;
        const wanted = this.#wanted;
        const timer = setTimeout(() => void this.#write(wanted), writeAfterMs);
        return () => clearTimeout(timer);
      });
    });
  }

  async #write(wanted: Record<string, string>): Promise<void> {
    const workspace = this.#restored;
    for (const [key, text] of Object.entries(wanted)) {
      if (this.#written[key] === text) continue;
      try {
        await this.#engine.call('settings.put', { key, value: JSON.parse(text) });
      } catch {
        // A view that could not be kept is no reason to disturb: the next change tries again.
        return;
      }
      if (this.#restored === workspace) this.#written = { ...this.#written, [key]: text };
    }
  }

  #view(): SavedView {
    const { tabs, activeTab, zone, sidebarOpen, sidebarPx, panelPx } = this.#app;
    return {
      tabs: tabs.map(({ rule, question, kind, sort, search }) => ({ rule, question, kind, sort, search })),
      active: activeTab === null ? -1 : tabs.indexOf(activeTab),
      page: this.#page(),
      zone,
      sidebarOpen,
      sidebarPx,
      panelPx,
    };
  }

  #page(): SavedView['page'] {
    const { page, explores } = this.#app;
    if (page.kind === 'explore' && explores.shown !== null) return { kind: 'explore', group: explores.shown.group };
    if (page.kind === 'dashboard' && this.dashboard !== null) {
      return { kind: 'dashboard', at: this.dashboards.indexOf(this.dashboard) };
    }
    const investigated = this.#app.investigation.savedPage;
    if (investigated !== null) return investigated;
    return { kind: page.kind === 'sources' || page.kind === 'samples' ? page.kind : 'report' };
  }

  /**
   * Brings back what a workspace has.
   * @param showPage whether its page, too, or what is shown stays
   * @returns false where it could not be read: nothing is written over it then, and the next call reads again
   */
  async restore(workspace: Workspace, showPage: boolean): Promise<boolean> {
    const app = this.#app;
    if (this.#restored === workspace) return true;
    const read = (key: string) => this.#engine.call('settings.get', { key });
    const found = await Promise.all([read(viewKey), read(dashboardsKey)]).catch(() => null);
    if (found === null || app.workspace !== workspace) return false;
    if (this.#restored === workspace) return true;
    const [view, dashboards] = found;
    const madeMeanwhile = this.dashboards;
    this.dashboards = [...readDashboards(dashboards).map((saved) => this.#make(saved)), ...madeMeanwhile];
    const saved = readView(view);
    if (saved !== null) {
      app.zone = saved.zone;
      app.sidebarOpen = saved.sidebarOpen;
      app.sidebarPx = saved.sidebarPx;
      app.panelPx = saved.panelPx;
      app.restoreTabs(saved.tabs, saved.active, showPage && saved.page.kind === 'report');
      if (showPage) this.#showPage(saved.page);
    }
    this.#restored = workspace;
    return true;
  }

  #showPage(page: SavedView['page']): void {
    const app = this.#app;
    const groups = app.workspace?.summary?.groups ?? [];
    if (page.kind === 'explore') {
      if (groups.some(({ name }) => name === page.group)) app.explores.open(page.group);
    } else if (page.kind === 'dashboard') {
      const dashboard = this.dashboards[page.at];
      if (dashboard !== undefined) this.open(dashboard);
    } else if (page.kind === 'samples') app.show({ kind: 'samples' });
    else if (isOfReport(page)) {
      const isShown = app.investigation.restorePage(page);
      if (!isShown && app.activeTab !== null) app.activate(app.activeTab);
    }
  }

  /** Another workspace opens, or none. */
  forget(): void {
    this.#restored = null;
    this.#written = {};
    for (const dashboard of this.dashboards) dashboard.close();
    this.dashboards = [];
    this.dashboard = null;
  }

  /** Shows a dashboard. */
  open(dashboard: Dashboard): void {
    this.dashboard = dashboard;
    this.#app.show({ kind: 'dashboard' });
    dashboard.run(this.#app.workspace?.rules ?? []);
  }

  /** Makes an empty dashboard under a free name. */
  create(name = 'Dashboard'): Dashboard {
    const taken = this.dashboards.map((one) => one.name);
    let free = name;
    for (let number = 2; taken.includes(free); number++) free = `${name} ${number}`;
    const dashboard = this.#make({ name: free, range: wholeRange, periodSeconds: null, tiles: [] });
    this.dashboards = [...this.dashboards, dashboard];
    return dashboard;
  }

  /** Adds a tile to the dashboard that was shown last, else to the first, which is made where there is none. */
  add(tile: SavedTile): Dashboard {
    const dashboard = this.dashboard ?? this.dashboards[0] ?? this.create();
    dashboard.add(tile);
    return dashboard;
  }

  /** Adds a report to a dashboard. */
  addReport({ rule, question, kind }: ReportTab): void {
    this.#addAndTell({ title: rule.name, rule, question, kind });
  }

  /** Keeps the series of a contributor as a tile of a dashboard: an on-demand metric. */
  addMetric({ rule, question, kind }: ReportTab, keys: readonly string[]): void {
    const definition = onlyThis(rule.definition, keys);
    this.#addAndTell({
      title: keys.map(showKey).join(' · '),
      rule: { name: rule.name, definition, stored: false },
      question: { ...question, maxContributorCount: 1 },
      kind,
    });
  }

  /** Keeps expressions as a tile of a dashboard, called as the last of them reads. */
  addMath({ expressions, written, limit, comparison }: MetricMath): void {
    const title = nameExpression(written[written.length - 1]?.expression ?? 'Metric math');
    this.#addAndTell({ title: cutTitle(title), expressions: [...expressions], limit, comparison });
  }

  /** Adds a tile, and tells where it is. */
  #addAndTell(tile: SavedTile): void {
    const dashboard = this.add(tile);
    this.#app.toasts.show('info', `"${tile.title}" is on "${dashboard.name}"`, '', {
      label: 'Show',
      run: () => this.open(dashboard),
    });
  }

  /** Deletes a dashboard. @returns what brings it back */
  remove(dashboard: Dashboard): () => void {
    const at = this.dashboards.indexOf(dashboard);
    dashboard.close();
    this.dashboards = this.dashboards.filter((other) => other !== dashboard);
    if (this.dashboard === dashboard) this.dashboard = null;
    return () => {
      this.dashboards = putBack(this.dashboards, dashboard, at);
    };
  }

  #make(saved: SavedDashboard): Dashboard {
    return new Dashboard(`dashboard-${this.#nextDashboard++}`, saved, this.#engine, () =>
      joinLogs(this.#app.workspace?.summary?.groups ?? []),
    );
  }
}
