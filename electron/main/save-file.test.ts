import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { plainName, saveFile } from './save-file';

test('a suggested name names no folder', () => {
  expect(['report.csv', '../../etc/passwd', 'C:\\Windows\\a.html', '..', '.hidden', ''].map(plainName)).toEqual([
    'report.csv',
    'passwd',
    'a.html',
    'export',
    'hidden',
    'export',
  ]);
});

test('a file is replaced as a whole, and nothing else is left in its folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'report.csv');
  await writeFile(path, 'the old one, which is longer');
  expect(await saveFile(path, 'new')).toMatchObject({ problems: [] });
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await saveFile(path, Uint8Array.of(1, 2, 3))).toMatchObject({ problems: [] });
  expect([...(await readFile(path))]).toEqual([1, 2, 3]);
  expect(await readdir(folder)).toEqual(['report.csv']);
});

test('a folder that is not there is a problem with a way out', async () => {
  const saved = await saveFile(join(tmpdir(), 'contributor-insights-nowhere', 'a.csv'), 'x');
  expect(saved).toMatchObject({ label: null, problems: [{ code: 'export/unwritable', hint: expect.any(String) }] });
});

test('nothing takes the place of a log or of the workspace', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'flow.log');
  await writeFile(path, 'a log');
  for (const kept of [path, folder]) {
    expect(await saveFile(path, 'x', [kept])).toMatchObject({
      label: null,
      problems: [{ code: 'export/unwritable' }],
    });
  }
  expect(await readFile(path, 'utf8')).toBe('a log');
  expect(await saveFile(join(folder, 'new.csv'), 'x', [folder])).toMatchObject({ problems: [] });
});
