// The same in ClickHouse, by the npm package chdb. Prints seconds as JSON.
//   node bench/clickhouse.mjs load SET FILE FOLDER CHDB | ask SET FOLDER RUNS CHDB
import { createRequire } from 'node:module';
import { median } from './measure.mjs';
import { questions, topQuery } from './questions.mjs';

const [task, set, ...rest] = process.argv.slice(2);
const { Session } = createRequire(`${rest[2]}/`)('chdb');
const session = new Session(task === 'load' ? rest[1] : rest[0]);
const { clickhouse } = questions[set];
let result = {};
if (task === 'load') {
  session.query('CREATE DATABASE bench');
  session.query(`CREATE TABLE bench.events (${clickhouse.columns}) ENGINE = MergeTree ORDER BY ${clickhouse.order}`);
  session.query(`INSERT INTO bench.events SELECT * FROM file('${rest[0]}', ${clickhouse.format},
    '${clickhouse.columns.replaceAll("'", "\\'")}') SETTINGS ${clickhouse.settings}`);
} else result = { first: time(Number(rest[1]), topQuery(set, '', 10).replace('FROM events', 'FROM bench.events')) };
session.close();
process.stdout.write(JSON.stringify(result));

function time(runs, query) {
  const seconds = [];
  for (let run = 0; run <= runs; run++) {
    const startedMs = performance.now();
    session.query(query, 'CSV');
    if (run > 0) seconds.push((performance.now() - startedMs) / 1000);
  }
  return median(seconds);
}
