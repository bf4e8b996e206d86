import { copyFile, rename, truncate } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { followFolders } from '../support/followed-folder';

test('a file that was cut to nothing is read on from its new start, and not once more at each further start', async () => {
  const folder = await followFolders();
  await folder.append('app.log', 150);
  await folder.look();
  await truncate(folder.path('app.log'), 0);
  await folder.append('app.log', 3);
  for (let starts = 0; starts < 3; starts++) {
    await folder.reopen();
    expect(await folder.events()).toEqual(folder.expected());
  }
});

test('files that rotation renamed or copied while the app was off are not read again at each further start', async () => {
  const folder = await followFolders();
  await folder.append('renamed.log', 100);
  await folder.append('copied.log', 150);
  await folder.look();
  await folder.append('copied.log', 50);
  await rename(folder.path('renamed.log'), folder.path('renamed.log.1'));
  await folder.append('renamed.log', 5);
  await copyFile(folder.path('copied.log'), folder.path('copied.log.1'));
  await truncate(folder.path('copied.log'), 0);
  await folder.append('copied.log', 5);
  for (let starts = 0; starts < 3; starts++) {
    await folder.reopen();
    expect(await folder.events()).toEqual(folder.expected());
  }
});
