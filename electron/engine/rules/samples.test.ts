import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { flowRuleText } from '../../../tests/support/rule-text';
import { parseRule } from './parse';
import { loadSampleRules } from './samples';

const shipped = join(import.meta.dirname, '..', '..', '..', 'resources', 'sample-rules');

test('every sample rule that ships is one that AWS takes', async () => {
  const samples = await loadSampleRules(shipped);
  const refused = samples.filter(({ definition }) => parseRule(definition, { strict: true }).rule === null);
  expect(samples.length).toBeGreaterThan(60);
  expect(refused.map(({ name }) => name)).toEqual([]);
});

test('no two sample rules have the same name', async () => {
  const names = (await loadSampleRules(shipped)).map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('sample rules come by service, then by name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'contributor-insights-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = async (path: string, Service: string, Name: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    const sample = { Name, Description: 'Who?', Service, Definition: JSON.parse(flowRuleText()) as unknown };
    await writeFile(join(folder, path), JSON.stringify(sample));
  };
  await write('z/1.json', 'Flow logs', 'Bytes');
  await write('a/1.json', 'WAF', 'Blocked');
  await write('a/2.json', 'WAF', 'Allowed');
  await writeFile(join(folder, 'a', 'notes.txt'), 'no rule');
  const samples = await loadSampleRules(folder);
  expect(samples.map(({ service, name }) => [service, name])).toEqual([
    ['Flow logs', 'Bytes'],
    ['WAF', 'Allowed'],
    ['WAF', 'Blocked'],
  ]);
  expect(JSON.parse(samples[0]?.definition ?? '')).toEqual(JSON.parse(flowRuleText()));
});
