import type { Common, CommonAgainst, CommonField, CommonValue } from '../../../shared/common';
import type { TimeRange } from '../../../shared/report';
import type { Filter, Rule } from '../../../shared/rule';
import { planFields } from '../explore/plan';
import { isMatching } from '../reports/outcome';
import { endlessMs, selectCells } from '../rules/cells';
import { keyColumns } from '../rules/compile';
import { compileFilter } from '../rules/condition';
import { duckdb } from '../rules/dialect';
import { type EventTable, isWithin } from '../rules/event-table';
import { splitEvery } from '../split-every';
import { columnName, eventTableName, type FieldEntry, type TableEntry } from '../workspace/catalog';
import type { Database, Row } from '../workspace/db';
import { readValue, referenceKey } from '../workspace/event-tables';
import { printReference } from '../workspace/groups';
import { id, integer, join, type Sql, sql } from '../workspace/sql';

export type CommonQuery = TimeRange & {
  /** The region of the chart that is looked at; null: the whole time range. */
  region: TimeRange | null;
  /** Those of the selection; null: all of the rule. */
  contributors: readonly (readonly string[])[] | null;
  /** What the selection is compared with: see `CommonAgainst`. */
  against: CommonAgainst;
  /** Values listed for each field. */
  limit: number;
};

/** An event table with what the catalog knows of it. */
export type KnownTable = { table: EventTable; entry: TableEntry };

/** Fields counted by one statement. */
const fieldsAtOnce = 12;

/** Statements under way together. */
const lanes = 2;

/** Up to this share of a table, events are copied rather than found again for each field. */
const mostCopied = 0.25;

/** Of a field with more different values to an event, no value can be common. */
const mostVariety = 0.8;

/** Fewer events tell nothing about a field's variety. */
const leastSampled = 500;

/**
 * Compares the values of every field among the matching events of some contributors with those of all other events.
 * @param known the event tables of the rule's log groups
 * @throws the signal's reason when aborted
 */
