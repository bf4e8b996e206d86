import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../../electron/engine/door';
import { makeFolder, openEngine } from '../support/workspace';

const startMs = Date.parse('2026-11-19T10:00:00Z');
const line = (second: number, customer: string) =>
  `${JSON.stringify({ time: new Date(startMs + second * 1000).toISOString(), customer })}\n`;
const plain = (second: number) => `${new Date(startMs + second * 1000).toISOString()}  GET  /cart\n`;
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => line(from + at, `c${(from + at) % 3}`)).join('');

test('events of overlapping exports are counted with their files, and kept unless the user says otherwise', async () => {
  const { doubles, load, report, set } = await openLogs();
  await load({ 'first.log': lines(0, 60), 'second.log': lines(40, 100), 'third.log': lines(100, 130) });
  expect(await doubles()).toEqual({
    events: 20,
    moreFiles: 0,
    setting: 'keep',
    files: [
      {
        group: 'logs',
        path: expect.stringMatching(/second\.log$/),
        keptPath: expect.stringMatching(/first\.log$/),
        events: 20,
        firstMs: startMs + 40_000,
        lastMs: startMs + 59_000,
      },
    ],
  });
  expect(await report()).toEqual({ scanned: 150, matched: 150, total: 150, leftOut: undefined });
  await set('leave out');
  expect(await report()).toEqual({ scanned: 130, matched: 130, total: 130, leftOut: 20 });
  expect(await report(startMs + 50_000)).toEqual({ scanned: 80, matched: 80, total: 80, leftOut: 10 });
  await set('keep');
  expect(await report()).toEqual({ scanned: 150, matched: 150, total: 150, leftOut: undefined });
});

test('what one file holds several times is no double, and the file with the most copies keeps them', async () => {
  const { doubles, load, report, set } = await openLogs();
  const twice = line(5, 'a').repeat(2);
  await load({ 'a.log': line(0, 'x') + twice + line(9, 'x'), 'b.log': line(1, 'y') + line(5, 'a').repeat(3) });
  const found = await doubles();
  expect(found.events).toBe(2);
  expect(found.files).toMatchObject([{ path: expect.stringMatching(/a\.log$/), events: 2 }]);
  await set('leave out');
  expect(await report()).toEqual({ scanned: 6, matched: 6, total: 6, leftOut: 2 });
});

test('events of another time, message or log stream, and those without a time, are no doubles', async () => {
  const { doubles, load } = await openLogs();
  const page = (stream: string) =>
    JSON.stringify({ events: [{ logStreamName: stream, eventId: '1', timestamp: startMs + 3000, message: 'same' }] });
  await load({
    'a.log': `${line(0, 'x')}${line(9, 'x')}no time\n`,
    'b.log': `${line(1, 'x')}${line(9, 'y')}no time\n`,
    'one.json': page('one'),
    'two.json': page('two'),
  });
  expect(await doubles()).toMatchObject({ events: 0, files: [] });
});

test('events of documents on one line are compared one by one, and plain lines likewise', async () => {
  const { doubles, load, report, set } = await openLogs();
  const page = (...seconds: number[]) =>
    JSON.stringify({
      events: seconds.map((second) => ({
        logStreamName: 's',
        eventId: `${second}`,
        timestamp: startMs + second * 1000,
        message: `{"customer":"c${second}"}`,
      })),
    });
  await load({ 'a.json': page(1, 2, 3, 4), 'b.json': page(3, 4, 5) });
  expect((await doubles()).events).toBe(2);
  await set('leave out');
  expect(await report()).toEqual({ scanned: 5, matched: 5, total: 5, leftOut: 2 });
  await load({ 'a.log': `${plain(20)}${plain(21)}`, 'b.log': `${plain(21)}${plain(22)}` });
  expect((await doubles()).events).toBe(3);
  expect(await report()).toEqual({ scanned: 8, matched: 5, total: 5, leftOut: 3 });
});

test('more events, and a file that is gone from the workspace, are taken into account', async () => {
  const { doubles, engine, load, report, set, folder } = await openLogs();
  await load({ 'a.log': lines(0, 10) });
  await set('leave out');
  expect(await report()).toMatchObject({ total: 10, leftOut: 0 });
  await load({ 'b.log': lines(5, 12) });
  expect(await report()).toMatchObject({ total: 12, leftOut: 5 });
  await rm(join(folder, 'a.log'));
  await engine.sources.clear(1);
  await engine.sources.load(1);
  expect(await report()).toMatchObject({ total: 7, leftOut: 0 });
  expect((await doubles()).events).toBe(0);
});

async function openLogs() {
  const home = await makeFolder();
  const folder = join(home, 'logs');
  await mkdir(folder);
  const engine = await openEngine(join(home, 'test.duckdb'));
  const options = { signal: new AbortController().signal, progress: () => undefined };
  const definition = JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['logs'],
    LogFormat: 'JSON',
    Contribution: { Keys: ['$.customer'], Filters: [] },
    AggregateOn: 'Count',
  });
  return {
    engine,
    folder,
    load: async (files: Record<string, string>) => {
      for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
      await engine.addSource({ path: folder, group: null });
    },
    doubles: () => call(engine.handlers, 'doubles.find', {}, options),
    set: (setting: 'keep' | 'leave out') => call(engine.handlers, 'doubles.set', { setting }, options),
    report: async (from: number | null = null) => {
      const report = await call(
        engine.handlers,
        'report.run',
        {
          rule: { definition },
          startMs: from,
          endMs: null,
          periodSeconds: 60,
          maxContributorCount: 10,
          orderBy: 'Sum',
          unique: 'exact',
        },
        options,
      );
      const { scanned, matched } = report.ledger;
      return { scanned, matched, total: report.total, leftOut: report.doublesLeftOut };
    },
  };
}
