import { createContext } from 'svelte';
import type { AppState, Bridge, EnginePort, Grant, Theme } from '../../shared/bridge';
import type { Measure } from '../../shared/explore';
import { formatCount, formatNumber, type Zone } from '../../shared/format';
import type { Problem } from '../../shared/problem';
import type { TimeRange } from '../../shared/report';
import type { StoredRule } from '../../shared/rule';
import type { FileChoices } from '../../shared/source-preview';
import { fileNotices, type LogGroup, type Source } from '../../shared/workspace';
import type { SavedTile } from '../dashboard/saved';
import { Explore } from '../explore/explore.svelte';
import { draftRule } from '../explore/rule';
import type { AwsCheckView } from '../investigate/aws-check.svelte';
import type { CompareView } from '../investigate/compare.svelte';
import type { ImpactView } from '../investigate/impact.svelte';
import { Investigation } from '../investigate/investigation.svelte';
import type { MetricView } from '../investigate/metrics.svelte';
import { onlyThis, withoutThis } from '../report/narrow';
import { showKey } from '../report/visible';
import { EventsView } from '../rules/events-view.svelte';
import { type Engine, EngineClient } from './engine';
import { FolderPreview } from './folder-preview.svelte';
import { problemsOf } from './problems';
import { type ReportRule, ReportTab } from './report.svelte';
import type { SavedTab } from './saved-view';
import { Toasts } from './toasts.svelte';
import { ViewKeeper } from './view-keeper.svelte';
import { Workspace } from './workspace.svelte';

export const [useApp, provideApp] = createContext<App>();

/** What fills the main area. A rule page edits a rule, or makes a new one (`rule` null). */
export type Page =
  | { kind: 'start' }
  | { kind: 'sources' }
  /** What a folder holds, before it is loaded: the first of `App.previews`. */
  | { kind: 'preview' }
  | { kind: 'samples' }
  | { kind: 'explore' }
  | { kind: 'report' }
  | { kind: 'dashboard' }
  | { kind: 'impact'; view: ImpactView }
  | { kind: 'compare'; view: CompareView }
  | { kind: 'metrics'; view: MetricView }
  | { kind: 'aws-check'; view: AwsCheckView }
  | { kind: 'rule'; rule: ReportRule | null };

/** The report to open for a newcomer, where it fits. */
const firstRuleName = 'Byte transfers by source and destination';

const restartedTitle = 'The engine stopped and was started again';

/** The whole window: what main says, the open workspace, the open reports, and what is shown. */
export class App {
  bridge: Bridge;
  main = $state.raw<AppState | null>(null);
  workspace = $state.raw<Workspace | null>(null);
  /** Folders that the user chose and is asked about, one after the other. */
  previews = $state.raw<FolderPreview[]>([]);
  tabs = $state.raw<ReportTab[]>([]);
  activeTabId = $state<string | null>(null);
  /** The log group that was explored last; its page stays as it was left. */
  explore = $state.raw<Explore | null>(null);
  page = $state.raw<Page>({ kind: 'start' });
  zone = $state<Zone>('utc');
  sidebarOpen = $state(true);
  /** Below 1180 px the sidebar is an overlay, closed until asked for. */
  overlayOpen = $state(false);
  sidebarPx = $state(248);
  /** Width of what is shown beside a report. */
  panelPx = $state(460);
  helpOpen = $state(false);
  paletteOpen = $state(false);
  /** Rules are being pasted: the text to begin with; null: the dialog is closed. */
  pasting = $state<string | null>(null);
  /** The events behind a number of the shown report. */
  events = $state.raw<EventsView | null>(null);
  /** The rule whose export is shown. */
  exporting = $state.raw<StoredRule | null>(null);
  dragging = $state(false);
  /** The window is too narrow for a sidebar beside the page. */
  narrow = $state(false);
  readonly toasts = new Toasts();

  /** The sidebar gives its place away and opens over the page: in a narrow window, and where rules are made. */
  railOnly = $derived(this.narrow || this.page.kind === 'rule');

  activeTab = $derived(this.tabs.find((tab) => tab.id === this.activeTabId) ?? null);

