import { fileStem } from '../../../shared/export';
import type { Handlers } from '../door';
import type { Workspace } from '../workspace/open';
import { printPage } from './page';
import { writeTableParquet } from './table-parquet';

/** The methods that make files of what the window shows. */
export function createPageHandlers(engine: {
  readonly workspace: Workspace;
}): Pick<Handlers, 'export.page' | 'export.table'> {
  return {
    'export.page': async (page) => ({ name: `${fileStem(page.title)}.html`, data: printPage(page) }),
    'export.table': async ({ title, ...table }, { signal }) => {
      const data = await writeTableParquet(engine.workspace, table, signal);
      return { name: `${fileStem(title)}.parquet`, data };
    },
  };
}
