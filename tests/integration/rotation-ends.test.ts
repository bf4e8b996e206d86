import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { expectExact, followFolders } from '../support/followed-folder';

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
