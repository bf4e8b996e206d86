// npm run package: builds what users install, into dist/.
//   npm run package               installers for this system; the unpacked app alone where the official Electron is lacking
//   npm run package -- --dir      the unpacked app alone
//   npm run package -- --release  the same as without it, but refused unless all of it may be released
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, Platform } from 'electron-builder';
import { ensureBuild } from './build-state.mjs';
import { findRuntime, repositoryRoot } from './electron-runtime.mjs';
import { listWrongFuses, readFuses } from './fuses.mjs';
import { runScript, ScriptError } from './script-error.mjs';
import { substituteMarker } from './substitute.mjs';

/**
 * @typedef {import('electron-builder').AfterPackContext} AfterPackContext
 * @typedef {import('electron-builder').Configuration} Configuration
 */

const distDir = path.join(repositoryRoot, 'dist');
const notForRelease = path.join(distDir, 'NOT-FOR-RELEASE.txt');

/**
 * Copies a runtime without what makes it start apps from the sources.
 * @param {string} dist
 * @param {string} target
 */
async function copyRuntime(dist, target) {
  await cp(dist, target, { recursive: true });
  await rm(path.join(target, 'resources', 'app'), { recursive: true, force: true });
  await rm(path.join(target, 'resources', 'default_app.asar'), { force: true });
  for (const name of [substituteMarker, 'version']) await rm(path.join(target, name), { force: true });
}

/**
 * Runs electron-builder with electron-builder.yml and checks that its fuses are in the result.
 * @param {Configuration} config added to the file's
 * @param {{ dirOnly: boolean, beforeFuses?: (context: AfterPackContext) => Promise<void> }} options
 */
async function pack(config, { dirOnly, beforeFuses }) {
  /** @type {AfterPackContext[]} */
  const packed = [];
  await build({
    projectDir: repositoryRoot,
    publish: 'never',
    ...(dirOnly ? { targets: Platform.current().createTarget('dir') } : {}),
    config: {
      ...config,
      // electron-builder sets the fuses after this hook.
      afterPack: async (context) => {
        packed.push(context);
        await beforeFuses?.(context);
      },
    },
  });
  for (const context of packed) await checkFuses(context);
}

/**
 * @param {AfterPackContext} context
 * @throws {ScriptError} a fuse is not as electron-builder.yml wants it
 */
async function checkFuses(context) {
  const entries = Object.entries(context.packager.config.electronFuses ?? {});
  const wanted = Object.fromEntries(entries.filter(([, value]) => typeof value === 'boolean'));
  const wrong = listWrongFuses(wanted, await readFuses(findFusedFile(context)));
  if (wrong.length === 0) return;
  throw new ScriptError(
    `The packaged app's fuses are not as electron-builder.yml wants them: ${wrong.join(', ')}`,
    'Do not release it. Check that the Electron version has these fuses.',
  );
}

/**
 * Leaves out the fuses that came after this Electron, which would stop electron-builder.
 * @param {AfterPackContext} context
 */
async function dropUnknownFuses(context) {
  const wanted = /** @type {Record<string, unknown>} */ (context.packager.config.electronFuses ?? {});
  const found = await readFuses(findFusedFile(context));
  for (const name of Object.keys(wanted)) {
    if (name in found) continue;
    console.error(`This Electron has no fuse ${name}, so it is not set.`);
    delete wanted[name];
  }
}

/** @param {AfterPackContext} context */
function findFusedFile({ appOutDir, packager }) {
  const { productFilename } = packager.appInfo;
  if (packager.platform === Platform.MAC) {
    const framework = `${productFilename}.app/Contents/Frameworks/Electron Framework.framework/Electron Framework`;
    return path.join(appOutDir, framework);
  }
  const name =
    packager.platform === Platform.WINDOWS ? `${productFilename}.exe` : packager.config.linux?.executableName;
  return path.join(appOutDir, name ?? productFilename);
}

/**
 * Packages the unpacked app around a runtime that is not the official one, so that packaging itself can be checked.
 * @param {import('./electron-runtime.mjs').Runtime} runtime
 */
async function packNotForRelease(runtime) {
  const isSubstitute = existsSync(path.join(runtime.dist, substituteMarker));
  const text = `Not for release: this build holds ${isSubstitute ? 'the substitute' : 'an unchecked'} Electron ${runtime.version}, which is for development and tests only. A release is built where the official Electron can be downloaded.`;
  console.error(text);
  const workDir = await mkdtemp(path.join(tmpdir(), 'contributor-insights-package-'));
  try {
    await copyRuntime(runtime.dist, workDir);
    const electronVersion = runtime.version === 'unknown' ? {} : { electronVersion: runtime.version };
    await pack({ electronDist: workDir, ...electronVersion }, { dirOnly: true, beforeFuses: dropUnknownFuses });
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
  await writeFile(notForRelease, `${text}\n`);
  console.error(text);
}

await runScript(async () => {
  const args = process.argv.slice(2);
  const isRelease = args.includes('--release') || process.env.CONTRIBUTOR_INSIGHTS_RELEASE === '1';
  const runtime = await findRuntime();
  if (isRelease && runtime.kind !== 'official') {
    throw new ScriptError(
      'A release holds the official Electron only, and this machine does not have it.',
      'Run `npx install-electron` where it can be downloaded, with ELECTRON_OVERRIDE_DIST_PATH unset, or package without --release to check the build.',
    );
  }
  await ensureBuild(repositoryRoot, { always: true });
  // What an earlier run left must not be taken for a part of this one.
  await rm(distDir, { recursive: true, force: true });
  if (runtime.kind === 'official') await pack({}, { dirOnly: args.includes('--dir') });
  else await packNotForRelease(runtime);
  return 0;
});