export async function findCommon(
  db: Database,
  rule: Rule,
  known: readonly KnownTable[],
  query: CommonQuery,
  signal?: AbortSignal,
): Promise<Common> {
  const startedMs = performance.now();
  const own = known.filter(({ table }) => table.format === rule.format);
  const parts = own.map((one) => choosePart(rule, one, own, query));
  const sizes = await Promise.all(parts.map((part) => countEvents(db, part, signal)));
  for (const [index, part] of parts.entries()) part.rows = sizes[index]?.rows ?? 0;
  const here = sizes.reduce((sum, size) => sum + size.here, 0);
  const elsewhere = sizes.reduce((sum, size) => sum + size.all, 0) - here;
  const { fields, unlike } = await listFields(db, parts, sizes, signal);
  const found: CommonField[] = [];
  const batches = splitEvery(here === 0 || elsewhere === 0 ? [] : fields, fieldsAtOnce);
  const work = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const rows = await db.read(compileFields(batch, { here, elsewhere }, query), { signal });
      for (const [index, field] of batch.entries()) {
        const values = rows.filter((row) => row.field === index).map((row) => describeValue(row, here, elsewhere));
        found.push(describeField(field, rule, values));
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return {
    here,
    elsewhere,
    fields: found
      .filter(({ score }) => score > 0)
      .sort((a, b) => Number(a.inRule) - Number(b.inRule) || b.score - a.score || (a.reference < b.reference ? -1 : 1)),
    unlike,
    elapsedMs: performance.now() - startedMs,
  };
}

/** A table, the condition that an event of it is looked at, and that one that is looked at is part of the selection. */
type Part = KnownTable & { isLookedAt: Sql; isHere: Sql; rows: number };

/** A field of one name, in all tables that have it. */
type Field = { reference: string; alias: string | null; key: string; columns: { part: Part; entry: FieldEntry }[] };

function choosePart(rule: Rule, one: KnownTable, own: readonly KnownTable[], query: CommonQuery): Part {
  const { region, contributors, against } = query;
  const isMatched = isMatching(rule, one.table);
  const anyone = isMatching({ ...rule, filters: [] }, one.table);
  const looked = { rule: isMatched, events: sql`TRUE`, contributors: anyone };
  const conditions = [sql`TRUE`];
  if (against === 'events') conditions.push(isMatched);
  if (region !== null) conditions.push(isWithin(region));
  if (contributors !== null) conditions.push(isContributor(rule, one.table, contributors));
  else if (against === 'contributors') conditions.push(isAnyContributor(rule, one.table, own, region ?? query));
  return {
    ...one,
    rows: 0,
    isLookedAt: sql`(${isWithin(query)} AND ${looked[against]})`,
    isHere: join(conditions, ' AND '),
  };
}

/** Whether an event is of one of the rule's contributors, matching itself or not. */
function isAnyContributor(rule: Rule, table: EventTable, own: readonly KnownTable[], range: TimeRange): Sql {
  const texts = rule.keys.map(({ field }) => table.field(field)?.text ?? sql`CAST(NULL AS VARCHAR)`);
  const keys = join(keyColumns(rule.keys.length), ', ');
  const open = { rule, tables: own.map((one) => one.table) };
  return sql`(${join(texts, ', ')}) IN (SELECT (${keys}) FROM (${selectCells(open, range, endlessMs)}))`;
}

function isContributor(rule: Rule, table: EventTable, contributors: readonly (readonly string[])[]): Sql {
  const hasValue = (index: number, operands: string[]) => {
    const key = rule.keys[index];
    if (key === undefined) return sql`FALSE`;
    return compileFilter({ ...key, operator: 'In', operands }, table, duckdb);
  };
  if (rule.keys.length === 1) {
    return hasValue(
      0,
      contributors.map(([value = '']) => value),
    );
  }
  const each = contributors.map((keys) => {
    const all = rule.keys.map((_, index) => hasValue(index, [keys[index] ?? '']));
    return sql`(${join(all, ' AND ')})`;
  });
  return each.length === 0 ? sql`FALSE` : sql`(${join(each, ' OR ')})`;
}

async function countEvents(db: Database, { table, isLookedAt, isHere }: Part, signal: AbortSignal | undefined) {
  const [row] = await db.read(
    sql`SELECT count(*) AS events, count(*) FILTER (WHERE ${isHere}) AS here FROM ${table.name} WHERE ${isLookedAt}`,
    { signal },
  );
  const [size] = await db.read(sql`SELECT count(*) AS rows FROM ${table.name}`, { signal });
  return { all: Number(row?.events ?? 0), here: Number(row?.here ?? 0), rows: Number(size?.rows ?? 0) };
}

async function listFields(
  db: Database,
  parts: readonly Part[],
  sizes: readonly { all: number }[],
  signal: AbortSignal | undefined,
): Promise<{ fields: Field[]; unlike: string[] }> {
  const fields = new Map<string, Field>();
  const unlike = new Set<string>();
  for (const [index, part] of parts.entries()) {
    const listed = [...part.entry.fields.values()]
      .filter((entry) => entry.kinds.size > 0)
      .map((entry) => ({ reference: printReference(part.entry, entry), entry }));
    const rows = sizes[index]?.all ?? 0;
    const plans = await planFields(db, { name: eventTableName(part.entry), fields: listed }, rows, signal);
    for (const [at, { reference, entry }] of listed.entries()) {
      if (rows >= leastSampled && (plans[at]?.variety ?? 0) > mostVariety) {
        unlike.add(entry.alias ?? reference);
        continue;
      }
      const field = fields.get(reference) ?? { reference, alias: entry.alias, key: entry.reference, columns: [] };
      field.columns.push({ part, entry });
      fields.set(reference, field);
    }
  }
  return { fields: [...fields.values()], unlike: [...unlike] };
}

/** Rows with `field` (its place in the batch), `value`, `here` and `elsewhere`. */
function compileFields(fields: readonly Field[], sizes: { here: number; elsewhere: number }, query: CommonQuery): Sql {
  const copies = copyParts(fields, sizes);
  const results = fields.map(({ columns }, index) => {
    const counts = columns.map(({ part, entry }) => {
      const value = readValue(entry);
      const copy = copies.get(part);
      const here = copy === undefined ? part.isHere : sql`is_here`;
      const source = copy?.name ?? sql`${part.table.name} WHERE ${part.isLookedAt}`;
      return sql`SELECT CAST(v AS VARCHAR) AS v, here, events FROM (
        SELECT ${value} AS v, count(*) FILTER (WHERE ${here}) AS here, count(*) AS events
        FROM ${source} GROUP BY v) WHERE v IS NOT NULL`;
    });
    return sql`(SELECT ${integer(index)} AS field, left(v, 1000) AS value, here, elsewhere FROM (
        SELECT *, CAST(here AS DOUBLE) / ${integer(sizes.here)} AS p, CAST(elsewhere AS DOUBLE) / ${integer(sizes.elsewhere)} AS q
        FROM (SELECT v, sum(here) AS here, sum(events) - sum(here) AS elsewhere
          FROM (${join(counts, ' UNION ALL ')}) GROUP BY v))
      ORDER BY ${distance} DESC, v LIMIT ${integer(query.limit)})`;
  });
  const steps = [...copies.values()].map(({ step }) => step);
  return sql`${steps.length === 0 ? sql`` : sql`WITH ${join(steps, ', ')}`} ${join(results, ' UNION ALL ')}`;
}

/** The columns of the fields, of few events among many, so that these are found once. */
function copyParts(
  fields: readonly Field[],
  { here, elsewhere }: { here: number; elsewhere: number },
): Map<Part, { name: Sql; step: Sql }> {
  const copies = new Map<Part, { name: Sql; step: Sql }>();
  for (const part of new Set(fields.flatMap(({ columns }) => columns.map((column) => column.part)))) {
    if (here + elsewhere > part.rows * mostCopied) continue;
    const name = id(`copy_${copies.size}`);
    const columns = fields
      .flatMap((field) => field.columns.filter((column) => column.part === part))
      .flatMap(({ entry }) => [...entry.kinds].map((kind) => id(columnName(entry, kind))));
    const step = sql`${name} AS MATERIALIZED (
      SELECT ${join(columns, ', ')}, ${part.isHere} AS is_here FROM ${part.table.name} WHERE ${part.isLookedAt})`;
    copies.set(part, { name, step });
  }
  return copies;
}

const entropy = (x: Sql) =>
  sql`CASE WHEN ${x} <= 0 OR ${x} >= 1 THEN 0 ELSE -${x} * log2(${x}) - (1 - ${x}) * log2(1 - ${x}) END`;

/** See `measureDistance`; the columns `p` and `q` are the shares. */
const distance = sql`${entropy(sql`((p + q) / 2)`)} - (${entropy(sql`p`)} + ${entropy(sql`q`)}) / 2`;

/**
 * How much a value sets two sets of events apart: the square root of the Jensen–Shannon divergence, in bits, of having it
 * and not. 0 where it is as frequent in both, 1 where all of the one have it and none of the other; small for rare values,
 * whatever their lift.
 */
function measureDistance(p: number, q: number): number {
  const bits = (x: number) => (x <= 0 || x >= 1 ? 0 : -x * Math.log2(x) - (1 - x) * Math.log2(1 - x));
  return Math.sqrt(Math.max(0, bits((p + q) / 2) - (bits(p) + bits(q)) / 2));
}

function describeValue(row: Row, hereAll: number, elsewhereAll: number): CommonValue {
  const [here, elsewhere] = [Number(row.here), Number(row.elsewhere)];
  const [hereShare, elsewhereShare] = [percent(here, hereAll), percent(elsewhere, elsewhereAll)];
  return {
    value: String(row.value),
    here,
    elsewhere,
    hereShare,
    elsewhereShare,
    lift: elsewhere === 0 ? null : hereShare / elsewhereShare,
  };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

function describeField({ reference, alias, key }: Field, rule: Rule, values: readonly CommonValue[]): CommonField {
  const ranked = values
    .map((value) => ({
      value,
      isMore: value.hereShare > value.elsewhereShare,
      score: 100 * measureDistance(value.hereShare / 100, value.elsewhereShare / 100),
    }))
    .sort((a, b) => Number(b.isMore) - Number(a.isMore) || b.score - a.score);
  const [first] = ranked;
  return {
    reference,
    alias,
    inRule: listAsked(rule).includes(key),
    score: first?.isMore ? first.score : 0,
    values: ranked.map(({ value }) => value),
  };
}

/** The fields that a rule asks for. */
function listAsked({ keys, filters }: Rule): string[] {
  const fieldsOf = (filter: Filter): string[] =>
    'any' in filter ? filter.any.flatMap(fieldsOf) : [referenceKey(filter.field)];
  return [...keys.map(({ field }) => referenceKey(field)), ...filters.flatMap(fieldsOf)];
}
