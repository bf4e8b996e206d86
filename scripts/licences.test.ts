import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { repositoryRoot } from './electron-runtime.mjs';
import { findDependencies, readLicences } from './licences.mjs';

test('every package that main, engine and command line hold has a licence with its text', () => {
  const licences = readLicences(repositoryRoot, findDependencies(repositoryRoot));
  expect(licences[0]).toMatchObject({ name: 'Contributor Insights', licence: 'MIT' });
  const names = licences.map(({ name }) => name);
  // Those of the manifest, and what they bring along.
  expect(names).toEqual(expect.arrayContaining(['@duckdb/node-api', '@duckdb/node-bindings', 'readdirp', 'zod']));
  for (const { name, version, licence, text } of licences) {
    expect([name, version, licence], name).toEqual([
      expect.any(String),
      expect.stringMatching(/^\d/),
      expect.any(String),
    ]);
    expect(text.length, name).toBeGreaterThan(200);
  }
});

test('a package inside another is found there, and one that names its licence in the text alone is named after it', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const add = (folder: string, manifest: object) => {
    mkdirSync(path.join(root, folder), { recursive: true });
    writeFileSync(path.join(root, folder, 'package.json'), JSON.stringify({ version: '1.0.0', ...manifest }));
    writeFileSync(path.join(root, folder, 'LICENSE.md'), 'Some License\n\nAll of it.\n');
  };
  add('.', { name: 'root', license: 'MIT', dependencies: { outer: '1' }, devDependencies: { tool: '1' } });
  add('node_modules/tool', { name: 'tool' });
  add('node_modules/inner', { name: 'inner', version: '1.0.0' });
  add('node_modules/outer', { name: 'outer', license: 'ISC', dependencies: { inner: '2' } });
  add('node_modules/outer/node_modules/inner', { name: 'inner', version: '2.0.0', dependencies: { outer: '1' } });
  const found = readLicences(root, findDependencies(root)).map(({ name, version, licence }) => [
    name,
    version,
    licence,
  ]);
  expect(found).toEqual([
    ['Contributor Insights', '1.0.0', 'MIT'],
    ['inner', '2.0.0', 'Some License'],
    ['outer', '1.0.0', 'ISC'],
  ]);
});
