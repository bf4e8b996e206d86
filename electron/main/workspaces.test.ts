import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nameWorkspace, sanitizeName, Workspaces } from './workspaces';

function makeUserData(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a workspace as the app does: its file is there from then on. */
function open(workspaces: Workspaces, entry: ReturnType<Workspaces['entryForFile']>) {
  mkdirSync(path.dirname(entry.path), { recursive: true });
  writeFileSync(entry.path, '');
  workspaces.noteOpened(entry);
  return entry;
}

test('two folders of one name get two workspaces, and each finds its own again', () => {
  const workspaces = new Workspaces(makeUserData());
  const first = open(workspaces, workspaces.entryForLogs('/a/Logs'));
  const second = open(workspaces, workspaces.entryForLogs('/b/logs'));
  expect([first.name, second.name]).toEqual(['Logs', 'logs 2']);
  expect(workspaces.entryForLogs('/a/Logs').id).toBe(first.id);
  expect(workspaces.entryForLogs('/b/logs').id).toBe(second.id);
});

test('a folder called "sample" does not get the workspace of the sample logs', () => {
  const workspaces = new Workspaces(makeUserData());
  expect(workspaces.entryForLogs('/a/sample').path).not.toBe(workspaces.entryForSample().path);
});

test('the list is there after a restart, last opened first, with what was counted last', () => {
  const userData = makeUserData();
  const before = new Workspaces(userData);
  const first = open(before, before.entryForLogs('/a/first'));
  open(before, before.entryForSample());
  before.noteCounts(first.id, { events: 7, sources: 1, rules: 2, bytes: 4096 });
  before.flush();
  const after = new Workspaces(userData);
  expect(after.list()).toMatchObject([
    { name: 'Sample logs', events: 0 },
    { id: first.id, name: 'first', events: 7, sources: 1, rules: 2, bytes: 4096 },
  ]);
  expect(after.entryForSample()).toMatchObject({ id: after.list()[0]?.id, isSample: true });
  expect(JSON.stringify(after.list())).not.toContain(userData);
});

test('a workspace that was forgotten stays out of the list, whatever is counted in it', () => {
  const userData = makeUserData();
  const workspaces = new Workspaces(userData);
  const { id } = open(workspaces, workspaces.entryForLogs('/a/first'));
  workspaces.forget(id);
  workspaces.noteCounts(id, { events: 7, sources: 1, rules: 2, bytes: 4096 });
  workspaces.flush();
  expect(new Workspaces(userData).list()).toEqual([]);
  expect(workspaces.everOpened).toBe(true);
});

test('a damaged list is an empty one', () => {
  const userData = makeUserData();
  for (const content of ['', '{', '[{"id":"x"}]', 'null']) {
    writeFileSync(path.join(userData, 'recents.json'), content);
    expect(new Workspaces(userData).list()).toEqual([]);
  }
  const workspaces = new Workspaces(userData);
  open(workspaces, workspaces.entryForLogs('/a/first'));
  expect(JSON.parse(readFileSync(path.join(userData, 'recents.json'), 'utf8'))).toHaveLength(1);
});

test.each([
  ['2026-11-19.edge', '2026-11-19.edge'],
  ['access.log.gz', 'access'],
  ['events.json', 'events'],
  ['.hidden', 'hidden'],
  ['a/b:c*"d"', 'a-b-c-d-'],
  ['CON', 'CON-logs'],
  ['com1.log', 'com1-logs'],
  [' ... ', 'logs'],
  ['log\u0000s\u202egnp', 'logsgnp'],
  ['ß'.repeat(200), 'ß'.repeat(80)],
  ['.log', 'log'],
])('logs called %j make a workspace file called %j', (name, expected) => {
  expect(sanitizeName(name)).toBe(expected);
});

test('a name is shown without what turns the direction of text', () => {
  expect(nameWorkspace('/a/case\u202e7.duckdb')).toBe('case7');
  expect(nameWorkspace('/a/\u202e.duckdb')).toBe('Workspace');
});
