// npm start: opens the app from the sources, building it first where that is needed.
//   npm start                    the workspace open last, or the sample logs
//   npm start -- FOLDER [flags]  the logs in FOLDER
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuild } from './build-state.mjs';
import { hasDisplay, listDisplayFlags } from './display.mjs';
import { findRuntime, repositoryRoot } from './electron-runtime.mjs';
import { runForeground } from './processes.mjs';
import { runScript } from './script-error.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/**
 * The app's arguments for what the user typed after `--`.
 * @param {string[]} given
 * @param {string} cwd where the user typed it; npm runs scripts elsewhere
 * @returns {string[]}
 */
function listAppArguments(given, cwd) {
  const args = given.map((arg) => (arg.startsWith('-') ? arg : path.resolve(cwd, arg)));
  return args.some((arg) => !arg.startsWith('-')) ? args : ['--sample', ...args];
}

/**
 * What there is to see without a display: the log groups of a folder, or the report of the sample logs.
 * @param {string | undefined} folder
 * @returns {Promise<number>}
 */
async function answerInTerminal(folder) {
  const cli = path.join(repositoryRoot, 'out/cli/index.js');
  if (folder === undefined) {
    console.error(`There is no display, so here is the sample report in the terminal. More: node ${cli} --help`);
    return runForeground(process.execPath, [cli, 'report', '--sample']);
  }
  const workspace = path.join(await mkdtemp(path.join(tmpdir(), 'contributor-insights-')), 'logs.duckdb');
  console.error(`There is no display, so the logs are loaded into ${workspace}, and here are their log groups.`);
  const status = await runForeground(process.execPath, [cli, 'ingest', '--workspace', workspace, '--logs', folder]);
  if (status !== 0) return status;
  console.error(
    `A report: node ${cli} report --workspace ${workspace} --rule FILE. Sample rules: node ${cli} rules samples`,
  );
  return runForeground(process.execPath, [cli, 'groups', '--workspace', workspace]);
}

await runScript(async () => {
  await ensureBuild(repositoryRoot);
  const args = listAppArguments(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (!hasDisplay()) return answerInTerminal(args.find((arg) => !arg.startsWith('-')));
  const runtime = await findRuntime();
  await ensureSystemPackages({ executable: runtime.executable, display: false, install: false });
  const flags = listDisplayFlags(runtime.dist, console.error);
  return runForeground(runtime.executable, [repositoryRoot, ...flags, ...args]);
});
