import type { LogFormat } from './rule';

/** Where a rule leaves an event: it counts, or the first step at which it falls out. The names are those of the ledger. */
export const eventSteps = ['matched', 'untimed', 'otherFormat', 'filtered', 'missingKey', 'notNumeric'] as const;

export type EventStep = (typeof eventSteps)[number];

/** A stretch of a message that a rule looks at. Offsets in UTF-16 units, `end` exclusive. */
export type EventMark = { start: number; end: number; role: 'key' | 'filter' | 'value' };

/** Names one event of a workspace. `row` may change when a source is removed; then file and line no longer fit. */
export type EventName = { group: string; format: LogFormat; row: number; fileId: number; line: number };

export type EventRow = EventName & {
  /** Epoch ms UTC; null where none was found. */
  timeMs: number | null;
  /** Path of the file as the user knows it. */
  file: string;
  stream: string | null;
  /** The event as it stands in the file, without what the container adds. */
  message: string;
  /** The message goes on. */
  cut: boolean;
  /** What the rule looks at, in order and without overlaps; empty without a rule. */
  marks: EventMark[];
};

export type EventPage = {
  events: EventRow[];
  /** All events that match, not just those of the page; null where they were not to be counted. */
  total: number | null;
};

/** How many events fall out at a step. `filter` numbers the filters of the rule from 0, else null. */
export type StepCount = { step: EventStep; filter: number | null; events: number };

/** One event of a preview, with the step at which it falls out. */
export type SampleEvent = { event: EventRow; step: EventStep; filter: number | null };

/** One step of a rule tried on one event. */
export type EventCheck = {
  kind: 'group' | 'time' | 'format' | 'filter' | 'key' | 'value';
  /** Number of the filter or key, from 0. */
  index: number;
  passed: boolean;
  /** The field as the rule writes it; null for group, time, format, and for a choice of filters. */
  field: string | null;
  /** The value found there; null where the event has none. */
  found: string | null;
  /** The operand that comes nearest, where the value differs from it in little; else null. */
  near: string | null;
  /** What makes the difference, in words; null where nothing needs to be said. */
  reason: string | null;
  /** The filters of a choice (`Any`). */
  any: EventCheck[];
};

/** Why an event counts for a rule, or does not. Steps behind the failing one are tried all the same. */
export type EventExplanation = { event: EventRow; counts: boolean; checks: EventCheck[] };

/** A change of a rule that makes events match. */
export type Repair = {
  kind: 'replace-value' | 'replace-field' | 'drop-filter';
  /** What changes: `Contribution.Filters[1].In[0]`. */
  place: string;
  /** The value or field as it is; for `drop-filter` the field. */
  from: string;
  /** What stands there then; empty for `drop-filter`. */
  to: string;
  /** Events that match then. */
  matched: number;
  /** The rule body with the change. */
  definition: string;
};

/** What happens without each filter in turn. */
export type EmptyExplanation = {
  scanned: number;
  matched: number;
  steps: StepCount[];
  /** One entry a filter: how many events would match without it. */
  without: number[];
  /** The most helpful first. */
  repairs: Repair[];
};

/** A value of a field and how many events have it. */
export type FieldValue = { value: string; events: number };
