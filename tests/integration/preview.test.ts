import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { call } from '../../electron/engine/door';
import type { Engine } from '../../electron/engine/engine';
import type { FileChoices, FilePreview, PreviewStep, Reading, SourcePreview } from '../../shared/source-preview';
import { makeFolder, openEngine, readEvents } from '../support/workspace';

const firstSecond = 1_795_060_800;
const iso = (second: number) => new Date((firstSecond + second) * 1000).toISOString();

const flowRecord = (second: number) =>
  `2 123456789012 eni-0a1b2c3d 10.0.0.1 10.0.0.2 443 40000 6 10 ${second} ${firstSecond + second} ${firstSecond + second + 30} ACCEPT OK`;
const flowLines = (count: number) => Array.from({ length: count }, (_, second) => `${flowRecord(second)}\n`).join('');

test('a preview says what each file holds, and loads nothing', async () => {
  const { engine, folder, preview } = await openFolder('edge');
  await writeFile(join(folder, 'flow.log.gz'), gzipSync(flowLines(20)));
  await mkdir(join(folder, 'app'));
  await writeFile(join(folder, 'app', 'shop.json'), subscription('/shop/logs', [0, 60]));
  await writeFile(join(folder, 'picture.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0, 0, 0, 0]));
  const { files, skipped, others } = await preview();
  expect(files.map(({ firstEvents, fields, bytes, ...file }) => file)).toEqual([
    {
      path: 'app/shop.json',
      compression: 'none',
      container: 'JSON, subscription',
      kind: null,
      format: 'JSON',
      groups: ['/shop/logs'],
      firstMs: firstSecond * 1000,
      lastMs: (firstSecond + 60) * 1000,
      events: 2,
      isWhole: true,
    },
    {
      path: 'flow.log.gz',
      compression: 'gzip',
      container: 'plain lines',
      kind: 'VPC flow logs',
      format: 'CLF',
      groups: ['edge'],
      firstMs: firstSecond * 1000,
      lastMs: (firstSecond + 19) * 1000,
      events: 20,
      isWhole: true,
    },
  ] satisfies Omit<FilePreview, 'firstEvents' | 'fields' | 'bytes'>[]);
  expect(files[0]?.fields).toEqual([
    { reference: '$.customer', alias: null, type: 'text' },
    { reference: '$.bytes', alias: null, type: 'number' },
  ]);
  expect(files[0]?.firstEvents[1]).toMatchObject({ timeMs: (firstSecond + 60) * 1000, values: ['c60', '60'] });
  expect(files[1]?.fields[3]).toEqual({ reference: '4', alias: 'srcaddr', type: 'text' });
  expect(files[1]?.fields[9]).toEqual({ reference: '10', alias: 'bytes', type: 'number' });
  expect(skipped).toMatchObject([{ path: 'picture.png', bytes: 12, problem: { code: 'file/binary' } }]);
  expect(others).toEqual({ files: 0, bytes: 0 });
  expect(await readEvents(engine)).toEqual([]);
  expect(engine.sources.list()).toEqual([]);
});

test('of a large file the beginning is read: events are worked out, the last time comes from its end', async () => {
  const { folder, preview } = await openFolder('large');
  const lines = flowLines(40_000);
  await writeFile(join(folder, 'plain.log'), lines);
  await writeFile(join(folder, 'packed.log.gz'), gzipSync(lines));
  const [packed, plain] = (await preview()).files;
  for (const file of [packed, plain]) {
    expect(file?.isWhole).toBe(false);
    expect(Math.abs((file?.events ?? 0) - 40_000)).toBeLessThan(1500);
  }
  expect(plain?.lastMs).toBe((firstSecond + 39_999) * 1000);
  expect(packed?.lastMs).toBeNull();
});

test('a damaged archive shows what comes before the damage, an empty file nothing, one that cannot be unpacked is skipped', async () => {
  const { folder, preview } = await openFolder('odd');
  const packed = gzipSync(flowLines(3000));
  await writeFile(join(folder, 'cut.gz'), packed.subarray(0, packed.length - 2000));
  await writeFile(join(folder, 'empty.log'), '');
  await writeFile(join(folder, 'torn.gz'), Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(40, 7)]));
  const { files, skipped } = await preview();
  expect(files.map(({ path, kind, container }) => ({ path, kind, container }))).toEqual([
    { path: 'cut.gz', kind: 'VPC flow logs', container: 'plain lines' },
    { path: 'empty.log', kind: null, container: null },
  ]);
  expect(files[1]).toMatchObject({ events: 0, firstMs: null, groups: [] });
  expect(skipped).toMatchObject([{ path: 'torn.gz', problem: { code: 'file/gzip-damaged', place: 'torn.gz' } }]);
});

test('of more than 500 files the rest is counted, and progress tells how far it is', async () => {
  const { folder, preview } = await openFolder('many');
  for (let at = 0; at < 510; at++) {
    await writeFile(join(folder, `${String(at).padStart(3, '0')}.log`), `${flowRecord(at)}\n`);
  }
  const steps: PreviewStep[] = [];
  const { files, others } = await preview((step) => steps.push(step));
  expect(files).toHaveLength(500);
  expect(others.files).toBe(10);
  expect(steps.at(-1)).toMatchObject({ files: 510, filesDone: 500 });
  expect(steps.flatMap(({ found }) => found)).toEqual(files);
});

