// Our engine, as a process of its own. Prints seconds as JSON.
//   node bench/ours.mjs load ENGINE FOLDER WORKSPACE | ask ENGINE SET WORKSPACE RUNS SECOND | live ENGINE SET WORKSPACE FOLDER LOG
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { median, percentile } from './measure.mjs';
import { ruleBody, warmUpBody } from './questions.mjs';

const [task, bundle, ...rest] = process.argv.slice(2);
const { Engine } = createRequire(import.meta.url)(bundle);
const options = { app: 'the bench', appVersion: '0', resourcesPath: path.join(import.meta.dirname, '..', 'resources') };
const tasks = { load, ask, live };
process.stdout.write(JSON.stringify(await tasks[task](...rest)));

async function load(folder, workspace) {
  const engine = await Engine.open(workspace, options);
  await engine.addSource({ path: folder, group: null });
  await engine.close();
  return {};
}

async function ask(set, workspace, runs, fromSecond) {
  const base = askTop(set);
  let engine;
  const run = async (args) => {
    const fromMs = performance.now();
    const report = await engine.runReport({ ...base, ...args }, new AbortController().signal);
    return { seconds: (performance.now() - fromMs) / 1000, report };
  };
  // What is made of a rule is kept while the workspace is open: for another first report it is opened anew, and another
  // rule over the same columns is the warm-up.
  const open = [];
  const first = [];
  for (let count = 0; count < Number(runs); count++) {
    await engine?.close();
    const startedMs = performance.now();
    engine = await Engine.open(workspace, options);
    open.push((performance.now() - startedMs) / 1000);
    await run({ rule: { definition: warmUpBody(set) } });
    await engine.settle();
    first.push((await run({})).seconds);
    await engine.settle();
  }
  const { report } = await run({});
  const again = [];
  for (let count = 0; count < Number(runs); count++) {
    const other = [
      { startMs: 1000 * fromSecond + count * 60000, maxContributorCount: 20 },
      { periodSeconds: 300 + 60 * count },
      { maxContributorCount: 50 + count },
      { orderBy: 'Maximum', periodSeconds: 1800, startMs: 1000 * fromSecond - count * 60000 },
    ];
    for (const args of other) again.push((await run(args)).seconds);
  }
  const unique = [];
  for (let count = 0; count < Number(runs); count++) {
    unique.push((await run({ metrics: 'all', periodSeconds: 300, maxContributorCount: 10 + count })).seconds);
  }
  await engine.close();
  return {
    open: median(open),
    first: median(first),
    again: median(again),
    unique: median(unique),
    top: report.contributors.map(({ keys, total }) => [...keys, total]),
  };
}

/** From an appended line to the redrawn number: watched file, announcement, report. */
async function live(set, workspace, folder, log) {
  let wake = () => {};
  const engine = await Engine.open(workspace, { ...options, onEvent: ({ name }) => name === 'data' && wake() });
  const file = path.join(folder, 'live.log');
  const line = readFileSync(log, 'utf8');
  writeFileSync(file, `${line}\n`);
  await engine.addSource({ path: folder, group: null });
  await engine.watch();
  const args = askTop(set);
  const signal = new AbortController().signal;
  let { scanned } = (await engine.runReport(args, signal)).ledger;
  await engine.settle();
  const seconds = [];
  for (let count = 0; count < 20; count++) {
    const changed = new Promise((resolve) => {
      wake = resolve;
    });
    const fromMs = performance.now();
    appendFileSync(file, `${line}\n`);
    await changed;
    const report = await engine.runReport(args, signal);
    if (report.ledger.scanned !== scanned + 1) throw new Error('The line is not in the report.');
    scanned = report.ledger.scanned;
    seconds.push((performance.now() - fromMs) / 1000);
  }
  await engine.close();
  return { p95: percentile(seconds, 0.95) };
}

/** The question of a data set. */
function askTop(set) {
  return {
    rule: { definition: ruleBody(set) },
    startMs: null,
    endMs: null,
    periodSeconds: 3600,
    maxContributorCount: 10,
    orderBy: 'Sum',
    unique: 'exact',
    metrics: 'basic',
  };
}
