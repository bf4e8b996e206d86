import { appendFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../electron/engine/engine';
import { isDerived } from '../../electron/engine/workspace/derived-groups';
import { reportDefaults } from '../support/report-on';
import { makeFolder, openEngine, readEvents } from '../support/workspace';

const idOf = (number: number) => `3dbe1c37-6c4f-4b3b-8d2a-${String(number).padStart(12, '0')}`;

/** A line of an export: the request, what is said of it, seconds after noon. */
const line = (request: number, text: string, second = 0) =>
  `2023-11-14T12:00:${String(second).padStart(2, '0')}.000Z (${idOf(request)}) ${text}\n`;

type RequestEvent = { timeMs: number | null; line: number; event: Record<string, unknown> };

/** The derived events, by request. */
async function readRequests(engine: Engine): Promise<RequestEvent[]> {
  const derived = new Set(engine.workspace.catalog.groups.filter(isDerived).map(({ name }) => name));
  return (await readEvents(engine))
    .filter(({ group }) => derived.has(group))
    .map(({ timeMs, line: at, message }) => ({
      timeMs,
      line: at,
      event: JSON.parse(message) as Record<string, unknown>,
    }))
    .sort((a, b) => (String(a.event.requestId) < String(b.event.requestId) ? -1 : 1));
}

function writeFiles(folder: string, files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

function rule(group: string, keys: string[]): string {
  return JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: [group],
    LogFormat: 'JSON',
    Contribution: { Keys: keys, Filters: [] },
    AggregateOn: 'Count',
  });
}

async function countEvents(engine: Engine, group: string): Promise<[string[], number][]> {
  const report = await engine.runReport(
    {
      rule: { definition: rule(group, ['$.resourcePath', '$.status']) },
      ...reportDefaults,
      metrics: 'all',
    },
    new AbortController().signal,
  );
  return report.contributors.map(({ keys, total }) => [keys, total]);
}

test('the lines of a request become one event, wherever they stand', async () => {
  const folder = await makeFolder();
  const logs = join(folder, 'api');
  writeFiles(logs, {
    'stream-b/000000': [
      line(1, 'Extended Request Id: Vwc2MGFUrPEFV_g=', 3),
      line(2, `Starting execution for request: ${idOf(2)}`, 4),
      line(1, 'HTTP Method: GET, Resource Path: /pets/{id}', 3),
      line(1, 'Received response. Status: 200, Integration latency: 356 ms', 5),
      line(1, 'Endpoint response body before transformations: {"a":\n1}', 5),
      line(1, 'Method completed with status: 200', 5),
      line(2, 'HTTP Method: POST, Resource Path: /a, b', 4),
    ].join(''),
    'stream-a/000000': [
      line(2, 'Execution failed due to configuration error: Malformed Lambda proxy response', 6),
      line(2, 'Gateway response type: DEFAULT_5XX with status code: 502', 6),
      line(2, 'Method completed with status: 502', 6),
      line(3, `Unauthorized request: ${idOf(3)}`, 1),
      '2023-11-14T12:00:09.000Z no request id\n',
      '2023-11-14T12:00:09.000Z (not-an-id) Method completed with status: 500\n',
    ].join(''),
  });
  const engine = await openEngine(join(folder, 'test.duckdb'));
  await engine.addSource({ path: logs, group: null });
  expect(
    (await readRequests(engine)).map(({ timeMs, event }) => ({ second: ((timeMs ?? 0) / 1000) % 60, ...event })),
  ).toEqual([
    {
      second: 3,
      requestId: idOf(1),
      httpMethod: 'GET',
      resourcePath: '/pets/{id}',
      status: 200,
      integrationLatency: 356,
    },
    {
      second: 4,
      requestId: idOf(2),
      httpMethod: 'POST',
      resourcePath: '/a, b',
      status: 502,
      error: 'Execution failed due to configuration error: Malformed Lambda proxy response',
    },
    { second: 1, requestId: idOf(3), error: 'Unauthorized request' },
  ]);
});

test('rules read the requests where they name them with the #, and only there', async () => {
  const folder = await makeFolder();
  const logs = join(folder, 'api');
  writeFiles(logs, {
    log: line(1, 'HTTP Method: GET, Resource Path: /pets') + line(1, 'Method completed with status: 200'),
  });
  const engine = await openEngine(join(folder, 'test.duckdb'));
  await engine.addSource({ path: logs, group: null });
  const found = [[['/pets', '200'], 1]];
  expect(await countEvents(engine, 'api#requests')).toEqual(found);
  expect(await countEvents(engine, 'api#*')).toEqual(found);
  for (const pattern of ['api', 'api*', '*', 'other#requests']) expect(await countEvents(engine, pattern)).toEqual([]);
  expect((await engine.describe()).events).toBe(2);
  expect((await engine.describe()).groups.map(({ name, kind, events }) => [name, kind, events])).toEqual([
    ['api', 'API Gateway execution', 2],
    ['api#requests', 'API Gateway requests', 1],
  ]);
});

