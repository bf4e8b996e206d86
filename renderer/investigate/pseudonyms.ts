import type { Args } from '../../shared/contract';
import type { Engine } from '../state/engine';

/** Contributors that are renamed in one question to the engine. */
const askedMax = 10_000;

/** The keys of contributors, as an export has them. */
export type Rename = (contributors: readonly string[][]) => Promise<string[][]>;

/**
 * Puts pseudonyms in the place of redacted keys: those that every export of the workspace has.
 * @param redact fields, by what they are called as keys of the rule; empty: names stay as they are
 */
export function renameBy(
  engine: Engine,
  rule: Args<'export.pseudonyms'>['rule'],
  redact: readonly string[],
  signal: AbortSignal,
): Rename {
  return async (contributors) => {
    if (redact.length === 0) return [...contributors];
    const renamed: string[][] = [];
    for (let at = 0; at < contributors.length; at += askedMax) {
      const part = contributors.slice(at, at + askedMax);
      const args = { rule, redact: [...redact], contributors: part };
      renamed.push(...(await engine.call('export.pseudonyms', args, { signal })));
    }
    return renamed;
  };
}

/** Copies of some things that have keys, with other keys. */
export async function renameKeys<T extends { keys: string[] }>(things: readonly T[], rename: Rename): Promise<T[]> {
  const renamed = await rename(things.map(({ keys }) => keys));
  return things.map((thing, at) => ({ ...thing, keys: renamed[at] ?? [] }));
}