  readonly #engine = new EngineClient((event) => {
    this.workspace?.receive(event);
    if (event.name === 'data') this.#markStale();
    if (event.name === 'breach') this.investigation.noteBreach(event.breach);
    if (event.name === 'sources' && this.workspace?.progress === null) this.#refreshStale();
  });
  /** Dashboards, and what of the window is kept in the workspace. */
  readonly views: ViewKeeper = new ViewKeeper(this, this.#engine);
  /** Who is hit, what they share, what changed, and showing it to others. */
  readonly investigation: Investigation = new Investigation(this);
  readonly #explores = new Map<string, Explore>();
  #nextTab = 1;
  #wasRestarting = false;
  #staleTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(bridge: Bridge) {
    this.bridge = bridge;
  }

  /** For views that ask questions of their own. */
  get engine(): Engine {
    return this.#engine;
  }

  /** Listens to main and the engine. Returns a function that ends this. */
  start(): () => void {
    const onMessage = (message: MessageEvent<unknown>) => this.#takePort(message);
    window.addEventListener('message', onMessage);
    const width = window.matchMedia('(max-width: 1180px)');
    const onWidth = () => {
      this.narrow = width.matches;
      this.overlayOpen = false;
    };
    onWidth();
    width.addEventListener('change', onWidth);
    const stop = this.bridge.onState((state) => this.#takeState(state));
    void this.bridge.state().then((state) => {
      this.#takeState(state);
      return this.bridge.ready();
    });
    const stopKeeping = this.views.start();
    return () => {
      stop();
      stopKeeping();
      width.removeEventListener('change', onWidth);
      window.removeEventListener('message', onMessage);
    };
  }

  #takeState(state: AppState): void {
    const before = this.main;
    this.main = state;
    if (state.workspace?.id !== this.workspace?.id) this.#openWorkspace(state);
    if (state.engine.state === 'restarting' || state.engine.state === 'stopped') {
      this.#engine.disconnect();
      this.#wasRestarting = true;
      this.#dismissRestart();
    }
    if (state.workspaceProblem !== null && before?.workspaceProblem?.message !== state.workspaceProblem.message) {
      if (state.workspace === null) this.page = { kind: 'start' };
    }
    this.#loadGrants();
  }

  /** One restart need not be told twice, and not beside the news that the engine is gone. */
  #dismissRestart(): void {
    for (const toast of this.toasts.list.filter(({ title }) => title === restartedTitle)) this.toasts.dismiss(toast.id);
  }

  #openWorkspace(state: AppState): void {
    this.workspace?.close();
    this.#engine.disconnect();
    this.#engine.forgetWaiting();
    for (const preview of this.previews) preview.cancel();
    this.previews = [];
    for (const tab of this.tabs) tab.close();
    this.tabs = [];
    this.activeTabId = null;
    for (const explore of this.#explores.values()) explore.close();
    this.#explores.clear();
    this.explore = null;
    this.views.forget();
    this.investigation.forget();
    this.paletteOpen = false;
    this.toasts.forgetUndo();
    this.#wasRestarting = false;
    this.workspace = state.workspace === null ? null : new Workspace(state.workspace.id, this.#engine);
    this.page = state.workspace === null ? { kind: 'start' } : { kind: 'sources' };
    if (this.#waitingPort?.workspaceId === state.workspace?.id) this.#connect();
  }

  /** A port that came before the state which names its workspace. */
  #waitingPort: { workspaceId: string; port: MessagePort } | null = null;

  #takePort(message: MessageEvent<unknown>): void {
    const data = message.data as Partial<EnginePort> | null;
    const port = message.ports[0];
    if (message.source !== window || data?.kind !== 'engine-port' || port === undefined) return;
    this.#waitingPort = { workspaceId: String(data.workspaceId), port };
    if (this.#waitingPort.workspaceId === this.workspace?.id) this.#connect();
  }

  #connect(): void {
    const { workspace } = this;
    const waiting = this.#waitingPort;
    if (workspace === null || waiting === null) return;
    this.#waitingPort = null;
    this.#engine.connect(waiting.port);
    if (this.#wasRestarting) {
      this.#wasRestarting = false;
      this.#dismissRestart();
      this.toasts.show('info', restartedTitle, 'The workspace is open again. Nothing that was loaded is lost.');
      for (const tab of this.tabs) void tab.run({ quiet: tab.report !== null });
      for (const explore of this.#explores.values()) explore.stale = true;
      this.#refreshStale();
    }
    void workspace.refresh().then(async () => {
      const isBusy = this.main?.pendingGrants.length !== 0 || this.previews.length > 0;
      if (this.workspace !== workspace) return;
      const isRestored = await this.views.restore(workspace, !isBusy && this.page.kind === 'sources');
      if (!isRestored || this.workspace !== workspace) return;
      if (this.main?.pendingGrants.length === 0 && !workspace.loading) this.#openFirstReport();
    });
    this.#loadGrants();
  }

  /** Takes what main hands out, and loads it or shows what it holds. */
  #loadGrants(): void {
    const { workspace, main } = this;
    if (workspace === null || main === null || main.pendingGrants.length === 0) return;
    if (main.workspace?.id !== workspace.id) return;
    const { preview } = main.pendingGrants[0] ?? { preview: false };
    if (!preview) this.page = { kind: 'sources' };
    void this.bridge.takeGrants().then((grants) => {
      if (this.workspace !== workspace) return;
      const asked = grants.filter((grant) => grant.preview);
      if (asked.length > 0) {
        this.previews = [...this.previews, ...asked.map((grant) => new FolderPreview(workspace, grant))];
        this.page = { kind: 'preview' };
      }
      void this.#load(grants.filter((grant) => !grant.preview).map((grant) => ({ grant })));
    });
  }

  /** Loads a folder whose preview is shown, with what was chosen in it. */
  loadPreview(preview: FolderPreview): void {
    const { grant, choices } = preview;
    this.#dismissPreview(preview);
    void this.#load([choices === null ? { grant } : { grant, files: choices }]);
  }

  /** Does not load a folder. */
  cancelPreview(preview: FolderPreview): void {
    this.#dismissPreview(preview);
    if (this.page.kind !== 'sources') return;
    if (this.activeTab !== null) this.page = { kind: 'report' };
    else if (this.explore !== null) this.show({ kind: 'explore' });
  }

  #dismissPreview(preview: FolderPreview): void {
    preview.cancel();
    this.previews = this.previews.filter((other) => other !== preview);
    this.page = this.previews.length > 0 ? { kind: 'preview' } : { kind: 'sources' };
  }

  /** Goes on with sources that were paused. */
  async resume(sources: readonly Source[]): Promise<void> {
    await this.#finish((workspace) => sources.map((source) => workspace.resume(source)));
  }

  async #load(folders: { grant: Grant; files?: FileChoices }[]): Promise<void> {
    await this.#finish((workspace) => folders.map(({ grant, files }) => workspace.load(grant, files)));
  }

  /** Waits for loads, and opens the first report when it is there. */
  async #finish(start: (workspace: Workspace) => Promise<Source | null>[]): Promise<void> {
    const { workspace } = this;
    const loads = workspace === null ? [] : start(workspace);
    if (loads.length === 0) return;
    const sources = await Promise.all(loads);
    if (workspace === null || this.workspace !== workspace) return;
    const loaded = sources.filter((source) => source !== null).filter(({ state }) => state !== 'paused');
    const skipped = loaded.reduce((sum, source) => sum + fileNotices(source.notices).length, 0);
    const events = loaded.reduce((sum, source) => sum + source.events, 0);
    if (events > 0 && this.page.kind !== 'preview') this.#openFirstReport(loaded.flatMap(({ groups }) => groups));
    if (skipped > 0 && this.page.kind !== 'sources') {
      this.toasts.show('info', `${formatCount(skipped, 'file')} skipped or cut short`, 'All the rest was loaded.', {
        label: 'Show why',
        run: () => this.show({ kind: 'sources' }),
      });
    }
  }

  /**
   * For a workspace with events and no open report: the report of the rule that explains most, else of the first that fits.
   * Where none does, what is in the largest log group, of those just loaded if there are any.
   */
  #openFirstReport(loaded: readonly string[] = []): void {
    const { workspace } = this;
    if (workspace === null || this.tabs.length > 0 || (workspace.summary?.events ?? 0) === 0) return;
    const rules = [
      ...workspace.rules.filter((rule) => rule.state === 'ENABLED').map(storedRule),
      ...workspace.fitting.map((sample) => ({ name: sample.name, definition: sample.definition, stored: false })),
    ];
    const first = rules.find((rule) => rule.name === firstRuleName) ?? rules[0];
    const groups = workspace.summary?.groups.filter(({ name }) => loaded.includes(name)) ?? [];
    if (first === undefined) this.openExplore(largestOf(groups)?.name);
    else this.openReport(first);
  }

  /** Shows what is in a log group; the largest one where none is named. */
  openExplore(group?: string): void {
    const name = group ?? largestOf(this.workspace?.summary?.groups ?? [])?.name;
    if (name === undefined) return;
    const known = this.#explores.get(name);
    const explore = known ?? new Explore(name, this.#engine);
    this.#explores.set(name, explore);
    if (this.explore !== explore) this.explore?.close();
    this.explore = explore;
    this.show({ kind: 'explore' });
    if (known === undefined || explore.stale || explore.events === null) void explore.run();
  }

  /** Makes a rule of what is explored and shows its report, over the same time. */
  reportOn(explore: Explore, { keys, measure }: { keys: readonly string[]; measure: Measure }): void {
    const { group, fields, view } = explore;
    const taken = [...(this.workspace?.rules ?? []), ...this.tabs.map((tab) => tab.rule)].map((rule) => rule.name);
    const rule = draftRule({ group, fields, keys, measure, filters: view.filters }, taken);
    if (rule === null) return;
    const same = this.tabs.find((tab) => !tab.rule.stored && tab.rule.definition === rule.definition);
    this.openReport(same?.rule ?? { ...rule, stored: false }, view.brush ?? view.range);
  }

  /** Shows a rule's report, in its tab where there is one; over a time range where one is given. */
  openReport(rule: ReportRule, range?: TimeRange): void {
    this.closeEvents();
    const open = this.tabs.find((tab) => tab.rule.name === rule.name && tab.rule.stored === rule.stored);
    this.page = { kind: 'report' };
    this.overlayOpen = false;
    if (open !== undefined && open.rule.definition === rule.definition) {
      this.activate(open);
      if (range !== undefined && !isSameRange(range, open.question.range)) void open.goTo(range);
      return;
    }
    const tab = open ?? this.#makeTab(rule);
    tab.rule = rule;
    if (range !== undefined) tab.question = { ...tab.question, range };
    if (open === undefined) this.tabs = [...this.tabs, tab];
    this.activeTabId = tab.id;
    void tab.run();
  }

  /** Opens the reports of the last time; the shown one runs at once, the others when they are. */
  restoreTabs(saved: readonly SavedTab[], active: number, show: boolean): void {
    if (this.tabs.length > 0) return;
    const rules = this.workspace?.rules ?? [];
    this.tabs = saved.flatMap(({ rule, ...rest }) => {
      const stored = rules.find(({ name }) => rule.stored && name === rule.name);
      if (rule.stored && stored === undefined) return [];
      const tab = this.#makeTab(stored === undefined ? rule : storedRule(stored));
      return [Object.assign(tab, rest)];
    });
    const tab = this.tabs[Math.min(Math.max(active, 0), this.tabs.length - 1)];
    this.activeTabId = tab?.id ?? null;
    if (tab !== undefined && show) this.activate(tab);
  }

  #makeTab(rule: ReportRule): ReportTab {
    return new ReportTab(`tab-${this.#nextTab++}`, rule, this.#engine, (answered) => this.#noteReport(answered));
  }

  activate(tab: ReportTab): void {
    this.activeTabId = tab.id;
    this.show({ kind: 'report' });
    if (tab.report === null && tab.phase === 'idle' && tab.problems.length === 0 && !tab.cancelled) void tab.run();
    this.#refreshStale();
  }

  closeTab(tab: ReportTab): void {
    const at = this.tabs.indexOf(tab);
    if (tab.id === this.activeTabId) this.closeEvents();
    tab.close();
    this.tabs = this.tabs.filter((other) => other !== tab);
    if (this.activeTabId !== tab.id) return;
    const next = this.tabs[Math.min(at, this.tabs.length - 1)];
    this.activeTabId = next?.id ?? null;
    if (next === undefined) this.page = { kind: this.explore === null ? 'sources' : 'explore' };
  }

  /** The sidebar opens beside the page, or over it where there is only room for a rail. */
  toggleSidebar(): void {
    if (this.workspace === null) return;
    if (this.railOnly) this.overlayOpen = !this.overlayOpen;
    else this.sidebarOpen = !this.sidebarOpen;
  }

  show(page: Page): void {
    this.closeEvents();
    this.page = page;
    this.overlayOpen = false;
  }

  /** Lists the events that a report's rule leaves at a step, or at one of its filters. */
  openEvents(tab: ReportTab, step: EventsView['of']['step'], filter: number | null = null): void {
    const { definition } = tab.rule;
    const range = tab.report?.timeRange ?? { startMs: null, endMs: null };
    this.closeEvents();
    this.investigation.closeCommon();
    tab.panelOpen = false;
    this.events = new EventsView({ rule: { definition }, definition, step, filter, range }, this.#engine);
  }

  /** Shows a contributor of a report beside it. */
  openContributor(tab: ReportTab, id: string): void {
    this.closeEvents();
    this.investigation.closeCommon();
    tab.openContributor(id);
  }

  /** Keeps the series of a contributor as a tile of a dashboard: an on-demand metric. */
  keepMetric(tab: ReportTab, keys: readonly string[]): void {
    const { rule, question, kind } = tab;
    const definition = onlyThis(rule.definition, keys);
    this.#addTile({
      title: keys.map(showKey).join(' · '),
      rule: { name: rule.name, definition, stored: false },
      question: { ...question, maxContributorCount: 1 },
      kind,
    });
  }

  /** Adds a report to a dashboard. */
  addToDashboard(tab: ReportTab): void {
    const { rule, question, kind } = tab;
    this.#addTile({ title: rule.name, rule, question, kind });
  }

  #addTile(tile: SavedTile): void {
    const dashboard = this.views.add(tile);
    this.toasts.show('info', `"${tile.title}" is on "${dashboard.name}"`, '', {
      label: 'Show',
      run: () => this.views.open(dashboard),
    });
  }

  /** Lets only a contributor through, or leaves it out, by filters of the report's rule. */
  filterTo(tab: ReportTab, keys: readonly string[], how: 'only' | 'without'): void {
    const { definition } = tab.rule;
    if (how === 'without') {
      tab.panelOpen = false;
      tab.selectedId = null;
    }
    const changed = how === 'only' ? onlyThis(definition, keys) : withoutThis(definition, keys);
    this.changeRule(tab, changed, `${how === 'only' ? 'Only' : 'Without'} ${keys.map(showKey).join(' · ')}`);
  }

  /** Runs a report with a changed rule, which is not stored; the toast brings the one before back. */
  changeRule(tab: ReportTab, definition: string, done: string): void {
    if (definition === tab.rule.definition) return;
    this.closeEvents();
    void tab.changeRule(definition);
    this.toasts.showDone(done, () => void tab.undoRule());
  }

  closeEvents(): void {
    this.events?.close();
    this.events = null;
  }

  /** Keeps the count for the list of rules. */
  #noteReport(tab: ReportTab): void {
    const { report } = tab;
    if (report === null) return;
    this.workspace?.noteUniqueCount(tab.rule.name, `${report.exact ? '' : '~'}${formatNumber(report.uniqueCount)}`);
  }

  /** Runs one of the bridge's ways to logs or workspaces, and shows what went wrong. */
  async request(what: Promise<Problem[]>): Promise<void> {
    const problems = await what.catch(problemsOf);
    for (const problem of problems) this.showProblem(problem);
  }

  showProblem(problem: Problem): void {
    const title = problem.place === '' ? problem.message : `${problem.place}: ${problem.message}`;
    this.toasts.show('bad', title, problem.hint ?? '');
  }

  openFolder(): void {
    void this.request(this.bridge.openFolder());
  }

  openSample(): void {
    void this.request(this.bridge.openSample());
  }

  setTheme(theme: Theme): void {
    void this.bridge.setTheme(theme);
  }

  async copyText(text: string, what: string): Promise<void> {
    await this.bridge.copyText(text);
    this.toasts.show('info', `${what} copied`);
  }

  /** Deletes a stored rule; the toast can bring it back. */
  async deleteRule(name: string): Promise<void> {
    const { workspace } = this;
    if (workspace === null) return;
    try {
      const rule = await workspace.deleteRule(name);
      for (const tab of this.tabs.filter((one) => one.rule.stored && one.rule.name === name)) this.closeTab(tab);
      this.toasts.showDone(`Rule "${name}" deleted`, () => void this.request(this.putRule(rule)));
    } catch (cause) {
      for (const problem of problemsOf(cause)) this.showProblem(problem);
    }
  }

  /** Stores a rule. Returns the problems; none when it was stored. */
  async putRule(rule: StoredRule): Promise<Problem[]> {
    try {
      await this.workspace?.putRule(rule);
      return [];
    } catch (cause) {
      return problemsOf(cause);
    }
  }

  /**
   * Stores a rule under its name, in place of the one that it was made from. Reports of that one follow. Returns the
   * problems; none when it was stored.
   */
  async saveRule(rule: StoredRule, before: StoredRule | null): Promise<Problem[]> {
    const problems = await this.putRule(rule);
    if (problems.length > 0) return problems;
    const renamed = before !== null && before.name !== rule.name;
    if (renamed) await this.workspace?.deleteRule(before.name).catch(() => null);
    for (const tab of this.tabs.filter((one) => one.rule.stored && one.rule.name === (before ?? rule).name)) {
      tab.rule = storedRule(rule);
      void tab.run();
    }
    const done = renamed ? `Rule "${before.name}" is now "${rule.name}"` : `Rule "${rule.name}" saved`;
    if (before === null) this.toasts.show('info', done);
    else this.toasts.showDone(done, () => void this.request(this.saveRule(before, rule)));
    return [];
  }

  /** Switches a stored rule on or off. */
  async toggleRule(rule: StoredRule): Promise<void> {
    const state = rule.state === 'ENABLED' ? 'DISABLED' : 'ENABLED';
    for (const problem of await this.putRule({ ...rule, state })) this.showProblem(problem);
  }

  /** Reports are made again when loading rests, without touching what the user looks at in between. */
  #markStale(): void {
    for (const tab of this.tabs) tab.stale = true;
    for (const { tiles } of this.views.dashboards) for (const { tab } of tiles) tab.stale = true;
    for (const explore of this.#explores.values()) explore.stale = true;
    if (this.#staleTimer !== null) clearTimeout(this.#staleTimer);
    this.#staleTimer = setTimeout(() => {
      this.#staleTimer = null;
      this.#refreshStale();
      this.investigation.refresh();
    }, 1000);
  }

  #refreshStale(): void {
    if (this.workspace?.progress !== null) return;
    const { activeTab: tab, explore } = this;
    if (this.page.kind === 'explore' && explore?.stale === true && explore.phase === 'idle') {
      void explore.run({ quiet: explore.events !== null });
    }
    if (this.page.kind === 'dashboard') this.views.dashboard?.run(this.workspace?.rules ?? []);
    if (tab?.stale !== true) return;
    if (tab.phase === 'idle' && tab.report !== null) void tab.run({ quiet: true });
  }
}

function largestOf(groups: readonly LogGroup[]): LogGroup | undefined {
  return groups.reduce((most, one) => (one.events > (most?.events ?? 0) ? one : most), groups[0]);
}

function isSameRange(a: TimeRange, b: TimeRange): boolean {
  return a.startMs === b.startMs && a.endMs === b.endMs;
}

export function storedRule(rule: StoredRule): ReportRule {
  return { name: rule.name, definition: rule.definition, stored: true };
}
