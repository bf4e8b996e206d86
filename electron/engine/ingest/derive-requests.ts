import { columnName, eventTableName, type FieldEntry, type TableEntry, type ValueKind } from '../workspace/catalog';
import { requestsKind, requestsName } from '../workspace/derived-groups';
import type { Workspace } from '../workspace/open';
import { originalLine } from '../workspace/original-line';
import { id, integer, join, Sql, sql } from '../workspace/sql';

/**
 * API Gateway writes many lines of execution log for a request, and what one wants to rank stands in different ones: the path
 * here, the status there. So each log group with such lines has another one, `NAME#requests`, with one event a request,
 * made of all its lines.
 *
 * Each value of that event is the least or greatest of what the lines say. So it does not matter in which order lines come,
 * and an event can be brought up to date from what it was and the new lines alone, in the transaction that writes them.
 */

/** Fields of a request's event, and the kind of column that each has. */
const requestFields = {
  requestId: 't',
  httpMethod: 't',
  resourcePath: 't',
  status: 'i',
  integrationLatency: 'i',
  error: 't',
} as const satisfies Record<string, ValueKind>;

type RequestField = keyof typeof requestFields;

const fieldNames = Object.keys(requestFields) as RequestField[];

/** Token 1 of a line of execution log. */
const idPattern = '\\([0-9a-f]{8}-[0-9a-f-]{27}\\)';

/**
 * What has to be done, in the transaction and after rows were written into a table, so that the requests' events are true.
 * Makes the derived log group where there is none yet.
 * @param path Parquet file of the spool with the rows
 * @returns nothing where none of the rows is a line of execution log
 */
export async function requestsAfterInsert(workspace: Workspace, table: TableEntry, path: string): Promise<Sql[]> {
  const token = textColumn(table, 1);
  if (token === null) return [];
  const columns = await workspace.db.read(sql`SELECT name FROM parquet_schema(${path}) WHERE name = ${token}`);
  if (columns.length === 0) return [];
  const [found] = await workspace.db.read(
    sql`SELECT min(file_id) AS first_file, max(file_id) AS last_file, min(line) AS first_line, max(line) AS last_line
      FROM read_parquet(${path}) WHERE regexp_full_match(${id(token)}, ${idPattern})`,
  );
  if (found === undefined || found.first_file === null) return [];
  const requests = await openRequests(workspace, table);
  // Rows of other blocks may be among them: to take a line into account twice changes nothing.
  const written = sql`file_id BETWEEN ${integer(Number(found.first_file))} AND ${integer(Number(found.last_file))}
    AND line BETWEEN ${integer(Number(found.first_line))} AND ${integer(Number(found.last_line))}`;
  const lines = selectLines(table, token, written);
  const known = sql`SELECT * FROM (${selectKnown(requests)}) WHERE request_id IN (SELECT request_id FROM said)`;
  return [
    sql`CREATE OR REPLACE TEMP TABLE changed_request AS
      WITH said AS MATERIALIZED (${lines}) ${foldLines(sql`(FROM said UNION ALL BY NAME ${known})`)}`,
    ...writeRequests(requests, sql`SELECT request_id FROM changed_request`),
  ];
}

/**
 * What has to be done, in the transaction and before rows of a table are deleted, so that the requests' events are true then.
 * @param where tells those rows
 */
export function requestsBeforeDelete(
  workspace: Workspace,
  table: Pick<TableEntry, 'groupId' | 'format'>,
  where: Sql,
): Sql[] {
  const group = workspace.catalog.groups.find(({ groupId }) => groupId === table.groupId);
  const lines = group?.tables.get(table.format);
  const token = lines === undefined ? null : textColumn(lines, 1);
  if (group === undefined || lines === undefined || token === null) return [];
  const requests = findRequests(workspace, group.name, group.matchesAll);
  if (requests === null) return [];
  const lost = sql`SELECT request_id FROM (${selectLines(lines, token, where)})`;
  const kept = sql`${id(token)} IN (SELECT '(' || request_id || ')' FROM (${lost})) AND NOT (${where})`;
  return [
    sql`CREATE OR REPLACE TEMP TABLE changed_request AS ${foldLines(sql`(${selectLines(lines, token, kept)})`)}`,
    ...writeRequests(requests, lost),
  ];
}

