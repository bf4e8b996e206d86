import { formatCompact, formatCount, formatNumber, type Zone } from '../../shared/format';
import type { Theme } from '../../shared/settings';
import { labelOf } from '../charts/drawing';
import { formatText } from '../editor/rule-text';
import { helpSections } from '../help/help.svelte';
import { searchRows } from '../report/rows';
import { wholeRange } from '../report/time-range';
import { readSentence } from '../rules/sentence';
import { type App, storedRule } from './app.svelte';
import { type Command, readTyped, type Section } from './palette';
import type { ChartKind, ReportTab } from './report.svelte';

/** Contributors listed for what was typed. */
const contributorsShown = 4;

/** All that can be done now. Contributors depend on what was typed. */
export function listCommands(app: App, typed: string): Command[] {
  const tab = app.page.kind === 'report' ? app.activeTab : null;
  const commands = [
    ...listRules(app),
    ...(tab === null ? [] : listContributors(tab, readTyped(typed).text)),
    ...listGroups(app),
    ...listPages(app),
    ...listActions(app, tab),
    ...listSamples(app),
  ];
  if (app.preferences.settings.letterKeys) return commands;
  return commands.map((one) => ({ ...one, keys: one.keys.filter((key) => key.length > 1) }));
}

function command(
  section: Section,
  title: string,
  detail: string,
  run: () => void,
  more: Partial<Pick<Command, 'keys' | 'isHidden'>> = {},
): Command {
  return { id: `${section}/${title}/${detail}`, section, title, detail, keys: [], run, ...more };
}

function listRules(app: App): Command[] {
  return (app.workspace?.rules ?? []).map((rule) => {
    const unique = app.workspace?.uniqueCounts.get(rule.name);
    const detail = [
      readSentence(rule.definition)?.logGroups.join(', ') ?? '',
      rule.state === 'DISABLED' ? 'off' : unique === undefined ? '' : `${unique} contributors`,
    ];
    return command('Rules', rule.name, detail.filter(Boolean).join(' · '), () => app.openReport(storedRule(rule)));
  });
}

function listSamples(app: App): Command[] {
  const { workspace } = app;
  if (workspace === null) return [];
  const kept = new Set(workspace.rules.map(({ name }) => name));
  return workspace.samples
    .filter(({ name }) => !kept.has(name))
    .map(({ name, service, definition, fits, lacks }) => {
      const rule = { name, definition: formatText(definition), stored: false };
      if (fits.length > 0) {
        return command('Samples', name, `fits ${fits.join(', ')}`, () => app.openReport({ ...rule, definition }));
      }
      const needs = lacks.length > 0 ? `lacks ${lacks.join(', ')}` : `needs ${service}`;
      return command('Samples', name, needs, () => app.show({ kind: 'rule', rule }), { isHidden: true });
    })
    .sort((a, b) => Number(a.isHidden ?? false) - Number(b.isHidden ?? false));
}

function listContributors(tab: ReportTab, text: string): Command[] {
  const { report } = tab;
  if (text === '' || report === null) return [];
  const found = searchRows(tab.rows, text, tab.nameOf)
    .slice(0, contributorsShown)
    .map((row) => {
      const title = labelOf(row.keys, tab.nameOf);
      return command('Contributors of this report', title, `rank ${row.rank}, ${formatNumber(row.total)}`, () => {
        tab.selectedId = row.id;
      });
    });
  const search = command(
    'Contributors of this report',
    `Search values for "${text}"`,
    `in ${formatCount(report.uniqueCount, 'contributor')}`,
    () => {
      tab.search = text;
      focusSearch('table');
    },
    { keys: ['/'] },
  );
  return [...found, search];
}

function listGroups(app: App): Command[] {
  return (app.workspace?.summary?.groups ?? []).map((group) =>
    command(
      'Log groups',
      group.name,
      ['explore', group.kind, `${formatCompact(group.events)} events`].filter(Boolean).join(' · '),
      () => app.explores.open(group.name),
    ),
  );
}

function listPages(app: App): Command[] {
  if (app.workspace === null) return [];
  const reports = app.tabs
    .filter((tab) => tab !== app.activeTab || app.page.kind !== 'report')
    .map((tab) => command('Pages', tab.rule.name, 'open report', () => app.activate(tab)));
  return [
    ...(app.explores.shown === null && (app.workspace.summary?.events ?? 0) === 0
      ? []
      : [
          command('Pages', 'Explore', app.explores.shown?.group ?? 'what is in the logs', () =>
            app.explores.open(app.explores.shown?.group),
          ),
        ]),
    command('Pages', 'Sources', 'files, states, what was skipped', () => app.show({ kind: 'sources' })),
    ...app.views.dashboards.map((dashboard) =>
      command('Pages', dashboard.name, 'dashboard', () => app.views.open(dashboard)),
    ),
    command('Pages', 'New dashboard', 'reports side by side', () => app.views.open(app.views.create())),
    command('Pages', 'Sample rules', 'the gallery', () => app.show({ kind: 'samples' })),
    ...reports,
  ];
}

const kinds: { kind: ChartKind; title: string; key: string }[] = [
  { kind: 'line', title: 'Chart as lines', key: '1' },
  { kind: 'area', title: 'Chart as stacked areas', key: '2' },
  { kind: 'bar', title: 'Chart as bars', key: '3' },
];
const themes: { theme: Theme; title: string }[] = [
  { theme: 'light', title: 'Light theme' },
  { theme: 'dark', title: 'Dark theme' },
  { theme: 'system', title: 'Theme of the system' },
];
const zones: { zone: Zone; title: string }[] = [
  { zone: 'utc', title: 'Times in UTC' },
  { zone: 'local', title: 'Times in local time' },
];

