import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parse } from 'jsonc-parser';
import type { ParsedArgs } from '../../../shared/contract';
import { printCsv } from '../../../shared/csv';
import type { Note } from '../../../shared/export';
import { metricNames, toInsightRuleReport, toTimestamp } from '../../../shared/insight-rule-report';
import { UserError } from '../../../shared/problem';
import type { Report, TimeRange } from '../../../shared/report';
import { printReportCsv } from '../../../shared/report-csv';
import type { Filter } from '../../../shared/rule';
import { isMatching } from '../reports/outcome';
import type { OpenRule } from '../rules/cells';
import { isWithin } from '../rules/event-table';
import { referenceKey } from '../workspace/event-tables';
import type { Workspace } from '../workspace/open';
import { originalLine } from '../workspace/original-line';
import { integer, join, sql } from '../workspace/sql';
import { printNotes, redactNotes } from './notes';
import { pseudonymOf, type Redaction, redactReport } from './redact';
import { printReportCommand } from './repeat';
import { printReportPage } from './report-page';
import { tooLarge } from './spool-file';
import { writeZip, type ZipEntry } from './zip';

/** Events that a case file holds at most: it is made in memory. */
const mostEvents = 500_000;

/** Bytes that the events of a case file take at most, before they are packed. */
const mostEventBytes = 256 * 1024 * 1024;

export type CaseContent = {
  ruleName: string;
  definition: string;
  open: OpenRule;
  args: Omit<ParsedArgs<'report.run'>, 'rule'>;
  report: Report;
  notes: readonly Note[];
  redaction: Redaction | null;
  withEvents: boolean;
  /** Bytes that the events may take, other than usually. */
  mostBytes?: number;
};

/**
 * A case file: one ZIP archive that proves itself. It holds the report as a page, as JSON and as CSV, the rule, the view
 * and the notes (`case.json`), the SHA-256 of every source file, the command line of each figure, and the matching events
 * where they are wanted, in a form that loads again.
 * @throws UserError `export/too-large`, or `args/invalid` for events beside redacted fields and for a redacted field that a
 *   filter compares with what no pseudonym can stand for; the signal's reason when aborted
 */
export async function writeCase(workspace: Workspace, content: CaseContent, signal?: AbortSignal): Promise<Buffer> {
  const { ruleName, open, args, redaction } = content;
  if (content.withEvents && redaction !== null) throw eventsNotRedacted();
  const report = redaction === null ? content.report : redactReport(content.report, open.rule, redaction);
  const notes = redactNotes(content.notes, open.rule, redaction);
  const { definition, isChanged } =
    redaction === null ? { definition: content.definition, isChanged: false } : redactDefinition(content, redaction);
  const fromWorkspace = isChanged
    ? null
    : printReportCommand(['--workspace', `${workspace.name}.duckdb`], 'rule.json', args);
  const events = content.withEvents ? await readEvents(workspace, content, signal) : [];
  const logs = events.flatMap(({ name, group }) => [`${name}=${group}`]);
  const again = logs.length === 0 ? null : printReportCommand(['--logs', ...logs], 'rule.json', args);
  const about = {
    format: 'contributor-insights-case',
    version: 1,
    workspace: workspace.name,
    rules: [{ name: ruleName, definition: parse(definition) }],
    view: args,
    notes: notes.map(({ text, timeMs, endMs, keys, fields }) => ({
      text,
      time: timeMs === null ? null : toTimestamp(timeMs),
      until: endMs === null ? null : toTimestamp(endMs),
      contributor: keys,
      fields,
    })),
    redactedFields: redaction === null ? [] : [...redaction.fields],
    events: events.map(({ name, group, count }) => ({ file: name, logGroup: group, events: count })),
  };
  const entries: ZipEntry[] = [
    {
      name: 'report.html',
      data: printReportPage(report, { title: ruleName, command: fromWorkspace, notes: printNotes(notes) }),
    },
    { name: 'report.json', data: `${JSON.stringify(toInsightRuleReport(report, metricNames), null, 1)}\n` },
    { name: 'report.csv', data: printReportCsv(report) },
    { name: 'rule.json', data: definition },
    { name: 'case.json', data: `${JSON.stringify(about, null, 1)}\n` },
    { name: 'sources.csv', data: await listSources(workspace, open, args, signal) },
    { name: 'repeat.txt', data: printRepeat(fromWorkspace, again, report) },
    ...events.map(({ name, data }) => ({ name, data })),
  ];
  return writeZip(entries);
}

