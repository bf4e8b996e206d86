/**
 * What a selection is compared with.
 * - `rule`: its matching events with all other events that match the rule.
 * - `events`: its matching events with all other events of the rule's log groups and format.
 * - `contributors`: all events of its contributors, whatever the filters, with the events of all other contributors.
 */
export const commonAgainst = ['rule', 'events', 'contributors'] as const;

export type CommonAgainst = (typeof commonAgainst)[number];

/** A value of a field, in the selection and in the rest of the events. Shares are 0 to 100, of all events there. */
export type CommonValue = {
  /** At most 1,000 characters. */
  value: string;
  here: number;
  elsewhere: number;
  hereShare: number;
  elsewhereShare: number;
  /** How many times as frequent it is here; null where it is nowhere else. */
  lift: number | null;
};

export type CommonField = {
  /** As in `GroupField.reference`. */
  reference: string;
  alias: string | null;
  /** The rule itself asks for this field, as a key or in a filter, so that it says nothing new. */
  inRule: boolean;
  /** How much its first value sets the selection apart: 0 for nothing to 100 where all here have it and nobody else. */
  score: number;
  /** Those that set the selection apart most: first the ones more frequent here, then the rarer ones. */
  values: CommonValue[];
};

/** What the events of a selection have in common, field by field. */
export type Common = {
  /** Events of the selection. */
  here: number;
  /** Those that they are compared with; with 0 no field is compared. */
  elsewhere: number;
  /** Those that set the selection apart most come first, those that the rule asks for last. */
  fields: CommonField[];
  /** Fields of which almost every event has a value of its own, so that none can be common. */
  unlike: string[];
  elapsedMs: number;
};
