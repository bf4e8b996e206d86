import { appendFile, copyFile, mkdir, rename, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectExact, followFolders } from '../support/followed-folder';

test('appended lines are read once each', async () => {
  const folder = await followFolders();
  for (let round = 0; round < 5; round++) {
    await folder.append('app.log', 3);
    await folder.look();
    await expectExact(folder);
  }
});

test('rename and create: the renamed file is read on, the new one from its start', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 10);
  await folder.look();
  await folder.append('app.log', 2);
  await rename(folder.path('app.log'), folder.path('app.log.1'));
  await folder.append('app.log', 3);
  await folder.look();
  await expectExact(folder);
  await folder.append('app.log.1', 1);
  await rename(folder.path('app.log.1'), folder.path('app.log.2'));
  await rename(folder.path('app.log'), folder.path('app.log.1'));
  await folder.append('app.log', 1);
  await folder.look();
  await expectExact(folder);
});

test('rename into another folder of the source, and back', async () => {
  const folder = await followFolders();
  await mkdir(folder.path('old'));
  await folder.append('app.log', 5);
  await folder.look();
  await rename(folder.path('app.log'), folder.path('old/app.log'));
  await folder.append('old/app.log', 1);
  await folder.look();
  await rename(folder.path('old/app.log'), folder.path('app.log'));
  await folder.append('app.log', 1);
  await folder.look();
  await expectExact(folder);
});

test('rename over another file of the source', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 5);
  await folder.append('app.log.1', 5);
  await folder.look();
  await rename(folder.path('app.log'), folder.path('app.log.1'));
  await folder.append('app.log.1', 1);
  await folder.look();
  await folder.append('app.log.1', 1);
  await folder.look();
  await expectExact(folder);
  expect(folder.source().files).toBe(1);
});

test('a file moved from one source to another is read on there', async () => {
  const folder = await followFolders(['incoming', 'archive']);
  await folder.append('app.log', 5);
  await folder.look();
  await folder.append('app.log', 2);
  await rename(folder.path('app.log'), join(folder.logs, '..', 'archive', 'app.log'));
  await folder.look();
  await expectExact(folder);
});

test('a file moved into a folder that is added later is not read again', async () => {
  const folder = await followFolders();
  const later = join(folder.logs, '..', 'later');
  await folder.append('app.log', 5);
  await folder.look();
  await mkdir(later);
  await rename(folder.path('app.log'), join(later, 'app.log'));
  await folder.engine().addSource({ path: later, group: null });
  await expectExact(folder);
});

test('a file moved out of the source is read to the end it had while it was open', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 5);
  await folder.look();
  await folder.append('app.log', 2);
  await rename(folder.path('app.log'), join(folder.logs, '..', 'app.log'));
  await appendFile(join(folder.logs, '..', 'app.log'), folder.lines(1));
  await folder.look();
  await expectExact(folder);
});

test('copy and truncate: the copy gives what was not read before, and nothing else', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 40);
  await folder.look();
  await folder.append('app.log', 4);
  await copyFile(folder.path('app.log'), folder.path('app.log.1'));
  await truncate(folder.path('app.log'), 0);
  await folder.append('app.log', 3);
  await folder.look();
  await expectExact(folder);
  expect(folder.source().notices).toEqual([]);
});

test('copy and truncate of a few bytes, seen step by step', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 2);
  await folder.look();
  await folder.append('app.log', 1);
  await copyFile(folder.path('app.log'), folder.path('app.log.1'));
  await folder.look();
  await truncate(folder.path('app.log'), 0);
  await folder.look();
  await folder.append('app.log', 1);
  await folder.look();
  await expectExact(folder);
});

test('copy and truncate where more was read than the copy holds', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 60);
  await folder.look();
  await copyFile(folder.path('app.log'), folder.path('app.log.1'));
  await folder.append('app.log', 2);
  const { engine } = folder;
  await engine().sources.hint([folder.path('app.log')]);
  await truncate(folder.path('app.log'), 0);
  await folder.append('app.log', 1);
  await folder.look();
  await folder.wait(20_000);
  await expectExact(folder);
});

test('truncated and grown past the read position at once', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 10);
  await folder.look();
  await truncate(folder.path('app.log'), 0);
  await folder.append('app.log', 30);
  await folder.look();
  await expectExact(folder);
});

test('truncated and grown past the read position while the app was off', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 10);
  await folder.look();
  await folder.engine().close();
  await truncate(folder.path('app.log'), 0);
  await folder.append('app.log', 30);
  await folder.reopen();
  await expectExact(folder);
});

test('truncated to the same size with the same time', async () => {
  const folder = await followFolders();
  const time = new Date('2026-11-23T10:00:00Z');
  await folder.append('app.log', 10);
  await utimes(folder.path('app.log'), time, time);
  await folder.look();
  await truncate(folder.path('app.log'), 0);
  await folder.append('app.log', 10);
  await folder.look();
  await expectExact(folder);
});

test('a truncation without a copy is reported, since what was appended before it may be lost', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 10);
  await folder.look();
  await appendFile(folder.path('app.log'), 'this line is gone before anyone could read it\n');
  await truncate(folder.path('app.log'), 0);
  await folder.append('app.log', 1);
  await folder.look();
  await expectExact(folder);
  expect(folder.source().notices.map(({ problem }) => problem.code)).toEqual(['file/shrunk']);
});