/** Text column of a token; null where the table has none. */
function textColumn(table: TableEntry, position: number): string | null {
  const field = table.format === 'CLF' ? table.fields.get(String(position)) : undefined;
  return field?.kinds.has('t') ? columnName(field, 't') : null;
}

function findRequests(workspace: Workspace, group: string, matchesAll: boolean): TableEntry | null {
  const found = workspace.catalog.groups.find(
    (entry) => entry.kind === requestsKind && entry.name === requestsName(group) && entry.matchesAll === matchesAll,
  );
  return found?.tables.get('JSON') ?? null;
}

/** The table of the requests' events, made where there is none. */
async function openRequests(workspace: Workspace, lines: TableEntry): Promise<TableEntry> {
  const { catalog } = workspace;
  const group = catalog.groups.find(({ groupId }) => groupId === lines.groupId);
  if (group === undefined) throw new Error(`There is no log group ${lines.groupId}.`);
  const known = findRequests(workspace, group.name, group.matchesAll);
  if (known !== null && fieldNames.every((name) => known.fields.has(referenceOf(name)))) return known;
  const derived = await catalog.group(requestsName(group.name), group.matchesAll, requestsKind);
  const table = await catalog.table(derived, 'JSON');
  for (const name of fieldNames) {
    const field = catalog.field(table, referenceOf(name));
    if (!field.kinds.has(requestFields[name])) field.wanted.add(requestFields[name]);
  }
  await catalog.addColumns(table);
  return table;
}

function referenceOf(name: RequestField): string {
  return JSON.stringify([name]);
}

function columnOf(requests: TableEntry, name: RequestField): Sql {
  return id(columnName(requests.fields.get(referenceOf(name)) as FieldEntry, requestFields[name]));
}

/** What each line of execution log says of its request. */
function selectLines(table: TableEntry, token: string, where: Sql): Sql {
  const second = textColumn(table, 2);
  // Few lines say anything, and to put a line together costs more than all the rest.
  const text =
    second === null
      ? sql`''`
      : sql`CASE WHEN ${id(second)} IN (${join(
          tellingWords.map((word) => new Sql(`'${word}'`)),
          ', ',
        )}) THEN ${originalLine(table)} END`;
  return sql`
    SELECT time_ms, file_id, line, stream_id, request_id,
      CASE WHEN starts_with(said, 'HTTP Method: ')
        THEN nullif(regexp_extract(said, '^HTTP Method: ([^,\\s]+), Resource Path: ', 1), '') END AS http_method,
      CASE WHEN starts_with(said, 'HTTP Method: ')
        THEN nullif(regexp_extract(said, '^HTTP Method: [^,\\s]+, Resource Path: ([^\\r\\n]*[^\\s])', 1), '') END AS resource_path,
      CASE WHEN starts_with(said, 'Method completed with status: ')
        THEN TRY_CAST(regexp_extract(said, '^Method completed with status: ([0-9]{1,9})', 1) AS BIGINT) END AS status,
      CASE WHEN starts_with(said, 'Received response. ')
        THEN TRY_CAST(regexp_extract(said, 'Integration latency: ([0-9]{1,9}) ms', 1) AS BIGINT) END AS latency,
      CASE WHEN ${isError(sql`said`)}
        THEN regexp_replace(replace(regexp_extract(said, '^[^\\r\\n]*'), ': ' || request_id, ''),
          '[. ]*Lambda request id: [0-9a-f-]+', '') END AS error
    FROM (
      SELECT time_ms, file_id, line, stream_id, substr(${id(token)}, 2, 36) AS request_id,
        ltrim(substr(text, instr(text, ${id(token)}) + 38)) AS said
      FROM (
        SELECT time_ms, file_id, line, stream_id, ${id(token)}, ${text} AS text
        FROM ${eventTableName(table)}
        WHERE regexp_full_match(${id(token)}, ${idPattern}) AND ${where}))`;
}

