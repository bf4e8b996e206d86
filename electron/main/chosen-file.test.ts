import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { caseFile, namesFile, readChosenFile } from './chosen-file';

test.each([
  ['case/unreadable', caseFile, 600],
  ['names/unreadable', namesFile, 40],
] as const)('a chosen file is read; one that is too large, gone or none is %s', async (code, kind, tooManyMiB) => {
  const folder = await mkdtemp(join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'chosen');
  await writeFile(path, 'PK');
  const { name, data, problems } = await readChosenFile(path, kind);
  expect([name, Buffer.from(data ?? []).toString(), problems]).toEqual(['chosen', 'PK', []]);
  await truncate(path, tooManyMiB * 1024 * 1024);
  const large = await readChosenFile(path, kind);
  expect(large).toMatchObject({ data: null, problems: [{ code, place: path }] });
  const gone = await readChosenFile(join(folder, 'gone'), kind);
  expect(gone).toMatchObject({ data: null, problems: [{ code }] });
  expect(gone.problems[0]?.message).toContain('ENOENT');
  await mkdir(join(folder, 'inside'));
  const none = await readChosenFile(join(folder, 'inside'), kind);
  expect(none).toMatchObject({ data: null, problems: [{ code, message: 'This is no file.' }] });
});
