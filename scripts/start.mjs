// npm start: opens the app from the sources, building it first where that is needed.
//   npm start                    the workspace open last, or the sample logs
//   npm start -- FOLDER [flags]  the logs in FOLDER
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

await runScript(async () => {
  await ensureBuild(repositoryRoot);
  if (!hasDisplay()) {
    console.error(
      'There is no display, so here is the sample report in the terminal. More: node out/cli/index.js --help',
    );
    return runForeground(process.execPath, [path.join(repositoryRoot, 'out/cli/index.js'), 'report', '--sample']);
  }
  const runtime = await findRuntime();
  await ensureSystemPackages({ executable: runtime.executable, display: false, install: false });
  const flags = listDisplayFlags(runtime.dist, console.error);
  const args = listAppArguments(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  return runForeground(runtime.executable, [repositoryRoot, ...flags, ...args]);
});
