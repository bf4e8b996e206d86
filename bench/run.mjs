// npm run bench: our figures against what people type by hand, as ratios in one run.
//   npm run bench                                     1 GB of flow records
//   npm run bench -- --quick                          all data sets, a million events each, one run
//   npm run bench -- --sets all --events 50M --runs 5
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, cache } from './bundle.mjs';
import { eventsPerSecond, firstSecond, makeLogs } from './make-logs.mjs';
import { median, runProcess } from './measure.mjs';
import { ensurePeers } from './peers.mjs';
import { questions, ruleBody } from './questions.mjs';

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
const runs = options.quick ? 1 : Number(options.runs);
const isAll = options.quick || options.sets === 'all';
const sets = isAll ? Object.keys(questions) : options.sets.split(',');

const node = process.execPath;
const script = (name) => path.join(import.meta.dirname, `${name}.mjs`);
const engine = await bundle('engine', 'electron/engine/engine.ts');
const cli = await bundle('cli', 'electron/cli/index.ts');
const peers = ensurePeers(path.join(cache, 'peers'));
const scratch = mkdtempSync(path.join(tmpdir(), 'contributor-insights-bench-'));
const rows = [];

try {
  for (const set of sets) await compareSet(set);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
printRows();
const others = [
  ['explore', ...(options.quick ? ['--quick'] : ['--events', options.events]), '--data', options.data],
  ['live'],
  ['live-window', '--events', options.quick ? '1M' : options.events, '--data', options.data],
  ['window'],
];
const isMissed = others.map(runOther).includes(true);
process.exitCode = isMissed || rows.some(({ isMet }) => !isMet) ? 1 : 0;

/** Runs a bench of its own, which prints its own table. @returns whether it misses a target */
function runOther([name, ...args]) {
  console.log(`\n${name}`);
  return spawnSync(node, [script(name), ...args], { stdio: 'inherit' }).status !== 0;
}

async function compareSet(set) {
  const logs = await makeLogs(options.data, set, events);
  const ours = path.join(scratch, `${set}.duckdb`);
  const hand = path.join(scratch, `${set}-hand.duckdb`);
  const house = path.join(scratch, `${set}-clickhouse`);
  const clean = (file) => rmSync(file, { recursive: true, force: true });
  const loads = {
    ours: (file) => [clean(ours), [node, script('ours'), 'load', engine, path.dirname(file), ours]],
    DuckDB: (file) => [clean(hand), [node, script('duckdb'), 'load', set, file, hand]],
    ClickHouse: (file) => [clean(house), [node, script('clickhouse'), 'load', set, file, house, peers.chdb]],
  };
  if (peers.chdb === null) delete loads.ClickHouse;
  const gzip = await timeInTurn({ ours: loads.ours, DuckDB: loads.DuckDB }, logs.gzip);
  compare(set, 'load gzip', 'DuckDB', gzip.DuckDB.seconds, gzip.ours.seconds, 1.3);
  const plain = await timeInTurn(loads, logs.plain);
  compare(set, 'load plain', 'DuckDB', plain.DuckDB.seconds, plain.ours.seconds, 1);
  if (plain.ClickHouse) compare(set, 'load plain', 'ClickHouse', plain.ClickHouse.seconds, plain.ours.seconds, 1.2);
  atMost(set, 'peak memory, MB', plain.ours.peakBytes / 1e6, 1500);
  atMost(set, 'workspace / gzip -6', statSync(ours).size / logs.gzipBytes, 1.3);

  const count = String(Math.max(3, runs));
  // A quarter into the events, at a whole minute.
  const from = String(firstSecond + 60 * Math.floor(events / eventsPerSecond / 4 / 60));
  const mine = JSON.parse((await runProcess([node, script('ours'), 'ask', engine, set, ours, count, from])).output);
  const typed = JSON.parse((await runProcess([node, script('duckdb'), 'ask', set, hand, count, from])).output);
  if (!isSameTop(mine.top, typed.top)) throw new Error(`${set}: the two disagree on the top 10.`);
  compare(set, 'first report', 'DuckDB', typed.first, mine.first, 1);
  compare(set, 'again, other range, N', 'DuckDB', typed.again, mine.again, 10);
  compare(set, 'unique a period', 'DuckDB', typed.unique, mine.unique, 1.5);
  if (plain.ClickHouse) {
    const command = [node, script('clickhouse'), 'ask', set, house, count, peers.chdb];
    const { first } = JSON.parse((await runProcess(command)).output);
    compare(set, 'first report', 'ClickHouse', first, mine.first, 1);
    compare(set, 'again, other range, N', 'ClickHouse', first, mine.again, 10);
  }
  await compareFirstLook(set, logs.plain);
  const folder = path.join(scratch, `${set}-live`);
  const sample = path.join(scratch, `${set}.sample`);
  mkdirSync(folder);
  writeFileSync(sample, (await readStart(logs.plain)).split('\n')[0] ?? '');
  const live = await runProcess([node, script('ours'), 'live', engine, set, ours, folder, sample]);
  atMost(set, 'appended line, p95 s', JSON.parse(live.output).p95, 0.3);
}

async function readStart(file) {
  for await (const chunk of createReadStream(file, { encoding: 'utf8', end: 65_535 })) return chunk;
  return '';
}

/** Open a folder and see the first report, against tools that need no loading. */
async function compareFirstLook(set, file) {
  const { awk, miller, lnav } = questions[set];
  const rule = path.join(scratch, `${set}.json`);
  writeFileSync(rule, ruleBody(set));
  const looks = {
    ours: () => [
      null,
      [node, cli, 'report', '--logs', path.dirname(file), '--rule', rule, '--period', '3600', '--output', 'json'],
    ],
  };
  const { programs } = peers;
  if (awk && programs.has('gawk')) looks.awk = () => [null, ['gawk', awk, file]];
  if (miller && programs.has('mlr')) looks.Miller = () => [null, ['mlr', ...miller, file]];
  if (lnav && programs.has('lnav')) looks.lnav = () => [null, ['lnav', '-n', '-c', lnav, file]];
  if (set === 'access' && programs.has('goaccess')) {
    const page = path.join(scratch, 'goaccess.json');
    looks.GoAccess = () => [null, ['goaccess', file, '--log-format=COMBINED', '--no-progress', '-o', page]];
  }
  const found = await timeInTurn(looks, file);
  const targets = { awk: 2, Miller: 2, lnav: 4, GoAccess: 10 };
  for (const [peer, target] of Object.entries(targets)) {
    if (found[peer]) compare(set, 'open to first report', peer, found[peer].seconds, found.ours.seconds, target);
  }
}

/** Each command in turn, so that all see the same machine; the first round is a warm-up. */
async function timeInTurn(commands, file) {
  const found = Object.fromEntries(Object.keys(commands).map((name) => [name, { seconds: [], peakBytes: 0 }]));
  for (let round = options.quick ? 1 : 0; round <= runs; round++) {
    for (const [name, prepare] of Object.entries(commands)) {
      const [, command] = prepare(file);
      const { seconds, peakBytes } = await runProcess(command);
      if (round > 0) found[name].seconds.push(seconds);
      found[name].peakBytes = Math.max(found[name].peakBytes, peakBytes ?? 0);
    }
  }
  for (const figures of Object.values(found)) figures.seconds = median(figures.seconds);
  return found;
}

function compare(set, what, peer, theirs, mine, target) {
  add({ set, what, peer, theirs, mine, ratio: theirs / mine, target: `≥ ${target} ×`, isMet: theirs / mine >= target });
}

function atMost(set, what, mine, target) {
  add({ set, what, peer: '', theirs: null, mine, ratio: null, target: `≤ ${target}`, isMet: !(mine > target) });
}

function add(row) {
  rows.push(row);
  console.error(formatRow(row));
}

function formatRow({ set, what, peer, theirs, mine, ratio, target, isMet }) {
  const number = (value) => (value === null ? '' : value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  return `${set.padEnd(12)}${what.padEnd(23)}${peer.padEnd(12)}${number(theirs).padStart(9)}${number(mine).padStart(9)}${number(ratio).padStart(9)}  ${target.padEnd(9)}${isMet ? '' : 'MISSED'}`;
}

function printRows() {
  console.log(`${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`);
  console.log(
    `${events} events a data set; median of ${runs}${options.quick ? '' : ' after a warm-up'}; seconds where nothing else is said\n`,
  );
  console.log(
    `${'data set'.padEnd(12)}${'what'.padEnd(23)}${'against'.padEnd(12)}${'theirs'.padStart(9)}${'ours'.padStart(9)}${'ratio'.padStart(9)}  target`,
  );
  for (const row of rows) console.log(formatRow(row));
}

function isSameTop(ours, theirs) {
  const text = (rows) => rows.map((row) => row.slice(0, -1).join(' ')).join('\n');
  return text(ours) === text(theirs);
}
