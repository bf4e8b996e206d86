import { onTestFinished } from 'vitest';
import { type ReportParameters, runReport } from '../../electron/engine/reports/run';
import type { EventTable } from '../../electron/engine/rules/event-table';
import { parseRule } from '../../electron/engine/rules/parse';
import type { Report } from '../../shared/report';
import { createPlainTable, type PlainEvent, type PlainTable } from './plain-table';
import { openTemporaryDatabase } from './temporary-database';

/** A plain report over all of the time. */
export const reportDefaults: ReportParameters = {
  startMs: null,
  endMs: null,
  periodSeconds: 60,
  maxContributorCount: 10,
  orderBy: 'Sum',
  unique: 'exact',
};

/** Runs a rule, given as JSON text. */
export type RunRule = (
  definition: string,
  parameters?: Partial<ReportParameters>,
  options?: { signal?: AbortSignal },
) => Promise<Report>;

/** Writes events into tables of a database that lasts as long as the test, and gives what runs rules over them. */
export async function openTables(tables: readonly PlainTable[], options: { typed?: boolean } = {}): Promise<RunRule> {
  const { db, close } = await openTemporaryDatabase();
  onTestFinished(close);
  const eventTables: EventTable[] = [];
  for (const [index, table] of tables.entries()) {
    eventTables.push(await createPlainTable(db, `event_${index}`, table, options));
  }
  return async (definition, parameters = {}, runOptions = {}) => {
    const { rule, problems } = parseRule(definition);
    if (rule === null) throw new Error(`The rule of the test is broken: ${JSON.stringify(problems)}`);
    return runReport(db, eventTables, rule, { ...reportDefaults, ...parameters }, runOptions);
  };
}

/** One table of space-separated lines: for each its time, then its tokens; undefined for a token that is not there. */
export function tokenTable(...rows: [timeMs: number | null, ...tokens: (string | undefined)[]][]): PlainTable {
  const events = rows.map(
    ([timeMs, ...tokens]): PlainEvent => ({
      timeMs,
      fields: Object.fromEntries(tokens.map((token, index) => [String(index + 1), token])),
    }),
  );
  return { group: 'lines', format: 'CLF', events };
}

type Contribution = { filters?: unknown[]; sumOf?: string };

/** A rule over token positions as JSON text; it counts, or sums up the numbers at a position. */
export function tokenRule(keys: string[], { filters = [], sumOf }: Contribution = {}): string {
  return JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['*'],
    LogFormat: 'CLF',
    Contribution: { Keys: keys, Filters: filters, ...(sumOf !== undefined && { ValueOf: sumOf }) },
    AggregateOn: sumOf === undefined ? 'Count' : 'Sum',
  });
}
