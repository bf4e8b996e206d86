// npm test: everything the tests need, then vitest, then one last line that counts the tests.
//   npm test -- NAME     only the files whose path holds NAME, and any other argument of vitest
//   npm run test:long    the long ones, in tests/long
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuild } from './build-state.mjs';
import { formatCounts } from './count-reporter.mjs';
import { startVirtualDisplay } from './display.mjs';
import { findRuntime, repositoryRoot, runtimeEnvironment } from './electron-runtime.mjs';
import { runForeground } from './processes.mjs';
import { reportError, runScript } from './script-error.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/**
 * @param {string[]} args for vitest
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} exit status
 */
async function runVitest(args, env) {
  const manifest = createRequire(import.meta.url).resolve('vitest/package.json');
  const vitest = path.join(path.dirname(manifest), 'vitest.mjs');
  const reporters = ['--reporter=default', `--reporter=${path.join(repositoryRoot, 'scripts', 'count-reporter.mjs')}`];
  return runForeground(process.execPath, [vitest, 'run', ...reporters, ...args], { cwd: repositoryRoot, env });
}

/**
 * @param {string} file
 * @returns {Promise<import('./count-reporter.mjs').Counts>} nothing counted is a failure: vitest ended before its report
 */
async function readCounts(file) {
  const text = await readFile(file, 'utf8').catch(() => '{"passed":0,"failed":1,"skipped":0}');
  return JSON.parse(text);
}

/**
 * @param {string[]} args for vitest
 * @returns {Promise<{ status: number, counts: import('./count-reporter.mjs').Counts }>}
 */
async function runTests(args) {
  const runtime = await findRuntime();
  await ensureSystemPackages({ executable: runtime.executable, display: true, install: true });
  await ensureBuild(repositoryRoot, { always: true });
  const scratchDir = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  const countsFile = path.join(scratchDir, 'counts.json');
  const display = process.platform === 'linux' ? await startVirtualDisplay() : undefined;
  try {
    const status = await runVitest(args, {
      ...process.env,
      ...runtimeEnvironment(runtime),
      ...(display ? { DISPLAY: display.name, WAYLAND_DISPLAY: '' } : {}),
      CONTRIBUTOR_INSIGHTS_TEST_COUNTS: countsFile,
    });
    return { status, counts: await readCounts(countsFile) };
  } finally {
    await display?.stop();
    await rm(scratchDir, { recursive: true, force: true });
  }
}

await runScript(async () => {
  try {
    const { status, counts } = await runTests(process.argv.slice(2));
    // Whoever reads only the last line must see what the status says.
    if (status !== 0 && counts.failed === 0) counts.failed = 1;
    console.log(formatCounts(counts));
    return status;
  } catch (error) {
    reportError(error);
    console.log(formatCounts({ passed: 0, failed: 1, skipped: 0 }));
    return 1;
  }
});
