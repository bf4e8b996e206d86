import type { Args } from '../../shared/contract';
import type { Board, EventHistogram, ExploreField, Measure, Spread, ValueFilter } from '../../shared/explore';
import type { Problem } from '../../shared/problem';
import type { TimeRange } from '../../shared/report';
import { closeRange, type Ranged, type Span, shiftSpan, snapSpan, wholeRange } from '../report/time-range';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import { type Phase, patienceMs } from '../state/report.svelte';
import { keepOnly, toggleValue } from './filters';
import { keysMax } from './rule';

/** What the user chose; what can be undone. */
export type View = {
  /** The time range that is shown. */
  range: TimeRange;
  /** A part of it that the boards count. */
  brush: Span | null;
  filters: ValueFilter[];
  measure: Measure;
  /** References of the fields ticked, in this order. */
  keys: string[];
};

export type Form = 'list' | 'spread';

export const firstView: View = {
  range: wholeRange,
  brush: null,
  filters: [],
  measure: { kind: 'events' },
  keys: [],
};

/** Values on a board, and on one that was opened. */
export const valuesShown = 6;
export const valuesOpened = 100;

/** Numeric fields of more values open as a distribution. */
const listMax = 24;

const undoMax = 200;

/** The Explore page of one log group: what is asked, what was counted, and what was chosen before. */
export class Explore {
  readonly group: string;
  view = $state.raw<View>(firstView);
  /** In the order of their boards. */
  fields = $state.raw<ExploreField[]>([]);
  boards = $state.raw<ReadonlyMap<string, Board>>(new Map());
  /** References of the boards that answer the present question; the others are of the one before. */
  fresh = $state.raw<ReadonlySet<string>>(new Set());
  /** Events of the group, and those that pass all filters; null until they are counted. */
  events = $state<number | null>(null);
  remaining = $state<number | null>(null);
  histogram = $state.raw<EventHistogram | null>(null);
  /** The histogram answers the present question. */
  isHistogramFresh = $state(false);
  /** How many combinations the ticked fields have; null while it is not known. */
  combinations = $state<number | null>(null);
  problems = $state.raw<Problem[]>([]);
  phase = $state<Phase>('idle');
  /** The user ended the counting; some boards may be of the question before. */
  cancelled = $state(false);
  /** Events came or went after the boards were counted. */
  stale = $state(false);
  elapsedMs = $state<number | null>(null);
  search = $state('');
  /** Boards that list more values. */
  opened = $state.raw<ReadonlySet<string>>(new Set());
  /** Whether a numeric field is a list or a distribution by nature: as its first board was, so that filters don't change it. */
  natures = $state.raw<ReadonlyMap<string, Form>>(new Map());
  /** What the user chose instead. */
  forms = $state.raw<ReadonlyMap<string, Form>>(new Map());
  /** Distributions of all events of the range, to stand behind those that remain. */
  spreads = $state.raw<ReadonlyMap<string, Spread>>(new Map());

  /** Both ends of what is shown; null where no event has a time. */
  span: Span | null = $derived.by(() => {
    const span = closeRange(this.view.range, this.histogram?.dataRange ?? null);
    return span === null ? null : snapSpan(span, this.histogram?.periodSeconds ?? 60);
  });
  /** What the boards count is less than what is shown. */
  readonly isFiltered: boolean = $derived(this.view.filters.length > 0 || this.view.brush !== null);

  /** Views before this one, and those that were left by undoing; the nearest last. */
  undoable = $state.raw<View[]>([]);
  redoable = $state.raw<View[]>([]);

  readonly #engine: Engine;
  #run = new AbortController();
  #counting = new AbortController();
  /** Of which question `spreads` are. */
  #spreadsOf = '';

  constructor(group: string, engine: Engine) {
    this.group = group;
    this.#engine = engine;
  }

  /** What the control of time ranges reads. */
  get question(): Ranged['question'] {
    return { range: this.view.range, periodSeconds: null };
  }
  get report(): Ranged['report'] {
    return { logGroups: [this.group], dataRange: this.histogram?.dataRange ?? null };
  }

  /** Changes the view, which can be undone, and asks where the answer changes with it. */
  change(part: Partial<View>): Promise<void> {
    this.undoable = [...this.undoable.slice(1 - undoMax), this.view];
    this.redoable = [];
    return this.#show({ ...this.view, ...part });
  }

  undo(): Promise<void> {
    const before = this.undoable.at(-1);
    if (before === undefined) return Promise.resolve();
    this.undoable = this.undoable.slice(0, -1);
    this.redoable = [...this.redoable, this.view];
    return this.#show(before);
  }

  redo(): Promise<void> {
    const next = this.redoable.at(-1);
    if (next === undefined) return Promise.resolve();
    this.redoable = this.redoable.slice(0, -1);
    this.undoable = [...this.undoable, this.view];
    return this.#show(next);
  }

