import type { EventTable } from '../rules/event-table';
import type { GroupEntry, TableEntry } from './catalog';
import { readsGroup, toEventTable } from './event-tables';

/** An event table as the catalog knows it, and as the rule compiler sees it. */
export type GroupTable = { group: GroupEntry; entry: TableEntry; table: EventTable };

/** The event tables of the log groups that a rule with these patterns reads. */
export function listGroupTables(groups: readonly GroupEntry[], patterns: readonly string[]): GroupTable[] {
  return groups
    .filter((group) => readsGroup(patterns, group))
    .flatMap((group) =>
      [...group.tables.values()].map((entry) => ({ group, entry, table: toEventTable(group, entry) })),
    );
}
