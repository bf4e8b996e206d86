import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../../electron/engine/door';
import type { Engine } from '../../electron/engine/engine';
import { loadSampleRules } from '../../electron/engine/rules/samples';
import { makeFolder, openEngine } from '../support/workspace';

/** For each service logs, one log group a file, and what each sample rule says about them, worked out apart from the app. */
const cases = join(import.meta.dirname, '..', 'cases', 'sample-rules');
const resources = join(import.meta.dirname, '..', '..', 'resources', 'sample-rules');

type Expected = Record<string, { matched: number; unique: number; total: number; first: (string | number)[][] }>;

/** An engine with a service's logs, each in a group that is named after nothing. */
async function loadLogs(folder: string): Promise<Engine> {
  const engine = await openEngine(join(await makeFolder(), 'test.duckdb'));
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.log'))) {
    await engine.addSource({ path: join(folder, file), group: basename(file, '.log') });
  }
  return engine;
}

const firstShown = 3;

test.each(readdirSync(resources))('%s: every sample fits its logs and gives the right numbers', async (service) => {
  const folder = join(cases, service);
  const expected = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as Expected;
  const [own] = (await loadSampleRules(resources)).filter(({ name }) => name in expected);
  const { handlers, ...engine } = await loadLogs(folder).then((opened) => ({
    handlers: opened.handlers,
    runReport: opened.runReport.bind(opened),
  }));
  const signal = new AbortController().signal;
  const samples = await call(handlers, 'rules.samples', {}, { signal, progress: () => {} });
  const found: Expected = {};
  for (const sample of samples.filter((one) => one.service === own?.service)) {
    if (sample.fits.length === 0) {
      found[sample.name] = { matched: 0, unique: 0, total: 0, first: [['does not fit', ...sample.lacks]] };
      continue;
    }
    const report = await engine.runReport(
      {
        rule: { definition: sample.definition },
        startMs: null,
        endMs: null,
        periodSeconds: 60,
        maxContributorCount: firstShown,
        orderBy: 'Sum',
        unique: 'exact',
        metrics: 'all',
      },
      signal,
    );
    found[sample.name] = {
      matched: report.ledger.matched,
      unique: report.uniqueCount,
      total: roundSum(report.total),
      first: report.contributors.map(({ keys, total }) => [...keys, roundSum(total)]),
    };
  }
  expect(found).toEqual(expected);
});

test('every service of the gallery has logs here', () => {
  expect(readdirSync(resources).filter((service) => !existsSync(join(cases, service, 'expected.json')))).toEqual([]);
});

/** A sum of doubles may differ in its last digits. */
function roundSum(value: number): number {
  return Number(value.toPrecision(12));
}

test('JSON of no known kind with more fields than columns fits no sample whose fields it does not have', async () => {
  const folder = await makeFolder();
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`field-${at}`, at]));
  const lines = [{ time: '2026-11-19T06:00:00Z', customer: 'somebody', ...many }].map((event) => JSON.stringify(event));
  await writeFile(join(folder, 'app.log'), `${lines.join('\n')}\n`);
  const engine = await openEngine(join(await makeFolder(), 'test.duckdb'));
  await engine.addSource({ path: folder, group: 'app' });
  const { signal } = new AbortController();
  const samples = await call(engine.handlers, 'rules.samples', {}, { signal, progress: () => {} });
  expect(samples.filter(({ fits }) => fits.length > 0).map(({ name }) => name)).toEqual([]);
});
