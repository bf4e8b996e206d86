import { describeBreach } from '../../shared/describe-breach';
import { formatCount } from '../../shared/format';
import type { Problem } from '../../shared/problem';
import type { Breach } from '../../shared/threshold';
import { palette } from '../charts/palette.svelte';
import type { Dashboard } from '../dashboard/dashboard.svelte';
import { dashboardSubject } from '../dashboard/dashboard-export';
import { plainNote } from '../notes/notes';
import { readId } from '../report/series';
import { joinLogs, type Ranged } from '../report/time-range';
import { type App, storedRule } from '../state/app.svelte';
import { problemsOf } from '../state/problems';
import type { ReportTab } from '../state/report.svelte';
import { AwsCheckView } from './aws-check.svelte';
import { CommonView } from './common.svelte';
import { CompareView } from './compare.svelte';
import { type ExportSubject, reportSubject } from './exports';
import { ImpactView } from './impact.svelte';
import { MetricView } from './metrics.svelte';
import { isOfReport, type SavedPage } from './saved-page';
import { comparisonSubject, impactSubject } from './subjects';

/** What follows from a report: who is hit, what they share, what changed, and showing it to others. */
export class Investigation {
  /** What is being handed on; null: the dialog is closed. */
  exporting = $state.raw<ExportSubject | null>(null);
  /** What a selection has in common, shown beside its report. */
  common = $state.raw<CommonView | null>(null);

