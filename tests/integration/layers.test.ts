import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** A folder and those that its modules may import from besides their own. */
const layers: Record<string, string[]> = {
  shared: [],
  'electron/files': ['shared'],
  'electron/engine': ['shared', 'electron/files'],
  'electron/cli': ['electron/engine', 'shared', 'electron/files'],
  'electron/preload': ['shared'],
  'electron/main': ['shared', 'electron/cli', 'electron/files'],
  renderer: ['shared'],
};

/** Packages with a place of their own. */
const confined: Record<string, (file: string) => boolean> = {
  electron: (file) => /^electron\/(main|preload)\//.test(file),
  '@duckdb/node-api': (file) => file === 'electron/engine/workspace/db.ts',
};

test('each layer imports only from the layers below it', async () => {
  const faults: string[] = [];
  for (const [layer, allowed] of Object.entries(layers)) {
    for (const file of await listSources(layer)) {
      for (const target of importsOf(file)) {
        const path = target.startsWith('.') ? posix.join(posix.dirname(file), target) : null;
        const isWithin =
          path === null || path === 'package.json' || [layer, ...allowed].some((one) => path.startsWith(`${one}/`));
        const isConfined = confined[target]?.(file) ?? true;
        const isNodeInWindow = target.startsWith('node:') && /^(shared|renderer)\//.test(file);
        if (!isWithin || !isConfined || isNodeInWindow) faults.push(`${file} imports ${target}`);
      }
    }
  }
  expect(faults).toEqual([]);
});

async function listSources(layer: string): Promise<string[]> {
  const names = await readdir(join(root, layer), { recursive: true });
  return names
    .map((name) => posix.join(layer, name.replaceAll('\\', '/')))
    .filter((file) => /\.(ts|svelte)$/.test(file) && !/\.test\.ts$/.test(file));
}

function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => target);
}
