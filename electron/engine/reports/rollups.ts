import type { Rule } from '../../../shared/rule';
import { isDoubleAmount, type ReportQuery } from '../rules/compile';
import type { EventTable } from '../rules/event-table';
import type { Database, Row } from '../workspace/db';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import {
  compileAddition,
  compileRollupReport,
  compileRollupSpan,
  dropRollup,
  fitsMinutes,
  measureRollup,
  type RollupTables,
} from './rollup-query';
import type { ShortCut } from './run';

/** Rules that are kept as rollups at the same time. */
const mostRollups = 6;

/** Cells of all of them. */
const mostCells = 24_000_000;

/** The events of a rule by contributor and minute, and of which rows of the event tables that is. */
type Rollup = RollupTables & { cells: number; isMixed: boolean; version: number; removals: number; marks: number[] };

type Entry = { rollup: Rollup | null; work: Promise<void> | null; isUnfit: boolean };

/** Rollups made so far, of all databases. */
let lastSerial = 0;

type CallOptions = { signal?: AbortSignal | undefined };

/**
 * Keeps for the rules that were asked for last what each contributor has in each minute, so that the same rule with another
 * range, period, order or number of contributors need not read the events again. Made in the background after the first
 * report; extended by new events; made anew after events were taken out. Lives in memory only.
 */
export class Rollups {
  readonly #entries = new Map<string, Entry>();

  /** @param version grows with each change of the events */
  constructor(
    private readonly db: Database,
    private readonly version: () => number,
  ) {}

  /**
   * What a rollup says about a rule, which is what its events say. Waits while new events are added to it, and not for one
   * that is to be made anew: reading the events takes less time.
   * @returns null where there is none, or none that can tell
   * @throws the signal's reason when aborted; what is being made goes on
   */
  async reader(rule: Rule, tables: readonly EventTable[], { signal }: CallOptions): Promise<ShortCut | null> {
    const entry = this.#entries.get(keyOf(rule, tables));
    const wanted = this.version();
    while (entry?.rollup != null && entry.rollup.version < wanted) {
      const { rollup } = entry;
      if (entry.work === null && !this.#canGrow(rollup, rule, tables)) {
        void this.#work(entry, () => this.#giveUp(entry, rollup));
        return null;
      }
      await waitFor(entry.work ?? this.#work(entry, () => this.#extend(entry, rollup, rule, tables)), signal);
    }
    const rollup = entry?.rollup ?? null;
    if (rollup === null) return null;
    return {
      rows: async (query) => {
        if (!fitsMinutes(query)) return null;
        const rows = await this.#read(compileRollupReport(rollup, query), signal);
        // A sum beyond a double: who is to blame, the events say.
        return rows?.every(isFiniteRow) ? rows : null;
      },
      span: async (range) => {
        if (!fitsMinutes({ ...anyQuery, ...range })) return null;
        const rows = await this.#read(compileRollupSpan(rollup, range), signal);
        const span = rows?.[0]?.span_ms;
        return typeof span === 'number' ? span : null;
      },
    };
  }

  /** Makes the rollup of a rule, in the background. Does nothing where there is one, or where it would be of no use. */
  prepare(rule: Rule, tables: readonly EventTable[]): void {
    if (!tables.every(isPlain)) return;
    const key = keyOf(rule, tables);
    const entry = this.#entries.get(key) ?? { rollup: null, work: null, isUnfit: false };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (entry.rollup !== null || entry.work !== null || entry.isUnfit) return;
    void this.#work(entry, () => this.#make(entry, rule, tables));
  }

  /** @returns null where it went wrong; the rollup may have been given up meanwhile */
  #read(statement: Sql, signal: AbortSignal | undefined): Promise<Row[] | null> {
    return this.db.read(statement, { signal }).catch(() => {
      signal?.throwIfAborted();
      return null;
    });
  }

  /** Waits for what is being made. */
  async settle(): Promise<void> {
    for (const { work } of this.#entries.values()) await work;
  }

  async #work(entry: Entry, work: () => Promise<void>): Promise<void> {
    const { rollup } = entry;
    entry.work = work().catch(async () => {
      // It is only a short cut: without it reports are slower, and right.
      entry.rollup = null;
      entry.isUnfit = true;
      if (rollup !== null) await this.#drop(rollup);
    });
    await entry.work;
    entry.work = null;
    await this.#makeRoom();
  }

