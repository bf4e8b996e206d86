import type { EventTable } from '../rules/event-table';
import type { GroupEntry, TableEntry } from './catalog';
import { matchesGroup, toEventTable } from './event-tables';

/** An event table as the catalog knows it, and as the rule compiler sees it. */
export type GroupTable = { group: GroupEntry; entry: TableEntry; table: EventTable };

/**
 * The event tables of the log groups that patterns take (names, or prefixes with `*`), with one-shot groups, which every
 * rule reads.
 */
export function listGroupTables(groups: readonly GroupEntry[], patterns: readonly string[]): GroupTable[] {
  return groups
    .filter((group) => group.matchesAll || patterns.some((pattern) => matchesGroup(pattern, group.name)))
    .flatMap((group) =>
      [...group.tables.values()].map((entry) => ({ group, entry, table: toEventTable(group, entry) })),
    );
}
