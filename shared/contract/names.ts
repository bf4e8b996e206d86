import { z } from 'zod';
import { mostNames, mostNamesBytes, type Names } from '../names';
import { problemCodes } from '../problem';
import { method, Name, Nothing } from './arguments';

const Problem = z.strictObject({
  code: z.enum(problemCodes),
  place: z.string(),
  message: z.string(),
  hint: z.string().exactOptional(),
});

/** Names as they are kept. */
export const NamesKept = z.strictObject({
  label: Name,
  entries: z.array(z.tuple([z.string(), z.string()])).max(mostNames),
  skipped: z.number().int().min(0),
  problems: z.array(Problem).max(1000),
});

/** The user's own names of addresses, ranges and account numbers. */
export const nameMethods = {
  'names.read': method<Names | null>()(Nothing),
  /** Reads them from a CSV file, in place of those that are there. */
  'names.import': method<Names>()(
    z.strictObject({
      label: Name,
      data: z.custom<Uint8Array>((data) => data instanceof Uint8Array && data.byteLength <= mostNamesBytes),
    }),
  ),
  /** Puts back what was there; null: takes all away. */
  'names.put': method<null>()(z.strictObject({ names: NamesKept.nullable() })),
} as const;
