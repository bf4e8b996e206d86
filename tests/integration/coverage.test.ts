import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../../electron/engine/door';
import type { Engine } from '../../electron/engine/engine';
import { makeFolder, openEngine } from '../support/workspace';

const startMs = Date.parse('2026-11-19T10:00:00Z');
const minute = 60_000;
const line = (atMinute: number) => `${new Date(startMs + atMinute * minute).toISOString()} event ${atMinute}\n`;
const lines = (...minutes: number[]) => minutes.map(line).join('');

test('events of each log group and file are counted a period, and gaps have no entry', async () => {
  const { engine, load } = await openLogs();
  await load('api', { 'a.log': lines(0, 1, 1, 2), 'b.log': lines(6, 7, 7, 7) });
  await load('web', { 'w.log': `${lines(0)}no time here\n${lines(9)}` });
  const coverage = await readCoverage(engine, { periodSeconds: 60 });
  expect(coverage.span).toEqual({ startMs, endMs: startMs + 9 * minute + 1 });
  const seen = coverage.groups.map(({ group, total, files, ...lane }) => ({
    group,
    total,
    lane: periods(lane),
    files: files.map((file) => ({ name: file.path.split('/').pop(), total: file.total, lane: periods(file) })),
  }));
  expect(seen).toEqual([
    {
      group: 'api',
      total: 8,
      lane: [
        [0, 1],
        [1, 2],
        [2, 1],
        [6, 1],
        [7, 3],
      ],
      files: [
        {
          name: 'a.log',
          total: 4,
          lane: [
            [0, 1],
            [1, 2],
            [2, 1],
          ],
        },
        {
          name: 'b.log',
          total: 4,
          lane: [
            [6, 1],
            [7, 3],
          ],
        },
      ],
    },
    {
      group: 'web',
      total: 2,
      lane: [
        [0, 1],
        [9, 1],
      ],
      files: [
        {
          name: 'w.log',
          total: 2,
          lane: [
            [0, 1],
            [9, 1],
          ],
        },
      ],
    },
  ]);
});

test('a range limits what is counted, its end not included, and the span is the one asked for', async () => {
  const { engine, load } = await openLogs();
  await load('api', { 'a.log': lines(0, 1, 2, 3, 4) });
  const range = { startMs: startMs + minute, endMs: startMs + 3 * minute };
  const coverage = await readCoverage(engine, { ...range, periodSeconds: 60 });
  expect(coverage.span).toEqual(range);
  expect(coverage.groups.map(({ total }) => total)).toEqual([2]);
});

test('a workspace without timed events has no span', async () => {
  const { engine, load } = await openLogs();
  await load('api', { 'a.log': 'no time\n' });
  expect(await readCoverage(engine, {})).toEqual({ periodSeconds: 60, span: null, groups: [] });
});

test('of more than 200 files the rest is counted', async () => {
  const { engine, load } = await openLogs();
  await load('api', Object.fromEntries(Array.from({ length: 203 }, (_, at) => [`${at}.log`, lines(at)])));
  const [group] = (await readCoverage(engine, {})).groups;
  expect(group).toMatchObject({ total: 203, moreFiles: 3 });
  expect(group?.files).toHaveLength(200);
});

function periods(lane: { startMs: number[]; events: number[] }): number[][] {
  return lane.startMs.map((start, at) => [(start - startMs) / minute, lane.events[at] ?? 0]);
}

function readCoverage(engine: Engine, args: { startMs?: number; endMs?: number; periodSeconds?: number }) {
  const options = { signal: new AbortController().signal, progress: () => undefined };
  return call(engine.handlers, 'coverage.read', args, options);
}

async function openLogs() {
  const home = await makeFolder();
  const engine = await openEngine(join(home, 'test.duckdb'));
  return {
    engine,
    load: async (name: string, files: Record<string, string>) => {
      const folder = join(home, name);
      await mkdir(folder);
      for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
      await engine.addSource({ path: folder, group: null });
    },
  };
}
