import type { JsonValue } from '../../shared/contract';
import type { Engine } from '../state/engine';

/** Unsaved rules of a workspace, so that leaving the page or the app loses none. */

const settingKey = 'rule-drafts';

/** More than this are not kept: the oldest goes. */
const keptMax = 20;

export type KeptDraft = { name: string; definition: string };

/** How a draft is found again: by the stored rule that it changes, or by what a new one was made from. */
export function draftKey(rule: { name: string; stored: boolean } | null): string {
  return rule === null ? 'new' : `${rule.stored ? 'rule' : 'from'} ${rule.name}`;
}

export async function readDraft(engine: Engine, key: string): Promise<KeptDraft | null> {
  return (await readAll(engine)).find((entry) => entry.key === key)?.draft ?? null;
}

/** Keeps a draft; null forgets it. */
export async function keepDraft(engine: Engine, key: string, draft: KeptDraft | null): Promise<void> {
  const others = (await readAll(engine)).filter((entry) => entry.key !== key);
  if (draft === null && others.length === (await readAll(engine)).length) return;
  const entries = draft === null ? others : [...others, { key, draft }].slice(-keptMax);
  const value: JsonValue = entries.map((entry) => ({ key: entry.key, ...entry.draft }));
  await engine.call('settings.put', { key: settingKey, value });
}

async function readAll(engine: Engine): Promise<{ key: string; draft: KeptDraft }[]> {
  const value = await engine.call('settings.get', { key: settingKey });
  return Array.isArray(value) ? value.flatMap(readEntry) : [];
}

function readEntry(value: JsonValue): { key: string; draft: KeptDraft }[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  const { key, name, definition } = value;
  if (typeof key !== 'string' || typeof name !== 'string' || typeof definition !== 'string') return [];
  return [{ key, draft: { name, definition } }];
}
