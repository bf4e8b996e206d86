// What a person would type into DuckDB, as a process of its own. Prints seconds as JSON.
//   node bench/duckdb.mjs load SET FILE DATABASE | ask SET DATABASE RUNS SECOND
import { DuckDBInstance } from '@duckdb/node-api';
import { median } from './measure.mjs';
import { questions, topQuery } from './questions.mjs';

const [task, set, ...rest] = process.argv.slice(2);
const database = task === 'load' ? rest[1] : rest[0];
const instance = await DuckDBInstance.create(database);
const connection = await instance.connect();
const result = task === 'load' ? await load(rest[0]) : await ask(Number(rest[1]), Number(rest[2]));
connection.closeSync();
instance.closeSync();
process.stdout.write(JSON.stringify(result));

async function load(file) {
  await connection.run(`CREATE TABLE events AS SELECT * FROM ${questions[set].read(file.replaceAll("'", "''"))}`);
  await connection.run('CHECKPOINT');
  return {};
}

async function ask(runs, fromSecond) {
  const { second, keys, where } = questions[set];
  const from = `${second} >= ${fromSecond}`;
  const first = await time(runs, topQuery(set, '', 10));
  const again = await time(runs, topQuery(set, from, 20));
  const unique = await time(
    runs,
    `SELECT (${second}) // 300, count(DISTINCT (${keys.join(', ')})) FROM events ${where ? `WHERE ${where}` : ''} GROUP BY 1`,
  );
  const top = (await connection.runAndReadAll(topQuery(set, '', 10))).getRowsJson();
  return { first, again, unique, top };
}

async function time(runs, query) {
  const seconds = [];
  for (let run = 0; run <= runs; run++) {
    const startedMs = performance.now();
    await connection.runAndReadAll(query);
    if (run > 0) seconds.push((performance.now() - startedMs) / 1000);
  }
  return median(seconds);
}
