// Copied to resources/app of the substitute runtime, where Electron's own default app would be: starts the app named on
// the command line. Usage: electron [flags] [-r MODULE]... APP [arguments of the app]
const fs = require('node:fs');
const path = require('node:path');

// Neither is in the public types; Electron's default app uses both.
const app =
  /** @type {import('electron').App & { setAppPath(path: string): void, setVersion(version: string): void }} */ (
    require('electron').app
  );
const Module = /** @type {{ _load(file: string, parent: object | null, isMain: boolean): void }} */ (
  /** @type {unknown} */ (require('node:module'))
);

/**
 * Splits the command line into preloaded modules and the app's path.
 * @param {string[]} argv without the executable
 */
function readArguments(argv) {
  /** @type {string[]} */
  const preloads = [];
  const rest = [...argv];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '-r' || arg === '--require') preloads.push(path.resolve(rest.shift() ?? ''));
    else if (!arg.startsWith('-')) return { preloads, appPath: path.resolve(arg) };
  }
  return { preloads, appPath: undefined };
}

/**
 * Gives Electron the name, version and root of the app, as it does for a packaged one.
 * @param {string} appPath
 */
function adoptPackage(appPath) {
  const manifest = path.join(appPath, 'package.json');
  if (!fs.existsSync(manifest)) {
    app.setAppPath(path.dirname(appPath));
    return;
  }
  const { name, productName, version } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  app.setAppPath(appPath);
  if (productName || name) app.setName(productName || name);
  if (version) app.setVersion(version);
}

const { preloads, appPath } = readArguments(process.argv.slice(1));
if (appPath === undefined) {
  console.error('Name the folder or the file of an app: electron APP');
  process.exit(1);
}
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
adoptPackage(appPath);
// A preload may rewrite process.argv, as Playwright's does, so they come after it was read.
for (const preload of preloads) require(preload);
Module._load(appPath, null, true);
