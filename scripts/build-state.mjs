import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { runNpm } from './processes.mjs';
import { ScriptError } from './script-error.mjs';

/** What a build reads, relative to the repository. Folders count with all that is in them, tests aside. */
const sources = [
  'electron',
  'renderer',
  'shared',
  'electron.vite.config.ts',
  'package.json',
  'scripts/licences.mjs',
  'tsconfig.json',
];

/** What a build writes. */
const products = [
  'out/main/index.js',
  'out/preload/index.js',
  'out/engine/index.js',
  'out/cli/index.js',
  'out/renderer/index.html',
];

/**
 * Builds the app unless it is newer than all of its sources.
 * @param {string} root of the repository
 * @param {{ say?: (line: string) => void, always?: boolean }} [options]
 * @throws {ScriptError} the build failed; the message holds what it wrote
 */
export async function ensureBuild(root, { say = console.error, always = false } = {}) {
  if (!always && !isBuildStale(root)) return;
  say('Building the app …');
  const outcome = await runNpm(['run', 'build'], { cwd: root });
  if (outcome.status === 0) return;
  throw new ScriptError(`The build failed:\n${outcome.output.trim()}`, 'Correct the sources, then start again.');
}

/**
 * @param {string} root of the repository
 * @returns {boolean} whether a product is missing, or a source is younger than the oldest product
 */
export function isBuildStale(root) {
  const built = products.map((file) => statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs);
  const oldest = Math.min(...built.map((timeMs) => timeMs ?? 0));
  return sources.some((source) => findNewest(path.join(root, source)) > oldest);
}

/**
 * @param {string} place file or folder
 * @returns {number} epoch ms of the last change, 0 where there is nothing; a folder's own time tells of removed files
 */
function findNewest(place) {
  const entry = statSync(place, { throwIfNoEntry: false });
  if (!entry) return 0;
  if (!entry.isDirectory()) return place.endsWith('.test.ts') ? 0 : entry.mtimeMs;
  return Math.max(entry.mtimeMs, ...readdirSync(place).map((name) => findNewest(path.join(place, name))));
}
