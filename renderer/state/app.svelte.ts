import { createContext } from 'svelte';
import type { AppState, Bridge } from '../../shared/bridge';
import { formatNumber, type Zone } from '../../shared/format';
import type { Problem } from '../../shared/problem';
import type { TimeRange } from '../../shared/report';
import type { StoredRule } from '../../shared/rule';
import { Help } from '../help/help.svelte';
import type { AwsCheckView } from '../investigate/aws-check.svelte';
import type { CompareView } from '../investigate/compare.svelte';
import type { ImpactView } from '../investigate/impact.svelte';
import { Investigation } from '../investigate/investigation.svelte';
import type { MetricView } from '../investigate/metrics.svelte';
import { NoteBook } from '../notes/note-book.svelte';
import { onlyThis, withoutThis } from '../report/narrow';
import { isSameRange, wholeRange } from '../report/time-range';
import { showKey } from '../report/visible';
import { EventsView } from '../rules/events-view.svelte';
import { Preferences } from '../settings/preferences.svelte';
import { Connection } from './connection';
import { type Engine, EngineClient } from './engine';
import { Explores, largestOf } from './explores.svelte';
import { FolderLoads } from './folder-loads.svelte';
import { NameKeeper } from './name-keeper.svelte';
import { problemsOf } from './problems';
import { Refresher } from './refresher';
import { type ReportRule, ReportTab } from './report.svelte';
import { RuleStore } from './rule-store';
import { panelWidths, type SavedTab, sidebarWidths } from './saved-view';
import { Toasts } from './toasts.svelte';
import { ViewKeeper } from './view-keeper.svelte';
import { Workspace } from './workspace.svelte';

export const [useApp, provideApp] = createContext<App>();

/** What fills the main area. A rule page edits a rule, or makes a new one (`rule` null). */
export type Page =
  | { kind: 'start' }
  | { kind: 'sources' }
  /** What a folder holds, before it is loaded: the first of `FolderLoads.previews`. */
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