function listActions(app: App, tab: ReportTab | null): Command[] {
  const act = (title: string, detail: string, run: () => void, keys: string[] = []) =>
    command('Actions', title, detail, run, { keys });
  const { workspace } = app;
  const undo = app.toasts.undoable.at(-1);
  const inWorkspace =
    workspace === null
      ? []
      : [
          act('New rule', '', () => app.show({ kind: 'rule', rule: null }), ['N']),
          act('Paste AWS rules', 'JSON, CloudFormation, Terraform', () => {
            app.pasting = '';
          }),
          act('Names from a CSV file…', 'of addresses, ranges and account numbers', () => {
            void app.request(app.names.choose());
          }),
          ...(app.names.names === null
            ? []
            : [act('Remove the names', app.names.names.label, () => void app.names.remove())]),
          act('Open a case file…', 'rules, notes and events', () => void app.request(app.investigation.openCaseFile())),
        ];
  return [
    ...(undo === undefined ? [] : [act('Undo', undo.title, () => app.toasts.undo(), ['Ctrl Z'])]),
    ...inWorkspace,
    act('Add a log folder', '', () => app.openFolder(), ['Ctrl O']),
    ...listDashboardActions(app, act),
    ...(tab === null ? [] : listReportActions(app, tab, act)),
    ...(workspace === null ? [] : [act('Show or hide the sidebar', '', () => app.toggleSidebar(), ['Ctrl B'])]),
    act(
      'Settings',
      'theme, times, keys, notifications, memory',
      () => {
        app.preferences.isOpen = true;
      },
      ['Ctrl ,'],
    ),
    ...helpSections.map(({ section, title, detail }) =>
      act(title, detail, () => app.help.show(section), section === 'keys' ? ['?'] : []),
    ),
    ...themes
      .filter(({ theme }) => theme !== app.preferences.settings.theme)
      .map(({ theme, title }) => act(title, '', () => app.preferences.change({ theme }))),
    ...zones
      .filter(({ zone }) => zone !== app.zone)
      .map(({ zone, title }) =>
        act(title, '', () => {
          app.zone = zone;
        }),
      ),
    act('New workspace…', '', () => void app.request(app.bridge.newWorkspace())),
    act('Open workspace…', '', () => void app.request(app.bridge.chooseWorkspace())),
    ...(app.main?.workspace?.isSample === true ? [] : [act('Explore sample logs', '', () => app.openSample())]),
    ...(app.main?.recents ?? [])
      .filter(({ id }) => id !== app.main?.workspace?.id)
      .map(({ id, name }) => act(`Open ${name}`, 'workspace', () => void app.request(app.bridge.openWorkspace(id)))),
  ];
}

type Act = (title: string, detail: string, run: () => void, keys?: string[]) => Command;

function listDashboardActions({ page, views, investigation }: App, act: Act): Command[] {
  const { dashboard } = views;
  if (page.kind !== 'dashboard' || dashboard === null || dashboard.tiles.length === 0) return [];
  return [act('Export the dashboard…', dashboard.name, () => investigation.exportDashboard(dashboard), ['Ctrl E'])];
}

function listReportActions(app: App, tab: ReportTab, act: Act): Command[] {
  const stored = tab.rule.stored ? app.workspace?.rules.find(({ name }) => name === tab.rule.name) : undefined;
  const { name } = tab.rule;
  return [
    act('Edit rule', name, () => app.show({ kind: 'rule', rule: tab.rule }), ['E']),
    ...(stored === undefined
      ? []
      : [
          act(stored.state === 'ENABLED' ? 'Disable rule' : 'Enable rule', name, () => void app.rules.toggle(stored)),
          act('Export rule…', name, () => {
            app.exporting = stored;
          }),
          act('Delete rule', name, () => void app.rules.delete(name)),
        ]),
    ...kinds
      .filter(({ kind }) => kind !== tab.kind)
      .map(({ kind, title, key }) =>
        act(
          title,
          '',
          () => {
            tab.kind = kind;
          },
          [key],
        ),
      ),
    ...((tab.report?.contributors.length ?? 0) === 0
      ? []
      : [
          act('Impact', 'how many are affected', () => app.investigation.openImpact(tab), ['M']),
          act('Compare two time ranges', name, () => app.investigation.openCompare(tab), ['C']),
          act('What they have in common', name, () => app.investigation.openCommon(tab, tab.ticked), ['H']),
          act('Metric math and thresholds', name, () => app.investigation.openMetrics(tab)),
          act("Check against AWS's answer", name, () => app.investigation.openAwsCheck(tab)),
          act('Add a note', name, () => app.notes.ask(tab), ['A']),
          act('Notes', formatCount(app.notes.of(name).length, 'note'), () => app.notes.list(tab), ['L']),
          act('Export…', name, () => app.investigation.exportReport(tab), ['Ctrl E']),
        ]),
    act('Whole time range', '', () => void tab.goTo(wholeRange), ['0']),
    act('Close the report', name, () => app.closeTab(tab)),
  ];
}

/** Puts the focus into the field that searches a list of the page. */
export function focusSearch(of: 'table' | 'fields' | 'samples'): void {
  document.querySelector<HTMLInputElement>(`input[data-search="${of}"]`)?.focus();
}
