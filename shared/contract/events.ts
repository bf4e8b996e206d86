import { z } from 'zod';
import type { Coverage } from '../coverage';
import type { Doubles } from '../doubles';
import { type EventPage, eventSteps, type FieldValue } from '../event';
import type { EventHistogram, ExploreStep, ExploreSummary } from '../explore';
import type { GroupField } from '../workspace';
import { method, Name, Nothing, Period, Range, Reference, RuleChoice } from './arguments';

const EventsArgs = z.strictObject({
  /** The events of a log group, or those that a rule leaves at a step; `filter` numbers one of its filters from 0. */
  from: z.union([
    z.strictObject({ group: Name }),
    z.strictObject({
      rule: RuleChoice,
      step: z.enum(['scanned', ...eventSteps]),
      filter: z.number().int().min(0).nullable().default(null),
    }),
  ]),
  /** Fields as a rule names them, or by the alias that the logs are known to have, and the texts that they must have. */
  where: z
    .array(z.strictObject({ field: Name, value: z.string() }))
    .max(100)
    .default([]),
  /** Text anywhere in the event, upper or lower case. */
  search: z.string().max(1000).default(''),
  ...Range,
  order: z.enum(['newest', 'oldest']).default('newest'),
  limit: z.number().int().min(1).max(1000).default(100),
  offset: z.number().int().min(0).default(0),
  /** Longest part of an event that is given, in characters. */
  messageMax: z.number().int().min(1).max(2_000_000).default(10_000),
  /** Count all that match, too. */
  count: z.boolean().default(false),
});

const ExploreArgs = z.strictObject({
  group: Name,
  ...Range,
  filters: z
    .array(z.strictObject({ reference: Reference, values: z.array(z.string()).min(1).max(1000), exclude: z.boolean() }))
    .max(100)
    .default([]),
  measure: z
    .union([
      z.strictObject({ kind: z.literal('events') }),
      z.strictObject({ kind: z.literal('sum'), reference: Reference }),
    ])
    .default({ kind: 'events' }),
});

const BoardArgs = ExploreArgs.extend({
  /** Values on each board. */
  limit: z.number().int().min(1).max(1000).default(6),
  /** Only these fields' boards; null: all. */
  only: z.array(Reference).max(1000).nullable().default(null),
  /** Numeric fields whose values are ranked however many they are. */
  ranked: z.array(Reference).max(1000).default([]),
});

/** What is in the logs, without a rule or beside one. */
export const eventMethods = {
  'groups.fields': method<GroupField[]>()(z.strictObject({ group: Name })),
  /** The most frequent values of a field in log groups (names, or prefixes with `*`). */
  'groups.values': method<FieldValue[]>()(
    z.strictObject({
      groups: z.array(Name).max(100),
      format: z.enum(['JSON', 'CLF']),
      /** As in `GroupField.reference`. */
      reference: Name,
      search: z.string().max(1000).default(''),
      limit: z.number().int().min(1).max(1000).default(50),
    }),
  ),
  'events.find': method<EventPage>()(EventsArgs),
  /** Counts the fields of a log group; boards are told as they are done. */
  'explore.boards': method<ExploreSummary, ExploreStep>()(BoardArgs),
  /** Events over time; the range is what is shown, not a filter. */
  'explore.histogram': method<EventHistogram>()(ExploreArgs),
  /** How many combinations of values some fields have: the contributors of a rule with these keys. */
  'explore.combinations': method<number>()(ExploreArgs.extend({ fields: z.array(Reference).min(1).max(4) })),
  /** When which log groups and files have events; a period is chosen where none is given. */
  'coverage.read': method<Coverage>()(z.strictObject({ ...Range, periodSeconds: Period.nullable().default(null) })),
  /** Events that came from more than one file. */
  'doubles.find': method<Doubles>()(Nothing),
  /** Whether reports count doubles; a broadcast of `data` follows. */
  'doubles.set': method<Doubles>()(z.strictObject({ setting: z.enum(['keep', 'leave out']) })),
} as const;
