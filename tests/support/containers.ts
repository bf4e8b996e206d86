import { gzipSync } from 'node:zlib';
import type { Container } from '../../electron/engine/ingest/unwrap/types';

/** A way in which CloudWatch Logs get into a file: how it writes messages, and what it says of each besides. */
export type ContainerWriter = {
  name: string;
  /** What the file has to be recognised as. */
  container: Container;
  /** It is not recognised by itself with every message: the user says what it is. */
  isSaid?: boolean;
  /** What becomes of a message on its way; left out, nothing. */
  rewrite?: (text: string) => string;
  /** @param messages with the time of each, epoch ms */
  write(messages: readonly { timeMs: number; text: string }[]): string;
  givesTime: boolean;
  givesGroup: boolean;
  givesStream: boolean;
};

/** Log group and stream of what the writers write. */
export const writtenGroup = '/shop/logs';
export const writtenStream = 'stream-1';

const iso = (timeMs: number) => new Date(timeMs).toISOString();
const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join('');
const csv = (text: string) => `"${text.replaceAll('"', '""')}"`;

function toPage(messages: Parameters<ContainerWriter['write']>[0], streamName?: string) {
  return messages.map(({ timeMs, text }, id) => ({
    ...(streamName === undefined ? {} : { logStreamName: streamName, eventId: String(id) }),
    timestamp: timeMs,
    message: text,
    ingestionTime: timeMs + 9,
  }));
}

function toSubscription(messages: Parameters<ContainerWriter['write']>[0]): string {
  return JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: writtenGroup,
    logStream: writtenStream,
    subscriptionFilters: ['f'],
    logEvents: messages.map(({ timeMs, text }, id) => ({ id: String(id), timestamp: timeMs, message: text })),
  });
}

/** The message of each event, with its time, stream and group as Logs Insights names them. */
function toResults(messages: Parameters<ContainerWriter['write']>[0]): Record<string, string>[] {
  return messages.map(({ timeMs, text }) => ({
    '@timestamp': iso(timeMs).slice(0, 23).replace('T', ' '),
    '@message': text,
    '@logStream': writtenStream,
    '@log': `123456789012:${writtenGroup}`,
  }));
}

/** As the AWS command line indents a message that is JSON. */
function indent(text: string): string {
  return text.startsWith('{') ? JSON.stringify(JSON.parse(text), null, 4) : text;
}

/** Every container of docs/formats.md §2 that carries any message. */
export const containerWriters: readonly ContainerWriter[] = [
  {
    name: 'plain lines',
    container: 'lines',
    write: (messages) => lines(messages.map(({ text }) => text)),
    givesTime: false,
    givesGroup: false,
    givesStream: false,
  },
  {
    name: 'export task',
    container: 'export-task',
    write: (messages) => lines(messages.map(({ timeMs, text }) => `${iso(timeMs)} ${text}`)),
    givesTime: true,
    givesGroup: false,
    givesStream: false,
  },
  {
    name: 'aws logs tail',
    container: 'tail',
    write: (messages) =>
      lines(messages.map(({ timeMs, text }) => `${iso(timeMs).slice(0, 23)}000+00:00 ${writtenStream} ${text}`)),
    givesTime: true,
    givesGroup: false,
    givesStream: true,
  },
  {
    name: 'aws logs tail --format short',
    container: 'tail-short',
    isSaid: true,
    write: (messages) => lines(messages.map(({ timeMs, text }) => `${iso(timeMs).slice(0, 19)} ${text}`)),
    givesTime: true,
    givesGroup: false,
    givesStream: false,
  },
  {
    name: 'aws logs tail --format json',
    container: 'tail',
    rewrite: indent,
    write: (messages) =>
      lines(
        messages.map(({ timeMs, text }) => {
          const stamp = `${iso(timeMs).slice(0, 23)}000+00:00 ${writtenStream}`;
          return text.startsWith('{') ? `${stamp} \n${indent(text)}` : `${stamp} ${text}`;
        }),
      ),
    givesTime: true,
    givesGroup: false,
    givesStream: true,
  },
  {
    name: 'filter-log-events',
    container: 'json-documents',
    write: (messages) =>
      JSON.stringify({ events: toPage(messages, writtenStream), searchedLogStreams: [], nextToken: 'n' }, null, 4),
    givesTime: true,
    givesGroup: false,
    givesStream: true,
  },
  {
    name: 'get-log-events',
    container: 'json-documents',
    write: (messages) => JSON.stringify({ events: toPage(messages), nextForwardToken: 'f', nextBackwardToken: 'b' }),
    givesTime: true,
    givesGroup: false,
    givesStream: false,
  },
  {
    name: 'events of a page alone',
    container: 'json-documents',
    write: (messages) => JSON.stringify(toPage(messages, writtenStream), null, 4),
    givesTime: true,
    givesGroup: false,
    givesStream: true,
  },
  {
    name: 'subscription',
    container: 'json-documents',
    write: (messages) => messages.map((message) => toSubscription([message])).join(''),
    givesTime: true,
    givesGroup: true,
    givesStream: true,
  },
  {
    name: 'Lambda event',
    container: 'json-documents',
    write: (messages) =>
      JSON.stringify({ awslogs: { data: gzipSync(toSubscription(messages)).toString('base64') } }, null, 2),
    givesTime: true,
    givesGroup: true,
    givesStream: true,
  },
  {
    name: 'Logs Insights CSV',
    container: 'insights-csv',
    write: (messages) =>
      lines([
        '@timestamp,@message,@logStream,@log',
        ...toResults(messages).map((result) => Object.values(result).map(csv).join(',')),
      ]),
    givesTime: true,
    givesGroup: true,
    givesStream: true,
  },
  {
    name: 'Logs Insights JSON',
    container: 'json-documents',
    write: (messages) =>
      JSON.stringify({
        results: toResults(messages).map((result) =>
          Object.entries(result).map(([field, value]) => ({ field, value })),
        ),
        statistics: { recordsMatched: 2.0 },
        status: 'Complete',
      }),
    givesTime: true,
    givesGroup: true,
    givesStream: true,
  },
  {
    name: 'Logs Insights console JSON',
    container: 'json-documents',
    write: (messages) => JSON.stringify(toResults(messages), null, 2),
    givesTime: true,
    givesGroup: true,
    givesStream: true,
  },
];
