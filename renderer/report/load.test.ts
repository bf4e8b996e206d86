import { expect, test } from 'vitest';
import type { Source } from '../../shared/workspace';
import { baseName, describeLoad, describeState, dotOf, estimateLoad } from './load';

const progress = {
  file: null,
  sourceId: 1,
  bytes: 2000,
  bytesDone: 500,
  events: 60,
  eventsRead: 100,
  files: 4,
  filesDone: 1,
  elapsedMs: 1000,
};

test('time left and events in all follow from what was read so far, written or not', () => {
  expect(estimateLoad(progress)).toEqual({
    percent: 25,
    eventsPerSecond: 100,
    bytesPerSecond: 500,
    leftMs: 3000,
    eventsExpected: 400,
  });
});

test('nothing is foretold in the first moments', () => {
  expect(estimateLoad({ ...progress, elapsedMs: 20 })).toMatchObject({
    percent: 25,
    eventsPerSecond: null,
    leftMs: null,
  });
  expect(estimateLoad({ ...progress, bytes: 0, bytesDone: 0 }).percent).toBeNull();
});

test('the status line names percent, rate and time left', () => {
  expect(describeLoad(progress)).toBe('25% · 100 events/s · 3 s left');
});

const source: Source = {
  id: 1,
  label: '/logs/edge',
  state: 'loaded',
  groups: ['flow'],
  files: 2,
  bytes: 1000,
  bytesDone: 640,
  events: 12_000,
  untimed: 0,
  malformed: 0,
  faults: [],
  cut: 0,
  notices: [],
};
const notice = { path: 'a', bytes: 1, problem: { code: 'file/binary', place: 'a', message: 'Binary file.' } } as const;

test('a source says its state, and what was skipped', () => {
  const states = [
    source,
    { ...source, state: 'loading' } as const,
    { ...source, state: 'cancelled' } as const,
    { ...source, notices: [notice] },
  ].map((one) => `${dotOf(one)}: ${describeState(one)}`);
  expect(states).toEqual(['ok: loaded', 'busy: loading 64%', 'off: cancelled, 12 k kept', 'warn: 1 file skipped']);
});

test('names are the last part of a path on every system', () => {
  expect([baseName('/logs/edge/'), baseName('C:\\logs\\edge'), baseName('edge')]).toEqual(['edge', 'edge', 'edge']);
});
