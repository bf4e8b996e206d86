import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCaseFile } from './case-file';

test('a chosen file is read; one that is too large or gone is a problem of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.case.zip');
  await writeFile(path, 'PK');
  const { data, problems } = await readCaseFile(path);
  expect([Buffer.from(data ?? []).toString(), problems]).toEqual(['PK', []]);
  await truncate(path, 600 * 1024 * 1024);
  const large = await readCaseFile(path);
  expect(large).toMatchObject({ data: null, problems: [{ code: 'case/unreadable', place: path }] });
  const gone = await readCaseFile(join(folder, 'gone.zip'));
  expect(gone).toMatchObject({ data: null, problems: [{ code: 'case/unreadable' }] });
  expect(gone.problems[0]?.message).toContain('ENOENT');
});