test('the events of a deleted file stay', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 5);
  await folder.look();
  await unlink(folder.path('app.log'));
  await folder.look();
  await folder.reopen();
  await expectExact(folder);
  expect(folder.source()).toMatchObject({ files: 0, events: 5 });
});

test('what was appended just before a file was deleted is read', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 5);
  await folder.look();
  await folder.append('app.log', 2);
  await appendFile(folder.path('app.log'), folder.lines(1).trimEnd());
  await unlink(folder.path('app.log'));
  await folder.look();
  await folder.wait(3000);
  await expectExact(folder);
});

test('deleted and recreated at once with the same first line', async () => {
  const folder = await followFolders();
  const first = '2026-11-23T10:00:00Z started\n';
  await writeFile(folder.path('app.log'), first);
  await folder.look();
  await unlink(folder.path('app.log'));
  await writeFile(folder.path('app.log'), first + folder.lines(2));
  await folder.look();
  folder.written.push(first.trimEnd(), first.trimEnd());
  await expectExact(folder);
});

test('deleted and recreated at once with the same first line while the app was off, on the same inode', async () => {
  const folder = await followFolders();
  const first = '2026-11-23T10:00:00Z started\n';
  await writeFile(folder.path('app.log'), first);
  await folder.look();
  await folder.engine().close();
  await unlink(folder.path('app.log'));
  await writeFile(folder.path('app.log'), first + folder.lines(2));
  await folder.reopen();
  folder.written.push(first.trimEnd(), first.trimEnd());
  await expectExact(folder);
});

test('an inode that is given to another file', async () => {
  const folder = await followFolders();
  await folder.append('a.log', 5);
  await folder.look();
  await folder.engine().close();
  await unlink(folder.path('a.log'));
  await folder.append('b.log', 20);
  await folder.reopen();
  await expectExact(folder);
});

test('a file replaced by a longer version of itself, as rsync does', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 50);
  await folder.look();
  await copyFile(folder.path('app.log'), folder.path('.app.log.x7'));
  await appendFile(folder.path('.app.log.x7'), folder.lines(5));
  await rename(folder.path('.app.log.x7'), folder.path('app.log'));
  await folder.look();
  await expectExact(folder);
});

test('a file replaced by another one', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 50);
  await folder.look();
  await writeFile(folder.path('.new'), folder.lines(60));
  await rename(folder.path('.new'), folder.path('app.log'));
  await folder.look();
  await expectExact(folder);
});

test('two files with the same first kilobytes are two files', async () => {
  const folder = await followFolders();
  const banner = Array.from({ length: 200 }, (_, index) => `2026-11-23T10:00:00Z banner ${index}`);
  await writeFile(folder.path('messages.log'), `${banner.join('\n')}\n`);
  await folder.look();
  await writeFile(folder.path('syslog.log'), `${banner.join('\n')}\n`);
  await folder.look();
  await folder.append('messages.log', 3);
  await folder.append('syslog.log', 3);
  await folder.look();
  folder.written.push(...banner, ...banner);
  await expectExact(folder);
});

test('a copy that stays beside its original is a file of its own after a while', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 50);
  await folder.look();
  await copyFile(folder.path('app.log'), folder.path('app.log.copy'));
  await folder.look();
  await expectExact(folder);
  await folder.wait(11_000);
  folder.written.push(...folder.written);
  await expectExact(folder);
});

test('a few bytes, an empty first line, and a file that begins empty', async () => {
  const folder = await followFolders();
  await writeFile(folder.path('empty.log'), '');
  await writeFile(folder.path('blank.log'), '\n');
  await writeFile(folder.path('short.log'), 'x\n');
  folder.written.push('x');
  await folder.look();
  await folder.append('empty.log', 1);
  await folder.append('blank.log', 1);
  await folder.append('short.log', 1);
  await folder.look();
  await rename(folder.path('blank.log'), folder.path('blank.log.1'));
  await folder.look();
  await folder.reopen();
  await expectExact(folder);
});

test('a single file as a source, rotated', async () => {
  const folder = await followFolders([]);
  await mkdir(folder.logs);
  await folder.append('app.log', 5);
  await folder.engine().addSource({ path: folder.path('app.log'), group: null });
  await folder.append('app.log', 1);
  await rename(folder.path('app.log'), folder.path('app.log.1'));
  await folder.look();
  await folder.append('app.log', 3);
  await folder.look();
  await expectExact(folder);
});

test('what is written while the app is off is read at the next start', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 5);
  await folder.look();
  await folder.engine().close();
  await folder.append('app.log', 5);
  await rename(folder.path('app.log'), folder.path('app.log.1'));
  await folder.append('app.log', 5);
  await mkdir(folder.path('new'));
  await folder.append('new/b.log', 5);
  await folder.reopen();
  await expectExact(folder);
});

test('a source can be paused and goes on where it stopped', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 5);
  await folder.look();
  const { id } = folder.source();
  expect(await folder.engine().sources.pause(id)).toMatchObject({ state: 'paused' });
  await folder.append('app.log', 5);
  await folder.look();
  await folder.reopen();
  expect(folder.source()).toMatchObject({ state: 'paused', events: 5 });
  await folder.engine().sources.load(id);
  expect(folder.source()).toMatchObject({ state: 'watching', events: 10 });
  await expectExact(folder);
});
