// node bench/live-window.mjs [--seconds 20] [--rate 1000] [--events 10M]: from an appended line to the redrawn number of an
// open report, in the app's real window, with so many events loaded before.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { dataSets, eventsPerSecond, makeLogs } from './make-logs.mjs';
import { percentile } from './measure.mjs';
import { makeWorkspace, openWindow, withDisplay } from './open-window.mjs';
import { ruleBody } from './questions.mjs';
import { createRandom } from './random.mjs';

/** What 95 of 100 appended lines may take. */
const mostDelayMs = 300;
const warmUpMs = 5000;
const ruleName = 'Bytes by source';
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '1000' },
    events: { type: 'string', default: '10M' },
    data: { type: 'string', default: path.join(import.meta.dirname, '.data') },
  },
});
const events = Number(options.events.replace(/M$/i, '000000'));
const rate = Number(options.rate);
const scratch = mkdtempSync(path.join(tmpdir(), 'contributor-insights-bench-'));
const growing = path.join(scratch, 'live', 'flow.log');
try {
  const { plain } = await makeLogs(options.data, 'flow', events);
  mkdirSync(path.dirname(growing));
  writeFileSync(growing, '');
  const logs = [path.dirname(plain), path.dirname(growing)];
  await withDisplay(() => {
    const workspace = makeWorkspace(scratch, logs, ruleName, ruleBody('flow', ['srcaddr']));
    return openWindow(workspace, path.join(scratch, 'user'), measure);
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function measure(page) {
  await page.getByRole('button', { name: ruleName }).first().click();
  await page.getByTestId('tile-matched').waitFor({ timeout: 120_000 });
  const random = createRandom(events);
  const waitForCount = (count) =>
    page
      .getByTestId('tile-matched')
      .getByText(count.toLocaleString('en'), { exact: true })
      .waitFor({ timeout: 60_000 });
  // The first line of a file makes a log group of it; what is kept of the rule is made anew with it.
  appendFileSync(growing, `${dataSets.flow(random, events)}\n`);
  const before = events + 1;
  await waitForCount(before);
  await sleep(warmUpMs);
  await recordShown(page);
  const writtenMs = [];
  const stepMs = 10;
  const startMs = Date.now();
  for (let step = 1; Date.now() - startMs < Number(options.seconds) * 1000; step++) {
    await sleep(Math.max(0, startMs + step * stepMs - Date.now()));
    const due = Math.floor(((Date.now() - startMs) * rate) / 1000) - writtenMs.length;
    const first = before + writtenMs.length * (eventsPerSecond / rate);
    const lines = Array.from({ length: due }, (_, at) => `${dataSets.flow(random, first + at)}\n`);
    appendFileSync(growing, lines.join(''));
    const nowMs = Date.now();
    for (let at = 0; at < due; at++) writtenMs.push(nowMs);
  }
  await waitForCount(before + writtenMs.length);
  const shown = await page.evaluate(() => globalThis.shownCounts);
  const delays = [];
  for (const { atMs, count } of shown) {
    while (delays.length < count - before) delays.push(atMs - writtenMs[delays.length]);
  }
  const [half, most, nearlyAll] = [0.5, 0.95, 0.99].map((share) => Math.round(percentile(delays, share)));
  const loaded = `${events.toLocaleString('en')} events loaded, ${rate} lines a second, ${shown.length} redraws`;
  console.log(`${loaded}: p50 ${half} ms, p95 ${most} ms, p99 ${nearlyAll} ms, target ${mostDelayMs} ms at p95`);
  if (most > mostDelayMs) process.exitCode = 1;
}

/** Notes each number of matched events with the time of the frame that shows it. */
function recordShown(page) {
  return page.evaluate(() => {
    const counts = [];
    globalThis.shownCounts = counts;
    const read = () =>
      Number(document.querySelector('[data-testid="tile-matched"]')?.textContent?.replaceAll(',', '') ?? 0);
    const note = () =>
      requestAnimationFrame(() => {
        const count = read();
        if (count !== counts.at(-1)?.count) counts.push({ atMs: Date.now(), count });
      });
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}
