import { formatCount } from '../../../shared/format';
import type { GroupField, LogGroup } from '../../../shared/workspace';
import { listFields } from '../../engine/workspace/groups';
import type { Context } from '../context';
import { type ExitCode, exitCode } from '../exit';
import { printTable } from '../output/table';
import { escapeLine } from '../output/text';
import { withExistingWorkspace } from '../with-engine';

export type GroupsOptions = { workspace: string; output: 'table' | 'json' };

type GroupWithFields = LogGroup & { fields: GroupField[] };

/** `groups`: the log groups of a workspace with their fields, types and example values. */
export async function groupsCommand(context: Context, options: GroupsOptions): Promise<ExitCode> {
  const groups = await withExistingWorkspace(context, options.workspace, async (engine) => {
    const { db, catalog } = engine.workspace;
    const listed: GroupWithFields[] = [];
    for (const group of (await engine.describe()).groups) {
      listed.push({ ...group, fields: await listFields(db, catalog.groups, group.name) });
    }
    return listed;
  });
  context.print(options.output === 'json' ? `${JSON.stringify(groups, null, 1)}\n` : groups.map(printGroup).join('\n'));
  if (groups.length === 0) context.warn('The workspace holds no events.');
  return exitCode.done;
}

function printGroup(group: GroupWithFields): string {
  const table = printTable(
    [
      { heading: 'Field', align: 'left' },
      { heading: 'Name', align: 'left' },
      { heading: 'Type', align: 'left' },
      { heading: 'Examples', align: 'left' },
    ],
    group.fields.map(({ reference, alias, type, examples }) => [
      reference,
      alias ?? '',
      type,
      examples.slice(0, 3).join(', '),
    ]),
  );
  return `${escapeLine(group.name)}: ${formatCount(group.events, 'event')}, ${group.kind ?? group.format}\n${table}`;
}