  /** Chooses a value of a field, or gives the choice up. */
  choose(reference: string, value: string, how: 'keep' | 'exclude' | 'only'): Promise<void> {
    const { filters } = this.view;
    if (how === 'only') return this.change({ filters: keepOnly(filters, reference, value) });
    return this.change({
      filters: toggleValue(filters, reference, value, how === 'keep' ? 'kept' : 'excluded'),
    });
  }

  /** Ticks a field as a key, the last one so far, or takes the tick away. */
  tick(reference: string): Promise<void> {
    const { keys } = this.view;
    if (keys.includes(reference)) return this.change({ keys: keys.filter((key) => key !== reference) });
    return keys.length < keysMax ? this.change({ keys: [...keys, reference] }) : Promise.resolve();
  }

  /** Whether a field may be ticked beside those that are: a rule reads events of one format. */
  canTick(field: ExploreField): boolean {
    const { keys } = this.view;
    if (keys.includes(field.reference)) return true;
    const format = this.fields.find(({ reference }) => reference === keys[0])?.format;
    return keys.length < keysMax && (format === undefined || format === field.format);
  }

  /** Shows another range; a brush outside of it goes. */
  goTo(range: TimeRange): Promise<void> {
    return this.change({ range, brush: null });
  }

  shift(direction: -1 | 1): Promise<void> {
    return this.span === null ? Promise.resolve() : this.goTo(shiftSpan(this.span, direction));
  }

  /** Lists more values of a board, or fewer again. */
  open(reference: string): void {
    const opened = new Set(this.opened);
    if (!opened.delete(reference)) {
      opened.add(reference);
      void this.#recount([reference]);
    }
    this.opened = opened;
  }

  /** Shows a numeric field as a list or as a distribution. A list that was not counted yet is. */
  setForm(reference: string, form: Form): void {
    this.forms = new Map(this.forms).set(reference, form);
    if (form === 'list' && this.boards.get(reference)?.values === null) void this.#recount([reference]);
  }

  /** Counts everything anew. With `quiet`, what is shown stays as it is until its successor comes. */
  async run({ quiet = false }: { quiet?: boolean } = {}): Promise<void> {
    this.#run.abort();
    this.#counting.abort();
    const control = new AbortController();
    this.#run = control;
    if (this.stale) this.#spreadsOf = '';
    this.cancelled = false;
    this.stale = false;
    this.combinations = null;
    this.fresh = new Set();
    this.isHistogramFresh = false;
    if (!quiet) this.phase = 'busy';
    const timer = setTimeout(() => {
      if (this.#run === control && this.phase === 'busy') this.phase = 'slow';
    }, patienceMs);
    try {
      await this.#countAll(control.signal);
      this.problems = [];
      this.phase = 'idle';
      await this.#countRest(control.signal);
    } catch (cause) {
      if (this.#run !== control || isAbort(cause)) return;
      control.abort();
      this.problems = problemsOf(cause);
    } finally {
      clearTimeout(timer);
      if (this.#run === control) this.phase = 'idle';
    }
  }

  /** Ends the counting. What was counted stays. */
  cancel(): void {
    if (this.phase === 'idle') return;
    this.#stop();
    this.cancelled = true;
  }

  /** Stops whatever runs: the page is no longer shown. What was not counted yet is when it is shown again. */
  close(): void {
    if (this.phase !== 'idle') this.stale = true;
    this.#stop();
  }

  #stop(): void {
    this.#run.abort();
    this.#counting.abort();
    this.#run = new AbortController();
    this.phase = 'idle';
  }

  #show(view: View): Promise<void> {
    const before = this.view;
    this.view = view;
    if (JSON.stringify({ ...before, keys: [] }) !== JSON.stringify({ ...view, keys: [] })) return this.run();
    return this.#countCombinations()
      .catch(ignoreAbort)
      .catch((cause) => {
        this.problems = problemsOf(cause);
      });
  }

  /** The first boards come first: nothing else is asked while the engine works on them. */
  async #countAll(signal: AbortSignal): Promise<void> {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const counting = this.#countBoards(signal, begin);
    await Promise.race([begun, counting]);
    await Promise.all([counting, this.#readHistogram(signal), this.#recount([...this.opened], signal)]);
  }

  async #countBoards(signal: AbortSignal, begin: () => void): Promise<void> {
    const args = { ...this.#question(), limit: valuesShown, ranked: this.#listed() };
    const summary = await this.#engine.call('explore.boards', args, {
      signal,
      onProgress: (step) => {
        if (step.kind === 'fields') {
          this.fields = keepPlaces(this.fields, step.fields);
          this.events = step.events;
          this.remaining = step.remaining;
        } else {
          // A board that lists more is counted by itself: a shorter list must not take its place.
          this.#take(step.boards.filter(({ reference }) => !this.opened.has(reference)));
          begin();
        }
      },
    });
    this.elapsedMs = summary.elapsedMs;
  }

