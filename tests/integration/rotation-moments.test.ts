import { appendFileSync, copyFileSync, existsSync, truncateSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sql } from '../../electron/engine/workspace/sql';
import { copyFromOutside } from '../support/copy-from-outside';
import { compress, expectExact, type FollowedFolder, followFolders } from '../support/followed-folder';
import { openEngine, readEvents } from '../support/workspace';

/** What rotation calls a copy of `app.log`. Some stand before it in their folder, or in a folder that is read before it. */
const copies = [
  'app.log.1',
  'app.log.old',
  'app.log-20261124',
  'app.1.log',
  'app-2026-11-24.log',
  'old/app.log.1',
  'aged/app.log.1',
  'aged/app.1.log',
];

test('a file that is copied and cut between being read and the copy being looked at', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 150);
  await folder.look();
  await folder.append('app.log', 1);
  await copyFile(folder.path('app.log'), folder.path('app.log.1'));
  await loadAnd(folder, () => {
    truncateSync(folder.path('app.log'), 0);
    appendFileSync(folder.path('app.log'), folder.lines(3));
  });
  await folder.wait(20_000);
  await expectExact(folder);
});

test('a copy that was not whole when it was found, of a file that is cut before it is looked at', async () => {
  const folder = await followFolders();
  await folder.append('a.log', 1);
  await folder.append('app.log', 150);
  await folder.look();
  const content = await readFile(folder.path('app.log'));
  await writeFile(folder.path('app.log.1'), content.subarray(0, 3000));
  await folder.append('a.log', 1);
  await loadAnd(folder, () => {
    copyFileSync(folder.path('app.log'), folder.path('app.log.1'));
    truncateSync(folder.path('app.log'), 0);
    appendFileSync(folder.path('app.log'), folder.lines(3));
  });
  await folder.wait(20_000);
  await expectExact(folder);
});

test('a packed file that was not whole when it was found', async () => {
  const folder = await followFolders();
  await folder.append('a.log', 1);
  await folder.append('app.log.1', 150);
  await folder.look();
  const packed = gzipSync(await readFile(folder.path('app.log.1')));
  await writeFile(folder.path('app.log.1.gz'), packed.subarray(0, packed.length >> 1));
  await unlink(folder.path('app.log.1'));
  await folder.append('a.log', 1);
  await loadAnd(folder, () => writeFileSync(folder.path('app.log.1.gz'), packed));
  await folder.wait(20_000);
  await expectExact(folder);
});

test('a start between the copy and the cut, after a load that was killed', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 150);
  await folder.look();
  await folder.engine().workspace.db.write(sql`UPDATE source SET state = 'loading'`);
  await copyFile(folder.path('app.log'), folder.path('app.log.1'));
  await folder.reopen();
  await truncate(folder.path('app.log'), 0);
  await folder.append('app.log', 3);
  await folder.wait(20_000);
  await expectExact(folder);
});

test.each(copies)('a folder that is added between the copy and the cut, with the copy %s', async (name) => {
  const folder = await followFolders();
  const later = join(folder.logs, '..', 'later');
  const copy = join(later, name);
  await mkdir(dirname(copy), { recursive: true });
  await writeFile(join(later, 'app.log'), folder.lines(150));
  await copyFile(join(later, 'app.log'), copy);
  await folder.engine().addSource({ path: later, group: null });
  await truncate(join(later, 'app.log'), 0);
  await writeFile(join(later, 'app.log'), folder.lines(3));
  await folder.wait(20_000);
  await expectExact(folder);
});

test.each(copies)('a new file and its copy %s, both found by one look before the cut', async (name) => {
  const folder = await followFolders();
  await folder.append('web.log', 1);
  await folder.look();
  await mkdir(dirname(folder.path(name)), { recursive: true });
  await folder.append('app.log', 150);
  await copyFile(folder.path('app.log'), folder.path(name));
  await folder.look();
  await truncate(folder.path('app.log'), 0);
  await folder.append('app.log', 3);
  await folder.wait(20_000);
  await expectExact(folder);
});

test('a copy that is older than any rotation takes is loaded with the folder, at once', async () => {
  const folder = await followFolders();
  const later = join(folder.logs, '..', 'later');
  await mkdir(later);
  await writeFile(join(later, 'app.log'), folder.lines(2));
  await copyFile(join(later, 'app.log'), join(later, 'app.log.1'));
  await folder.wait(20_000);
  await folder.engine().addSource({ path: later, group: null });
  expect(await folder.events()).toEqual([...folder.expected(), ...folder.expected()].sort());
});

test('killed after a block was written in the middle of a file, which is packed before the next start', async () => {
  const folder = await followFolders();
  const { path } = folder.engine().workspace;
  const killed = path.replace(/test\.duckdb$/, 'killed.duckdb');
  // A block is written once it has 245,760 events.
  await folder.append('a.log', 244_000);
  await folder.append('app.log', 6_000);
  let blocks = 0;
  await folder.engine().sources.load(folder.source().id, {
    progress: ({ events }) => {
      if (events === 0 || blocks++ > 0) return;
      for (const end of ['', '.wal']) if (existsSync(path + end)) copyFromOutside(path + end, killed + end);
    },
  });
  await compress(folder, 'app.log');
  await unlink(folder.path('app.log'));
  const next = await openEngine(killed);
  next.sources.follow();
  await next.sources.load(folder.source().id);
  const messages = (await readEvents(next)).map(({ message }) => message);
  expect([messages.length, new Set(messages).size]).toEqual([250_000, 250_000]);
});

/** Loads the folder, and does something at the first moment in which a file was read. */
async function loadAnd(folder: FollowedFolder, act: () => void): Promise<void> {
  let isDone = false;
  await folder.engine().sources.load(folder.source().id, {
    progress: () => {
      if (!isDone) act();
      isDone = true;
    },
  });
  expect(isDone).toBe(true);
}
