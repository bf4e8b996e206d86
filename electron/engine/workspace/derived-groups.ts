import type { GroupEntry } from './catalog';

/** What the events of a log group are that the app makes of API Gateway's execution logs: see ingest/derive-requests.ts. */
export const requestsKind = 'API Gateway requests';

/** Name of the log group with an event a request for the one with its lines. */
export function requestsName(group: string): string {
  return `${group}#requests`;
}

/** Whether a log group is made of another one's events. The name does not tell: that of any log group may have a `#`. */
export function isDerived(group: Pick<GroupEntry, 'kind'>): boolean {
  return group.kind === requestsKind;
}
