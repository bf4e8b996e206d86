import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../support/command-line';
import { makeFolder, openEngine } from '../support/workspace';

const rule = {
  Schema: { Name: 'CloudWatchLogRule', Version: 1 },
  LogGroupNames: ['shop'],
  LogFormat: 'JSON',
  Contribution: { Keys: ['$.customer'], Filters: [] },
  AggregateOn: 'Count',
};

const events = [
  { time: '2026-11-19T06:00:00Z', customer: 'a' },
  { time: '2026-11-19T06:00:30Z', customer: 'b\u001b[31m' },
  { time: '2026-11-19T06:01:00Z', customer: 'a' },
];

/** A folder with logs of the group `shop` and a rule file. */
async function makeCase(body: unknown = rule) {
  const folder = await makeFolder();
  await mkdir(join(folder, 'logs'));
  await writeFile(join(folder, 'logs', 'events.json'), events.map((event) => JSON.stringify(event)).join('\n'));
  await writeFile(join(folder, 'rule.json'), typeof body === 'string' ? body : JSON.stringify(body));
  return folder;
}

test('a report on logs: a table for people, whose values cannot steer the terminal', async () => {
  const cwd = await makeCase();
  const { status, stdout } = await runCommand(['report', '--rule', 'rule.json', '--logs', 'logs=shop'], { cwd });
  expect(status).toBe(0);
  expect(stdout).toContain('top 2 of 2 unique contributors');
  expect(stdout).toContain('b\\x1b[31m');
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toContain('3 scanned = 3 matched');
});

test('CSV defuses what a spreadsheet takes for a formula, and --output-file takes the place of stdout', async () => {
  const cwd = await makeCase();
  await writeFile(join(cwd, 'logs', 'more.json'), '{"time":"2026-11-19T06:00:00Z","customer":"=HYPERLINK(\\"x\\")"}');
  const options = ['--rule', 'rule.json', '--logs', 'logs=shop', '--output', 'csv', '--output-file', 'report.csv'];
  expect(await runCommand(['report', ...options], { cwd })).toMatchObject({ status: 0, stdout: '' });
  const lines = (await readFile(join(cwd, 'report.csv'), 'utf8')).split('\r\n');
  expect(lines[0]).toBe('Rank,$.customer,Sum,Maximum,PercentOfTotal');
  expect(lines).toContain(`2,"'=HYPERLINK(""x"")",1,1,25`);
});

test.each([['logs/report.csv'], ['kept.duckdb']])(
  'a result takes the place of no log and no workspace: %s',
  async (target) => {
    const cwd = await makeCase();
    await writeFile(join(cwd, 'logs', 'report.csv'), 'a log');
    await runCommand(['ingest', '--workspace', 'kept.duckdb', '--logs', 'logs=shop'], { cwd });
    const before = await readFile(join(cwd, target));
    const from = target.startsWith('logs') ? ['--logs', 'logs=shop'] : ['--workspace', 'kept.duckdb'];
    const result = await runCommand(['report', '--rule', 'rule.json', ...from, '--output-file', target], { cwd });
    expect([result.status, before.equals(await readFile(join(cwd, target)))]).toEqual([2, true]);
    expect(result.stderr).toContain('which is only read');
  },
);

test('a long value and an empty one leave a table readable', async () => {
  const cwd = await makeCase();
  const long = JSON.stringify({ time: '2026-11-19T06:00:00Z', customer: 'x'.repeat(3000) });
  await writeFile(join(cwd, 'logs', 'more.json'), `${long}\n{"time":"2026-11-19T06:00:00Z","customer":""}\n`);
  const { stdout } = await runCommand(['report', '--rule', 'rule.json', '--logs', 'logs=shop'], { cwd });
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(120);
  expect(stdout).toContain('(empty)');
});

test('nothing matched: status 0, and stderr says which step lost the events', async () => {
  const cwd = await makeCase({ ...rule, Contribution: { Keys: ['$.pod'], Filters: [] } });
  const { status, stderr } = await runCommand(['report', '--rule', 'rule.json', '--logs', 'logs=shop'], { cwd });
  expect(status).toBe(0);
  expect(stderr).toContain('3 lack a key');
});

