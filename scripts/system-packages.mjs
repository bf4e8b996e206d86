import { existsSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from './processes.mjs';
import { ScriptError } from './script-error.mjs';

/**
 * Debian packages by the shared libraries that Electron links to. Newer releases of Debian and Ubuntu renamed some of
 * them with a `t64` at the end.
 */
const packageByLibrary = new Map([
  ['libgtk-3.so.0', 'libgtk-3-0'],
  ['libgdk-3.so.0', 'libgtk-3-0'],
  ['libnss3.so', 'libnss3'],
  ['libnssutil3.so', 'libnss3'],
  ['libsmime3.so', 'libnss3'],
  ['libnspr4.so', 'libnspr4'],
  ['libasound.so.2', 'libasound2'],
  ['libgbm.so.1', 'libgbm1'],
  ['libXss.so.1', 'libxss1'],
  ['libatk-1.0.so.0', 'libatk1.0-0'],
  ['libatk-bridge-2.0.so.0', 'libatk-bridge2.0-0'],
  ['libatspi.so.0', 'libatspi2.0-0'],
  ['libcups.so.2', 'libcups2'],
  ['libdbus-1.so.3', 'libdbus-1-3'],
  ['libdrm.so.2', 'libdrm2'],
  ['libpango-1.0.so.0', 'libpango-1.0-0'],
  ['libcairo.so.2', 'libcairo2'],
  ['libgobject-2.0.so.0', 'libglib2.0-0'],
  ['libglib-2.0.so.0', 'libglib2.0-0'],
  ['libgio-2.0.so.0', 'libglib2.0-0'],
  ['libX11.so.6', 'libx11-6'],
  ['libXcomposite.so.1', 'libxcomposite1'],
  ['libXdamage.so.1', 'libxdamage1'],
  ['libXext.so.6', 'libxext6'],
  ['libXfixes.so.3', 'libxfixes3'],
  ['libXrandr.so.2', 'libxrandr2'],
  ['libxcb.so.1', 'libxcb1'],
  ['libxkbcommon.so.0', 'libxkbcommon0'],
  ['libexpat.so.1', 'libexpat1'],
  ['libudev.so.1', 'libudev1'],
]);

/**
 * Makes sure that Electron finds its shared libraries and, if asked for, that a virtual display can be started.
 * Does nothing outside Linux.
 * @param {object} needs
 * @param {string} needs.executable Electron's
 * @param {boolean} needs.display whether Xvfb is needed
 * @param {boolean} needs.install whether to install what is missing, which takes root and apt; else it is only named
 * @param {(line: string) => void} [needs.say] told before something is installed
 * @throws {ScriptError} something is missing; the hint is the command that installs it
 */
export async function ensureSystemPackages({ executable, display, install, say = console.error }) {
  if (process.platform !== 'linux') return;
  const missing = await findMissing(executable, display);
  if (missing.length === 0) return;
  if (!install || process.getuid?.() !== 0 || !hasProgram('apt-get'))
    throw describeMissing(missing, await nameDebianPackages(missing));
  await runApt(['update', '-q']);
  const packages = await nameDebianPackages(missing);
  say(`Installing system packages: ${packages.join(' ')}`);
  await runApt(['install', '-y', '-q', '--no-install-recommends', ...packages]);
  const stillMissing = await findMissing(executable, display);
  if (stillMissing.length > 0) throw describeMissing(stillMissing, packages);
}

/**
 * @param {string} executable
 * @param {boolean} display
 * @returns {Promise<string[]>} libraries, and `Xvfb`
 */
async function findMissing(executable, display) {
  const { output } = await runQuietly('ldd', [executable], { env: { ...process.env, LC_ALL: 'C' } });
  const missing = readMissingLibraries(output);
  if (display && !hasProgram('Xvfb')) missing.push('Xvfb');
  return missing;
}

/**
 * @param {string} lddOutput
 * @returns {string[]} names of the libraries that the loader does not find
 */
export function readMissingLibraries(lddOutput) {
  const names = [...lddOutput.matchAll(/^\s*(\S+) => not found/gm)].map((match) => String(match[1]));
  return [...new Set(names)];
}

/**
 * @param {string[]} missing libraries, and `Xvfb`
 * @returns {string[]} packages of Debian 12 that hold them; what no known package holds is left out
 */
export function listPackages(missing) {
  const names = missing.map((name) => (name === 'Xvfb' ? 'xvfb' : packageByLibrary.get(name)));
  return [...new Set(names.filter((name) => name !== undefined))];
}

/**
 * @param {string[]} missing
 * @returns {Promise<string[]>} packages by the names that this machine's release gives them
 */
async function nameDebianPackages(missing) {
  const packages = listPackages(missing);
  if (packages.length === 0 || !hasProgram('apt-cache')) return packages;
  const candidates = packages.flatMap((name) => [name, `${name}t64`]);
  const { output } = await runQuietly('apt-cache', ['policy', ...candidates], { env: { ...process.env, LC_ALL: 'C' } });
  const available = readAvailablePackages(output);
  return packages.map((name) => (!available.has(name) && available.has(`${name}t64`) ? `${name}t64` : name));
}

/**
 * @param {string} policyOutput of `apt-cache policy`
 * @returns {Set<string>} packages that can be installed; an old name that others only provide is not one of them
 */
export function readAvailablePackages(policyOutput) {
  const entries = policyOutput.matchAll(/^(\S+):\n {2}Installed: .*\n {2}Candidate: (.*)$/gm);
  return new Set([...entries].filter((entry) => entry[2] !== '(none)').map((entry) => String(entry[1])));
}

/** @param {string[]} missing @param {string[]} packages */
function describeMissing(missing, packages) {
  const message = `Electron cannot start, because this machine lacks: ${missing.join(', ')}`;
  if (packages.length === 0 || !hasProgram('apt-get')) {
    return new ScriptError(message, 'Install the packages of your distribution that hold them.');
  }
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return new ScriptError(
    message,
    `Install them with: ${sudo}apt-get update && ${sudo}apt-get install -y ${packages.join(' ')}`,
  );
}

/** @param {string[]} args */
async function runApt(args) {
  // Another apt may hold the lock for a while: a fresh machine updates itself.
  const outcome = await runQuietly('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (outcome.status === 0) return;
  throw new ScriptError(
    `apt-get ${args[0]} failed:\n${outcome.output.trim()}`,
    'Install the packages by hand, then start again.',
  );
}

/**
 * @param {string} name
 * @returns {boolean} whether a program of that name is on the PATH
 */
export function hasProgram(name) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => folder !== '' && existsSync(path.join(folder, name)));
}