test('in a report on files without a group, too', async () => {
  const folder = await makeFolder();
  writeFiles(folder, {
    'logs/log': line(1, 'HTTP Method: GET, Resource Path: /pets') + line(1, 'Method completed with status: 200'),
  });
  const engine = await openEngine(join(folder, 'test.duckdb'));
  await engine.addSource({ path: join(folder, 'logs'), group: null, matchesAll: true });
  expect(await countEvents(engine, 'API-Gateway-Execution-Logs_a1/prod#requests')).toEqual([[['/pets', '200'], 1]]);
  expect(await countEvents(engine, 'API-Gateway-Execution-Logs_a1/prod')).toEqual([]);
});

test('a log group of files that is named like one is another one', async () => {
  const folder = await makeFolder();
  writeFiles(folder, { 'api/log': line(1, 'Method completed with status: 200'), 'other/log': '{"own":1}\n' });
  const engine = await openEngine(join(folder, 'test.duckdb'));
  await engine.addSource({ path: join(folder, 'api'), group: null });
  await engine.addSource({ path: join(folder, 'other'), group: 'api#requests' });
  const events = (await readEvents(engine)).map(({ group, message }) => [group, message]);
  expect(events).toContainEqual(['api#requests', '{"own":1}']);
  expect(await readRequests(engine)).toHaveLength(2); // by name
  expect(engine.workspace.catalog.groups.map(({ name }) => name)).toEqual(['api', 'api#requests', 'api#requests']);
});

test('the sample rules for requests fit where there are some', async () => {
  const folder = await makeFolder();
  writeFiles(folder, {
    'api/log': `${line(1, 'HTTP Method: GET, Resource Path: /pets')}${line(1, 'Execution failed')}`,
  });
  const engine = await openEngine(join(folder, 'test.duckdb'));
  const list = async () => {
    const samples = await engine.handlers['rules.samples'](
      {},
      { signal: new AbortController().signal, progress: () => {} },
    );
    return samples.filter(({ service }) => service === 'API Gateway requests');
  };
  expect((await list()).map(({ fits }) => fits)).toEqual([[], [], []]);
  await engine.addSource({ path: join(folder, 'api'), group: null });
  const samples = await list();
  expect(samples.map(({ fits }) => fits)).toEqual([['api#requests'], ['api#requests'], ['api#requests']]);
  for (const { definition } of samples)
    expect(JSON.parse(definition)).toMatchObject({ LogGroupNames: ['api#requests'] });
});

describe('what the requests say stays true', () => {
  test('when a source is taken out that has some of the lines', async () => {
    const folder = await makeFolder();
    writeFiles(folder, {
      'one/log': line(1, 'HTTP Method: GET, Resource Path: /pets', 1) + line(2, 'Method completed with status: 200', 1),
      'two/log':
        line(1, 'Method completed with status: 504', 2) + line(1, 'Execution failed due to a timeout error', 2),
    });
    const engine = await openEngine(join(folder, 'test.duckdb'));
    await engine.addSource({ path: join(folder, 'one'), group: 'api' });
    const two = await engine.addSource({ path: join(folder, 'two'), group: 'api' });
    expect((await readRequests(engine)).map(({ event }) => event)).toEqual([
      {
        requestId: idOf(1),
        httpMethod: 'GET',
        resourcePath: '/pets',
        status: 504,
        error: 'Execution failed due to a timeout error',
      },
      { requestId: idOf(2), status: 200 },
    ]);
    await engine.sources.remove(two.id);
    expect((await readRequests(engine)).map(({ event }) => event)).toEqual([
      { requestId: idOf(1), httpMethod: 'GET', resourcePath: '/pets' },
      { requestId: idOf(2), status: 200 },
    ]);
    await engine.sources.clear(1);
    expect(await readRequests(engine)).toEqual([]);
  });

  test('when a last line that had no end goes on', async () => {
    const folder = await makeFolder();
    const file = join(folder, 'log');
    writeFileSync(
      file,
      `(${idOf(1)}) HTTP Method: GET, Resource Path: /pets\n(${idOf(1)}) Method completed with status: 50`,
    );
    const engine = await openEngine(join(folder, 'test.duckdb'));
    const { id } = await engine.addSource({ path: file, group: 'api' });
    const events = async () => (await readRequests(engine)).map(({ event }) => event);
    expect(await events()).toEqual([{ requestId: idOf(1), httpMethod: 'GET', resourcePath: '/pets', status: 50 }]);
    truncateSync(file, 0);
    writeFileSync(
      file,
      `(${idOf(1)}) HTTP Method: GET, Resource Path: /pets\n(${idOf(1)}) Method completed with status: 503\n`,
    );
    await engine.sources.load(id);
    expect(await events()).toEqual([{ requestId: idOf(1), httpMethod: 'GET', resourcePath: '/pets', status: 503 }]);
  });
});

