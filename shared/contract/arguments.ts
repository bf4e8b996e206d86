import { z } from 'zod';

/** No arguments. */
export const Nothing = z.strictObject({});

export const Name = z.string().min(1).max(512);

export const EpochMs = z.number().int().min(-8.64e15).max(8.64e15);

/** Length of a period, in seconds. */
export const Period = z.number().int().min(1).max(31_536_000);

/** A stored rule by its name, or a rule body as JSON text. */
export const RuleChoice = z.union([
  z.strictObject({ name: Name }),
  z.strictObject({ definition: z.string().max(1_000_000) }),
]);

export type RuleChoice = z.infer<typeof RuleChoice>;

/** `startMs`, inclusive, and `endMs`, exclusive; null: open. */
export const Range = { startMs: EpochMs.nullable().default(null), endMs: EpochMs.nullable().default(null) };

/** A time range with both ends. */
export const Span = z
  .strictObject({ startMs: EpochMs, endMs: EpochMs })
  .refine(({ startMs, endMs }) => startMs < endMs, 'The time range ends before it starts');

/** Contributors by their keys. */
export const Contributors = z.array(z.array(z.string()).min(1).max(100)).max(10_000);

/** A field: a path of JSON objects or a token's position, as in `GroupField.reference`. */
export const Reference = z.string().min(1).max(10_000);

export const ReportArgs = z.strictObject({
  rule: RuleChoice,
  /** Inclusive; null: open. */
  startMs: EpochMs.nullable(),
  /** Exclusive; null: open. */
  endMs: EpochMs.nullable(),
  /** null: chosen to suit the span, about 60 to 120 periods. */
  periodSeconds: Period.nullable(),
  maxContributorCount: z.number().int().min(1).max(10_000),
  orderBy: z.enum(['Sum', 'Maximum']),
  unique: z.enum(['exact', 'approximate']),
  /** `basic`, much faster, leaves all metrics but `sampleCount` and `sum` empty. */
  metrics: z.enum(['all', 'basic']).default('all'),
});

/** A method with its result and what it tells meanwhile. The schema of its arguments is what `method()` is called with. */
export function method<Result, Progress = never>() {
  return <Schema extends z.ZodType>(args: Schema) => ({ args }) as MethodShape<Schema, Result, Progress>;
}

type MethodShape<Schema extends z.ZodType, Result, Progress> = {
  args: Schema;
  /** Carry types only; never set. */
  result?: Result;
  progress?: Progress;
};