  async #readHistogram(signal: AbortSignal): Promise<void> {
    const { startMs, endMs } = this.view.range;
    this.histogram = await this.#engine.call(
      'explore.histogram',
      { group: this.group, startMs, endMs, filters: this.view.filters },
      { signal },
    );
    this.isHistogramFresh = true;
  }

  /** What stands behind and beside the boards, when these are done. */
  async #countRest(signal: AbortSignal): Promise<void> {
    await this.#countCombinations().catch(ignoreAbort);
    if (this.#spreadsOf === this.#spreadsKey() && this.spreads.size > 0) return;
    const numeric = this.fields.filter(({ isNumeric }) => isNumeric).map(({ reference }) => reference);
    if (numeric.length === 0 || !this.isFiltered) return;
    const { group, range } = { group: this.group, range: this.view.range };
    const spreads = new Map<string, Spread>();
    const key = this.#spreadsKey();
    await this.#engine.call(
      'explore.boards',
      { group, startMs: range.startMs, endMs: range.endMs, only: numeric, limit: 1 },
      {
        signal,
        onProgress: (step) => {
          if (step.kind === 'fields') return;
          for (const { reference, spread } of step.boards) if (spread !== null) spreads.set(reference, spread);
        },
      },
    );
    this.#spreadsOf = key;
    this.spreads = spreads;
  }

  async #recount(references: readonly string[], signal?: AbortSignal): Promise<void> {
    if (references.length === 0) return;
    const args = { ...this.#question(), only: [...references], limit: valuesOpened, ranked: [...references] };
    const own = signal ?? this.#run.signal;
    try {
      await this.#engine.call('explore.boards', args, {
        signal: own,
        onProgress: (step) => {
          if (step.kind === 'boards') this.#take(step.boards);
        },
      });
    } catch (cause) {
      if (signal !== undefined) throw cause;
      if (!isAbort(cause)) this.problems = problemsOf(cause);
    }
  }

  async #countCombinations(): Promise<void> {
    this.#counting.abort();
    const { keys } = this.view;
    this.combinations = null;
    if (keys.length < 2) return;
    const control = new AbortController();
    this.#counting = control;
    const args = { ...this.#question(), fields: keys };
    const count = await this.#engine.call('explore.combinations', args, { signal: control.signal });
    if (!control.signal.aborted) this.combinations = count;
  }

  #take(boards: readonly Board[]): void {
    const pairs = boards.map((board) => [board.reference, board] as const);
    this.boards = new Map([...this.boards, ...pairs]);
    this.fresh = new Set([...this.fresh, ...boards.map(({ reference }) => reference)]);
    this.#noteNatures(boards);
    if (this.isFiltered) return;
    const known = this.#spreadsOf === this.#spreadsKey() ? this.spreads : new Map<string, Spread>();
    const spreads = boards.flatMap(({ reference, spread }) => (spread === null ? [] : [[reference, spread] as const]));
    this.#spreadsOf = this.#spreadsKey();
    this.spreads = new Map([...known, ...spreads]);
  }

  #noteNatures(boards: readonly Board[]): void {
    const noted = boards.flatMap(({ reference, spread, values, distinct }) => {
      if (spread === null || this.natures.has(reference)) return [];
      return [[reference, values === null || distinct > listMax ? 'spread' : 'list'] as const];
    });
    if (noted.length > 0) this.natures = new Map([...this.natures, ...noted]);
  }

  /** How a field is shown. */
  formOf(reference: string): Form {
    return this.forms.get(reference) ?? this.natures.get(reference) ?? 'list';
  }

  #question(): Pick<Args<'explore.boards'>, 'group' | 'startMs' | 'endMs' | 'filters' | 'measure'> {
    const { range, brush, filters, measure } = this.view;
    const { startMs, endMs } = brush ?? range;
    return { group: this.group, startMs, endMs, filters, measure };
  }

  /** Fields that are shown as lists, however many values they come to have. */
  #listed(): string[] {
    return [...this.natures.keys(), ...this.forms.keys()].filter((reference) => this.formOf(reference) === 'list');
  }

  #spreadsKey(): string {
    return JSON.stringify(this.view.range);
  }
}

/** Fields that were there keep their places; new ones follow. */
function keepPlaces(before: readonly ExploreField[], now: readonly ExploreField[]): ExploreField[] {
  const places = new Map(before.map(({ reference }, place) => [reference, place]));
  const placeOf = ({ reference }: ExploreField) => places.get(reference) ?? before.length;
  return [...now].sort((a, b) => placeOf(a) - placeOf(b));
}

function ignoreAbort(cause: unknown): void {
  if (!isAbort(cause)) throw cause;
}