  async #make(entry: Entry, rule: Rule, tables: readonly EventTable[]): Promise<void> {
    const made = { serial: ++lastSerial, keys: rule.keys.length, isDouble: isDoubleAmount(rule, tables) };
    const version = this.version();
    const { removals } = this.db;
    const rollup = await this.db.apart(async (run) => {
      const [last] = await run(selectLast(tables, []));
      const marks = tables.map((_, index) => Number(last?.[`last_${index}`] ?? -1));
      for (const statement of compileAddition(made, rule, tables, true)) await run(statement);
      const [row] = await run(measureRollup(made));
      return { ...made, version, removals, marks, cells: Number(row?.cells), isMixed: row?.is_mixed === true };
    });
    entry.isUnfit = !isFit(rollup);
    if (entry.isUnfit) await this.#drop(rollup);
    else entry.rollup = rollup;
  }

  /** Whether what is new are further rows of the same tables. */
  #canGrow({ removals, marks, isDouble }: Rollup, rule: Rule, tables: readonly EventTable[]): boolean {
    return removals === this.db.removals && marks.length === tables.length && isDouble === isDoubleAmount(rule, tables);
  }

  /** Adds the rows that came since. */
  async #extend(entry: Entry, rollup: Rollup, rule: Rule, tables: readonly EventTable[]): Promise<void> {
    const version = this.version();
    const grown = await this.db.apart(async (run) => {
      const [last] = await run(selectLast(tables, rollup.marks));
      const fresh: EventTable[] = [];
      const marks = tables.map((table, index) => {
        const mark = rollup.marks[index] ?? -1;
        const next = last?.[`last_${index}`];
        if (typeof next !== 'number') return mark;
        fresh.push({ ...table, name: sql`(FROM ${table.name} WHERE rowid > ${integer(mark)})` });
        return next;
      });
      if (fresh.length > 0) {
        for (const statement of compileAddition(rollup, rule, fresh, false)) await run(statement);
      }
      const [row] = await run(measureRollup(rollup));
      return { marks, version, cells: Number(row?.cells), isMixed: row?.is_mixed === true };
    });
    Object.assign(rollup, grown);
    entry.isUnfit = !isFit(rollup);
    // Events that were taken out meanwhile: it holds some that are gone, or lacks some.
    if (entry.isUnfit || rollup.removals !== this.db.removals) await this.#giveUp(entry, rollup);
  }

  /** Without it, reports read the events until there is another one. */
  async #giveUp(entry: Entry, rollup: Rollup): Promise<void> {
    entry.rollup = null;
    await this.#drop(rollup);
  }

  /** Gives up those that were not asked for longest. */
  async #makeRoom(): Promise<void> {
    const sizes = () => [...this.#entries.values()].reduce((sum, { rollup }) => sum + (rollup?.cells ?? 0), 0);
    for (const [key, { rollup, work }] of this.#entries) {
      if (this.#entries.size <= mostRollups && sizes() <= mostCells) return;
      if (work !== null) continue;
      this.#entries.delete(key);
      if (rollup !== null) await this.#drop(rollup);
    }
  }

  async #drop(rollup: RollupTables): Promise<void> {
    await this.db
      .apart(async (run) => {
        for (const statement of dropRollup(rollup)) await run(statement);
      })
      .catch(() => undefined);
  }
}

const anyQuery: ReportQuery = {
  startMs: null,
  endMs: null,
  periodMs: 60_000,
  maxContributorCount: 1,
  orderBy: 'Sum',
  unique: 'exact',
  metrics: 'basic',
};

function keyOf({ groups, aggregateOn, ...rule }: Rule, tables: readonly EventTable[]): string {
  return JSON.stringify([rule, tables.map(({ name }) => name.text)]);
}

/** Whether it is a table itself, whose rows have numbers. */
function isPlain({ name }: EventTable): boolean {
  return name.values.length === 0 && /^"[^"]*"$/.test(name.text);
}

/** Sums of sums of doubles are as good as sums while nothing cancels out. */
function isFit({ cells, isDouble, isMixed }: Rollup): boolean {
  return cells <= mostCells && !(isDouble && isMixed);
}

/** One row: the number of each table's last row after a mark, in columns `last_0` and so on; NULL where there is none. */
function selectLast(tables: readonly EventTable[], marks: readonly number[]): Sql {
  const lasts = tables.map(
    ({ name }, index) =>
      sql`(SELECT max(rowid) FROM ${name} WHERE rowid > ${integer(marks[index] ?? -1)}) AS ${id(`last_${index}`)}`,
  );
  return sql`SELECT ${join(lasts, ', ')}`;
}

/** Waits for work that does not fail. @throws the signal's reason when aborted */
async function waitFor(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal?.addEventListener('abort', stop, { once: true });
  await Promise.race([work, aborted]);
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
}

function isFiniteRow({ numbers, series_1, series_2, series_3, series_4 }: Row): boolean {
  return [numbers, series_1, series_2, series_3, series_4].every(
    (list) => !Array.isArray(list) || list.every((item) => typeof item !== 'number' || Number.isFinite(item)),
  );
}
