import {
  appendFile,
  copyFile,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type FollowedFolder, followFolders } from '../support/followed-folder';

/** Every line written stands in the workspace once. */
async function expectExact(folder: FollowedFolder): Promise<void> {
  expect(await folder.events()).toEqual(folder.expected());
}

async function compress(folder: FollowedFolder, from: string, to = `${from}.gz`): Promise<void> {
  await writeFile(folder.path(to), gzipSync(await readFile(folder.path(from))));
}

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

test('half lines wait for their rest', async () => {
  const folder = await followFolders();
  const text = folder.lines(3);
  for (let at = 0; at < text.length; at += 7) {
    await appendFile(folder.path('app.log'), text.slice(at, at + 7));
    await folder.look();
  }
  await expectExact(folder);
});

test('a last line without an end counts once the file is quiet, and is replaced when it goes on', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 1);
  await appendFile(folder.path('app.log'), '2026-11-23T10:00:00Z half');
  await folder.look();
  await expectExact(folder);
  await folder.wait(3000);
  folder.written.push('2026-11-23T10:00:00Z half');
  await expectExact(folder);
  await appendFile(folder.path('app.log'), ' and the other half');
  await folder.look();
  folder.written[1] = '2026-11-23T10:00:00Z half and the other half';
  await expectExact(folder);
  await appendFile(folder.path('app.log'), `\n${folder.lines(1)}`);
  await folder.look();
  await expectExact(folder);
  await folder.reopen();
  await expectExact(folder);
});

test('a last line that was taken without its end goes on after the workspace was closed', async () => {
  const folder = await followFolders();
  const text = folder.lines(2);
  await writeFile(folder.path('app.log'), text.slice(0, -10));
  await folder.look();
  await folder.wait(3000);
  await folder.engine().close();
  await appendFile(folder.path('app.log'), text.slice(-10));
  await folder.reopen();
  await expectExact(folder);
});

test('a last line that was taken without its end stays when the file is rewritten', async () => {
  const folder = await followFolders();
  await writeFile(folder.path('app.log'), folder.lines(1).trimEnd());
  await folder.look();
  await folder.wait(3000);
  await truncate(folder.path('app.log'), 0);
  await folder.append('app.log', 4);
  await folder.look();
  await expectExact(folder);
});

test('the last event of an export task counts once the file is quiet, and may grow', async () => {
  const folder = await followFolders();
  await writeFile(folder.path('export'), '2026-11-23T10:00:00.000Z first\n2026-11-23T10:00:01.000Z second\n');
  await folder.look();
  await folder.wait(3000);
  folder.written.push('first', 'second');
  await expectExact(folder);
  await appendFile(folder.path('export'), '  its second line\n2026-11-23T10:00:02.000Z third\n');
  await folder.look();
  await folder.wait(3000);
  folder.written.splice(1, 1, 'second\n  its second line', 'third');
  await expectExact(folder);
});

test('a document that is still being written is waited for', async () => {
  const folder = await followFolders();
  const document = JSON.stringify({
    events: [1, 2, 3].map((n) => ({
      timestamp: 1795428000000 + n,
      message: `entry ${n}`,
      ingestionTime: 1,
      eventId: 'x',
    })),
  });
  await writeFile(folder.path('events.json'), document.slice(0, 100));
  await folder.look();
  await folder.wait(3000);
  await appendFile(folder.path('events.json'), document.slice(100));
  await folder.look();
  await folder.wait(3000);
  folder.written.push('entry 1', 'entry 2', 'entry 3');
  await expectExact(folder);
  expect(folder.source().malformed).toBe(0);
});

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
