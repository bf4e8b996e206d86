import { appendFile, rename, unlink, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compress, expectExact, followFolders } from '../support/followed-folder';

test('compress and delete: nothing is read twice', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 50);
  await folder.look();
  await compress(folder, 'app.log', 'app.log.1.gz');
  await unlink(folder.path('app.log'));
  await folder.append('app.log', 2);
  await folder.look();
  await folder.wait(20_000);
  await expectExact(folder);
});

test('compress and delete of a few bytes', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 2);
  await folder.look();
  await rename(folder.path('app.log'), folder.path('app.log.1'));
  await folder.append('app.log', 1);
  await folder.look();
  await compress(folder, 'app.log.1');
  await folder.look();
  await unlink(folder.path('app.log.1'));
  await folder.look();
  await folder.wait(20_000);
  await expectExact(folder);
});

test('compress and delete while the app was off: only the rest is read', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 50);
  await folder.look();
  await folder.engine().close();
  await folder.append('app.log', 7);
  await compress(folder, 'app.log', 'app.log-20261123.gz');
  await unlink(folder.path('app.log'));
  await folder.append('app.log', 2);
  await folder.reopen();
  await expectExact(folder);
});

test('a packed file that is still being written is read once it is whole', async () => {
  const folder = await followFolders();
  const packed = gzipSync(folder.lines(5000));
  await writeFile(folder.path('app.log.1.gz'), packed.subarray(0, packed.length / 2));
  await folder.look();
  await appendFile(folder.path('app.log.1.gz'), packed.subarray(packed.length / 2));
  await folder.look();
  await expectExact(folder);
  expect(folder.source().notices).toEqual([]);
});

test('a packed file that gets one more member is read on', async () => {
  const folder = await followFolders();
  await writeFile(folder.path('app.log.gz'), gzipSync(folder.lines(100)));
  await folder.look();
  await appendFile(folder.path('app.log.gz'), gzipSync(folder.lines(3)));
  await folder.look();
  await folder.wait(70_000);
  await expectExact(folder);
});

test('packed files that are renamed are not read again', async () => {
  const folder = await followFolders();
  await writeFile(folder.path('app.log.1.gz'), gzipSync(folder.lines(10)));
  await folder.look();
  await rename(folder.path('app.log.1.gz'), folder.path('app.log.2.gz'));
  await writeFile(folder.path('app.log.1.gz'), gzipSync(folder.lines(10)));
  await folder.look();
  await folder.reopen();
  await expectExact(folder);
});
