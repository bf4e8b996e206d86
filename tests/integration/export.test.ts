import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeCase } from '../../electron/engine/export/case-file';
import { writeEvents } from '../../electron/engine/export/events-file';
import { writeTableParquet } from '../../electron/engine/export/table-parquet';
import { sql } from '../../electron/engine/workspace/sql';
import type { Args } from '../../shared/contract';
import { tableOfReport } from '../../shared/report-csv';
import { callEngine } from '../support/call-engine';
import { runCommand } from '../support/command-line';
import { isThrottled, openRequests, type Request, requestRule } from '../support/request-log';
import { unzip } from '../support/unzip';
import { makeFolder, openEngine } from '../support/workspace';

const start = Date.UTC(2026, 10, 19, 8);

/** Names that are out to do harm where they are not taken as text. */
const hostile = [
  '</script><script>document.title="taken"</script>',
  '<img src=x onerror=document.title=1>',
  '"\'><svg onload=alert(1)>',
  '=HYPERLINK("http://example.com","x")',
  '+1+1',
  '-2-3',
  '@SUM(A1)',
  '\tcmd',
  '\rcmd',
  'two\nlines, "quoted"',
  '<!-- & &amp; ]]>',
  '\u202egnp.exe',
];

const requests: Request[] = [...hostile, 'plain', '-12.5', '-', 'plain'].map((customer, index) => ({
  ...{ at: start + index * 1000, customer, status: index % 2 === 0 ? 429 : 200, bytes: index + 0.5 },
}));

const all = { definition: requestRule(['customer']) };

function reportArgs(rule: Args<'report.run'>['rule'] = all): Args<'report.run'> {
  const range = { startMs: null, endMs: null, periodSeconds: 1 };
  return { ...{ rule, ...range, maxContributorCount: 100, orderBy: 'Sum', unique: 'exact' } };
}

