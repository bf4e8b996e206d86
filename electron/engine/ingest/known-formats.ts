import { defaultFlowFields, isDefaultFlowRecord } from './flow-log';
import { tokenize } from './tokens';

/** What log events are, and the names of their token positions. */
export type KnownFormat = { kind: string; aliases: string[] };

/** Recognises events by a sample of their messages. */
export function recognise(messages: readonly string[], header: readonly string[] | null): KnownFormat | null {
  if (header !== null) return { kind: 'VPC flow logs', aliases: [...header] };
  const records = messages.filter((message) => isDefaultFlowRecord(tokenize(message)));
  return records.length * 2 > messages.length ? { kind: 'VPC flow logs', aliases: [...defaultFlowFields] } : null;
}
