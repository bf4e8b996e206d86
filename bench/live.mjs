// node bench/live.mjs [--seconds 20] [--rate 1000]: how long an appended line takes to the number in an open report.
// node bench/live.mjs --files 10000: many small files in nested folders: loaded in one go, then watched while nothing happens.
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';
import { percentile } from './measure.mjs';

const root = path.join(import.meta.dirname, '..');
/** What 95 of 100 appended lines may take to the number in an open report. */
const mostDelayMs = 500;
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '1000' },
    files: { type: 'string' },
  },
});
const { Engine } = createRequire(import.meta.url)(await bundle('engine', 'electron/engine/engine.ts'));
const folder = mkdtempSync(path.join(tmpdir(), 'contributor-insights-bench-'));
const logs = path.join(folder, 'logs');
mkdirSync(logs);
const definition = JSON.stringify({
  Schema: { Name: 'CloudWatchLogRule', Version: 1 },
  LogGroupNames: ['*'],
  LogFormat: 'JSON',
  Contribution: { Keys: ['$.customer'], Filters: [] },
  AggregateOn: 'Count',
});

// `report.run` as the window sends it.
const reportArgs = {
  rule: { definition },
  startMs: null,
  endMs: null,
  periodSeconds: null,
  maxContributorCount: 10,
  orderBy: 'Sum',
  unique: 'exact',
  metrics: 'all',
};

try {
  if (options.files === undefined) await measureDelay(Number(options.rate), Number(options.seconds));
  else await measureFiles(Number(options.files));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {(event: { name: string }) => void} onEvent */
function open(onEvent) {
  const defaults = { app: 'the bench', appVersion: '0', resourcesPath: path.join(root, 'resources') };
  return Engine.open(path.join(folder, 'bench.duckdb'), { ...defaults, onEvent });
}

/** A report is asked for again whenever events came, as the window does: one at a time. */
async function measureDelay(rate, seconds) {
  const file = path.join(logs, 'app.log');
  writeFileSync(file, '');
  let isNew = false;
  let wake = () => {};
  const engine = await open(({ name }) => {
    if (name !== 'data') return;
    isNew = true;
    wake();
  });
  await engine.addSource({ path: logs, group: null });
  await engine.watch();
  const writtenMs = [];
  const delays = [];
  let isEnding = false;
  const showing = (async () => {
    let shown = 0;
    while (!isEnding || shown < writtenMs.length) {
      if (!isNew) {
        await new Promise((resolve) => {
          wake = resolve;
        });
      }
      isNew = false;
      const { ledger } = await engine.runReport(reportArgs, new AbortController().signal);
      const nowMs = performance.now();
      for (; shown < ledger.scanned; shown++) delays.push(nowMs - writtenMs[shown]);
    }
  })();
  const stepMs = 10;
  const startMs = performance.now();
  for (let step = 1; performance.now() - startMs < seconds * 1000; step++) {
    await sleep(Math.max(0, startMs + step * stepMs - performance.now()));
    const due = Math.floor(((performance.now() - startMs) * rate) / 1000) - writtenMs.length;
    const lines = Array.from({ length: due }, (_, at) => {
      const customer = (writtenMs.length + at) % 50;
      return `${JSON.stringify({ time: new Date().toISOString(), customer: `c${customer}`, bytes: 100 + at })}\n`;
    });
    appendFileSync(file, lines.join(''));
    const nowMs = performance.now();
    for (let at = 0; at < due; at++) writtenMs.push(nowMs);
  }
  isEnding = true;
  await showing;
  await engine.close();
  const [half, most, nearlyAll] = [0.5, 0.95, 0.99].map((share) => Math.round(percentile(delays, share)));
  console.log(`${delays.length} lines at ${rate} a second: p50 ${half} ms, p95 ${most} ms, p99 ${nearlyAll} ms`);
  if (most > mostDelayMs) process.exitCode = 1;
}

async function measureFiles(count) {
  for (let at = 0; at < count; at++) {
    const below = path.join(logs, `d${at % 20}`, `e${Math.floor(at / 20) % 25}`);
    mkdirSync(below, { recursive: true });
    const time = new Date(1.7635e12 + at).toISOString();
    writeFileSync(path.join(below, `f${at}.log`), `${JSON.stringify({ time, customer: `c${at % 50}` })}\n`.repeat(10));
  }
  const engine = await open(() => {});
  const startMs = performance.now();
  const { events } = await engine.addSource({ path: logs, group: null });
  const loadMs = performance.now() - startMs;
  await engine.watch();
  // Until what changed lately is no longer held open.
  await sleep(75_000);
  const handles = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : Number.NaN;
  const before = process.cpuUsage();
  const idleMs = 60_000;
  await sleep(idleMs);
  const { user, system } = process.cpuUsage(before);
  const share = ((user + system) / 1000 / idleMs) * 100;
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  await engine.close();
  console.log(
    `${count} files, ${events} events: loaded in ${(loadMs / 1000).toFixed(1)} s; idle ${share.toFixed(2)} % of a core, ${handles} handles, ${memory} MB`,
  );
}
