import { readFile } from 'node:fs/promises';

/** Stands before the fuses in the executable. @see https://www.electronjs.org/docs/latest/tutorial/fuses */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** Names of electron-builder, in the order of the fuse wire. */
const fuseNames = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
];

/** @typedef {Record<string, boolean>} Fuses by name: whether the feature is on */

/**
 * @param {string} executable of Electron; on macOS the binary inside its framework
 * @returns {Promise<Fuses>} the fuses that this version of Electron has
 * @throws Error where the file has no fuses
 */
export async function readFuses(executable) {
  return parseFuses(await readFile(executable));
}

/**
 * @param {Buffer} content of an executable
 * @returns {Fuses}
 */
export function parseFuses(content) {
  const at = content.indexOf(sentinel);
  if (at < 0) throw new Error('There are no fuses in this file.');
  const wire = at + sentinel.length;
  const version = content[wire];
  if (version !== 1) throw new Error(`The fuses are of version ${version}, which is not known.`);
  const states = content.subarray(wire + 2, wire + 2 + (content[wire + 1] ?? 0)).toString('latin1');
  return Object.fromEntries(fuseNames.slice(0, states.length).map((name, i) => [name, states[i] === '1']));
}

/**
 * @param {Fuses} wanted
 * @param {Fuses} found
 * @returns {string[]} names of fuses that are not as wanted, those that the executable lacks among them
 */
export function listWrongFuses(wanted, found) {
  return Object.keys(wanted).filter((name) => found[name] !== wanted[name]);
}
