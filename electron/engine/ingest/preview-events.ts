import type { LogFormat } from '../../../shared/rule';
import type { FilePreview, PreviewField } from '../../../shared/source-preview';
import { printReference } from '../workspace/groups';
import { readNumber } from '../workspace/number';
import { createJsonTimeFinder, timeOfTokens } from './event-time';
import { readJsonObject } from './json-fields';
import { PathTable } from './path-table';
import type { TimeZone } from './time-zone';
import { tokenize } from './tokens';
import type { RawEvent } from './unwrap/types';

/** Fields that a preview shows. */
const mostFields = 40;

/** Longest message and value that a preview gives, in characters. */
const mostCharacters = 2000;

/** An event as loading would read it. `values`: by the field's reference, as a rule writes it. */
export type ReadEvent = { format: LogFormat; timeMs: number | null; message: string; values: Map<string, string> };

/** Reads format, time and fields of events, without a workspace. */
export class EventReader {
  readonly #paths = new PathTable();
  readonly #times = createJsonTimeFinder(this.#paths);

  /** @param zone where the clocks were that wrote times without an offset; null: UTC */
  constructor(private readonly zone: TimeZone | null) {}

  read(event: RawEvent): ReadEvent {
    const values = new Map<string, string>();
    this.#times.reset();
    const isJson = readJsonObject(event.message, this.#paths, (path, text) => {
      this.#times.offer(path, text);
      if (values.size >= mostFields) return;
      const reference = JSON.stringify(this.#paths.steps(path));
      values.set(printReference({ format: 'JSON' }, { reference }), text);
    });
    const { message } = event;
    if (isJson) return { format: 'JSON', timeMs: event.timeMs ?? this.#times.find(this.zone), message, values };
    const tokens = tokenize(message);
    return {
      format: 'CLF',
      timeMs: event.timeMs ?? timeOfTokens(tokens, event.header, this.zone),
      message,
      values: new Map(tokens.slice(0, mostFields).map((token, index) => [String(index + 1), token])),
    };
  }
}

/** The fields of the first events, in the order in which they occur. @param aliases names of the token positions */
export function firstFields(
  events: readonly ReadEvent[],
  aliases: readonly string[],
): Pick<FilePreview, 'fields' | 'firstEvents'> {
  const references = [...new Set(events.flatMap(({ values }) => [...values.keys()]))].slice(0, mostFields);
  const fields = references.map((reference): PreviewField => {
    const texts = events.flatMap(({ values }) => values.get(reference) ?? []);
    const numbers = texts.filter((text) => readNumber(text) !== null).length;
    const alias = reference.startsWith('$') ? null : (aliases[Number(reference) - 1] ?? null);
    return { reference, alias, type: numbers * 2 > texts.length ? 'number' : 'text' };
  });
  return {
    fields,
    firstEvents: events.map(({ timeMs, message, values }) => ({
      timeMs,
      message: message.slice(0, mostCharacters),
      values: references.map((reference) => values.get(reference)?.slice(0, mostCharacters) ?? null),
    })),
  };
}