test('files that are left out are not loaded, and those with a group of their own go there, also after a restart', async () => {
  const { engine, folder, add, reopen } = await openFolder('edge');
  await writeFile(join(folder, 'a.log'), `${iso(0)} a\n`);
  await writeFile(join(folder, 'b.log'), `${iso(1)} b\n`);
  await writeFile(join(folder, 'c.log'), `${iso(2)} c\n`);
  const source = await add({ excluded: ['b.log'], groups: [{ path: 'c.log', group: 'other/c' }] });
  expect(source).toMatchObject({ files: 2, events: 2, groups: ['edge', 'other/c'] });
  const groupsOf = async (from: Engine) => (await readEvents(from)).map(({ group, message }) => [group, message]);
  expect(await groupsOf(engine)).toEqual([
    ['edge', 'a'],
    ['other/c', 'c'],
  ]);
  const again = await reopen();
  await writeFile(join(folder, 'b.log'), `${iso(3)} more that is left out\n`);
  await writeFile(join(folder, 'c.log'), `${iso(2)} c\n${iso(4)} d\n`);
  await again.sources.load(1);
  expect(await groupsOf(again)).toEqual([
    ['edge', 'a'],
    ['other/c', 'c'],
    ['other/c', 'd'],
  ]);
});
test('times without an offset are read in the zone that was chosen, of single files in their own, also after a restart', async () => {
  const { engine, folder, preview, add, reopen } = await openFolder('edge');
  await writeFile(join(folder, 'a.log'), '2026-07-01T12:00:00 a\n2026-07-01T12:00:00Z with an offset\n');
  await writeFile(join(folder, 'b.log'), '{"time":"2026-12-01 12:00:00","m":"b"}\n');
  await writeFile(join(folder, 'c.log'), '2026-07-01T12:00:00 c\n');
  const [a] = (await preview(undefined, { zone: 'America/New_York' })).files;
  expect(a?.firstEvents[0]?.timeMs).toBe(Date.parse('2026-07-01T16:00:00Z'));
  expect(a?.lastMs).toBe(Date.parse('2026-07-01T16:00:00Z'));
  await add({
    excluded: [],
    groups: [],
    reading: { zone: 'America/New_York' },
    readings: [{ path: 'c.log', zone: 'Asia/Kolkata' }],
  });
  const timesOf = async (from: Engine) =>
    Object.fromEntries(
      (await readEvents(from)).map(({ message, timeMs }) => [
        message.slice(-2),
        new Date(timeMs ?? Number.NaN).toISOString(),
      ]),
    );
  const loaded = {
    ' a': '2026-07-01T16:00:00.000Z',
    et: '2026-07-01T12:00:00.000Z',
    '"}': '2026-12-01T17:00:00.000Z',
    ' c': '2026-07-01T06:30:00.000Z',
  };
  expect(await timesOf(engine)).toEqual(loaded);
  const again = await reopen();
  await rename(join(folder, 'c.log'), join(folder, 'c.log.1'));
  await appendFile(join(folder, 'a.log'), '2026-07-01T13:00:00 more of d\n');
  await appendFile(join(folder, 'c.log.1'), '2026-07-01T13:00:00 more of e\n');
  await again.watch();
  expect(await timesOf(again)).toEqual({
    ...loaded,
    ' d': '2026-07-01T17:00:00.000Z',
    ' e': '2026-07-01T07:30:00.000Z',
  });
});

test('what files are read as can be chosen against what their content tells', async () => {
  const { engine, folder, preview, add } = await openFolder('edge');
  // To the eye of a program it is an S3 export.
  await writeFile(join(folder, 'a.log'), '2026-07-01T12:00:00.000Z one\n2026-07-01T12:00:01.000Z two\n  indented\n');
  await writeFile(join(folder, 'b.log'), '2026-07-01T12:00:00.000Z one\n  indented\n');
  expect((await preview()).files.map(({ container }) => container)).toEqual(['S3 export', 'S3 export']);
  const [file] = (await preview(undefined, { container: 'lines' })).files;
  expect(file).toMatchObject({ container: 'plain lines', events: 3 });
  const readings = [{ path: 'b.log', container: 'export-task' as const }];
  await add({ excluded: [], groups: [], reading: { container: 'lines' }, readings });
  expect((await readEvents(engine)).map(({ message }) => message).sort()).toEqual([
    '  indented',
    '2026-07-01T12:00:00.000Z one',
    '2026-07-01T12:00:01.000Z two',
    'one\n  indented',
  ]);
});

test('a time zone that does not exist is refused', async () => {
  const { preview } = await openFolder('edge');
  await expect(preview(undefined, { zone: 'Mars/Olympus' })).rejects.toThrow('No such time zone');
});

async function openFolder(name: string) {
  const home = await makeFolder();
  const folder = join(home, name);
  await mkdir(folder);
  const workspace = join(home, 'test.duckdb');
  const engine = await openEngine(workspace);
  const grant = randomUUID();
  engine.grant(grant, { path: folder, label: folder, group: null });
  const options = { signal: new AbortController().signal, progress: () => undefined };
  return {
    engine,
    folder,
    preview: (onStep: (step: PreviewStep) => void = () => undefined, reading: Reading = {}): Promise<SourcePreview> => {
      const progress = onStep as (step: unknown) => void;
      return call(engine.handlers, 'sources.preview', { grant, reading }, { ...options, progress });
    },
    add: (files: FileChoices) => call(engine.handlers, 'sources.add', { grant, files }, options),
    reopen: async () => {
      await engine.close();
      return openEngine(workspace);
    },
  };
}

function subscription(group: string, seconds: number[]): string {
  return JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: group,
    logStream: 's',
    subscriptionFilters: ['f'],
    logEvents: seconds.map((second, id) => ({
      id: String(id),
      timestamp: (firstSecond + second) * 1000,
      message: JSON.stringify({ customer: `c${second}`, bytes: second }),
    })),
  });
}
