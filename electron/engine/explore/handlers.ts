import type { Handlers } from '../door';
import type { Workspace } from '../workspace/open';
import { exploreBoards } from './boards';
import { countCombinations } from './combinations';
import { exploreHistogram } from './histogram';

type ExploreMethods = 'explore.boards' | 'explore.histogram' | 'explore.combinations';

/** The methods behind the Explore page. */
export function createExploreHandlers(engine: { readonly workspace: Workspace }): Pick<Handlers, ExploreMethods> {
  return {
    'explore.boards': (args, options) =>
      exploreBoards(engine.workspace.db, engine.workspace.catalog.groups, args, options),
    'explore.histogram': (args, options) =>
      exploreHistogram(engine.workspace.db, engine.workspace.catalog.groups, args, options),
    'explore.combinations': (args, options) =>
      countCombinations(engine.workspace.db, engine.workspace.catalog.groups, args, options),
  };
}
