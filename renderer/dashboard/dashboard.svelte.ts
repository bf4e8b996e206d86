import type { TimeRange } from '../../shared/report';
import type { StoredRule } from '../../shared/rule';
import { closeRange, type Ranged, type Span, shiftSpan, snapSpan, wholeRange } from '../report/time-range';
import type { Engine } from '../state/engine';
import { putBack } from '../state/put-back';
import { ReportTab } from '../state/report.svelte';
import type { SavedDashboard, SavedTile } from './saved';

/** A report on a dashboard. */
export class DashboardTile {
  title = $state('');
  readonly tab: ReportTab;

  constructor(id: string, saved: SavedTile, engine: Engine) {
    this.tab = new ReportTab(id, saved.rule, engine, () => {});
    this.tab.extras.off = true;
    this.tab.kind = saved.kind;
    this.tab.question = saved.question;
    this.title = saved.title;
  }

  get saved(): SavedTile {
    const { rule, question, kind } = this.tab;
    return { title: this.title, rule, question, kind };
  }
}

/** Several reports side by side: one range, one period, one crosshair. */
export class Dashboard implements Ranged {
  readonly id: string;
  name = $state('');
  question = $state.raw<Ranged['question']>({ range: wholeRange, periodSeconds: null });
  tiles = $state.raw<readonly DashboardTile[]>([]);

  /** The log groups of all tiles, and where their events begin and end. */
  readonly report = $derived.by((): Ranged['report'] => {
    const reports = this.tiles.flatMap(({ tab }) => (tab.report === null ? [] : [tab.report]));
    const ranges = reports.flatMap(({ dataRange }) => (dataRange === null ? [] : [dataRange]));
    if (reports.length === 0) return null;
    return {
      logGroups: [...new Set(reports.flatMap(({ logGroups }) => logGroups))],
      dataRange:
        ranges.length === 0
          ? null
          : {
              firstMs: Math.min(...ranges.map(({ firstMs }) => firstMs)),
              lastMs: Math.max(...ranges.map(({ lastMs }) => lastMs)),
            },
    };
  });
  readonly span: Span | null = $derived(closeRange(this.question.range, this.report?.dataRange ?? null));

  readonly #engine: Engine;
  readonly #past: TimeRange[] = [];
  #nextTile = 1;

  constructor(id: string, saved: SavedDashboard, engine: Engine) {
    this.id = id;
    this.name = saved.name;
    this.question = { range: saved.range, periodSeconds: saved.periodSeconds };
    this.#engine = engine;
    this.tiles = saved.tiles.map((tile) => this.#makeTile(tile));
  }

  get saved(): SavedDashboard {
    return { name: this.name, ...this.question, tiles: this.tiles.map((tile) => tile.saved) };
  }

  add(tile: SavedTile): void {
    const made = this.#makeTile(tile);
    this.tiles = [...this.tiles, made];
    void made.tab.ask(this.question);
  }

  /** Takes a tile away. @returns what puts it back */
  remove(tile: DashboardTile): () => void {
    const at = this.tiles.indexOf(tile);
    tile.tab.close();
    this.tiles = this.tiles.filter((other) => other !== tile);
    return () => {
      this.tiles = putBack(this.tiles, tile, at);
    };
  }

  /** Runs every tile that has no answer yet, or all. Tiles of stored rules take these as they are now. */
  run(rules: readonly StoredRule[], all = false): void {
    for (const { tab } of this.tiles) {
      const stored = tab.rule.stored ? rules.find((rule) => rule.name === tab.rule.name) : undefined;
      const isChanged = stored !== undefined && stored.definition !== tab.rule.definition;
      if (isChanged) tab.rule = { ...tab.rule, definition: stored.definition };
      if (all || isChanged || tab.stale || (tab.report === null && tab.phase === 'idle')) {
        tab.question = { ...tab.question, ...this.question };
        void tab.run({ quiet: tab.report !== null });
      }
    }
  }

  /** Asks all tiles anew with another range or period. */
  ask(change: Partial<Ranged['question']>): void {
    this.question = { ...this.question, ...change };
    for (const { tab } of this.tiles) void tab.ask(this.question);
  }

  goTo(range: TimeRange): Promise<void> {
    this.#past.push(this.question.range);
    this.ask({ range });
    return Promise.resolve();
  }

  shift(direction: -1 | 1): Promise<void> {
    return this.span === null ? Promise.resolve() : this.goTo(shiftSpan(this.span, direction));
  }

  /** Zooms all charts to a span dragged in one of them. */
  zoomTo(tab: ReportTab, span: Span): void {
    const endMs = tab.kind === 'bar' ? span.endMs : span.endMs + 1;
    void this.goTo(snapSpan({ startMs: span.startMs, endMs }, tab.report?.periodSeconds ?? 1));
  }

  goBack(): void {
    this.ask({ range: this.#past.pop() ?? wholeRange });
  }

  close(): void {
    for (const { tab } of this.tiles) tab.close();
  }

  #makeTile(saved: SavedTile): DashboardTile {
    return new DashboardTile(`${this.id}-tile-${this.#nextTile++}`, saved, this.#engine);
  }
}
