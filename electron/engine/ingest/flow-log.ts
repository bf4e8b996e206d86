import { isWhiteSpace } from './bytes';
import { isW3cHeader } from './w3c-log';

/** Fields of a VPC flow log record in the default format, in order. */
export const defaultFlowFields: readonly string[] = [
  ...['version', 'account-id', 'interface-id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol'],
  ...['packets', 'bytes', 'start', 'end', 'action', 'log-status'],
];

/** All fields that a flow log record can have, versions 2 to 10. */
export const flowFields: ReadonlySet<string> = new Set([
  ...defaultFlowFields,
  ...['vpc-id', 'subnet-id', 'instance-id', 'tcp-flags', 'type', 'pkt-srcaddr', 'pkt-dstaddr'],
  ...['region', 'az-id', 'sublocation-type', 'sublocation-id'],
  ...['pkt-src-aws-service', 'pkt-dst-aws-service', 'flow-direction', 'traffic-path'],
  ...['ecs-cluster-arn', 'ecs-cluster-name', 'ecs-container-instance-arn', 'ecs-container-instance-id'],
  ...['ecs-container-id', 'ecs-second-container-id', 'ecs-service-name', 'ecs-task-definition-arn'],
  ...['ecs-task-arn', 'ecs-task-id', 'reject-reason', 'resource-id', 'encryption-status'],
]);

/** Whether words are the header of a flow log: two or more, and each the name of a field. */
export function isFlowHeader(words: readonly string[]): boolean {
  return words.length > 1 && words.every((word) => flowFields.has(word));
}

/** The field names of a line that is the header of a flow log; null for any other line. */
export function readFlowHeader(line: string): string[] | null {
  // Nearly all lines end here: a name starts with a lower-case letter, and the first word is one.
  let start = 0;
  while (start < line.length && isWhiteSpace(line.charCodeAt(start))) start++;
  const first = line.charCodeAt(start);
  if (!(first >= 97 && first <= 122)) return null;
  let end = start;
  while (end < line.length && !isWhiteSpace(line.charCodeAt(end))) end++;
  if (!flowFields.has(line.slice(start, end))) return null;

  const words: string[] = [];
  while (start < line.length) {
    words.push(line.slice(start, end));
    if (!flowFields.has(line.slice(start, end))) return null;
    start = end;
    while (start < line.length && isWhiteSpace(line.charCodeAt(start))) start++;
    end = start;
    while (end < line.length && !isWhiteSpace(line.charCodeAt(end))) end++;
  }
  return isFlowHeader(words) ? words : null;
}

/** Whether tokens are a record in the default format, with nothing left out. */
export function isDefaultFlowRecord(tokens: readonly string[]): boolean {
  if (tokens.length !== 14 || tokens[0] !== '2') return false;
  const status = tokens[13];
  return status === 'OK' || status === 'NODATA' || status === 'SKIPDATA';
}

/** Field names of a flow record: the header's where it has as many, the default format's where it is one; else null. */
export function flowFieldsOf(tokens: readonly string[], header: readonly string[] | null): readonly string[] | null {
  if (header !== null && header.length === tokens.length && !isW3cHeader(header)) return header;
  return isDefaultFlowRecord(tokens) ? defaultFlowFields : null;
}
