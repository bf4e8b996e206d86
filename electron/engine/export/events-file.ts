import { readFile } from 'node:fs/promises';
import type { EventForm } from '../../../shared/export';
import type { TimeRange } from '../../../shared/report';
import { isMatching } from '../reports/outcome';
import type { OpenRule } from '../rules/cells';
import { isWithin } from '../rules/event-table';
import { referenceKey } from '../workspace/event-tables';
import type { Workspace } from '../workspace/open';
import { originalLine } from '../workspace/original-line';
import { id, join, type Sql, sql } from '../workspace/sql';
import { pseudonymSql, type Redaction } from './redact';
import { nameColumns, withSpoolFile, writeRows } from './spool-file';

/**
 * Writes the events that match a rule to a file, the oldest first: time, log group and stream, file and line, the rule's
 * keys and value, and the message as it stood in the file. Where fields are redacted, keys among them have pseudonyms and
 * the messages, which hold the values too, are left out.
 * @returns the file
 * @throws UserError `export/too-large` beyond `mostBytes`; the signal's reason when aborted
 */
export async function writeEvents(
  workspace: Workspace,
  open: OpenRule,
  range: TimeRange,
  { form, redaction, mostBytes }: { form: EventForm; redaction: Redaction | null; mostBytes: number },
  signal?: AbortSignal,
): Promise<Uint8Array> {
  return withSpoolFile(workspace, form, async (path) => {
    const select = selectEvents(open, range, form, redaction);
    await writeRows(workspace, { select, path, form, mostBytes }, signal);
    return readFile(path, { signal });
  });
}

function selectEvents(
  { rule, tables, entries }: OpenRule,
  range: TimeRange,
  form: EventForm,
  redaction: Redaction | null,
): Sql {
  const labels = [
    ...['timestamp', 'log_group', 'log_stream', 'file', 'line'],
    ...rule.keys.map(({ label }) => label),
    ...(rule.value === null ? [] : [rule.value.label]),
    ...(redaction === null ? ['message'] : []),
  ];
  const names = nameColumns(labels);
  const plain = (text: Sql) => (form === 'csv' ? defuse(text) : text);
  const selects = tables.flatMap((table, index) => {
    const entry = entries[index];
    if (entry === undefined || table.format !== rule.format) return [];
    const keys = rule.keys.map(({ field }) => {
      const text = table.field(field)?.text ?? sql`CAST(NULL AS VARCHAR)`;
      return plain(redaction?.fields.has(referenceKey(field)) ? pseudonymSql(text, redaction.secret) : text);
    });
    const values = [
      form === 'parquet'
        ? sql`make_timestamp_ms(time_ms)`
        : sql`strftime(make_timestamp_ms(time_ms), '%Y-%m-%dT%H:%M:%S.%gZ')`,
      plain(sql`CAST(${table.group} AS VARCHAR)`),
      plain(sql`(SELECT any_value(name) FROM log_stream WHERE log_stream.stream_id = event.stream_id)`),
      plain(sql`(SELECT any_value(path) FROM file WHERE file.file_id = event.file_id)`),
      sql`line`,
      ...keys,
      ...(rule.value === null ? [] : [table.field(rule.value.field)?.number ?? sql`CAST(NULL AS DOUBLE)`]),
      ...(redaction === null ? [plain(originalLine(entry))] : []),
    ].map((value, at) => sql`${value} AS ${id(names[at] ?? '')}`);
    return [
      sql`SELECT time_ms AS order_ms, ${join(values, ', ')} FROM ${table.name} AS event
        WHERE ${isWithin(range)} AND ${isMatching(rule, table)}`,
    ];
  });
  if (selects.length === 0) {
    const none = names.map((name) => sql`CAST(NULL AS VARCHAR) AS ${id(name)}`);
    return sql`SELECT ${join(none, ', ')} WHERE FALSE`;
  }
  return sql`SELECT * EXCLUDE (order_ms) FROM (${join(selects, ' UNION ALL ')}) ORDER BY order_ms, ${id(names[3] ?? '')}, ${id(names[4] ?? '')}`;
}

/** See `printCsv`: what a spreadsheet would take for a formula starts with an apostrophe. */
function defuse(text: Sql): Sql {
  return sql`list_transform([${text}], lambda x: CASE WHEN regexp_matches(x, ${'^[=+\\-@\\t\\r]'}) AND x <> '-'
    AND NOT regexp_full_match(x, ${'[+-]?\\d+(\\.\\d+)?'}) THEN '''' || x ELSE x END)[1]`;
}
