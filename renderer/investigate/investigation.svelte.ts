import { describeBreach } from '../../shared/describe-breach';
import { formatCount } from '../../shared/format';
import type { Problem } from '../../shared/problem';
import type { Breach } from '../../shared/threshold';
import { palette } from '../charts/palette.svelte';
import { readId } from '../report/series';
import type { Ranged } from '../report/time-range';
import type { App } from '../state/app.svelte';
import type { ReportTab } from '../state/report.svelte';
import { AwsCheckView } from './aws-check.svelte';
import { CommonView } from './common.svelte';
import { CompareView } from './compare.svelte';
import { type ExportSubject, reportSubject } from './exports';
import { ImpactView } from './impact.svelte';
import { MetricView } from './metrics.svelte';
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
    this.exporting = reportSubject(this.#app.engine, tab, () => this.#look());
  }

  exportImpact(view: ImpactView): void {
    this.exporting = impactSubject(view, () => this.#look());
  }

  exportComparison(view: CompareView): void {
    this.exporting = comparisonSubject(view, () => this.#look());
  }

  /** Asks for a case file, takes it into the workspace and shows its report. @returns problems for the user */
  async openCaseFile(): Promise<Problem[]> {
    const { bridge, engine, toasts, workspace } = this.#app;
    const { data, problems } = await bridge.chooseCaseFile();
    if (data === null || workspace === null || this.#app.workspace !== workspace) return problems;
    const opened = await engine.call('case.open', { data });
    await workspace.refresh();
    if (this.#app.workspace !== workspace) return [];
    const rule = workspace.rules.find(({ name }) => name === opened.rules[0]);
    if (rule !== undefined) this.#app.openReport({ name: rule.name, definition: rule.definition, stored: true });
    const what = [
      formatCount(opened.rules.length, 'rule'),
      opened.groups.length === 0 ? 'no events' : `events of ${opened.groups.join(', ')}`,
    ];
    const notes = opened.notes.map(({ text }) => text);
    toasts.show('info', `Case from "${opened.workspace}" opened`, [what.join(', '), ...notes].join('. '));
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
    const own = groups.filter(({ name }) => report.logGroups.includes(name));
    const firsts = own.flatMap(({ firstMs }) => firstMs ?? []);
    const lasts = own.flatMap(({ lastMs }) => lastMs ?? []);
    if (firsts.length === 0 || lasts.length === 0) return report;
    return { logGroups: report.logGroups, dataRange: { firstMs: Math.min(...firsts), lastMs: Math.max(...lasts) } };
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

  /** Events came or went: figures that are shown are worked out anew. */
  refresh(): void {
    const { page } = this.#app;
    if (page.kind !== 'impact' && page.kind !== 'compare' && page.kind !== 'metrics') return;
    if (!page.view.busy) void page.view.run();
  }

  /** Another workspace is open. */
  forget(): void {
    this.closeCommon();
    this.exporting = null;
  }
}
