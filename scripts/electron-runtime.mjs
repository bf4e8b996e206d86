import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readReason, runQuietly } from './processes.mjs';
import { runScript, ScriptError } from './script-error.mjs';
import { canUseSubstitute, prepareSubstitute, substitute } from './substitute.mjs';

/**
 * @typedef {object} Runtime
 * @property {'override' | 'official' | 'substitute'} kind
 * @property {string} dist folder that holds the whole of Electron
 * @property {string} executable absolute path
 * @property {string} version `unknown` for an override that does not say
 * @property {string} description one line: which runtime this is and why it was chosen
 */

export const repositoryRoot = fileURLToPath(new URL('..', import.meta.url));

const electronPackage = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));

/** A refused download is not tried again for a day, so that offline machines start quickly. */
const refusalLastsMs = 24 * 60 * 60 * 1000;

/**
 * Finds an Electron to run this app with during development and tests: the one that ELECTRON_OVERRIDE_DIST_PATH names;
 * else the official binary, downloaded if need be; else, on Linux x64, the substitute.
 *
 * CONTRIBUTOR_INSIGHTS_CACHE moves the cache folder, CONTRIBUTOR_INSIGHTS_RETRY_ELECTRON=1 forgets a refused download.
 * @param {{ say?: (line: string) => void, cacheDir?: string }} [options] `say` gets the lines meant for people, stderr
 *   if not given: a line before each long step, and last the description of the runtime
 * @returns {Promise<Runtime>}
 * @throws {ScriptError} no runtime can be had; the hint says what to do
 */
export async function findRuntime({ say = console.error, cacheDir = defaultCacheDir() } = {}) {
  const runtime = (await findOverride()) ?? (await findOfficial(cacheDir, say));
  say(runtime.description);
  return runtime;
}

/**
 * The environment that makes the `electron` package, electron-vite and Playwright start this runtime.
 * @param {Runtime} runtime
 * @returns {NodeJS.ProcessEnv} to be merged into the environment of the program
 */
export function runtimeEnvironment({ kind, dist, executable }) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ELECTRON_EXEC_PATH: executable };
  // The official binary is where the `electron` package looks anyway.
  if (kind !== 'official') env.ELECTRON_OVERRIDE_DIST_PATH = dist;
  return env;
}

/** @returns {string} */
function defaultCacheDir() {
  const chosen = process.env.CONTRIBUTOR_INSIGHTS_CACHE;
  return chosen ? path.resolve(chosen) : path.join(repositoryRoot, 'node_modules', '.cache', 'contributor-insights');
}

/** @returns {Promise<Runtime | undefined>} */
async function findOverride() {
  const chosen = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!chosen) return undefined;
  const dist = path.resolve(chosen);
  const executable = path.join(dist, executableName());
  if (!existsSync(executable)) {
    throw new ScriptError(
      `ELECTRON_OVERRIDE_DIST_PATH is ${dist}, but there is no ${executableName()} in it.`,
      'Name a folder that holds an Electron, or unset the variable.',
    );
  }
  const version = await readVersion(dist);
  const description = `Electron ${version}: ELECTRON_OVERRIDE_DIST_PATH names it.`;
  return { kind: 'override', dist, executable, version, description };
}

/**
 * @param {string} cacheDir
 * @param {(line: string) => void} say
 * @returns {Promise<Runtime>}
 */
async function findOfficial(cacheDir, say) {
  const version = JSON.parse(await readFile(path.join(electronPackage, 'package.json'), 'utf8')).version;
  const dist = path.join(electronPackage, 'dist');
  const executable = path.join(dist, executableName());
  const complete = () => existsSync(path.join(electronPackage, 'path.txt')) && existsSync(executable);
  const reason = complete() ? undefined : await downloadOfficial(version, cacheDir, say);
  if (complete()) {
    return { kind: 'official', dist, executable, version, description: `Electron ${version}: the official binary.` };
  }
  if (!canUseSubstitute()) {
    throw new ScriptError(
      `Electron ${version} is not installed and could not be downloaded: ${reason}`,
      'Run `npx install-electron`, with ELECTRON_MIRROR set if you use a mirror, or set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds an Electron.',
    );
  }
  const home = await prepareSubstitute(cacheDir, say);
  return {
    kind: 'substitute',
    dist: home,
    executable: path.join(home, 'electron'),
    version: substitute.version,
    description: `Electron ${substitute.version}: the substitute, for development and tests only, since the official ${version} could not be downloaded (${reason}).`,
  };
}

/**
 * Lets the `electron` package download its binary, unless that was refused within the last day.
 * @param {string} version
 * @param {string} cacheDir
 * @param {(line: string) => void} say
 * @returns {Promise<string | undefined>} why it failed
 */
async function downloadOfficial(version, cacheDir, say) {
  const note = path.join(cacheDir, 'official-refused.json');
  const source = `${version} ${process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? ''}`.trim();
  if (process.env.CONTRIBUTOR_INSIGHTS_RETRY_ELECTRON !== '1') {
    const refusal = await readRefusal(note, source);
    if (refusal) return refusal;
  }
  say(`Downloading Electron ${version} (once) …`);
  // Where nothing can stand in, a slow connection gets all the time it needs.
  const timeoutMs = (canUseSubstitute() ? 2 : 30) * 60 * 1000;
  const env = { ...process.env };
  // The downloader uses a proxy only when it is told to.
  if (env.HTTPS_PROXY || env.https_proxy) env.ELECTRON_GET_USE_PROXY ??= 'true';
  const installer = path.join(electronPackage, 'install.js');
  const outcome = await runQuietly(process.execPath, [installer], { env, timeoutMs });
  if (outcome.status === 0) {
    await rm(note, { force: true });
    return undefined;
  }
  const reason = outcome.timedOut ? `not done after ${timeoutMs / 60_000} minutes` : readReason(outcome.output);
  await mkdir(cacheDir, { recursive: true });
  await writeFile(note, JSON.stringify({ source, reason, at: Date.now() }));
  return reason;
}

/**
 * @param {string} note file
 * @param {string} source what was asked for: version and mirror
 * @returns {Promise<string | undefined>} the reason, while the refusal holds
 */
async function readRefusal(note, source) {
  try {
    const refusal = JSON.parse(await readFile(note, 'utf8'));
    const ageMs = Date.now() - refusal.at;
    if (refusal.source !== source || !(ageMs >= 0 && ageMs < refusalLastsMs)) return undefined;
    return `${refusal.reason}, tried ${new Date(refusal.at).toISOString().slice(0, 16)}Z`;
  } catch {
    return undefined; // No note, or one that was cut off while it was written: try again.
  }
}

/** @param {string} dist */
async function readVersion(dist) {
  const text = await readFile(path.join(dist, 'version'), 'utf8').catch(() => 'unknown');
  return text.trim().replace(/^v/, '');
}

/** @returns {string} path of the executable inside Electron's folder */
function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(async () => {
    console.log((await findRuntime()).dist);
    return 0;
  });
}
