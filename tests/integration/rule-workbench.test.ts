import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { call } from '../../electron/engine/door';
import type { Engine } from '../../electron/engine/engine';
import type { Args, Method } from '../../shared/contract';
import { UserError } from '../../shared/problem';
import { makeFolder, openEngine } from '../support/workspace';

const stages = ['prod', 'prod', 'dev', 'prod', 'prod'];
const shop = [
  ...stages.map((stage, index) => ({
    time: `2026-11-19T06:0${index}:00Z`,
    stage,
    customer: index === 4 ? undefined : `c${index % 2}`,
    ms: index === 3 ? 'slow' : 100 * (index + 1),
  })),
];
const flows = [
  '2 048213775190 eni-1 10.0.0.1 172.31.0.9 40000 443 6 10 700 1795068000 1795068059 ACCEPT OK',
  '2 048213775190 eni-1 10.0.0.2 172.31.0.9 40000 22 6 10 41000 1795068000 1795068059 REJECT OK',
  '2 048213775190 eni-1 - - - - - - - 1795068000 1795068059 - NODATA',
];

const jsonRule = (contribution: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['shop'],
    LogFormat: 'JSON',
    Contribution: { Keys: ['$.customer'], Filters: [], ...contribution },
    AggregateOn: 'Count',
    ...more,
  });

const flowRule = (contribution: Record<string, unknown>) =>
  JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['flows'],
    LogFormat: 'CLF',
    Fields: { '4': 'source', '10': 'bytes', '13': 'action' },
    Contribution: { Keys: ['source'], ValueOf: 'bytes', Filters: [], ...contribution },
    AggregateOn: 'Sum',
  });

let engine: Engine;

/** One workspace for all tests here: none of them changes it. */
beforeAll(async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, 'logs'));
  const lines = [...shop.map((event) => JSON.stringify(event)), 'not JSON, and without a time'];
  await writeFile(join(folder, 'logs', 'shop.log'), `${lines.join('\n')}\n`);
  await mkdir(join(folder, 'flows'));
  await writeFile(join(folder, 'flows', 'flow.log'), `${flows.join('\n')}\n`);
  engine = await openEngine(join(folder, 'test.duckdb'));
  await engine.addSource({ path: join(folder, 'logs'), group: 'shop' });
  await engine.addSource({ path: join(folder, 'flows'), group: 'flows' });
});

function ask<M extends Method>(method: M, args: Args<M>) {
  return call(engine.handlers, method, args, { signal: new AbortController().signal, progress: () => {} });
}