  /** How many thresholds fired since the window opened. */
  fired = $state(0);

  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  exportReport(tab: ReportTab): void {
    if (tab.report === null) return;
    const notes = this.#app.notes.of(tab.rule.name).map(plainNote);
    this.exporting = reportSubject(this.#app.engine, tab, () => this.#look(), notes);
  }

  exportImpact(view: ImpactView): void {
    this.exporting = impactSubject(this.#app.engine, view, () => this.#look());
  }

  exportComparison(view: CompareView): void {
    this.exporting = comparisonSubject(this.#app.engine, view, () => this.#look());
  }

  exportDashboard(dashboard: Dashboard): void {
    const { engine, names, workspace } = this.#app;
    const rules = [...(workspace?.rules ?? []), ...(workspace?.samples ?? [])];
    this.exporting = dashboardSubject(engine, dashboard, { nameOf: names.of, rules });
  }

  /** Asks for a case file, takes it into the workspace and shows its report. @returns problems for the user */
  async openCaseFile(): Promise<Problem[]> {
    const { bridge, engine, toasts, workspace } = this.#app;
    const { name, data, problems } = await bridge.chooseCaseFile();
    if (data === null || workspace === null || this.#app.workspace !== workspace) return problems;
    const opened = await engine.call('case.open', { data }).catch(problemsOf);
    // The engine is given the content alone.
    if (Array.isArray(opened)) return opened.map((one) => (one.place === 'case' ? { ...one, place: name } : one));
    await workspace.refresh();
    if (this.#app.workspace !== workspace) return [];
    const rule = workspace.rules.find(({ name }) => name === opened.rules[0]);
    if (rule !== undefined) {
      this.#app.openReport({ name: rule.name, definition: rule.definition, stored: true });
      this.#app.notes.take(rule.name, opened.notes, opened.workspace);
      if (opened.notes.length > 0) this.#app.notes.list(this.#app.activeTab);
    }
    const what = [
      formatCount(opened.rules.length, 'rule'),
      opened.groups.length === 0 ? 'no events' : `events of ${opened.groups.join(', ')}`,
      ...(opened.notes.length === 0 ? [] : [formatCount(opened.notes.length, 'note')]),
    ];
    toasts.show('info', `Case from "${opened.workspace}" opened`, what.join(', '));
    return [];
  }

  #look() {
    return { palette: palette.current, zone: this.#app.zone };
  }

  /** Where the log groups of a report have events, whatever is shown of them. */
  #logsOf(tab: ReportTab): Ranged['report'] {
    const { report } = tab;
    if (report === null) return null;
    const groups = this.#app.workspace?.summary?.groups ?? [];
    return joinLogs(groups.filter(({ name }) => report.logGroups.includes(name))) ?? report;
  }

  /** Shows how many contributors of a report are hit, of all there could be. */
  openImpact(tab: ReportTab, without: Iterable<string> = []): void {
    const view = new ImpactView(tab, this.#app.engine, this.#logsOf(tab));
    view.without = new Set(without);
    this.#app.show({ kind: 'impact', view });
    void view.run();
  }

  /** Metric math, to begin with on a report's rule; and the thresholds of the workspace. */
  openMetrics(tab: ReportTab): void {
    const view = new MetricView(tab, this.#app.engine, this.#logsOf(tab));
    this.#app.show({ kind: 'metrics', view });
    void view.run();
  }

  /** Sets AWS's own answer beside a report. */
  openAwsCheck(tab: ReportTab): void {
    this.#app.show({ kind: 'aws-check', view: new AwsCheckView(tab, this.#app.engine) });
  }

  /** Tells of a threshold that fires. */
  noteBreach(breach: Breach): void {
    const { toasts, zone, activeTab } = this.#app;
    const { title, body } = describeBreach(breach, zone);
    this.fired += 1;
    const action = activeTab === null ? null : { label: 'Thresholds', run: () => this.openMetrics(activeTab) };
    toasts.show('bad', `Threshold: ${title}`, body, action);
  }

  /** The shown page with what it asks, to be kept; null where it is none that a report leads to. */
  get savedPage(): SavedPage | null {
    const { page, tabs } = this.#app;
    if (!isOfReport(page)) return null;
    const { tab } = page.view;
    return { ...page.view.asked, tab: tabs.indexOf(tab), rule: tab.rule.name };
  }

  /** Shows a page of the last time, and its figures once its report is there. @returns false where that report is gone */
  restorePage(saved: SavedPage): boolean {
    const app = this.#app;
    const tab = [app.tabs[saved.tab], ...app.tabs].find((one) => one?.rule.name === saved.rule);
    if (tab === undefined) return false;
    const page = this.#remakePage(saved, tab);
    const { view } = page;
    app.activeTabId = tab.id;
    app.show(page);
    void tab.run().then(() => {
      if (app.page !== page) return;
      const logs = this.#logsOf(tab);
      if (page.kind === 'compare') {
        page.view.before.report = logs;
        page.view.during.report = logs;
      } else if (page.kind !== 'aws-check') page.view.time.report = logs;
      void view.run();
    });
    return true;
  }

  #remakePage(saved: SavedPage, tab: ReportTab) {
    const { engine, workspace } = this.#app;
    if (saved.kind === 'impact') {
      const view = new ImpactView(tab, engine);
      const base = workspace?.rules.find(({ name }) => name === saved.base);
      view.restore(saved, base === undefined ? null : storedRule(base));
      return { kind: 'impact' as const, view };
    }
    if (saved.kind === 'compare') {
      const view = new CompareView(tab, engine);
      view.restore(saved);
      return { kind: 'compare' as const, view };
    }
    if (saved.kind === 'aws-check') {
      const view = new AwsCheckView(tab, engine);
      view.restore(saved);
      return { kind: 'aws-check' as const, view };
    }
    const view = new MetricView(tab, engine, null);
    view.restore(saved);
    return { kind: 'metrics' as const, view };
  }

  /** Sets two time ranges of a report side by side. */
  openCompare(tab: ReportTab): void {
    const view = new CompareView(tab, this.#app.engine, this.#logsOf(tab));
    this.#app.show({ kind: 'compare', view });
    void view.run();
  }

  /** Shows what contributors have in common; without any, what the shown time has. */
  openCommon(tab: ReportTab, ids: Iterable<string>): void {
    const app = this.#app;
    app.closeEvents();
    app.notes.list(null);
    tab.panelOpen = false;
    const contributors = [...ids].flatMap((id) => {
      const keys = readId(id);
      return keys === null ? [] : [keys];
    });
    this.common?.close();
    this.common = new CommonView(tab, contributors, app.engine);
    void this.common.run();
  }

  closeCommon(): void {
    this.common?.close();
    this.common = null;
  }

  /** Figures are being worked out. */
  get busy(): boolean {
    return this.#view?.busy ?? false;
  }

  /** Events came or went: figures that are shown are worked out anew. */
  refresh(): void {
    if (!this.busy) void this.#view?.run();
  }

  get #view(): { busy: boolean; run: () => Promise<void> } | null {
    const { page } = this.#app;
    // An answer of AWS is of one moment: it is compared when the user says so.
    return isOfReport(page) && page.kind !== 'aws-check' ? page.view : null;
  }

  /** Another workspace is open. */
  forget(): void {
    this.closeCommon();
    this.exporting = null;
  }
}
