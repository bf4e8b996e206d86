import { printCsv } from '../../../shared/csv';
import type { EventRow } from '../../../shared/event';
import { formatNumber } from '../../../shared/format';
import { toTimestamp } from '../../../shared/insight-rule-report';
import { UserError } from '../../../shared/problem';
import type { Engine } from '../../engine/engine';
import { type Condition, findEvents } from '../../engine/reports/events';
import { suggest } from '../../engine/rules/suggest';
import { type GroupTable, listGroupTables } from '../../engine/workspace/group-tables';
import type { Context } from '../context';
import { type ExitCode, exitCode } from '../exit';
import { printTable } from '../output/table';
import { withExistingWorkspace } from '../with-engine';

export type EventsOptions = {
  workspace: string;
  logGroup: string;
  where?: string[];
  limit: number;
  output: 'table' | 'json' | 'csv';
};

/** Messages are given whole: the longest that is kept is 1 MiB. */
const messageMax = 2_000_000;

/** `events`: the events of a log group as they stand in their files, the oldest first. */
export async function eventsCommand(context: Context, options: EventsOptions): Promise<ExitCode> {
  const where = (options.where ?? []).map(parseCondition);
  const { events, total } = await withExistingWorkspace(context, options.workspace, (engine) =>
    findEvents(
      engine.workspace.db,
      chooseTables(engine, options.logGroup),
      {
        step: null,
        where,
        search: '',
        startMs: null,
        endMs: null,
        order: 'oldest',
        limit: options.limit,
        offset: 0,
        messageMax,
        count: true,
      },
      context.signal,
    ),
  );
  context.print(print(events, options.output));
  const found = total ?? events.length;
  if (found === 0) context.warn('No event matches.');
  else if (found > events.length) {
    context.warn(`${formatNumber(events.length)} of ${formatNumber(found)} events. --limit takes up to 1,000,000.`);
  }
  return exitCode.done;
}

/** `FIELD=VALUE`, split at the first `=`. @throws UserError `args/invalid` */
function parseCondition(text: string): Condition {
  const at = text.indexOf('=');
  if (at > 0) return { field: text.slice(0, at), value: text.slice(at + 1) };
  throw new UserError([
    {
      code: 'args/invalid',
      place: '--where',
      message: `${JSON.stringify(text.slice(0, 80))} is no condition.`,
      hint: 'Write FIELD=VALUE, such as $.status=500 or dstport=443.',
    },
  ]);
}

function chooseTables({ workspace }: Engine, name: string): GroupTable[] {
  const { groups } = workspace.catalog;
  const tables = listGroupTables(groups, [name]).filter(({ group }) => group.name === name);
  if (tables.length > 0) return tables;
  const known = groups.filter((group) => group.tables.size > 0).map((group) => group.name);
  throw new UserError([
    {
      code: 'args/invalid',
      place: name.slice(0, 200),
      message: 'The workspace has no log group of this name.',
      hint: suggest(name, known) ?? '`groups` shows those it has.',
    },
  ]);
}

function print(events: readonly EventRow[], output: EventsOptions['output']): string {
  if (output === 'json') return `${JSON.stringify(events.map(toMembers), null, 1)}\n`;
  if (output === 'csv') {
    const rows = events.map(toMembers).map((members) => Object.values(members).map((value) => value ?? ''));
    return printCsv([['Timestamp', 'Message', 'LogGroup', 'LogStream', 'File', 'Line'], ...rows]);
  }
  return printTable(
    [
      { heading: 'Time', align: 'left' },
      { heading: 'Place', align: 'left' },
      { heading: 'Event', align: 'left' },
    ],
    events.map(({ timeMs, file, line, message }) => [
      timeMs === null ? '-' : toTimestamp(timeMs),
      `${file}:${line}`,
      message,
    ]),
  );
}

function toMembers({ timeMs, message, group, stream, file, line }: EventRow) {
  return {
    Timestamp: timeMs === null ? null : toTimestamp(timeMs),
    Message: message,
    LogGroup: group,
    LogStream: stream,
    File: file,
    Line: line,
  };
}
