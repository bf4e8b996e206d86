import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { containers, formats } from '../../renderer/help/log-formats';
import { problemCodes } from '../../shared/problem';
import { runCommand } from '../support/command-line';

const root = join(import.meta.dirname, '..', '..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');

test('every code of a problem has a section in docs/errors.md, and no section is left over', () => {
  const sections = [...read('docs/errors.md').matchAll(/^## (.+)$/gm)].map(([, code]) => code);
  expect(sections).toEqual([...problemCodes].sort());
});

test('every runtime dependency says in docs/decisions.md why it is there', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const decisions = read('docs/decisions.md');
  expect(Object.keys(dependencies).filter((name) => !decisions.includes(`| \`${name}\` |`))).toEqual([]);
});

test('the files and pictures that the documentation links to are there', async () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...(await readdir(join(root, 'docs'))).map((name) => `docs/${name}`)];
  const broken = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
  expect(broken).toEqual([]);
});

test('docs/cli.md names every option of report', async () => {
  const { stdout } = await runCommand(['report', '--help']);
  const options = [...stdout.matchAll(/--[a-z-]+/g)].map(([option]) => option);
  const documented = read('docs/cli.md');
  expect(options.filter((option) => option !== '--version' && !documented.includes(option))).toEqual([]);
});

test('the help names every container, and every other log of AWS, that docs/formats.md has', () => {
  const [, containerPart = '', formatPart = ''] =
    /## 2\. Containers(.*?)## 3\..*### Other logs of AWS(.*?)### Web servers/s.exec(read('docs/formats.md')) ?? [];
  const rows = (text: string) => [...text.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = '']) => cell);
  const documented = [
    ...rows(containerPart).flatMap((cell) => [...cell.matchAll(/\*\*(.+?)\*\*/g)].map(([, name]) => name)),
    ...rows(formatPart).filter((cell) => cell !== 'format'),
  ];
  const named = [...containers, ...formats].flatMap(({ names }) => names);
  expect(documented.length).toBeGreaterThan(15);
  expect(documented.filter((name) => name === undefined || !named.includes(name))).toEqual([]);
});
