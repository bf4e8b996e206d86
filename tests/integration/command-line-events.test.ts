import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/command-line';
import { makeFolder } from '../support/workspace';

const shop = [
  '{"time":"2026-11-19T06:00:00Z","customer":"a","status":200}',
  '{"time":"2026-11-19T06:01:00Z","customer":"b\\u001b[31m","status":500}',
  '{"time":"2026-11-19T06:02:00Z", "customer":"=a","status":500}',
];
const flows = [
  '2 048213775190 eni-1 10.0.0.1 172.31.0.9 40000 443 6 10 700 1795068000 1795068059 ACCEPT OK',
  '2 048213775190 eni-1 10.0.0.2 172.31.0.9 40000 22 6 10 41000 1795068000 1795068059 REJECT OK',
];

/** A folder with a workspace that holds both logs. */
async function makeWorkspace(): Promise<string> {
  const cwd = await makeFolder();
  await mkdir(join(cwd, 'shop'));
  await mkdir(join(cwd, 'flows'));
  await writeFile(join(cwd, 'shop', 'events.json'), `${shop.join('\n')}\n`);
  await writeFile(join(cwd, 'flows', 'flow.log'), `${flows.join('\n')}\n`);
  const ingested = await runCommand(['ingest', '--workspace', 'w.duckdb', '--logs', 'shop=shop', 'flows=flows'], {
    cwd,
  });
  expect(ingested.status).toBe(0);
  return cwd;
}

const events = (cwd: string, ...args: string[]) =>
  runCommand(['events', '--workspace', 'w.duckdb', '--log-group', ...args], { cwd });

test('events come as they stand in their files, with time, file and line', async () => {
  const cwd = await makeWorkspace();
  const { status, stdout, stderr } = await events(cwd, 'shop', '--output', 'json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const listed = JSON.parse(stdout) as Record<string, unknown>[];
  expect(listed.map(({ Timestamp, Message, Line, LogGroup }) => [Timestamp, Message, Line, LogGroup])).toEqual(
    shop.map((message, index) => [`2026-11-19T06:0${index}:00.000Z`, message, index + 1, 'shop']),
  );
  expect(String(listed[0]?.File)).toMatch(/events\.json$/);
});

test('a table for people, whose values cannot steer the terminal, and CSV that a spreadsheet does not run', async () => {
  const cwd = await makeWorkspace();
  const table = await events(cwd, 'shop');
  expect(table.stdout).toContain('events.json:2');
  expect(table.stdout).not.toContain('\u001b');
  const csv = await events(cwd, 'flows', '--output', 'csv');
  expect(csv.stdout.split('\r\n')[1]).toMatch(/^2026-11-19T06:00:00\.000Z,2 048213775190 .* OK,flows,,.*flow\.log,1$/);
});

test('conditions hold all together: on paths, on known names and on positions', async () => {
  const cwd = await makeWorkspace();
  const messages = async (...args: string[]) => {
    const { stdout } = await events(cwd, ...args, '--output', 'json');
    return (JSON.parse(stdout) as { Message: string }[]).map(({ Message }) => Message);
  };
  expect(await messages('shop', '--where', '$.status=500')).toEqual(shop.slice(1));
  expect(await messages('shop', '--where', '$.status=500', '$.customer==a')).toEqual([shop[2]]);
  expect(await messages('flows', '--where', 'action=REJECT')).toEqual([flows[1]]);
  expect(await messages('flows', '--where', '7=443', '--where', 'srcaddr=10.0.0.1')).toEqual([flows[0]]);
  expect(await messages('flows', '--where', 'action=reject')).toEqual([]);
});

test('a limit says how many more there are', async () => {
  const cwd = await makeWorkspace();
  const { status, stdout, stderr } = await events(cwd, 'shop', '--limit', '2', '--output', 'json');
  expect({ status, count: (JSON.parse(stdout) as unknown[]).length }).toEqual({ status: 0, count: 2 });
  expect(stderr).toContain('2 of 3 events');
});

test('nothing found: status 0, said on stderr', async () => {
  const cwd = await makeWorkspace();
  const { status, stdout, stderr } = await events(cwd, 'shop', '--where', '$.status=404', '--output', 'json');
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '[]\n', stderr: 'No event matches.\n' });
});

test.each([
  ['an unknown log group', ['shops'], 'Did you mean "shop"?'],
  ['an unknown field', ['shop', '--where', '$.custmer=a'], 'Did you mean "$.customer"?'],
  ['an unknown name', ['flows', '--where', 'srcadr=10.0.0.1'], 'Did you mean "srcaddr"?'],
  ['a name for a path', ['shop', '--where', 'status=500'], 'Did you mean "$.status"?'],
  ['a condition without a value', ['shop', '--where', '$.status'], 'Write FIELD=VALUE'],
  ['a limit that is none', ['shop', '--limit', '0'], 'whole number from 1'],
])('%s: status 2, with what was meant', async (_, args, message) => {
  const cwd = await makeWorkspace();
  const { status, stdout, stderr } = await events(cwd, ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});
