import { join } from 'node:path';
import type { EngineEvent, ParsedArgs, RuleChoice } from '../../shared/contract';
import { doublesSettingKey } from '../../shared/doubles';
import { type Problem, UserError } from '../../shared/problem';
import type { Report, TimeRange } from '../../shared/report';
import type { Rule } from '../../shared/rule';
import type { Source, WorkspaceSummary } from '../../shared/workspace';
import type { Handlers } from './door';
import { createExploreHandlers } from './explore/handlers';
import { createExportHandlers } from './export/handlers';
import { createPageHandlers } from './export/page-handlers';
import { checkSettingKey } from './export/redact';
import { createParquetUnpacker } from './ingest/parquet-log';
import { previewSource } from './ingest/preview';
import { type LoadOptions, type NewSource, Sources } from './ingest/sources';
import { Watcher } from './ingest/watch';
import { createInvestigateHandlers } from './investigate/handlers';
import { createNameHandlers } from './names/handlers';
import { readCoverage } from './reports/coverage';
import { DoubleFinder } from './reports/doubles';
import { createContributorHandlers } from './reports/handlers';
import { ReportCache } from './reports/report-cache';
import { Rollups } from './reports/rollups';
import { runReport } from './reports/run';
import type { OpenRule } from './rules/cells';
import type { EventTable } from './rules/event-table';
import { fitSample } from './rules/fit';
import { parseRule } from './rules/parse';
import { loadSampleRules } from './rules/samples';
import { validateRuleName } from './rules/validate';
import { Thresholds } from './thresholds/thresholds';
import { createWorkbenchHandlers } from './workbench';
import { isDerived } from './workspace/derived-groups';
import { tablesForGroups } from './workspace/event-tables';
import { listGroupTables } from './workspace/group-tables';
import { listFields, listGroups } from './workspace/groups';
import { type OpenOptions, openWorkspace, type Workspace, workspaceBytes } from './workspace/open';
import { ownFiles } from './workspace/own-files';
import { deleteRule, listRules, putRule, readDefinition, readSetting, writeSetting } from './workspace/rule-store';

export type EngineOptions = OpenOptions & {
  /** Folder with `sample-rules/`. */
  resourcesPath: string;
  /** Takes the broadcasts. */
  onEvent?: (event: EngineEvent) => void;
  /** The time, epoch ms. */
  now?: () => number;
};

/** A path that the user chose, under the id that a window knows. */
export type EngineGrant = { path: string; label: string; group: string | null };

/** Below so many events a report is fast enough without a rollup. */
const rollupEvents = 50_000;

/** Everything the app can do with one workspace. The window, the command line and the tests all use this. */
export class Engine {
  readonly #grants = new Map<string, EngineGrant>();
  #dataVersion = 0;

  readonly #watcher: Watcher;
  readonly #doubles: DoubleFinder;
  readonly #rollups: Rollups;
  readonly #thresholds: Thresholds;
  readonly #reports = new ReportCache();
  readonly #notices: Problem[] = [];

