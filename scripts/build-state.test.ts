import { mkdir, mkdtemp, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isBuildStale } from './build-state.mjs';

const builtAt = new Date('2026-01-02T00:00:00Z');
const before = new Date('2026-01-01T00:00:00Z');
const after = new Date('2026-01-03T00:00:00Z');
const products = [
  'out/main/index.js',
  'out/preload/index.js',
  'out/engine/index.js',
  'out/cli/index.js',
  'out/renderer/index.html',
];

let root: string;

async function place(file: string, time: Date): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, '');
  await utimes(target, time, time);
  await utimes(path.dirname(target), time, time);
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'build-state-'));
  for (const source of ['electron/main/index.ts', 'renderer/App.svelte', 'shared/rule.ts', 'package.json'])
    await place(source, before);
  for (const folder of ['electron', 'renderer', 'shared']) await utimes(path.join(root, folder), before, before);
  for (const product of products) await place(product, builtAt);
});
afterEach(() => rm(root, { recursive: true }));

test('a build younger than all sources is used as it is', () => {
  expect(isBuildStale(root)).toBe(false);
});

test.each(['electron/main/index.ts', 'renderer/App.svelte', 'package.json'])(
  'a later change of %s asks for a build',
  async (file) => {
    await utimes(path.join(root, file), after, after);
    expect(isBuildStale(root)).toBe(true);
  },
);

test('a source removed later asks for a build', async () => {
  await unlink(path.join(root, 'shared/rule.ts'));
  expect(isBuildStale(root)).toBe(true);
});

test('a later change of a test asks for none', async () => {
  await place('shared/rule.test.ts', after);
  await utimes(path.join(root, 'shared'), before, before);
  expect(isBuildStale(root)).toBe(false);
});

test.each(products)('a missing %s asks for a build', async (file) => {
  await unlink(path.join(root, file));
  expect(isBuildStale(root)).toBe(true);
});
