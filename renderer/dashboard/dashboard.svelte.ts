import type { TimeRange } from '../../shared/report';
import type { StoredRule } from '../../shared/rule';
import { closeRange, type Ranged, type Span, shiftSpan, snapSpan, wholeRange } from '../report/time-range';
import type { Engine } from '../state/engine';
import { putBack } from '../state/put-back';
import type { SavedDashboard, SavedTile } from './saved';
import { type DashboardTile, MetricTile, ReportTile } from './tiles.svelte';

/** Several reports and metrics side by side: one range, one period, one crosshair. */
export class Dashboard implements Ranged {
  readonly id: string;
  name = $state('');
  question = $state.raw<Ranged['question']>({ range: wholeRange, periodSeconds: null });
  tiles = $state.raw<readonly DashboardTile[]>([]);

  /** The log groups of all reports, and where their events begin and end; without reports, those of the workspace. */
  readonly report = $derived.by((): Ranged['report'] => {
    const reports = this.tiles.flatMap((tile) => (tile.kind === 'report' ? (tile.tab.report ?? []) : []));
    const ranges = reports.flatMap(({ dataRange }) => (dataRange === null ? [] : [dataRange]));
    if (reports.length === 0) return this.#logs();
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
  readonly #logs: () => Ranged['report'];
  readonly #past: TimeRange[] = [];
  #nextTile = 1;

  /** @param logs where the workspace has events */
  constructor(id: string, saved: SavedDashboard, engine: Engine, logs: () => Ranged['report']) {
    this.id = id;
    this.name = saved.name;
    this.question = { range: saved.range, periodSeconds: saved.periodSeconds };
    this.#engine = engine;
    this.#logs = logs;
    this.tiles = saved.tiles.map((tile) => this.#makeTile(tile));
  }

  get saved(): SavedDashboard {
    return { name: this.name, ...this.question, tiles: this.tiles.map((tile) => tile.saved) };
  }

  add(tile: SavedTile): void {
    const made = this.#makeTile(tile);
    this.tiles = [...this.tiles, made];
    made.ask(this.question);
  }

  /** Takes a tile away. @returns what puts it back */
  remove(tile: DashboardTile): () => void {
    const at = this.tiles.indexOf(tile);
    tile.close();
    this.tiles = this.tiles.filter((other) => other !== tile);
    return () => {
      this.tiles = putBack(this.tiles, tile, at);
    };
  }

  /** Runs every tile that has no answer yet, or all. Tiles of stored rules take these as they are now. */
  run(rules: readonly StoredRule[], all = false): void {
    for (const tile of this.tiles) tile.run(this.question, rules, all);
  }

  /** Asks all tiles anew with another range or period. */
  ask(change: Partial<Ranged['question']>): void {
    this.question = { ...this.question, ...change };
    for (const tile of this.tiles) tile.ask(this.question);
  }

  goTo(range: TimeRange): Promise<void> {
    this.#past.push(this.question.range);
    this.ask({ range });
    return Promise.resolve();
  }

  shift(direction: -1 | 1): Promise<void> {
    return this.span === null ? Promise.resolve() : this.goTo(shiftSpan(this.span, direction));
  }

  /** Zooms all charts to a span dragged in one of them. A line's point stands for the period that begins there. */
  zoomTo(span: Span, periodSeconds: number, hasBars: boolean): void {
    const endMs = hasBars ? span.endMs : span.endMs + 1;
    void this.goTo(snapSpan({ startMs: span.startMs, endMs }, periodSeconds));
  }

  goBack(): void {
    this.ask({ range: this.#past.pop() ?? wholeRange });
  }

  close(): void {
    for (const tile of this.tiles) tile.close();
  }

  #makeTile(saved: SavedTile): DashboardTile {
    const id = `${this.id}-tile-${this.#nextTile++}`;
    return 'expressions' in saved
      ? new MetricTile(id, saved, this.#engine, this.question)
      : new ReportTile(id, saved, this.#engine);
  }
}