const said = fc.record({
  request: fc.integer({ min: 1, max: 6 }),
  second: fc.integer({ min: 0, max: 9 }),
  text: fc.constantFrom(
    'Starting execution',
    'HTTP Method: GET, Resource Path: /a',
    'HTTP Method: POST, Resource Path: /b "c"',
    'Method completed with status: 200',
    'Method completed with status: 502',
    'Received response. Integration latency: 11029 ms',
    'Received response. Status: 200, Integration latency: 7 ms',
    'Execution failed due to a timeout error',
    'Lambda execution failed with status 200 due to customer function error: x. Lambda request id: 7-a',
    'API Key **a exceeded throttle limit for API Stage a/b: Key throttle limit exceeded',
    'API Key authorized because of something',
    'tokens "in quotes" [and brackets]',
  ),
});

/** The events that lines must become, told from all of them at once. */
function expectRequests(
  lines: readonly { request: number; second: number; text: string }[],
): Record<string, unknown>[] {
  const errors = ['Execution failed', 'Lambda execution failed', 'API Key **a exceeded'];
  return [1, 2, 3, 4, 5, 6].flatMap((request) => {
    const own = lines.filter((entry) => entry.request === request);
    if (own.length === 0) return [];
    const find = (pattern: RegExp) => own.flatMap(({ text }) => pattern.exec(text)?.slice(1) ?? []);
    const [method] = find(/^(HTTP Method: .*)/).sort();
    const [, httpMethod, resourcePath] = /^HTTP Method: (\w+), Resource Path: (.*)/.exec(method ?? '') ?? [];
    const status = find(/^Method completed with status: (\d+)/).map(Number);
    const latency = find(/Integration latency: (\d+) ms/).map(Number);
    const error = errors.flatMap((start) => own.filter(({ text }) => text.startsWith(start)))[0]?.text;
    return [
      {
        second: Math.min(...own.map(({ second }) => second)),
        requestId: idOf(request),
        ...(httpMethod === undefined ? {} : { httpMethod, resourcePath }),
        ...(status.length === 0 ? {} : { status: Math.max(...status) }),
        ...(latency.length === 0 ? {} : { integrationLatency: Math.max(...latency) }),
        ...(error === undefined ? {} : { error: error.replace('. Lambda request id: 7-a', '') }),
      },
    ];
  });
}

test('whatever is appended, in which order, in which file, and taken out again', async () => {
  const folder = await makeFolder();
  const engine = await openEngine(join(folder, 'test.duckdb'));
  let run = 0;
  const steps = fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.array(said, { minLength: 1, maxLength: 8 })),
      },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 }) },
    ),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      run += 1;
      const files = [0, 1, 2].map((file) => join(folder, `run-${run}`, String(file), 'log'));
      const held: { request: number; second: number; text: string }[][] = [[], [], []];
      for (const file of files) writeFiles(dirname(file), { log: '' });
      const ids: number[] = [];
      for (const file of files) ids.push((await engine.addSource({ path: dirname(file), group: `api-${run}` })).id);
      for (const step of plan) {
        if (typeof step === 'number') {
          writeFileSync(files[step] as string, '');
          held[step] = [];
          await engine.sources.clear(ids[step] as number);
          continue;
        }
        const [file, lines] = step;
        appendFileSync(
          files[file] as string,
          lines.map(({ request, text, second }) => line(request, text, second)).join(''),
        );
        held[file]?.push(...lines);
        await engine.sources.load(ids[file] as number);
      }
      const found = (await readRequests(engine)).map(({ timeMs, event }) => ({
        second: ((timeMs ?? 0) / 1000) % 60,
        ...event,
      }));
      expect(found).toEqual(expectRequests(held.flat()));
      for (const id of ids) await engine.sources.remove(id);
      rmSync(join(folder, `run-${run}`), { recursive: true });
    }),
    { numRuns: 6 },
  );
}, 120_000);
