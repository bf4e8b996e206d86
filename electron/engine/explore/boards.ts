import type { ParsedArgs } from '../../../shared/contract';
import type { Board, ExploreStep, ExploreSummary } from '../../../shared/explore';
import type { GroupEntry, ValueKind } from '../workspace/catalog';
import type { Database, Row } from '../workspace/db';
import { readNumbers } from '../workspace/row';
import { id, integer, join, type Sql, sql } from '../workspace/sql';
import { type Base, type BoardRow, type BoardRows, type BoardTask, readBoard, selectBoard } from './board';
import { type FieldPlan, planFields } from './plan';
import { columnOf, listScopes, type Scope } from './scope';
import { chooseScale, countIntegers, type NumberRange, readRanges } from './spread';

type CallOptions = { signal?: AbortSignal | undefined; progress: (step: ExploreStep) => void };

/** Statements under way at a time: while one puts its groups together, the next can read. */
const lanes = 2;

/** Events times fields that one statement reads at most, where it can do with less than one field each. */
const statementCells = 2_000_000;
const statementFields = 16;
const firstFields = 4;

/** Events that pass the filters are copied once for several boards where they are few: at most this many, and one in so many. */
const copiedEvents = 1_000_000;
const eventsPerCopied = 8;
const copiedFields = 6;

/**
 * Counts every field of a log group. What is cheap comes first, and boards are told as they are done.
 * @throws UserError `args/invalid` where there is no such group; the signal's reason when aborted
 */
export async function exploreBoards(
  db: Database,
  groups: readonly GroupEntry[],
  args: ParsedArgs<'explore.boards'>,
  { signal, progress }: CallOptions,
): Promise<ExploreSummary> {
  const startedMs = performance.now();
  const tables = await Promise.all(
    listScopes(groups, args).map(async (scope) => {
      const size = await measure(db, scope, signal);
      const fields = scope.fields.filter(({ reference }) => args.only === null || args.only.includes(reference));
      return { scope, ...size, plans: await planFields(db, { ...scope, fields }, size.rows, signal) };
    }),
  );
  const events = tables.reduce((sum, { rows }) => sum + rows, 0);
  const remaining = tables.reduce((sum, table) => sum + table.remaining, 0);
  const planned = tables.flatMap((table) => table.plans.map((plan) => ({ ...table, plan })));
  const shown = planned.sort((a, b) => a.plan.tier - b.plan.tier);
  progress({
    kind: 'fields',
    fields: shown.map(({ scope, plan }) => ({
      reference: plan.field.reference,
      alias: plan.field.entry.alias,
      format: scope.table.format,
      isNumeric: plan.isNumeric,
    })),
    events,
    remaining,
  });
  for (const table of tables) {
    const plans = shown.filter(({ scope }) => scope === table.scope).map(({ plan }) => plan);
    const jobs = listJobs(table, plans, args);
    await runInLanes(jobs, async (job) => {
      progress({ kind: 'boards', boards: await countBoards(db, table, job, args, signal) });
    });
  }
  return { events, remaining, elapsedMs: performance.now() - startedMs };
}

type Table = {
  scope: Scope;
  /** Events of the table. */
  rows: number;
  /** Events that pass all filters. */
  remaining: number;
  /** Those of them that count for the measure, and what they come to. */
  whole: Base;
};

async function measure(db: Database, scope: Scope, signal: AbortSignal | undefined): Promise<Omit<Table, 'scope'>> {
  const [[size], [row]] = await Promise.all([
    db.read(sql`SELECT count(*) AS rows FROM ${scope.name}`, { signal }),
    db.read(
      sql`SELECT count(*) AS remaining, count(*) FILTER (WHERE ${scope.counts}) AS events,
          CAST(${scope.amount} AS DOUBLE) AS amount
        FROM ${scope.name} WHERE ${scope.passes(null)}`,
      { signal },
    ),
  ]);
  return {
    rows: numberFrom(size?.rows),
    remaining: numberFrom(row?.remaining),
    whole: { events: numberFrom(row?.events), amount: numberFrom(row?.amount) },
  };
}

/** Fields that one statement counts. `copies`: their events are picked out once. */
type Job = { plans: FieldPlan[]; copies: boolean };

function listJobs({ rows, remaining }: Table, plans: readonly FieldPlan[], args: ParsedArgs<'explore.boards'>): Job[] {
  const hasFilters = args.filters.length > 0 || args.startMs !== null || args.endMs !== null;
  const isFiltered = (plan: FieldPlan) => args.filters.some(({ reference }) => reference === plan.field.reference);
  const copies = hasFilters && remaining <= copiedEvents && remaining * eventsPerCopied <= rows;
  const size = (events: number) =>
    Math.min(Math.max(Math.floor(statementCells / Math.max(events, 1)), 1), statementFields);
  const byCost = [...plans].sort((a, b) => costOf(a) - costOf(b));
  return [
    ...splitGrowing(byCost.filter(isFiltered), size(rows)).map((some) => ({ plans: some, copies: false })),
    ...splitGrowing(
      byCost.filter((plan) => !isFiltered(plan)),
      copies && rows > copiedEvents ? copiedFields : size(copies ? remaining : rows),
    ).map((some) => ({ plans: some, copies })),
  ];
}

/** Groups cost more than events, and texts more than numbers. */
function costOf({ field, isNumeric, variety, tier }: FieldPlan): number {
  const perGroup = field.entry.kinds.has('t') && !isNumeric ? 8 : 2;
  return variety < 0.1 ? tier : 3 + perGroup * variety;
}

