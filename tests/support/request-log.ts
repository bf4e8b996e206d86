import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../electron/engine/engine';
import { makeFolder, openEngine } from './workspace';

/** An event of a request log: `at` in epoch ms, and whatever fields it has. */
export type Request = { at: number } & Record<string, unknown>;

/** The log group of requests. */
export const requestGroup = 'requests';

/** Requests as JSON lines. */
export function requestLines(requests: readonly Request[]): string {
  return requests.map(({ at, ...fields }) => `${JSON.stringify({ timestamp: at, ...fields })}\n`).join('');
}

/** A workspace with one log of requests, closed and removed when the test is over. */
export async function openRequests(
  requests: readonly Request[],
): Promise<{ engine: Engine; path: string; folder: string }> {
  const folder = await makeFolder();
  const log = join(folder, 'requests.jsonl');
  await writeFile(log, requestLines(requests));
  const path = join(folder, 'test.duckdb');
  const engine = await openEngine(path);
  await engine.addSource({ path: log, group: requestGroup });
  return { engine, path, folder };
}

/** A rule over requests as JSON text: keys such as `customer`, filters, and the field that is summed up, if one is. */
export function requestRule(keys: readonly string[], filters: unknown[] = [], sumOf?: string): string {
  return JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: [requestGroup],
    LogFormat: 'JSON',
    Contribution: {
      Keys: keys.map((key) => `$.${key}`),
      Filters: filters,
      ...(sumOf === undefined ? {} : { ValueOf: `$.${sumOf}` }),
    },
    AggregateOn: sumOf === undefined ? 'Count' : 'Sum',
  });
}

/** The filter of throttled requests. */
export const isThrottled = { Match: '$.status', EqualTo: 429 };
