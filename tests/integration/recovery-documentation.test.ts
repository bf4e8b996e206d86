import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { containerWriters } from '../support/containers';

const root = join(import.meta.dirname, '..', '..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');

/** Cells of the rows of all tables in a page. */
function readRows(page: string): string[][] {
  return read(page)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
}

const unquote = (cell: string | undefined) => /^`(.+)`$/.exec(cell ?? '')?.[1] ?? '';

test('every test that docs/reliability.md names is there', () => {
  const named = readRows('docs/reliability.md')
    .map((cells) => [unquote(cells.at(-2)), unquote(cells.at(-1))])
    .filter(([file, name]) => file !== '' && name !== '');
  const pathOf = (file = '') =>
    ['integration', 'app', 'long']
      .map((folder) => `tests/${folder}/${file}.test.ts`)
      .find((path) => existsSync(join(root, path)));
  const missing = named.filter(([file, name = '']) => {
    const path = pathOf(file);
    return path === undefined || !read(path).includes(name);
  });
  expect(missing).toEqual([]);
  expect(named.length).toBeGreaterThan(60);
});

test('the table of docs/formats.md has a row for each format and a column for each container that tests try', () => {
  const rows = readRows('docs/formats.md');
  const header = rows.findIndex(([first = '']) => first.startsWith('format, a folder of'));
  const formats = readdirSync(join(root, 'tests', 'cases', 'formats')).sort();
  const table = rows.slice(header, header + formats.length + 1);
  expect(table[0]?.slice(1)).toEqual([...containerWriters.map(({ name }) => name), 'CloudTrail file', 'Parquet']);
  expect(table.slice(1).map(([name]) => unquote(name))).toEqual(formats);
});

test('the files of tests that docs/formats.md names are there', () => {
  const named = readRows('docs/formats.md').flatMap((cells) =>
    [...(cells.at(-1) ?? '').matchAll(/`((?:tests|electron)\/[^`]+)`/g)].map(([, path = '']) => path),
  );
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(named.length).toBeGreaterThan(5);
});
