import { NamesKept } from '../../../shared/contract/names';
import type { Names } from '../../../shared/names';
import type { Handlers } from '../door';
import type { Workspace } from '../workspace/open';
import { readSetting, writeSetting } from '../workspace/rule-store';
import { readNames } from './read-names';

type WithDatabase = Pick<Workspace, 'db'>;

const setting = 'names';

/** The names of a workspace; null where it has none. */
export async function findNames({ db }: WithDatabase): Promise<Names | null> {
  // Every setting but the engine's own can be written by a window.
  return NamesKept.nullable()
    .catch(null)
    .parse(await readSetting(db, setting));
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