async function countBoards(
  db: Database,
  { scope, rows, whole }: Table,
  { plans, copies }: Job,
  args: ParsedArgs<'explore.boards'>,
  signal: AbortSignal | undefined,
): Promise<Board[]> {
  const groupBits = Math.min(arrayBits(db.threads), Math.ceil(Math.log2(rows + 1)) + 2);
  const numeric = plans.filter(({ isNumeric }) => isNumeric).map(({ field }) => field);
  const ranges = await readRanges(db, scope, numeric, signal);
  const limits = { groupBits, remaining: whole.events };
  const tasks = plans.map((plan) => {
    const range = ranges[numeric.indexOf(plan.field)] ?? null;
    return toTask(plan, range, limits, args);
  });
  const rowsOf = ({ field }: BoardTask): BoardRows => ({
    from: copies ? id('hit') : scope.name,
    conditions: copies ? sql`TRUE` : sql`${scope.passes(field.reference)} AND ${scope.counts}`,
    amount: scope.amount,
  });
  const count = async (asked: readonly BoardTask[]) => {
    const parts = asked.map((task, index) => selectBoard(`f${index}`, task, rowsOf(task)));
    const results = parts.flatMap((part, index) =>
      part.results.map(
        (result) => sql`SELECT ${integer(index)} AS field, * FROM (${result}) AS result(part, label, numbers)`,
      ),
    );
    const steps = [...(copies ? [copyHits(scope, asked)] : []), ...parts.flatMap((part) => part.steps)];
    const made = steps.length === 0 ? sql`` : sql`WITH ${join(steps, ', ')}`;
    const read = await db.read(sql`${made} ${join(results, ' UNION ALL ')}`, { signal, groupBits });
    return asked.map((task, index) => ({ task, board: readBoard(task, rowsFor(read, index), whole) }));
  };
  const boards: Board[] = [];
  for (const { task, board } of await count(tasks)) {
    // The same text in columns of two kinds is rare: the field is counted again, the slow way.
    const sure = board ?? (await count([{ ...task, joinsKinds: true, isConstant: false }]))[0]?.board;
    if (sure) boards.push(sure);
  }
  return boards;
}

/** Arrays of groups, one for each thread and lane, may take 256 MB in all. */
function arrayBits(threads: number): number {
  const bytesPerGroup = 24;
  return Math.floor(Math.log2(256e6 / (bytesPerGroup * lanes * threads)));
}

/** From so many values on, those of a field of which most are different are ranked on request only. */
const manyValues = 500_000;

function toTask(
  { field, isNumeric, variety }: FieldPlan,
  range: NumberRange | null,
  { groupBits, remaining }: { groupBits: number; remaining: number },
  args: ParsedArgs<'explore.boards'>,
): BoardTask {
  const { kinds } = field.entry;
  const pinned = args.filters.filter(({ reference }) => reference === field.reference).flatMap(({ values }) => values);
  const isAsked = pinned.length > 0 || args.ranked.includes(field.reference);
  const isFew = variety * remaining < manyValues || variety < 0.5;
  const isSmall = (kind: ValueKind) => kind === 'i' && range !== null && countIntegers(range) <= 2 ** groupBits;
  const isAside = (kind: ValueKind) => kind === 't' && isNumeric;
  return {
    field,
    limit: args.limit,
    pinned: [...new Set(pinned)],
    scale: isNumeric && range !== null ? chooseScale(range) : null,
    ranked: [...kinds].filter((kind) => isAsked || isFew || isSmall(kind) || isAside(kind)),
    isConstant: range !== null && countIntegers(range) === 1,
    joinsKinds: false,
  };
}

/** The columns that some boards need, of the rows that pass all filters. */
function copyHits(scope: Scope, tasks: readonly BoardTask[]): Sql {
  const summed = scope.measured === null ? [] : [scope.measured];
  const fields = new Set([...tasks.map(({ field }) => field), ...summed]);
  const columns = [...fields].flatMap((field) => [...field.entry.kinds].map((kind) => columnOf(field, kind)));
  return sql`hit AS MATERIALIZED (SELECT ${join(columns, ', ')} FROM ${scope.name} WHERE ${scope.passes(null)} AND ${scope.counts})`;
}

function rowsFor(rows: readonly Row[], index: number): BoardRow[] {
  return rows
    .filter(({ field }) => field === index)
    .map(({ part, label, numbers }) => ({
      part: String(part),
      label: typeof label === 'string' ? label : null,
      numbers: readNumbers(numbers),
    }));
}

/** Works off jobs in their order, some at a time. The first error ends it, when the others under way are done. */
async function runInLanes<Job>(jobs: readonly Job[], run: (job: Job) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const work = async () => {
    for (let job = jobs[next++]; job !== undefined && !failed; job = jobs[next++]) {
      try {
        await run(job);
      } catch (cause) {
        failed = true;
        throw cause;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: lanes }, work));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}

/** The first parts are small, so that something is there soon. */
function splitGrowing<T>(items: readonly T[], sizeMax: number): T[][] {
  const parts: T[][] = [];
  let size = Math.min(firstFields, sizeMax);
  for (let start = 0; start < items.length; ) {
    parts.push(items.slice(start, start + size));
    start += size;
    size = Math.min(2 * size, sizeMax);
  }
  return parts;
}

function numberFrom(value: Row[string] | undefined): number {
  return typeof value === 'number' ? value : 0;
}