/** The requests' events as if each were a line that says it all. */
function selectKnown(requests: TableEntry): Sql {
  return sql`
    SELECT time_ms, file_id, line, stream_id, ${columnOf(requests, 'requestId')} AS request_id,
      ${columnOf(requests, 'httpMethod')} AS http_method, ${columnOf(requests, 'resourcePath')} AS resource_path,
      ${columnOf(requests, 'status')} AS status, ${columnOf(requests, 'integrationLatency')} AS latency,
      ${columnOf(requests, 'error')} AS error
    FROM ${eventTableName(requests)}`;
}

/** One row a request: it stands where its first line does, and of several errors the one that says most about the cause counts. */
function foldLines(lines: Sql): Sql {
  return sql`
    SELECT request_id, min(time_ms) AS time_ms,
      min({'time': coalesce(time_ms, 9223372036854775807), 'file': file_id, 'line': line, 'stream': stream_id}) AS first,
      min({'method': http_method, 'path': resource_path}) FILTER (http_method IS NOT NULL) AS called,
      max(status) AS status, max(latency) AS latency,
      min({'rank': ${errorRank(sql`error`)}, 'text': error}) FILTER (error IS NOT NULL) AS failure
    FROM ${lines} GROUP BY request_id`;
}

/** Puts the rows of `changed_request` in the place of the requests' events that `ids` selects. */
function writeRequests(requests: TableEntry, ids: Sql): Sql[] {
  const values: Record<RequestField, Sql> = {
    requestId: sql`request_id`,
    httpMethod: sql`called.method`,
    resourcePath: sql`called.path`,
    status: sql`status`,
    integrationLatency: sql`latency`,
    error: sql`failure.text`,
  };
  const columns = fieldNames.map((name) => sql`${values[name]} AS ${columnOf(requests, name)}`);
  const members = fieldNames.map((name) => sql`${new Sql(`'${name}'`)}, ${values[name]}`);
  return [
    sql`DELETE FROM ${eventTableName(requests)} WHERE ${columnOf(requests, 'requestId')} IN (${ids})`,
    // Merged into nothing, an object loses its members that are null.
    sql`INSERT INTO ${eventTableName(requests)} BY NAME
      SELECT time_ms, first.file AS file_id, first.line AS line, first.stream AS stream_id,
        CAST(json_merge_patch('{}', json_object(${join(members, ', ')})) AS VARCHAR) AS message, ${join(columns, ', ')}
      FROM changed_request`,
    sql`DROP TABLE changed_request`,
  ];
}

/** Beginnings of lines that tell why a request failed, those first that say most about the cause. */
const errorBeginnings = [
  ['Execution failed'],
  ['Lambda execution failed'],
  ['Unauthorized request', 'Authorizer error', 'Invalid API Key'],
  ['API Key', 'Key throttle limit exceeded', 'Usage Plan'],
  ['Gateway response type: '],
];

/** The first words of all lines that say something. */
const tellingWords = [
  ...['HTTP', 'Method', 'Received'],
  ...new Set(errorBeginnings.flat().map((beginning) => beginning.split(' ')[0] ?? '')),
];

/** Lines that begin so are errors only where they say that something was exceeded. */
const exceeding = 'exceeded';

function isError(said: Sql): Sql {
  return sql`(${join(
    errorBeginnings.flatMap((beginnings) => beginnings.map((beginning) => beginsWith(said, beginning))),
    ' OR ',
  )})`;
}

function beginsWith(said: Sql, beginning: string): Sql {
  const begins = sql`starts_with(${said}, ${new Sql(`'${beginning}'`)})`;
  const needsMore = beginning === 'API Key' || beginning === 'Usage Plan';
  return needsMore ? sql`(${begins} AND contains(${said}, ${new Sql(`'${exceeding}'`)}))` : begins;
}

function errorRank(error: Sql): Sql {
  const ranks = errorBeginnings.flatMap((beginnings, rank) =>
    beginnings.map((beginning) => sql`WHEN ${beginsWith(error, beginning)} THEN ${integer(rank)}`),
  );
  return sql`CASE ${join(ranks, ' ')} ELSE ${integer(errorBeginnings.length)} END`;
}
