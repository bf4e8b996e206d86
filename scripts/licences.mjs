// The licences that the window's help shows: of this project, and of each package that is in what users install.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** @typedef {{ name: string, version: string, licence: string, text: string }} Licence */

const moduleId = 'virtual:licences';
/** Stands in the bundle until all that is in it is known. */
const placeholder = '@@licences@@';

/**
 * Makes the module `virtual:licences`: the packages of main, engine and command line, and those in the window's bundle.
 * @param {string} root of the repository
 * @returns {import('vite').Plugin}
 */
export function listLicencesInBundle(root) {
  let isServed = false;
  return {
    name: 'licences',
    configResolved: ({ command }) => {
      isServed = command === 'serve';
    },
    resolveId: (id) => (id === moduleId ? `\0${moduleId}` : null),
    load(id) {
      if (id !== `\0${moduleId}`) return null;
      const text = isServed ? JSON.stringify(readLicences(root, findDependencies(root))) : placeholder;
      return `export const licences = JSON.parse(${JSON.stringify(text)});`;
    },
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
      const bundled = chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => findPackage(id) ?? []));
      const licences = readLicences(root, [...findDependencies(root), ...bundled]);
      for (const chunk of chunks) {
        chunk.code = chunk.code.replace(/(["'`])@@licences@@\1/, () => JSON.stringify(JSON.stringify(licences)));
      }
    },
  };
}

/**
 * The folders of the packages in `dependencies`, with those that they depend on themselves.
 * @param {string} root of the repository
 * @returns {string[]}
 */
export function findDependencies(root) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} folder */
  const follow = (folder) => {
    for (const name of Object.keys(readPackage(folder).dependencies ?? {})) {
      const target = findInstalled(folder, name, root);
      if (target === null || found.has(target)) continue;
      found.add(target);
      follow(target);
    }
  };
  follow(root);
  return [...found];
}

/**
 * @param {string} root of the repository
 * @param {string[]} folders of packages; one may be named twice, also by a link
 * @returns {Licence[]} the project's own first, the others by name
 */
export function readLicences(root, folders) {
  const real = new Set(folders.map((folder) => realpathSync(folder)));
  const others = [...real].map(readLicence).sort((a, b) => (a.name < b.name ? -1 : 1));
  return [{ ...readLicence(root), name: 'Contributor Insights' }, ...others];
}

/**
 * @param {string} folder of a package
 * @returns {Licence} with no text where the package brings none along
 */
function readLicence(folder) {
  const { name, version, license } = readPackage(folder);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const text = file === undefined ? '' : readFileSync(path.join(folder, file), 'utf8').trim();
  // Some name it nowhere but in the text, whose first line is its name.
  return { name, version, licence: license ?? text.split('\n')[0] ?? '', text };
}

/**
 * @param {string} id of a module in the bundle: a path, perhaps with a query
 * @returns {string | null} the folder of the installed package that it comes from
 */
function findPackage(id) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id.replace(/^\0/, ''))?.[0] ?? null;
}

/**
 * @param {string} from folder of the package that asks
 * @param {string} name
 * @param {string} root of the repository
 * @returns {string | null}
 */
function findInstalled(from, name, root) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const target = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(target, 'package.json'))) return target;
    if (folder === root || folder === path.dirname(folder)) return null;
  }
}

/** @param {string} folder */
function readPackage(folder) {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
}