test('a report as a page: names are text, and the page may run its own script only', async () => {
  const { engine } = await openRequests(requests);
  const { name, data } = await callEngine(engine, 'export.report', { report: reportArgs(), form: 'html' });
  const page = String(data);
  expect(name).toBe('Report.html');
  const tags = new Set(
    [...page.replace(/<script>[\s\S]*?<\/script>/g, '').matchAll(/<([a-z0-9!-]+)/gi)].map(([, tag]) => tag),
  );
  const own = [
    '!doctype',
    'html',
    'head',
    'meta',
    'title',
    'style',
    'body',
    'section',
    'h1',
    'p',
    'dl',
    'div',
    'dt',
    'dd',
    'button',
    'svg',
  ];
  expect(
    [...tags].filter(
      (tag) => ![...own, 'line', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'script'].includes(tag ?? ''),
    ),
  ).toEqual([]);
  expect(page.match(/<script/g)).toHaveLength(2);
  const [, block = ''] = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(page) ?? [];
  const { charts } = JSON.parse(block) as { charts: { series: { name: string; values: (number | null)[] }[] }[] };
  expect(charts[0]?.series.map((series) => series.name)).toContain('</script><script>document.title="taken"</script>');
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    expect.stringMatching(/^style-src 'sha256-/),
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  expect(page).not.toMatch(/(src|href)=["']?(https?:|\/\/)/i);
});

test('a table as CSV: no cell is a formula, and numbers stay numbers', async () => {
  const { engine } = await openRequests(requests);
  const { data } = await callEngine(engine, 'export.report', { report: reportArgs(), form: 'csv' });
  const cells = String(data)
    .split('\r\n')
    .map((line) => line.split(',')[1] ?? '');
  for (const start of ["'=", "'+", "'-2-3", "'@", "'\t"])
    expect(cells.some((cell) => cell.replace(/^"/, '').startsWith(start))).toBe(true);
  expect(cells).toEqual(expect.arrayContaining(['-12.5', '-']));
});

test('events as CSV, JSON lines and Parquet say the same, which is what the log says', async () => {
  const { engine, folder } = await openRequests(requests);
  const rule = { definition: requestRule(['customer'], [isThrottled], 'bytes') };
  const matching = requests.filter(({ status }) => status === 429);
  const files = await Promise.all(
    (['csv', 'jsonl', 'parquet'] as const).map((form) => callEngine(engine, 'export.events', { rule, form })),
  );
  const [csv = '', jsonl = '', parquet = ''] = files.map(({ data }) => data);
  const lines = Buffer.from(jsonl)
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map((line) => line['$.customer'])).toEqual(matching.map(({ customer }) => customer));
  expect(lines.map((line) => line['$.bytes'])).toEqual(matching.map(({ bytes }) => bytes));
  expect(lines[0]).toMatchObject({
    ...{ timestamp: '2026-11-19T08:00:00.000Z', log_group: 'requests', file: join(folder, 'requests.jsonl'), line: 1 },
    message: JSON.stringify({ timestamp: start, customer: hostile[0], status: 429, bytes: 0.5 }),
  });
  // DuckDB may read what stands in the spool only.
  const path = join(engine.workspace.spoolDirectory, 'back.parquet');
  await writeFile(path, parquet);
  const back = await engine.workspace.db.read(
    sql`SELECT epoch_ms(timestamp) AS time_ms, "$.customer" AS customer, "$.bytes" AS bytes, message FROM read_parquet(${path}) ORDER BY time_ms`,
  );
  expect(back).toEqual(
    lines.map((line) => ({
      ...{
        time_ms: Date.parse(String(line.timestamp)),
        customer: line['$.customer'],
        bytes: line['$.bytes'],
        message: line.message,
      },
    })),
  );
  const table = Buffer.from(csv).toString();
  expect(table).toContain(`'+1+1`);
  expect(table).not.toMatch(/(^|,)"?[=+@]/m);
});

test('redacted keys have the same pseudonym in the report and in the events, and the value stands nowhere', async () => {
  const { engine } = await openRequests([
    { at: start, customer: 'secret-one', status: 429 },
    { at: start, customer: 'two', status: 429 },
  ]);
  const report = reportArgs({
    definition: requestRule(['customer'], [{ Match: '$.customer', NotIn: ['secret-name'] }]),
  });
  const redact = ['$.customer'];
  const json = await callEngine(engine, 'export.report', { report, form: 'json', redact });
  const keys = (JSON.parse(String(json.data)) as { Contributors: { Keys: string[] }[] }).Contributors.map(
    ({ Keys }) => Keys[0],
  );
  expect(new Set(keys)).toHaveProperty('size', 2);
  for (const key of keys) expect(key).toMatch(/^x-[0-9a-f]{12}$/);
  const { rule } = report;
  const shown = [['secret-one'], ['two'], ['not in the logs'], []];
  const named = await callEngine(engine, 'export.pseudonyms', { rule, redact, contributors: shown });
  expect(named.slice(0, 2).map(([key]) => key)).toEqual(expect.arrayContaining(keys));
  expect(named.slice(2)).toEqual([[expect.stringMatching(/^x-[0-9a-f]{12}$/)], []]);
  expect(await callEngine(engine, 'export.pseudonyms', { rule, redact: [], contributors: shown })).toEqual(shown);
  const events = await callEngine(engine, 'export.events', { rule, form: 'jsonl', redact });
  const lines = Buffer.from(events.data).toString();
  for (const key of keys) expect(lines).toContain(`"${key}"`);
  const archive = await callEngine(engine, 'export.case', { report, redact });
  const texts = [String(json.data), lines, ...unzip(archive.data as Uint8Array).values()];
  expect(texts.filter((text) => /secret/.test(text))).toEqual([]);
  await expect(callEngine(engine, 'export.case', { report, redact, events: true })).rejects.toMatchObject({
    problems: [{ code: 'args/invalid', place: 'events' }],
  });
  await expect(
    callEngine(engine, 'export.report', { report, form: 'csv', redact: ['customer'] }),
  ).rejects.toMatchObject({
    problems: [{ code: 'args/invalid', place: 'customer' }],
  });
});

test('the secret of the pseudonyms is neither handed out nor changed as a setting', async () => {
  const { engine } = await openRequests([{ at: start, customer: 'one', status: 429 }]);
  const args = { rule: all, redact: ['$.customer'], contributors: [['one']] };
  const before = await callEngine(engine, 'export.pseudonyms', args);
  const refused = { problems: [{ code: 'args/invalid', place: 'export.secret' }] };
  await expect(callEngine(engine, 'settings.get', { key: 'export.secret' })).rejects.toMatchObject(refused);
  await expect(callEngine(engine, 'settings.put', { key: 'export.secret', value: '' })).rejects.toMatchObject(refused);
  expect(await callEngine(engine, 'export.pseudonyms', args)).toEqual(before);
});

test('an export that is aborted ends in the engine, too', async () => {
  const { engine } = await openRequests(requests);
  const control = new AbortController();
  control.abort();
  for (const form of ['csv', 'parquet'] as const) {
    const events = callEngine(engine, 'export.events', { rule: all, form }, control.signal);
    await expect(events).rejects.toMatchObject({ name: 'AbortError' });
  }
});

test('a redacted case holds a rule that opens, and claims no figures that its changed rule can not give', async () => {
  const { engine } = await openRequests(requests);
  const exportWith = async (...filters: unknown[]) => {
    const report = reportArgs({ definition: requestRule(['customer'], filters) });
    const redact = ['$.customer', '$.status', '$.bytes'];
    const { data } = await callEngine(engine, 'export.case', { report, redact });
    await callEngine(engine, 'case.open', { data: data as Uint8Array });
    const files = unzip(data as Uint8Array);
    const { Contribution } = JSON.parse(files.get('rule.json') ?? '') as { Contribution: { Filters: unknown[] } };
    return { filters: Contribution.Filters, repeat: files.get('repeat.txt'), page: files.get('report.html') };
  };
  const bound = { Match: '$.bytes', GreaterThan: 2 };
  const kept = await exportWith(bound);
  expect(kept.filters).toEqual([bound]);
  expect(kept.repeat).toContain('contributor-insights report --workspace test.duckdb');
  const changed = await exportWith(bound, { Match: '$.customer', NotIn: ['plain'] });
  expect(changed.filters).toEqual([bound, { Match: '$.customer', NotIn: [expect.stringMatching(/^x-/)] }]);
  expect(changed.repeat).toContain('pseudonyms');
  expect(changed.repeat).not.toContain('contributor-insights report');
  expect(changed.page).not.toContain('contributor-insights report');
  for (const filter of [isThrottled, { Match: '$.customer', InCidr: ['10.0.0.0/8'] }]) {
    await expect(exportWith({ Any: [bound, filter] })).rejects.toMatchObject({
      problems: [{ code: 'args/invalid', place: filter.Match }],
    });
  }
});

test('an export ends when it is cancelled, and is refused where it is too large, with nothing left in the spool', async () => {
  const { engine, folder } = await openRequests(
    Array.from({ length: 20_000 }, (_, index) => ({ at: start + index, customer: `${index}`.repeat(20) })),
  );
  const signal = AbortSignal.abort();
  const view = { ...reportArgs(), metrics: 'basic' } as const;
  const open = await engine.openRule(all, view, new AbortController().signal);
  for (const form of ['csv', 'jsonl', 'parquet'] as const) {
    const limits = { form, redaction: null, mostBytes: 100_000_000 };
    await expect(writeEvents(engine.workspace, open, view, limits, signal)).rejects.toThrow(/abort/i);
  }
  const report = await callEngine(engine, 'report.run', view);
  await expect(writeTableParquet(engine.workspace, tableOfReport(report), signal)).rejects.toThrow(/abort/i);
  const tooLarge = { problems: [{ code: 'export/too-large' }] };
  const limits = { form: 'jsonl', redaction: null, mostBytes: 100_000 } as const;
  await expect(writeEvents(engine.workspace, open, view, limits)).rejects.toMatchObject(tooLarge);
  const content = { ruleName: 'X', definition: all.definition, open, args: view, report, notes: [], redaction: null };
  await expect(writeCase(engine.workspace, { ...content, withEvents: true, mostBytes: 100_000 })).rejects.toMatchObject(
    tooLarge,
  );
  expect((await readdir(engine.workspace.spoolDirectory)).filter((name) => name.includes('export-'))).toEqual([]);
  // What stands in the place of a source now has no bytes, or no end of them.
  await rm(join(folder, 'requests.jsonl'));
  await mkdir(join(folder, 'requests.jsonl'));
  const without = { ...content, withEvents: false };
  const sources = unzip(await writeCase(engine.workspace, without)).get('sources.csv');
  expect(sources).toContain(',,no longer a file');
  await expect(writeCase(engine.workspace, without, signal)).rejects.toThrow(/abort/i);
});

test('a case file proves its sources and gives the same figures again', async () => {
  const { engine, folder } = await openRequests(requests);
  await callEngine(engine, 'rules.put', { name: 'All <customers>', definition: all.definition, state: 'ENABLED' });
  const report = reportArgs({ name: 'All <customers>' });
  const notes = [{ text: 'It starts <here>', timeMs: start, keys: ['plain'] }];
  const { name, data } = await callEngine(engine, 'export.case', { report, notes, events: true });
  expect(name).toBe('All-customers.case.zip');
  const files = unzip(data as Uint8Array);
  const log = await readFile(join(folder, 'requests.jsonl'));
  const digest = createHash('sha256').update(log).digest('hex');
  expect(files.get('sources.csv')).toBe(
    `File,Bytes,Events,SHA-256,Remark\r\n${join(folder, 'requests.jsonl')},${log.length},${requests.length},${digest},\r\n`,
  );
  expect(JSON.parse(files.get('case.json') ?? '')).toMatchObject({
    ...{ format: 'contributor-insights-case', version: 1, rules: [{ name: 'All <customers>' }] },
    notes: [{ text: 'It starts <here>', time: '2026-11-19T08:00:00.000Z', until: null, contributor: ['plain'] }],
  });
  expect(files.get('report.html')).toContain('1. 19 Nov 2026, 08:00 UTC, plain: It starts &lt;here&gt;');
  const unpacked = await makeFolder();
  await writeFile(join(unpacked, 'events.json'), files.get('events/1.json') ?? '');
  const again = await openEngine(join(unpacked, 'again.duckdb'));
  await again.addSource({ path: join(unpacked, 'events.json'), group: 'requests' });
  const original = await callEngine(engine, 'report.run', report);
  const repeated = await callEngine(again, 'report.run', reportArgs({ definition: files.get('rule.json') ?? '' }));
  expect(repeated.contributors).toEqual(original.contributors);
  expect(files.get('repeat.txt')).toContain(
    `contributor-insights report --logs events/1.json=requests --rule rule.json --period 1 --max-contributor-count 100`,
  );
});

test('a colleague opens a case file: its rule, notes and events, and the same figures', async () => {
  const { engine } = await openRequests(requests);
  await callEngine(engine, 'rules.put', { name: 'Mine', definition: all.definition, state: 'ENABLED' });
  const report = reportArgs({ name: 'Mine' });
  const notes = [
    { text: 'Look', timeMs: start, endMs: null, keys: ['plain'], fields: ['$.customer'] },
    { text: 'All of it', timeMs: null, endMs: null, keys: null, fields: null },
    { text: 'The burst', timeMs: start, endMs: start + 5000, keys: null, fields: null },
  ];
  // Nobody's keys are no contributor.
  const ofNobody = { text: 'Of nobody', timeMs: null, endMs: null, keys: [], fields: [] };
  const written = [...notes, ofNobody];
  const { data } = await callEngine(engine, 'export.case', { report, notes: written, events: true });
  const theirs = await openEngine(join(await makeFolder(), 'theirs.duckdb'));
  await callEngine(theirs, 'rules.put', { name: 'Mine', definition: requestRule(['status']), state: 'ENABLED' });
  const opened = await callEngine(theirs, 'case.open', { data: data as Uint8Array });
  const read = [...notes, { ...ofNobody, keys: null, fields: null }];
  expect(opened).toEqual({ workspace: 'test', rules: ['Mine (case)'], groups: ['requests'], notes: read });
  const [original, repeated] = await Promise.all([
    callEngine(engine, 'report.run', report),
    callEngine(theirs, 'report.run', reportArgs({ name: 'Mine (case)' })),
  ]);
  expect(repeated.contributors).toEqual(original.contributors);
  const archive = Buffer.from(data);
  const broken = [
    archive.subarray(0, archive.length - 30),
    Buffer.from('PK'),
    Buffer.concat([archive.subarray(40), archive]),
  ];
  for (const bytes of broken) {
    await expect(callEngine(theirs, 'case.open', { data: bytes })).rejects.toMatchObject({
      problems: [{ code: 'case/unreadable' }],
    });
  }
});

test('opening cases of one name overwrites no rule, and tells of the rules that it brings', async () => {
  const makeCase = async (key: string) => {
    const { engine } = await openRequests(requests);
    await callEngine(engine, 'rules.put', { name: 'X', definition: requestRule([key]), state: 'ENABLED' });
    return (await callEngine(engine, 'export.case', { report: reportArgs({ name: 'X' }) })).data as Uint8Array;
  };
  const [first, second] = [await makeCase('customer'), await makeCase('bytes')];
  let told = 0;
  const theirs = await openEngine(join(await makeFolder(), 'theirs.duckdb'), {
    onEvent: ({ name }) => {
      if (name === 'rules') told++;
    },
  });
  await callEngine(theirs, 'rules.put', { name: 'X', definition: requestRule(['status']), state: 'DISABLED' });
  const opened: string[][] = [];
  for (const data of [first, second, first, second]) {
    opened.push((await callEngine(theirs, 'case.open', { data })).rules);
  }
  expect(opened).toEqual([['X (case)'], ['X (case 2)'], ['X (case)'], ['X (case 2)']]);
  const rules = await callEngine(theirs, 'rules.list', {});
  expect(
    rules.map(({ name, definition, state }) => [name, state, JSON.parse(definition).Contribution.Keys[0]]),
  ).toEqual([
    ['X', 'DISABLED', '$.status'],
    ['X (case 2)', 'ENABLED', '$.bytes'],
    ['X (case)', 'ENABLED', '$.customer'],
  ]);
  expect(told).toBe(3);
});

test('the command line writes the page and Parquet, with pseudonyms where asked', async () => {
  const { engine, path, folder } = await openRequests(requests);
  await callEngine(engine, 'rules.put', { name: 'All', definition: all.definition, state: 'ENABLED' });
  await engine.close();
  const call = (...args: string[]) => runCommand(['report', '--workspace', path, '--rule', 'All', ...args]);
  const page = await call('--output', 'html');
  expect(page.stdout).toContain(`--workspace ${path} --rule All --period 60 --max-contributor-count 10`);
  const file = join(folder, 'report.parquet');
  expect(await call('--output', 'parquet', '--output-file', file)).toMatchObject({ status: 0, stdout: '' });
  const other = await openEngine(path);
  const spooled = join(other.workspace.spoolDirectory, 'back.parquet');
  await writeFile(spooled, await readFile(file));
  const [first, second] = await other.workspace.db.read(sql`SELECT * FROM read_parquet(${spooled}) ORDER BY "Rank"`);
  expect(first).toEqual({ Rank: 1, '$.customer': 'plain', Sum: 2, Maximum: 2, PercentOfTotal: 12.5 });
  expect(second).toMatchObject({ Rank: 2, Sum: 1 });
  await other.close();
  const redacted = await call('--redact', '$.customer', '--output', 'csv');
  expect(redacted.stdout).toMatch(/^Rank,\$\.customer,Sum,Maximum,PercentOfTotal\r\n1,x-[0-9a-f]{12},2,/);
});

test('the page of the command line holds the command that was run, in the words that were given', async () => {
  const { engine, folder } = await openRequests(requests);
  await engine.close();
  await writeFile(join(folder, 'rule.json'), all.definition);
  const words = (page: string) => /contributor-insights report [^<]*/.exec(page)?.[0].replaceAll('&#39;', "'").trim();
  const given = ['--logs', 'requests.jsonl=requests', '--rule', 'rule.json'];
  const asked = ['--metrics', 'Sum', 'Average', '--redact', '$.customer'];
  const page = await runCommand(['report', ...given, ...asked, '--output', 'html'], { cwd: folder });
  const figures = '--period 60 --max-contributor-count 10';
  expect(words(page.stdout)).toBe(
    `contributor-insights report --logs requests.jsonl=requests --rule rule.json ${figures} --metrics Sum Average --redact '$.customer'`,
  );
  const sample = await runCommand(['report', '--sample', '--output', 'html'], { cwd: folder });
  expect(words(sample.stdout)).toBe(
    `contributor-insights report --sample --rule 'Byte transfers by source and destination' ${figures}`,
  );
  const both = ['--workspace', 'kept.duckdb', ...given, '--output', 'html'];
  expect(words((await runCommand(['report', ...both], { cwd: folder })).stdout)).toBe(
    `contributor-insights report --workspace kept.duckdb --logs requests.jsonl=requests --rule rule.json ${figures}`,
  );
});
