import path from 'node:path';
import { build } from 'esbuild';

const root = path.join(import.meta.dirname, '..');
/** Where the bench keeps what it makes once. */
export const cache = path.join(root, 'node_modules', '.cache', 'contributor-insights', 'bench');

/**
 * Part of the app as a module for Node: in the app itself it is inside a process.
 * @param {string} name of the file made
 * @param {string} entry its source, from the root of the repository
 * @returns {Promise<string>} the file made
 */
export async function bundle(name, entry) {
  const outfile = path.join(cache, `${name}.cjs`);
  await build({
    entryPoints: [path.join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    external: ['@duckdb/*'],
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  return outfile;
}
