import { NamesKept } from '../../../shared/contract/names';
import { createNameFinder, type NameFinder, type Names } from '../../../shared/names';
import type { Handlers } from '../door';
import type { Database } from '../workspace/db';
import type { Workspace } from '../workspace/open';
import { readSettingText, writeSetting } from '../workspace/rule-store';
import { readNames } from './read-names';

type WithDatabase = Pick<Workspace, 'db'>;

const setting = 'names';

/** What a stored value, as its JSON, says. Of each database the last one: an index of many names takes a while. */
type Known = { stored: string; names: Names | null; nameOf: NameFinder | null };

const known = new WeakMap<Database, Known>();

async function findKnown({ db }: WithDatabase): Promise<Known> {
  const stored = await readSettingText(db, setting);
  const before = known.get(db);
  if (before?.stored === stored) return before;
  // Every setting but the engine's own can be written by a window.
  const names = NamesKept.nullable().catch(null).parse(JSON.parse(stored));
  const now = { stored, names, nameOf: null };
  known.set(db, now);
  return now;
}

/** The names of a workspace; null where it has none. */
export async function findNames(workspace: WithDatabase): Promise<Names | null> {
  return (await findKnown(workspace)).names;
}

/** A function that finds the names of a workspace. */
export async function openNameFinder(workspace: WithDatabase): Promise<NameFinder> {
  const found = await findKnown(workspace);
  found.nameOf ??= createNameFinder(found.names?.entries ?? []);
  return found.nameOf;
}

/** The methods around the user's own names. */
export function createNameHandlers(engine: {
  workspace: WithDatabase;
}): Pick<Handlers, 'names.read' | 'names.import' | 'names.put'> {
  const keep = (names: Names | null) => writeSetting(engine.workspace.db, setting, names);
  return {
    'names.read': () => findNames(engine.workspace),
    'names.import': async ({ label, data }) => {
      const names = readNames(label, data);
      await keep(names);
      return names;
    },
    'names.put': async ({ names }) => {
      await keep(names);
      return null;
    },
  };
}
