import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createUnwrapper } from '../../electron/engine/ingest/unwrap/create';
import type { RawEvent, UnwrapState } from '../../electron/engine/ingest/unwrap/types';

/** A folder is a case: `input` is the file, `expected.json` what is read from it. */
const directory = join(__dirname, 'unwrap');
const names = readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

describe.each(names)('%s', (name) => {
  const input = readFileSync(join(directory, name, 'input'));
  const expected: unknown = JSON.parse(readFileSync(join(directory, name, 'expected.json'), 'utf8'));

  test('is read whole', () => {
    const unwrapper = createUnwrapper(null);
    unwrapper.push(input);
    unwrapper.end(true);
    expect(summarise(unwrapper.take(), unwrapper.state())).toEqual(expected);
  });

  test('is read byte by byte, by a new unwrapper whenever something was accounted for', () => {
    let unwrapper = createUnwrapper(null);
    let position = 0;
    const events: RawEvent[] = [];
    for (let at = 0; at < input.length; at++) {
      unwrapper.push(input.subarray(at, at + 1));
      const state = unwrapper.state();
      if (state.position === position) continue;
      events.push(...unwrapper.take());
      unwrapper = createUnwrapper(JSON.parse(JSON.stringify(state)) as UnwrapState);
      position = state.position;
      at = position - 1;
    }
    unwrapper.end(true);
    events.push(...unwrapper.take());
    expect(summarise(events, unwrapper.state())).toEqual(expected);
  });
});

/** What is worth writing down: members that are null for all events of most cases are left out where they are. */
function summarise(events: readonly RawEvent[], { container, malformed, cut, faults }: UnwrapState) {
  return {
    container,
    malformed,
    cut,
    ...(faults.length === 0 ? {} : { faults }),
    events: events.map(({ timeMs, message, group, stream, line, header }) => ({
      line,
      time: timeMs === null ? null : new Date(timeMs).toISOString(),
      message,
      ...(group === null ? {} : { group }),
      ...(stream === null ? {} : { stream }),
      ...(header === null ? {} : { header }),
    })),
  };
}