test('an invalid rule: status 2, every problem with its place, and no log is read', async () => {
  const cwd = await makeCase({ ...rule, AggregateOn: 'Max', Contribution: { Keys: ['customer'], Filters: [] } });
  const { status, stdout, stderr } = await runCommand(['report', '--rule', 'rule.json', '--logs', 'logs'], { cwd });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('rule.json: AggregateOn:');
  expect(stderr).toContain('rule.json: Contribution.Keys[0]:');
  expect(stderr).not.toContain('    at ');
});

test('broken JSON names line and column', async () => {
  const cwd = await makeCase('{\n "Schema": nope\n}');
  const { status, stderr } = await runCommand(['rules', 'check', 'rule.json'], { cwd });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^rule\.json:2:12: error: .+ \[rule\/json-syntax\]\n$/);
});

test('the check of a rule tells errors from warnings, each with its code', async () => {
  const cwd = await makeCase({ ...rule, Contribution: { ...rule.Contribution, Keys: '$.ip' } });
  const warning = 'AWS takes an array of fields here, no string alone. Write ["$.ip"]. [rule/not-accepted-by-aws]\n';
  expect(await runCommand(['rules', 'check', 'rule.json'], { cwd })).toMatchObject({
    status: 0,
    stderr: `rule.json: Contribution.Keys: warning: ${warning}`,
  });
  expect(await runCommand(['rules', 'check', 'rule.json', '--strict'], { cwd })).toMatchObject({
    status: 2,
    stderr: `rule.json: Contribution.Keys: error: ${warning}`,
  });
});

test.each([
  [['report', '--logs', 'logs'], '--rule'],
  [['report', '--rule', 'rule.json'], '--logs'],
  [['report', '--rule', 'rule.json', '--logs', 'logs', '--period', '0'], '--period'],
  [['report', '--rule', 'rule.json', '--logs', 'logs', '--max-contributor-count', '10001'], '--max-contributor-count'],
  [['report', '--rule', 'rule.json', '--logs', 'logs', '--start-time', 'yesterday'], '--start-time'],
  [
    ['report', '--rule', 'rule.json', '--logs', 'logs', '--start-time', '2026-01-02', '--end-time', '2026-01-01'],
    '--end-time',
  ],
  [['report', '--rule', 'no-such-rule', '--logs', 'logs'], 'no-such-rule'],
  [['rules', 'check', 'nowhere.json'], 'nowhere.json'],
  [['reprot'], 'reprot'],
])('wrong arguments: status 2, and the message names what is wrong: %j', async (args, named) => {
  const { status, stdout, stderr } = await runCommand(args, { cwd: await makeCase() });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(named);
});

test('logs that are missing: status 1, named', async () => {
  const cwd = await makeCase();
  const { status, stderr } = await runCommand(['report', '--rule', 'rule.json', '--logs', 'nowhere'], { cwd });
  expect(status).toBe(1);
  expect(stderr).toContain('nowhere: There is no such file or folder.');
});

