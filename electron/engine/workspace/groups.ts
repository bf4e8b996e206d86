import type { FieldReference, LogFormat } from '../../../shared/rule';
import type { GroupField, LogGroup } from '../../../shared/workspace';
import { columnName, eventTableName, type FieldEntry, type GroupEntry, type TableEntry } from './catalog';
import type { Database, Row } from './db';
import { id, join, sql } from './sql';

/** The log groups of a workspace with what they hold. */
export async function listGroups(db: Database, groups: readonly GroupEntry[]): Promise<LogGroup[]> {
  const listed: LogGroup[] = [];
  for (const group of groups) {
    const formats: LogFormat[] = [];
    let events = 0;
    let firstMs: number | null = null;
    let lastMs: number | null = null;
    for (const table of group.tables.values()) {
      const size = await measureTable(db, table);
      if (size.events === 0) continue;
      formats.push(table.format);
      events += size.events;
      firstMs = least(firstMs, size.firstMs);
      lastMs = most(lastMs, size.lastMs);
    }
    const [format] = formats;
    if (format === undefined) continue;
    listed.push({
      name: group.name,
      events,
      format: formats.length > 1 ? 'mixed' : format,
      kind: group.kind,
      firstMs,
      lastMs,
    });
  }
  return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How many values of a field are shown as examples. */
const exampleCount = 5;

/** How many events are looked at for examples. */
const exampleEvents = 20_000;

/** The fields found in a log group's events, in the order in which they first occurred, with example values. */
export async function listFields(db: Database, groups: readonly GroupEntry[], name: string): Promise<GroupField[]> {
  const listed: GroupField[] = [];
  for (const group of groups.filter((entry) => entry.name === name)) {
    for (const table of group.tables.values()) {
      const fields = [...table.fields.values()].filter((field) => field.kinds.size > 0);
      if (fields.length === 0) continue;
      const samples = await readSamples(db, table, fields);
      for (const field of fields) {
        const sample = samples.get(field);
        listed.push({
          reference: printReference(table, field),
          alias: field.alias,
          format: table.format,
          type: sample?.isNumeric ? 'number' : 'text',
          examples: sample?.examples ?? [],
        });
      }
    }
  }
  return listed;
}

/** A field as a rule writes it: a token position, or a path such as `$.a.b[0]['c.d']`. */
export function printReference(table: Pick<TableEntry, 'format'>, field: Pick<FieldEntry, 'reference'>): string {
  if (table.format === 'CLF') return field.reference;
  return printPath({ path: JSON.parse(field.reference) as (string | number)[] });
}

function printPath({ path }: Extract<FieldReference, { path: unknown }>): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[^.['"\\\]]+$/.test(step) ? `.${step}` : `['${step.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
  });
  return `$${steps.join('')}`;
}

/** Example values of fields, and whether most values are numbers: a `-` among them is common. */
async function readSamples(
  db: Database,
  table: TableEntry,
  fields: readonly FieldEntry[],
): Promise<Map<FieldEntry, { examples: string[]; isNumeric: boolean }>> {
  const columns = fields.flatMap((field) => {
    const { fieldId, kinds } = field;
    const texts = [...kinds].map((kind) => sql`CAST(${id(columnName(field, kind))} AS VARCHAR)`);
    const text = sql`left(coalesce(${join(texts, ', ')}), 120)`;
    const inText = kinds.has('t') ? sql`count(${id(columnName(field, 't'))})` : sql`0`;
    return [
      sql`list_slice(list_distinct(list(${text}) FILTER (${text} IS NOT NULL)), 1, ${exampleCount}) AS ${id(`e${fieldId}`)}`,
      sql`${inText} * 2 < count(${text}) AS ${id(`n${fieldId}`)}`,
    ];
  });
  const [row] = await db.read(
    sql`SELECT ${join(columns, ', ')} FROM (FROM ${eventTableName(table)} LIMIT ${exampleEvents})`,
  );
  return new Map(
    fields.map((field) => [
      field,
      { examples: asTexts(row?.[`e${field.fieldId}`]), isNumeric: row?.[`n${field.fieldId}`] === true },
    ]),
  );
}

function asTexts(value: Row[string] | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string').sort() : [];
}

async function measureTable(
  db: Database,
  table: TableEntry,
): Promise<{ events: number; firstMs: number | null; lastMs: number | null }> {
  const [row] = await db.read(
    sql`SELECT count(*) AS events, min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM ${eventTableName(table)}`,
  );
  const numberOrNull = (value: Row[string] | undefined) => (typeof value === 'number' ? value : null);
  return { events: Number(row?.events ?? 0), firstMs: numberOrNull(row?.first_ms), lastMs: numberOrNull(row?.last_ms) };
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function most(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}
