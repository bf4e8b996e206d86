// npm run bench: our figures against what people type by hand, as ratios in one run.
//   npm run bench -- --size 200MB --runs 3
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeFlowLogs } from './make-flow-logs.mjs';
import { median, runProcess } from './measure.mjs';

const root = path.join(import.meta.dirname, '..');
const cli = path.join(root, 'out', 'cli', 'index.js');
const rule = {
  Schema: { Name: 'CloudWatchLogRule', Version: 1 },
  LogGroupNames: ['*'],
  LogFormat: 'CLF',
  Fields: { 4: 'srcaddr', 5: 'dstaddr', 10: 'bytes' },
  Contribution: { Keys: ['srcaddr', 'dstaddr'], ValueOf: 'bytes', Filters: [] },
  AggregateOn: 'Sum',
};

const { values: options } = parseArgs({
  options: { size: { type: 'string', default: '1GB' }, runs: { type: 'string', default: '5' } },
});
const bytes = Number.parseFloat(options.size) * (/gb$/i.test(options.size) ? 1e9 : 1e6);
const runs = Number(options.runs);
if (!existsSync(cli)) throw new Error('Build first: npm run build');

const logs = await makeFlowLogs(path.join(root, 'bench', '.data', `flow-${options.size}`, 'flow.log'), bytes);
const scratch = mkdtempSync(path.join(tmpdir(), 'contributor-insights-bench-'));
const ruleFile = path.join(scratch, 'rule.json');
writeFileSync(ruleFile, JSON.stringify(rule));

/** @returns {Promise<{ loadSeconds: number, reportSeconds: number, peakBytes: number | null, fileBytes: number, top: string[][] }>} */
async function runOurs() {
  const workspace = path.join(scratch, 'ours.duckdb');
  rmSync(workspace, { force: true });
  const load = await runProcess([
    process.execPath,
    cli,
    'ingest',
    '--workspace',
    workspace,
    '--logs',
    path.dirname(logs.file),
  ]);
  const report = await runProcess([
    process.execPath,
    cli,
    'report',
    '--workspace',
    workspace,
    '--rule',
    ruleFile,
    '--period',
    '3600',
    '--output',
    'json',
  ]);
  const { Insights, Contributors } = JSON.parse(report.output);
  return {
    loadSeconds: load.seconds,
    reportSeconds: Insights.ElapsedMilliseconds / 1000,
    peakBytes: Math.max(load.peakBytes ?? 0, report.peakBytes ?? 0) || null,
    fileBytes: statSync(workspace).size,
    top: Contributors.map((contributor) => [...contributor.Keys, String(contributor.ApproximateAggregateValue)]),
  };
}

/** @returns {ReturnType<typeof runOurs>} */
async function runByHand() {
  const database = path.join(scratch, 'hand.duckdb');
  rmSync(database, { force: true });
  const whole = await runProcess([process.execPath, path.join(root, 'bench', 'hand-written.mjs'), logs.file, database]);
  const { reportSeconds, top } = JSON.parse(whole.output);
  return {
    loadSeconds: whole.seconds - reportSeconds,
    reportSeconds,
    peakBytes: whole.peakBytes,
    fileBytes: statSync(database).size,
    top,
  };
}

const ours = [];
const hand = [];
for (let run = 0; run <= runs; run++) {
  const [mine, theirs] = [await runOurs(), await runByHand()];
  if (JSON.stringify(mine.top) !== JSON.stringify(theirs.top)) throw new Error('The two disagree on the top 10.');
  if (run === 0) continue; // warm-up
  ours.push(mine);
  hand.push(theirs);
}
rmSync(scratch, { recursive: true, force: true });

const figures = (read) => {
  const [mine, theirs] = [median(ours.map(read)), median(hand.map(read))];
  return { mine, theirs, ratio: mine / theirs };
};
const load = figures((run) => run.loadSeconds);
const report = figures((run) => run.reportSeconds);
const file = figures((run) => run.fileBytes);
const peak = figures((run) => run.peakBytes ?? Number.NaN);
const rows = [
  ['load, seconds', load, 'at most 2 × by hand', load.ratio <= 2],
  ['report, seconds', report, 'at most 1.5 × by hand', report.ratio <= 1.5],
  [
    'peak memory, MB',
    { ...peak, mine: peak.mine / 1e6, theirs: peak.theirs / 1e6 },
    'under 1,500 MB',
    !(peak.mine > 1.5e9),
  ],
  ['database, MB', { ...file, mine: file.mine / 1e6, theirs: file.theirs / 1e6 }, '—', true],
];
console.log(`${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}`);
console.log(`VPC flow logs, ${(logs.bytes / 1e6).toFixed(0)} MB; median of ${runs} runs after a warm-up\n`);
for (const [what, { mine, theirs, ratio }, target, isMet] of rows) {
  console.log(
    `${what.padEnd(18)} ours ${mine.toFixed(2).padStart(9)}   by hand ${theirs.toFixed(2).padStart(9)}   ratio ${ratio.toFixed(2).padStart(5)}   ${target}${isMet ? '' : '   MISSED'}`,
  );
}
process.exitCode = rows.every(([, , , isMet]) => isMet) ? 0 : 1;