/** @param fromWorkspace null where the rule in the archive is not the one that gave the figures */
function printRepeat(fromWorkspace: string | null, again: string | null, report: Report): string {
  const lines = [
    `Unique contributors ${report.uniqueCount}, total ${report.total}, events matched ${report.ledger.matched} of ${report.ledger.scanned} scanned.`,
    '',
    ...(fromWorkspace === null
      ? ['rule.json does not give these figures: its filters have pseudonyms for redacted values.']
      : [
          'These figures and the ranking, from the workspace that the files of sources.csv were loaded into:',
          fromWorkspace,
        ]),
  ];
  if (again !== null) {
    lines.push(
      '',
      'Unique contributors, total, events matched and the ranking, from the events in this archive:',
      again,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** What filters compare with a number or a range that gives a value away, and that no pseudonym can stand for. */
const telling: readonly string[] = ['EqualTo', 'NotEqualTo', 'InCidr'];

/**
 * The rule with pseudonyms for what its filters compare redacted fields with. Bounds of numbers stay: they are no values.
 * @throws UserError `args/invalid`
 */
function redactDefinition(
  { definition, open }: CaseContent,
  { secret, fields }: Redaction,
): { definition: string; isChanged: boolean } {
  const body = parse(definition) as { Contribution: { Filters?: Record<string, unknown>[] } };
  let isChanged = false;
  const hide = (written: Record<string, unknown>, filter: Filter): void => {
    if ('any' in filter) {
      const parts = Array.isArray(written.Any) ? (written.Any as Record<string, unknown>[]) : [];
      for (const [index, part] of parts.entries()) {
        const own = filter.any[index];
        if (own !== undefined) hide(part, own);
      }
    } else if (fields.has(referenceKey(filter.field))) {
      if (telling.includes(filter.operator)) throw filterTells(filter.label, filter.operator);
      if (!('operands' in filter)) return;
      const operand = written[filter.operator];
      written[filter.operator] = Array.isArray(operand)
        ? operand.map((one) => pseudonymOf(String(one), secret))
        : pseudonymOf(String(operand), secret);
      isChanged = true;
    }
  };
  for (const [index, written] of (body.Contribution.Filters ?? []).entries()) {
    const filter = open.rule.filters[index];
    if (filter !== undefined) hide(written, filter);
  }
  // Written anew in any case: comments may name values.
  return { definition: `${JSON.stringify(body, null, 2)}\n`, isChanged };
}

type EventsPart = { name: string; group: string; count: number; data: string };

/** The matching events of each log group, as `filter-log-events` prints them: time, stream and message. */
async function readEvents(
  { db }: Workspace,
  { open, args, mostBytes = mostEventBytes }: CaseContent,
  signal?: AbortSignal,
): Promise<EventsPart[]> {
  const selects = open.tables.flatMap((table, index) => {
    const entry = open.entries[index];
    if (entry === undefined || table.format !== open.rule.format) return [];
    const isWanted = join([isWithin(args), isMatching(open.rule, table)], ' AND ');
    return [{ table, message: originalLine(entry), from: sql`FROM ${table.name} AS event WHERE ${isWanted}` }];
  });
  let [count, bytes] = [0, 0];
  // Counted before they are read: what is read stands in memory at once.
  for (const { message, from } of selects) {
    const [row] = await db.read(sql`SELECT count(*) AS events, sum(strlen(${message})) AS bytes ${from}`, { signal });
    count += Number(row?.events ?? 0);
    bytes += Number(row?.bytes ?? 0);
    if (count > mostEvents) throw tooManyEvents();
    if (bytes > mostBytes) throw tooLarge(mostBytes);
  }
  bytes = 0;
  const parts = new Map<string, string[]>();
  for (const { table, message, from } of selects) {
    const rows = await db.read(
      sql`SELECT time_ms, ${message} AS message,
          (SELECT any_value(name) FROM log_stream WHERE log_stream.stream_id = event.stream_id) AS stream
        ${from} ORDER BY time_ms, file_id, line LIMIT ${integer(mostEvents)}`,
      { signal },
    );
    const own = parts.get(table.group) ?? [];
    for (const row of rows) {
      const event = {
        logStreamName: String(row.stream ?? ''),
        timestamp: Number(row.time_ms),
        message: String(row.message),
      };
      const text = JSON.stringify(event);
      bytes += Buffer.byteLength(text) + 1;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      own.push(text);
    }
    parts.set(table.group, own);
  }
  return [...parts].map(([group, events], index) => ({
    name: `events/${index + 1}.json`,
    group,
    count: events.length,
    data: `{"events":[${events.join(',')}]}\n`,
  }));
}

/** The files whose events the rule reads, as CSV: what was loaded, and their SHA-256 as they are now. */
async function listSources(
  { db }: Workspace,
  { tables }: OpenRule,
  range: TimeRange,
  signal?: AbortSignal,
): Promise<string> {
  const used = tables.map(({ name }) => sql`SELECT DISTINCT file_id FROM ${name} WHERE ${isWithin(range)}`);
  const rows =
    used.length === 0
      ? []
      : await db.read(
          sql`SELECT path, size, events FROM file WHERE file_id IN (${join(used, ' UNION ALL ')}) ORDER BY path`,
          { signal },
        );
  const lines: (string | number)[][] = [];
  for (const row of rows) {
    signal?.throwIfAborted();
    const path = String(row.path);
    lines.push([path, Number(row.size), Number(row.events), ...(await digestFile(path, Number(row.size), signal))]);
  }
  return printCsv([['File', 'Bytes', 'Events', 'SHA-256', 'Remark'], ...lines]);
}

async function digestFile(path: string, loadedBytes: number, signal?: AbortSignal): Promise<[string, string]> {
  try {
    const file = await stat(path);
    // A pipe or a device may never end.
    if (!file.isFile()) return ['', 'no longer a file'];
    const hash = createHash('sha256');
    for await (const block of createReadStream(path, { signal })) hash.update(block as Buffer);
    return [hash.digest('hex'), file.size === loadedBytes ? '' : `${file.size} bytes now`];
  } catch {
    signal?.throwIfAborted();
    return ['', 'no longer readable'];
  }
}

function filterTells(field: string, operator: string): UserError {
  return new UserError([
    {
      code: 'args/invalid',
      place: field,
      message: `A filter of the rule gives values of the redacted field away: ${operator} takes no pseudonym.`,
      hint: 'Redact other fields only, or export the report as a page or a table, which hold no rule.',
    },
  ]);
}

function eventsNotRedacted(): UserError {
  return new UserError([
    {
      code: 'args/invalid',
      place: 'events',
      message: 'Events hold the redacted values in their text.',
      hint: 'Leave the events out, or redact nothing.',
    },
  ]);
}

function tooManyEvents(): UserError {
  return new UserError([
    {
      code: 'export/too-large',
      place: 'events',
      message: `More than ${mostEvents.toLocaleString('en-US')} events match.`,
      hint: 'Choose a shorter time range, or leave the events out.',
    },
  ]);
}
