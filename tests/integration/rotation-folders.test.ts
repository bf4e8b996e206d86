import { link, mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { expectExact, followFolders } from '../support/followed-folder';

test('a folder that vanishes and comes back goes on where it was', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 5);
  await folder.look();
  await rename(folder.logs, `${folder.logs}.away`);
  await folder.look();
  expect(folder.source().state).toBe('missing');
  await rename(`${folder.logs}.away`, folder.logs);
  await folder.append('app.log', 2);
  await folder.look();
  expect(folder.source().state).toBe('watching');
  await expectExact(folder);
});

test('a folder that comes back as a copy, with other inodes, is not read again', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 5);
  const time = new Date('2026-11-23T10:00:00Z');
  await utimes(folder.path('app.log'), time, time);
  await folder.look();
  const content = await readFile(folder.path('app.log'));
  await rm(folder.logs, { recursive: true });
  await folder.look();
  await mkdir(folder.logs);
  await writeFile(folder.path('other.log'), folder.lines(1));
  await writeFile(folder.path('app.log'), content);
  await utimes(folder.path('app.log'), time, time);
  await folder.look();
  await expectExact(folder);
});

test('links in a circle and links to other files are not followed, and a second name of a file is not read again', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 5);
  await symlink(folder.logs, folder.path('circle'));
  await symlink(folder.path('app.log'), folder.path('current.log'));
  await folder.look();
  await link(folder.path('app.log'), folder.path('second-name.log'));
  await folder.append('app.log', 1);
  await folder.look();
  await expectExact(folder);
});
