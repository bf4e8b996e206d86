// Explore against what people type by hand: every field of a log group at once, and one GROUP BY a field, in one run.
//   node bench/explore.mjs [--events 10M] [--sets flow,gateway] [--runs 5] [--quick]
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { bundle } from './bundle.mjs';
import { makeLogs } from './make-logs.mjs';
import { median, runProcess } from './measure.mjs';

const root = path.join(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    events: { type: 'string', default: '10M' },
    sets: { type: 'string', default: 'flow' },
    runs: { type: 'string', default: '5' },
    data: { type: 'string', default: path.join(import.meta.dirname, '.data') },
  },
});
const events = options.quick ? 1_000_000 : Number(options.events.replace(/M$/i, '000000'));
const runs = options.quick ? 3 : Number(options.runs);
const targets = { ratio: 1.5, firstMs: 300 };
const valuesShown = 6;

const scratch = mkdtempSync(path.join(tmpdir(), 'contributor-insights-bench-'));
console.log(`${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`);
console.log(`${events} events a data set; median of ${runs} runs after a warm-up\n`);
try {
  const engineFile = await bundle('engine', 'electron/engine/engine.ts');
  for (const set of options.sets.split(',')) await compareSet(set, engineFile);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function compareSet(set, engineFile) {
  const { plain } = await makeLogs(options.data, set, events);
  const workspace = path.join(scratch, `${set}.duckdb`);
  const database = path.join(scratch, `${set}-hand.duckdb`);
  const script = (name) => [process.execPath, path.join(import.meta.dirname, `${name}.mjs`)];
  await runProcess([...script('ours'), 'load', engineFile, path.dirname(plain), workspace]);
  await runProcess([...script('duckdb'), 'load', set, plain, database]);

  const { Engine } = createRequire(import.meta.url)(engineFile);
  const resourcesPath = path.join(root, 'resources');
  const engine = await Engine.open(workspace, { app: 'the bench', appVersion: '0', resourcesPath });
  const instance = await DuckDBInstance.create(database);
  const connection = await instance.connect();
  const [{ name: group }] = (await engine.describe()).groups;
  const columns = await listColumns(connection);
  const ours = [];
  const hand = [];
  for (let run = 0; run <= runs; run++) {
    const [mine, theirs] = [await runOurs(engine, group), await runByHand(connection, columns)];
    compareCounts(mine.counts, theirs.counts);
    if (run === 0) continue;
    ours.push(mine);
    hand.push(theirs);
  }
  connection.closeSync();
  instance.closeSync();
  await engine.close();

  const [wholeMs, firstMs] = ['wholeMs', 'firstMs'].map((name) => median(ours.map((run) => run[name])));
  const handMs = median(hand.map((run) => run.wholeMs));
  const isMet = handMs / wholeMs >= targets.ratio && firstMs <= targets.firstMs;
  if (!isMet) process.exitCode = 1;
  console.log(
    `${set.padEnd(12)}${columns.length} fields   by hand ${handMs.toFixed(0)} ms   ours ${wholeMs.toFixed(0)} ms   ratio ${(handMs / wholeMs).toFixed(2)} (≥ ${targets.ratio})   first boards ${firstMs.toFixed(0)} ms (≤ ${targets.firstMs})${isMet ? '' : '   MISSED'}`,
  );
}

/** All boards as the Explore page asks for them: the counts of the most frequent values by field. */
async function runOurs(engine, group) {
  const startedMs = performance.now();
  let firstMs = 0;
  const names = new Map();
  const counts = new Map();
  const args = { group, startMs: null, endMs: null, filters: [], measure: { kind: 'events' }, limit: valuesShown };
  const progress = (step) => {
    if (step.kind === 'fields') {
      for (const { reference, alias } of step.fields) names.set(reference, alias ?? reference.replace(/^\$\./, ''));
      return;
    }
    firstMs ||= performance.now() - startedMs;
    for (const { reference, values } of step.boards) counts.set(names.get(reference).replaceAll('-', '_'), values);
  };
  const { signal } = new AbortController();
  await engine.handlers['explore.boards']({ ...args, only: null, ranked: [] }, { signal, progress });
  const wholeMs = performance.now() - startedMs;
  const ranked = [...counts].filter(([, values]) => values !== null);
  return {
    wholeMs,
    firstMs,
    counts: new Map(ranked.map(([name, values]) => [name, values.map((value) => value.amount)])),
  };
}

/** What gives the same by hand, field by field. */
async function runByHand(connection, columns) {
  const startedMs = performance.now();
  const counts = new Map();
  for (const column of columns) {
    const read = await connection.runAndReadAll(
      `SELECT "${column}", count(*) AS events FROM events GROUP BY "${column}" ORDER BY events DESC LIMIT ${valuesShown}`,
    );
    const found = read.getRows().filter(([value]) => value !== null);
    counts.set(
      column,
      found.map(([, count]) => Number(count)),
    );
  }
  return { wholeMs: performance.now() - startedMs, counts };
}

function compareCounts(ours, hand) {
  for (const [name, counts] of ours) {
    const theirs = hand.get(name);
    // Where a value is absent for most events, theirs is one short.
    if (theirs === undefined || theirs.every((count, index) => count === counts[index])) continue;
    throw new Error(`The two disagree on the most frequent values of ${name}.`);
  }
}

async function listColumns(connection) {
  const read = await connection.runAndReadAll(
    "SELECT column_name FROM duckdb_columns() WHERE table_name = 'events' AND data_type NOT LIKE 'STRUCT%' AND data_type NOT LIKE '%[]'",
  );
  return read.getRows().map(([name]) => String(name));
}
