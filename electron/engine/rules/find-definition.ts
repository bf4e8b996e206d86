import { join } from 'node:path';
import type { Workspace } from '../workspace/open';
import { listRules } from '../workspace/rule-store';
import { fitSample } from './fit';
import { loadSampleRules } from './samples';

/** Where rules have names: a workspace, and the gallery in the app's resources. */
export type RuleShelf = { readonly workspace: Workspace; readonly resourcesPath: string };

/**
 * The body of a rule by its name: one of the workspace, else a sample rule, which reads the log groups at hand, whatever
 * they are called.
 * @returns null where there is neither
 */
export async function findDefinition({ workspace, resourcesPath }: RuleShelf, name: string): Promise<string | null> {
  const stored = (await listRules(workspace.db)).find((rule) => rule.name === name);
  if (stored) return stored.definition;
  const sample = (await loadSampleRules(join(resourcesPath, 'sample-rules'))).find((rule) => rule.name === name);
  return sample === undefined ? null : fitSample(sample, workspace.catalog.groups).definition;
}

/** The names that `findDefinition` knows. */
export async function listRuleNames({ workspace, resourcesPath }: RuleShelf): Promise<string[]> {
  const [stored, samples] = [await listRules(workspace.db), await loadSampleRules(join(resourcesPath, 'sample-rules'))];
  return [...stored, ...samples].map(({ name }) => name);
}
