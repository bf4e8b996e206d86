// What a person would type: a typed table from the log file, and the top 10 by source and destination. Prints seconds.
//   node bench/hand-written.mjs LOG DATABASE
import { DuckDBInstance } from '@duckdb/node-api';

const [log = '', database = ''] = process.argv.slice(2);
const columns = `{'version': 'INTEGER', 'account_id': 'VARCHAR', 'interface_id': 'VARCHAR', 'srcaddr': 'VARCHAR',
  'dstaddr': 'VARCHAR', 'srcport': 'INTEGER', 'dstport': 'INTEGER', 'protocol': 'INTEGER', 'packets': 'BIGINT',
  'bytes': 'BIGINT', 'start': 'BIGINT', 'end': 'BIGINT', 'action': 'VARCHAR', 'log_status': 'VARCHAR'}`;

const instance = await DuckDBInstance.create(database);
const connection = await instance.connect();
const startedMs = performance.now();
await connection.run(
  `CREATE TABLE flow AS SELECT * FROM read_csv('${log.replaceAll("'", "''")}', delim = ' ', header = false, auto_detect = false, columns = ${columns})`,
);
await connection.run('CHECKPOINT');
const loadedMs = performance.now();
const query =
  'SELECT srcaddr, dstaddr, sum(bytes) AS total FROM flow GROUP BY ALL ORDER BY total DESC, srcaddr, dstaddr LIMIT 10';
const first = await connection.runAndReadAll(query);
const queriedMs = performance.now();
process.stdout.write(
  JSON.stringify({
    loadSeconds: (loadedMs - startedMs) / 1000,
    reportSeconds: (queriedMs - loadedMs) / 1000,
    top: first.getRowsJson(),
  }),
);
connection.closeSync();
instance.closeSync();
