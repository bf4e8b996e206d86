import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mostNamesBytes } from '../../shared/names';
import { callEngine } from '../support/call-engine';
import { runCommand } from '../support/command-line';
import { openRequests, requestRule } from '../support/request-log';
import { makeFolder, openEngine } from '../support/workspace';

const start = Date.UTC(2026, 10, 19, 8);
const rule = { definition: requestRule(['customer', 'status']) };
const report = {
  ...{ rule, startMs: null, endMs: null, periodSeconds: 60, maxContributorCount: 10 },
  ...({ orderBy: 'Sum', unique: 'exact' } as const),
};
const csv = '10.0.0.0/8,Office\n10.0.0.2,"Reception, ground floor"\nno name\n';

function openAddresses(customers: readonly string[]) {
  return openRequests(customers.map((customer, index) => ({ at: start + index, customer, status: 200, bytes: 1 })));
}

test('names stay with the workspace, until they are replaced or taken away', async () => {
  const path = join(await makeFolder(), 'workspace.duckdb');
  const first = await openEngine(path);
  expect(await callEngine(first, 'names.read', {})).toBeNull();
  const names = await callEngine(first, 'names.import', { label: 'hosts.csv', data: Buffer.from(csv) });
  expect(names).toMatchObject({ label: 'hosts.csv', skipped: 1, problems: [{ place: 'hosts.csv:3' }] });
  expect(names.entries).toHaveLength(2);
  await first.close();
  const engine = await openEngine(path);
  expect(await callEngine(engine, 'names.read', {})).toEqual(names);
  await expect(callEngine(engine, 'names.import', { label: 'empty.csv', data: Buffer.from('') })).rejects.toMatchObject(
    {
      problems: [{ code: 'names/unreadable', place: 'empty.csv' }],
    },
  );
  expect(await callEngine(engine, 'names.read', {})).toEqual(names);
  await callEngine(engine, 'names.put', { names: null });
  expect(await callEngine(engine, 'names.read', {})).toBeNull();
  await callEngine(engine, 'names.put', { names });
  expect(await callEngine(engine, 'names.read', {})).toEqual(names);
});

test('more bytes than a file with names may have are refused unread', async () => {
  const engine = await openEngine(join(await makeFolder(), 'workspace.duckdb'));
  const data = new Uint8Array(mostNamesBytes + 1);
  await expect(callEngine(engine, 'names.import', { label: 'hosts.csv', data })).rejects.toMatchObject({
    problems: [{ code: 'args/invalid' }],
  });
});

test('a setting that holds something else is no names', async () => {
  const engine = await openEngine(join(await makeFolder(), 'workspace.duckdb'));
  await callEngine(engine, 'settings.put', { key: 'names', value: { entries: 'x' } });
  expect(await callEngine(engine, 'names.read', {})).toBeNull();
});

test('an exported report has the names behind its other columns and beside its values; JSON is that of AWS', async () => {
  const { engine } = await openAddresses(['10.0.0.1', '10.0.0.1', '10.0.0.2', '192.0.2.1']);
  const csvBefore = await callEngine(engine, 'export.report', { report, form: 'csv' });
  const jsonBefore = await callEngine(engine, 'export.report', { report, form: 'json' });
  await callEngine(engine, 'names.import', { label: 'hosts.csv', data: Buffer.from(csv) });
  const { data } = await callEngine(engine, 'export.report', { report, form: 'csv' });
  const rows = String(data).split('\r\n');
  expect(rows.slice(0, 4)).toEqual([
    'Rank,$.customer,$.status,Sum,Maximum,PercentOfTotal,$.customer name',
    '1,10.0.0.1,200,2,2,50,Office',
    '2,10.0.0.2,200,1,1,25,"Reception, ground floor"',
    '3,192.0.2.1,200,1,1,25,',
  ]);
  expect(String(csvBefore.data).split('\r\n')[0]).toBe('Rank,$.customer,$.status,Sum,Maximum,PercentOfTotal');
  const page = await callEngine(engine, 'export.report', { report, form: 'html' });
  expect(String(page.data)).toContain('<td>10.0.0.2 (Reception, ground floor)</td>');
  const json = await callEngine(engine, 'export.report', { report, form: 'json' });
  const withoutTime = (text: unknown) => String(text).replace(/"ElapsedMilliseconds": .*/, '');
  expect(withoutTime(json.data)).toBe(withoutTime(jsonBefore.data));
});

test.each(['csv', 'html', 'json'] as const)('where a field is redacted in %s, its names are left out', async (form) => {
  const { engine } = await openAddresses(['10.0.0.1', '10.0.0.2']);
  const named = Buffer.from(`${csv}200,fine\n`);
  await callEngine(engine, 'names.import', { label: 'hosts.csv', data: named });
  const { data } = await callEngine(engine, 'export.report', { report, form, redact: ['$.customer'] });
  expect(String(data)).toContain('x-');
  expect(String(data)).not.toMatch(/Office|Reception|customer name|10\.0\.0/);
  expect(String(data).includes('fine')).toBe(form !== 'json');
});

test('`report --names` shows names in the table and adds them to CSV, and warns of lines that it leaves out', async () => {
  const { folder: cwd } = await openAddresses(['10.0.0.1', '10.0.0.2']);
  await writeFile(join(cwd, 'rule.json'), rule.definition);
  await writeFile(join(cwd, 'hosts.csv'), csv);
  const call = (...more: string[]) =>
    runCommand(['report', '--rule', 'rule.json', '--logs', 'requests.jsonl=requests', ...more], { cwd });
  const table = await call('--names', 'hosts.csv');
  expect(table).toMatchObject({ status: 0 });
  expect(table.stdout).toContain('10.0.0.2 (Reception, ground floor)');
  expect(table.stderr).toContain('hosts.csv:3: "no name" has no name.');
  const asCsv = await call('--names', 'hosts.csv', '--output', 'csv');
  expect(asCsv.stdout).toContain(',"Reception, ground floor"\r\n');
  const redacted = await call('--names', 'hosts.csv', '--redact', '$.customer');
  expect(redacted.stdout).not.toMatch(/Office|Reception/);
  await writeFile(join(cwd, 'empty.csv'), 'name,address\n');
  expect(await call('--names', 'empty.csv')).toMatchObject({ status: 2, stdout: '' });
  expect(await call('--names', 'missing.csv')).toMatchObject({ status: 2, stdout: '' });
});