test.each([[['ingest']], [['report', '--rule', 'rule.json']]])(
  '%s: logs that are missing make no workspace',
  async (args) => {
    const cwd = await makeCase();
    const { status, stderr } = await runCommand([...args, '--workspace', 'w.duckdb', '--logs', 'nowhere'], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain('nowhere: There is no such file or folder.');
    expect(existsSync(join(cwd, 'w.duckdb'))).toBe(false);
  },
);

test('ingest says on which lines there is text that it could not read', async () => {
  const cwd = await makeCase();
  const page = '{"events":[{"timestamp":1763532000000,"message":"read"}]}';
  await writeFile(join(cwd, 'logs', 'page.json'), `${page}\nrubbish ${page}\n${page}\n"text"\n`);
  const { stdout } = await runCommand(['ingest', '--workspace', 'w.duckdb', '--logs', 'logs'], { cwd });
  expect(stdout).toMatch(/^ {2}2 pieces of text that could not be read\n {4}\S*page\.json, lines 2, 4$/m);
});

test('a workspace keeps logs and rules between calls', async () => {
  const cwd = await makeCase();
  const workspace = ['--workspace', 'w.duckdb'];
  const loaded = await runCommand(['ingest', ...workspace, '--logs', 'logs=shop', '--output', 'json'], { cwd });
  expect(JSON.parse(loaded.stdout)).toMatchObject({ files: 1, events: 3, untimed: 0, malformed: 0, skipped: [] });
  expect(
    (await runCommand(['rules', 'put', 'Orders', '--definition', 'rule.json', ...workspace], { cwd })).status,
  ).toBe(0);
  const listed = await runCommand(['rules', 'list', ...workspace, '--output', 'json'], { cwd });
  expect(JSON.parse(listed.stdout)).toEqual({
    InsightRules: [
      { Name: 'Orders', State: 'ENABLED', Schema: 'CloudWatchLogRule/1', Definition: JSON.stringify(rule) },
    ],
  });
  const report = await runCommand(['report', '--rule', 'Orders', ...workspace, '--output', 'json'], { cwd });
  expect(JSON.parse(report.stdout)).toMatchObject({ AggregateValue: 3, ApproximateUniqueCount: 2 });
  const groups = await runCommand(['groups', ...workspace], { cwd });
  expect(groups.stdout).toMatch(/\$\.customer +text +a, b/);
});

test('a workspace that another process holds: status 1, and the holder is named', async () => {
  const cwd = await makeCase();
  await openEngine(join(cwd, 'w.duckdb'));
  const { status, stderr } = await runCommand(['groups', '--workspace', 'w.duckdb'], { cwd });
  expect(status).toBe(1);
  expect(stderr).toContain(`a test, process ${process.pid}`);
});

test('the sample rules: a list, and one body that is a valid rule for AWS', async () => {
  const list = JSON.parse((await runCommand(['rules', 'samples', '--output', 'json'])).stdout);
  expect(list.length).toBeGreaterThanOrEqual(60);
  const cwd = await makeFolder();
  const { stdout } = await runCommand(['rules', 'samples', 'Rejected TCP connections']);
  await writeFile(join(cwd, 'sample.json'), stdout);
  expect(await runCommand(['rules', 'check', 'sample.json', '--strict'], { cwd })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

test('--version and --help go to stdout with status 0', async () => {
  expect((await runCommand(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await runCommand(['report', '--help'])).toMatchObject({ status: 0, stderr: '' });
});

test('a call that only looks makes no workspace', async () => {
  const cwd = await makeCase();
  for (const args of [['groups'], ['rules', 'list'], ['report', '--rule', 'rule.json']]) {
    const { status, stderr } = await runCommand([...args, '--workspace', 'typo.duckdb'], { cwd });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'typo.duckdb: There is no such workspace. Check the path; `ingest` makes a workspace.\n',
    });
  }
  expect(existsSync(join(cwd, 'typo.duckdb'))).toBe(false);
});

test.each([
  [['report', '--rule', '.', '--logs', 'logs'], ".: The file can't be read: it is a folder."],
  [
    ['report', '--rule', 'rule.json', '--logs', 'logs', '--output-file', 'nowhere/report.txt'],
    "nowhere/report.txt: The file can't be written: there is no such file or folder.",
  ],
])('a file of an argument that cannot be used is named, with the reason: %j', async (args, message) => {
  const { status, stderr } = await runCommand(args, { cwd: await makeCase() });
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});

test('a sample rule reads the log groups at hand, by what their events are', async () => {
  const cwd = await makeFolder();
  const header = 'srcaddr bytes dstaddr start end action log-status';
  await writeFile(join(cwd, 'custom.log'), `${header}\n10.0.0.1 700 10.0.0.2 1795068000 1795068059 ACCEPT OK\n`);
  const rule = ['--rule', 'Byte transfers by source and destination'];
  const { stdout } = await runCommand(['report', ...rule, '--logs', 'custom.log=mine', '--output', 'json'], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({
    AggregateValue: 700,
    Contributors: [{ Keys: ['10.0.0.1', '10.0.0.2'] }],
  });
});
