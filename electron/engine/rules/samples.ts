import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SampleRule } from '../../../shared/rule';

const SampleFile = z.strictObject({
  Name: z.string().min(1),
  Description: z.string().min(1),
  Service: z.string().min(1),
  Definition: z.record(z.string(), z.json()),
});

/**
 * The sample rules in the files `SERVICE/RULE.json` below a folder, by service, then by name. Each definition is the rule
 * body as indented JSON text.
 * @throws Error that names the file which is no sample rule; these files ship with the app
 */
export async function loadSampleRules(directory: string): Promise<SampleRule[]> {
  const services = await readdir(directory, { withFileTypes: true });
  const folders = services.filter((entry) => entry.isDirectory()).map((entry) => join(directory, entry.name));
  const samples = await Promise.all(folders.map(loadFolder));
  return samples.flat().sort((a, b) => compareTexts(a.service, b.service) || compareTexts(a.name, b.name));
}

async function loadFolder(folder: string): Promise<SampleRule[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  return Promise.all(names.map((name) => loadFile(join(folder, name))));
}

async function loadFile(path: string): Promise<SampleRule> {
  try {
    const sample = SampleFile.parse(JSON.parse(await readFile(path, 'utf8')));
    return {
      name: sample.Name,
      description: sample.Description,
      service: sample.Service,
      definition: JSON.stringify(sample.Definition, null, 2),
    };
  } catch (cause) {
    throw new Error(`${path} is no sample rule.`, { cause });
  }
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