  private constructor(
    readonly workspace: Workspace,
    readonly sources: Sources,
    private readonly options: EngineOptions,
  ) {
    this.#doubles = new DoubleFinder(workspace, () => this.#dataVersion);
    this.#rollups = new Rollups(workspace.db, () => this.#dataVersion);
    this.#thresholds = new Thresholds(this, options.now ?? Date.now, (breach) => {
      options.onEvent?.({ name: 'breach', breach });
    });
    this.#watcher = new Watcher(sources, (problem) => {
      this.#notices.push(problem);
      options.onEvent?.({ name: 'sources', sources: sources.list(), progress: null });
    });
    workspace.recovery.onRecovered = () => {
      this.#announceData();
      options.onEvent?.({ name: 'sources', sources: sources.list(), progress: null });
      // Positions may have gone back with the events.
      void sources.look();
    };
  }

  /** Where the sample rules are. */
  get resourcesPath(): string {
    return this.options.resourcesPath;
  }

  /** What was repaired in the workspace since it was opened, and what limits it. */
  get notices(): Problem[] {
    return [...this.workspace.recovery.notices, ...this.#notices];
  }

  /** Opens a workspace file, or makes it. @throws UserError, see `openWorkspace` */
  static async open(path: string, options: EngineOptions): Promise<Engine> {
    const workspace = await openWorkspace(path, options);
    const sources = await Sources.open(workspace, {
      now: options.now,
      onChange: ({ progress, committed }) => {
        if (committed) engine.#announceData();
        options.onEvent?.({ name: 'sources', sources: sources.list(), progress });
      },
      onFolders: () => engine.#watcher.watchFolders(),
    }).catch(async (cause) => {
      await workspace.close();
      throw cause;
    });
    const engine = new Engine(workspace, sources, options);
    return engine;
  }

  /** Remembers a path that main or the command line vouches for. */
  grant(id: string, grant: EngineGrant): void {
    this.#grants.set(id, grant);
  }

  /** Adds a source and loads it. */
  async addSource(source: NewSource, options: LoadOptions = {}): Promise<Source> {
    return this.sources.load(await this.sources.add(source), options);
  }

  /**
   * Loads what came into the sources since the workspace was last closed, and keeps them up to date from now on. Resolves
   * when they are. A source that can't be loaded says so in its state.
   */
  async watch(): Promise<void> {
    this.sources.follow();
    this.#watcher.start();
    await this.catchUp();
    // What was not told before the last end is told now.
    this.#thresholds.look();
  }

  /** Loads what is new in all sources, once. A source that can't be loaded says so in its state. */
  async catchUp(): Promise<void> {
    await Promise.allSettled(this.sources.unfinished().map((id) => this.sources.load(id)));
  }

  /** A validated rule, the text it came from, and its name where it is stored. @throws UserError with all problems of the rule */
  async chooseRule(choice: RuleChoice): Promise<{ name: string | null; definition: string; rule: Rule }> {
    const name = 'name' in choice ? choice.name : null;
    const definition = await readDefinition(this.workspace.db, choice);
    const { rule, problems } = parseRule(definition);
    if (rule === null) throw new UserError(problems);
    return { name, definition, rule };
  }

  /** The event tables that a report on a rule reads, without the doubles where those are left out. */
  async tablesFor(rule: Rule, range: TimeRange, signal: AbortSignal): Promise<EventTable[]> {
    const tables = tablesForGroups(this.workspace.catalog.groups, rule.groups);
    return [...(await this.#doubles.leaveOut(tables, range, signal)).tables];
  }

  /** A rule and the events that it reads in a time range: without doubles, where these are left out. @throws as `chooseRule` */
  async openRule(choice: RuleChoice, range: TimeRange, signal: AbortSignal): Promise<OpenRule> {
    const { rule } = await this.chooseRule(choice);
    const listed = listGroupTables(this.workspace.catalog.groups, rule.groups);
    const all = listed.map(({ table }) => table);
    const { tables } = await this.#doubles.leaveOut(all, range, signal);
    return { rule, tables, entries: listed.map(({ entry }) => entry) };
  }

  async runReport(args: ParsedArgs<'report.run'>, signal: AbortSignal): Promise<Report> {
    const startedMs = performance.now();
    const { name, rule } = await this.chooseRule(args.rule);
    const tables = tablesForGroups(this.workspace.catalog.groups, rule.groups);
    const read = await this.#doubles.leaveOut(tables, args, signal);
    const names = read.tables.map((table) => [table.group, table.name.text]);
    const key = JSON.stringify([this.#dataVersion, { ...args, rule }, names]);
    const known = this.#reports.get(key);
    const report = known ?? (await this.#runOn(read.tables, rule, args, signal));
    this.#reports.set(key, report);
    return {
      ...report,
      ...(read.leftOut === null ? {} : { doublesLeftOut: read.leftOut }),
      ruleName: name,
      elapsedMs: performance.now() - startedMs,
    };
  }

  async #runOn(
    tables: readonly EventTable[],
    rule: Rule,
    args: ParsedArgs<'report.run'>,
    signal: AbortSignal,
  ): Promise<Report> {
    const shortCut = await this.#rollups.reader(rule, tables, { signal });
    const report = await runReport(this.workspace.db, tables, rule, args, { signal, shortCut });
    if (report.ledger.scanned >= rollupEvents) this.#rollups.prepare(rule, tables);
    return report;
  }

  /** Waits for what is prepared in the background so that further reports come faster. */
  settle(): Promise<void> {
    return this.#rollups.settle();
  }

  async describe(): Promise<WorkspaceSummary> {
    const { db, catalog, name, isSample, path } = this.workspace;
    const groups = await listGroups(db, catalog.groups);
    const times = groups.flatMap(({ firstMs, lastMs }) =>
      firstMs === null || lastMs === null ? [] : [firstMs, lastMs],
    );
    return {
      name,
      isSample,
      events: groups.reduce((sum, group) => sum + (isDerived(group) ? 0 : group.events), 0),
      bytes: workspaceBytes(path),
      firstMs: times.length === 0 ? null : Math.min(...times),
      lastMs: times.length === 0 ? null : Math.max(...times),
      groups,
      sources: this.sources.list(),
      rules: (await listRules(db)).length,
      notices: this.notices,
    };
  }

  /** The contract's methods. */
  readonly handlers: Handlers = {
    ...createWorkbenchHandlers(this),
    ...createExploreHandlers(this),
    ...createInvestigateHandlers(this),
    ...createNameHandlers(this),
    ...createExportHandlers(this, () => this.options.onEvent?.({ name: 'rules' })),
    ...createPageHandlers(this),
    'thresholds.list': async () => ({
      thresholds: await this.#thresholds.list(),
      breaches: await this.#thresholds.breaches(),
      failures: this.#thresholds.failures(),
    }),
    'thresholds.put': (threshold, { signal }) => this.#thresholds.put(threshold, signal),
    'thresholds.delete': async ({ name }) => {
      await this.#thresholds.delete(name);
      return null;
    },
    ...createContributorHandlers(this),
    'workspace.describe': () => this.describe(),
    'groups.fields': ({ group }) => listFields(this.workspace.db, this.workspace.catalog.groups, group),
    'sources.add': async ({ grant, group, files }, { signal, progress }) => {
      const granted = this.#findGrant(grant);
      const choices = files === undefined ? {} : { files };
      return this.addSource({ ...granted, group: group ?? granted.group, ...choices }, { signal, progress });
    },
    'sources.preview': async ({ grant, reading = {} }, options) => {
      const { path, group } = this.#findGrant(grant);
      const own = ownFiles(this.workspace.path);
      const unpackParquet = createParquetUnpacker(this.workspace);
      return previewSource(path, group, { ...options, own, unpackParquet, reading });
    },
    'coverage.read': (args, { signal }) => readCoverage(this.workspace.db, this.workspace.catalog.groups, args, signal),
    'doubles.find': (_args, { signal }) => this.#doubles.find(signal),
    'doubles.set': async ({ setting }, { signal }) => {
      await writeSetting(this.workspace.db, doublesSettingKey, setting);
      // No event changed, but reports do.
      this.options.onEvent?.({ name: 'data', version: this.#dataVersion });
      return this.#doubles.find(signal);
    },
    'sources.remove': async ({ id }) => {
      await this.sources.remove(id);
      return null;
    },
    'sources.pause': ({ id }) => this.sources.pause(id),
    'sources.cancel': ({ id }) => this.sources.cancel(id),
    'sources.resume': ({ id }, options) => this.sources.load(id, options),
    'sources.reload': async ({ id, fromStart }, options) => {
      if (fromStart) await this.sources.clear(id);
      return this.sources.load(id, options);
    },
    'rules.list': () => listRules(this.workspace.db),
    'rules.put': async (stored) => {
      const { problems, rule } = parseRule(stored.definition);
      const badNames = validateRuleName(stored.name);
      if (rule === null || badNames.length > 0) throw new UserError([...badNames, ...problems]);
      await putRule(this.workspace.db, stored);
      this.options.onEvent?.({ name: 'rules' });
      return stored;
    },
    'rules.delete': async ({ name }) => {
      const deleted = await deleteRule(this.workspace.db, name);
      this.options.onEvent?.({ name: 'rules' });
      return deleted;
    },
    'rules.check': async ({ definition, strict }) => parseRule(definition, { strict }).problems,
    'rules.samples': async () => this.#listSamples(),
    'report.run': (args, { signal }) => this.runReport(args, signal),
    'settings.get': async ({ key }) => readSetting(this.workspace.db, checkSettingKey(key)),
    'settings.put': async ({ key, value }) => {
      await writeSetting(this.workspace.db, checkSettingKey(key), value);
      return null;
    },
  };

  /** Waits for the block that is being written, and closes the workspace. */
  async close(): Promise<void> {
    const watching = this.#watcher.stop();
    await this.sources.stop();
    await watching;
    await this.#thresholds.close();
    await this.workspace.close();
  }

  async #listSamples() {
    const samples = await loadSampleRules(join(this.options.resourcesPath, 'sample-rules'));
    const groups = this.workspace.catalog.groups.filter((group) => group.tables.size > 0);
    const listed = samples.map((sample) => fitSample(sample, groups));
    return listed.sort((a, b) => Number(b.fits.length > 0) - Number(a.fits.length > 0));
  }

  #findGrant(id: string): EngineGrant {
    const granted = this.#grants.get(id);
    if (granted === undefined) throw unknownGrant();
    return granted;
  }

  #announceData(): void {
    this.#dataVersion += 1;
    this.options.onEvent?.({ name: 'data', version: this.#dataVersion });
    this.#thresholds.look();
  }
}

function unknownGrant(): UserError {
  return new UserError([
    {
      code: 'args/invalid',
      place: 'sources.add',
      message: 'This folder was not chosen in this window.',
      hint: 'Choose it again.',
    },
  ]);
}