/** The whole window: what main says, the open workspace, the open reports, and what is shown. */
export class App {
  bridge: Bridge;
  main = $state.raw<AppState | null>(null);
  workspace = $state.raw<Workspace | null>(null);
  tabs = $state.raw<ReportTab[]>([]);
  activeTabId = $state<string | null>(null);
  page = $state.raw<Page>({ kind: 'start' });
  zone = $state<Zone>('utc');
  sidebarOpen = $state(true);
  /** Below 1180 px the sidebar is an overlay, closed until asked for. */
  overlayOpen = $state(false);
  sidebarPx = $state(sidebarWidths.usual);
  /** Width of what is shown beside a report. */
  panelPx = $state(panelWidths.usual);
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
    if (event.name === 'data') this.#refresher.noteEvents();
    if (event.name === 'breach') this.investigation.noteBreach(event.breach);
    if (event.name === 'sources' && this.workspace?.progress === null) this.#refresher.refresh();
  });
  /** What the user loads. */
  readonly folders: FolderLoads = new FolderLoads(this);
  /** What the logs hold. */
  readonly explores: Explores = new Explores(this);
  /** Stored rules. */
  readonly rules: RuleStore = new RuleStore(this);
  /** Dashboards, and what of the window is kept in the workspace. */
  readonly views: ViewKeeper = new ViewKeeper(this, this.#engine);
  /** Who is hit, what they share, what changed, and showing it to others. */
  readonly investigation: Investigation = new Investigation(this);
  /** What was remarked on the reports. */
  readonly notes: NoteBook = new NoteBook(this, this.#engine);
  /** How the app is used, and what it is made of. */
  readonly help: Help = new Help();
  /** What the user set for the app as a whole. */
  readonly preferences: Preferences = new Preferences(this);
  /** The user's own names of addresses, ranges and account numbers. */
  readonly names: NameKeeper = new NameKeeper(this);
  readonly #refresher = new Refresher(this);
  readonly #connection = new Connection(this, this.#engine, (isAgain) => this.#takeEngine(isAgain));
  #nextTab = 1;

  constructor(bridge: Bridge) {
    this.bridge = bridge;
  }

  /** For views that ask questions of their own. */
  get engine(): Engine {
    return this.#engine;
  }

  /** Listens to main and the engine. Returns a function that ends this. */
  start(): () => void {
    const stopListening = this.#connection.listen();
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
      stopListening();
    };
  }

  #takeState(state: AppState): void {
    const before = this.main;
    this.main = state;
    if (state.workspace?.id !== this.workspace?.id) this.#openWorkspace(state);
    this.#connection.takeState(state.engine);
    if (state.workspaceProblem !== null && before?.workspaceProblem?.message !== state.workspaceProblem.message) {
      if (state.workspace === null) this.page = { kind: 'start' };
    }
    this.folders.takeGrants();
  }

  #openWorkspace(state: AppState): void {
    this.workspace?.close();
    this.#connection.forget();
    this.folders.forget();
    for (const tab of this.tabs) tab.close();
    this.tabs = [];
    this.activeTabId = null;
    this.explores.forget();
    this.views.forget();
    this.investigation.forget();
    this.names.forget();
    this.notes.forget();
    this.paletteOpen = false;
    this.toasts.forgetUndo();
    this.zone = state.settings.zone;
    this.workspace = state.workspace === null ? null : new Workspace(state.workspace.id, this.#engine);
    this.page = state.workspace === null ? { kind: 'start' } : { kind: 'sources' };
    this.#connection.connect();
  }

  /** The engine is there: it is asked for what the workspace holds and what was on the screen. */
  #takeEngine(isAgain: boolean): void {
    const { workspace } = this;
    if (workspace === null) return;
    if (isAgain) {
      for (const tab of this.tabs) void tab.run({ quiet: tab.report !== null });
      this.explores.markStale();
      this.#refresher.refresh();
    }
    void workspace.refresh().then(async () => {
      const isBusy = this.main?.pendingGrants.length !== 0 || this.folders.previews.length > 0;
      if (this.workspace !== workspace) return;
      void this.names.open(workspace);
      void this.notes.open(workspace);
      const isRestored = await this.views.restore(workspace, !isBusy && this.page.kind === 'sources');
      if (!isRestored || this.workspace !== workspace) return;
      if (this.main?.pendingGrants.length === 0 && !workspace.loading) this.openFirstReport();
    });
    this.folders.takeGrants();
  }

  /**
   * For a workspace with events and no open report: that of the first rule. Where none fits, what is in the largest log
   * group, of those just loaded if there are any.
   */
  openFirstReport(loaded: readonly string[] = []): void {
    const { workspace } = this;
    if (workspace === null || this.tabs.length > 0 || (workspace.summary?.events ?? 0) === 0) return;
    const { first } = this.rules;
    const groups = workspace.summary?.groups.filter(({ name }) => loaded.includes(name)) ?? [];
    if (first === undefined) this.explores.open(largestOf(groups)?.name);
    else this.openReport(first);
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
    const tab = new ReportTab(`tab-${this.#nextTab++}`, rule, this.#engine, (answered) => this.#noteReport(answered));
    tab.nameOf = this.names.of;
    return tab;
  }

  activate(tab: ReportTab): void {
    this.activeTabId = tab.id;
    this.show({ kind: 'report' });
    if (tab.report === null && tab.phase === 'idle' && tab.problems.length === 0 && !tab.cancelled) void tab.run();
    this.#refresher.refresh();
  }

  closeTab(tab: ReportTab): void {
    const at = this.tabs.indexOf(tab);
    if (tab.id === this.activeTabId) this.closeEvents();
    tab.close();
    this.tabs = this.tabs.filter((other) => other !== tab);
    if (this.activeTabId !== tab.id) return;
    const next = this.tabs[Math.min(at, this.tabs.length - 1)];
    this.activeTabId = next?.id ?? null;
    if (next === undefined) this.page = { kind: this.explores.shown === null ? 'sources' : 'explore' };
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
    const range = tab.report?.timeRange ?? wholeRange;
    this.closeEvents();
    this.investigation.closeCommon();
    this.notes.list(null);
    tab.panelOpen = false;
    this.events = new EventsView({ rule: { definition }, definition, step, filter, range }, this.#engine);
  }

  /** Shows a contributor of a report beside it. */
  openContributor(tab: ReportTab, id: string): void {
    this.closeEvents();
    this.investigation.closeCommon();
    this.notes.list(null);
    tab.openContributor(id);
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

  async copyText(text: string, what: string): Promise<void> {
    await this.bridge.copyText(text);
    this.toasts.show('info', `${what} copied`);
  }
}

export function storedRule(rule: StoredRule): ReportRule {
  return { name: rule.name, definition: rule.definition, stored: true };
}
