import type { Args } from '../../shared/contract';
import { hideValues, listFilterValues } from '../../shared/hidden-values';
import { listKeyFields } from '../../shared/rule-fields';
import { labelOf } from '../charts/drawing';
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

/** Redacted values with the pseudonyms that texts have in their place. */
export class HiddenValues {
  readonly #pseudonyms = new Map<string, string>();

  /** A text with the pseudonyms of the values that it names. */
  hideIn(text: string): string {
    return hideValues(text, this.#pseudonyms);
  }

  /** Takes the keys of contributors as they are and as an export has them: where these differ, they are redacted. */
  add(contributors: readonly { keys: string[] }[], told: readonly { keys: string[] }[]): void {
    contributors.forEach(({ keys }, row) => {
      keys.forEach((key, at) => void this.#put(key, told[row]?.keys[at]));
    });
  }

  /** Takes what the filters of a rule compare its redacted keys with. */
  async addFilters(definition: string, rename: Rename): Promise<void> {
    const blank = listKeyFields(definition).map(() => '?');
    const [told = []] = await rename([blank]);
    // Which keys are redacted is seen by what becomes of any value.
    const places = told.flatMap((one, at) => (one === blank[at] ? [] : [at]));
    const [place] = places;
    if (place === undefined) return;
    const values = listFilterValues(definition, places);
    const renamed = await rename(values.map((value) => blank.map((other, at) => (at === place ? value : other))));
    values.forEach((value, row) => void this.#put(value, renamed[row]?.[place]));
  }

  /** Notes a value as it is, and as it is shown in titles. */
  #put(value: string, told: string | undefined): void {
    if (told !== undefined && told !== value) this.#pseudonyms.set(value, told).set(labelOf([value]), told);
  }
}

/** The title of something about contributors of a rule, with pseudonyms for those of them that it names. */
export async function hideInTitle(
  title: string,
  definition: string,
  contributors: readonly { keys: string[] }[],
  rename: Rename,
): Promise<string> {
  const hidden = new HiddenValues();
  hidden.add(contributors, await renameKeys(contributors, rename));
  await hidden.addFilters(definition, rename);
  return hidden.hideIn(title);
}
