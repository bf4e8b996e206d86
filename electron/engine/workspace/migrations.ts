/**
 * The tables of a workspace, one entry a version; entries are never edited after a release, only added.
 * Event tables are made as log groups appear (see catalog.ts). No primary keys: DuckDB's indexes slow loading and are the
 * part of its recovery with the most known faults; the engine is the only writer and keeps ids unique itself.
 */
export const migrations: readonly (readonly string[])[] = [
  [
    'CREATE TABLE meta (version INTEGER, app_version VARCHAR, is_sample BOOLEAN)',
    `CREATE TABLE log_group (group_id INTEGER, name VARCHAR, matches_all BOOLEAN, kind VARCHAR)`,
    'CREATE TABLE log_stream (stream_id INTEGER, name VARCHAR)',
    // `fields_complete`: each value of each event stands in a column, so that a field without one is absent.
    'CREATE TABLE event_table (group_id INTEGER, format VARCHAR, fields_complete BOOLEAN)',
    // `reference`: JSON array of path steps, or a token position. `kinds`: which of the columns i, d, t exist.
    'CREATE TABLE field (group_id INTEGER, format VARCHAR, field_id INTEGER, reference VARCHAR, kinds VARCHAR, alias VARCHAR)',
    // The text around the values of events whose message is not kept: JSON arrays of texts, and of the fields between them.
    'CREATE TABLE line_shape (group_id INTEGER, format VARCHAR, shape_id INTEGER, pieces VARCHAR, field_ids VARCHAR)',
    `CREATE TABLE source (source_id INTEGER, path VARCHAR, group_name VARCHAR, matches_all BOOLEAN, state VARCHAR,
       added_ms BIGINT)`,
    `CREATE TABLE file (file_id INTEGER, source_id INTEGER, path VARCHAR, device VARCHAR, inode VARCHAR, size BIGINT,
       modified_ms DOUBLE, head_length INTEGER, head_hash VARCHAR, tail_hash VARCHAR, position BIGINT, reader_state VARCHAR,
       done BOOLEAN, events BIGINT, untimed BIGINT, malformed BIGINT, cut BIGINT, problem VARCHAR)`,
    'CREATE TABLE rule (name VARCHAR, definition VARCHAR, state VARCHAR, created_ms BIGINT)',
    'CREATE TABLE setting (key VARCHAR, value VARCHAR)',
  ],
  // What makes a file known again, and its last events where it may still go on: see ingest/file-record.ts.
  [
    'ALTER TABLE file ADD COLUMN born_ms DOUBLE',
    'ALTER TABLE file ADD COLUMN guards VARCHAR',
    'ALTER TABLE file ADD COLUMN open_tail VARCHAR',
    'ALTER TABLE file ADD COLUMN compression VARCHAR',
    'ALTER TABLE file ADD COLUMN ended BOOLEAN',
    'ALTER TABLE file DROP COLUMN head_length',
    'ALTER TABLE file DROP COLUMN head_hash',
    'ALTER TABLE file DROP COLUMN tail_hash',
  ],
  // What the user chose for single files of a source, and events that came twice from different files: see doubles.ts.
  [
    'ALTER TABLE source ADD COLUMN file_choices VARCHAR',
    `CREATE TABLE double_event (group_id INTEGER, format VARCHAR, file_id INTEGER, line BIGINT, time_ms BIGINT,
       stream_id INTEGER, digest UBIGINT)`,
  ],
];
