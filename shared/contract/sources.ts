import { z } from 'zod';
import { isTimeZone, type PreviewStep, type SourcePreview, textContainers } from '../source-preview';
import type { LoadProgress, Source } from '../workspace';
import { method, Name } from './arguments';

const FilePath = z.string().min(1).max(32_768);

const readingArgs = {
  zone: z.string().min(1).max(100).refine(isTimeZone, 'No such time zone.').optional(),
  container: z.enum(textContainers).optional(),
};

const FileChoicesArgs = z.strictObject({
  excluded: z.array(FilePath).max(100_000),
  groups: z.array(z.strictObject({ path: FilePath, group: Name })).max(100_000),
  reading: z.strictObject(readingArgs).optional(),
  readings: z
    .array(z.strictObject({ path: FilePath, ...readingArgs }))
    .max(100_000)
    .optional(),
});

/** What the logs come from. */
export const sourceMethods = {
  /** Adds a folder or file that main granted, and loads it. Resolves when all of it is loaded. */
  'sources.add': method<Source, LoadProgress>()(
    z.strictObject({
      grant: z.string().uuid(),
      group: Name.nullable().default(null),
      /** What holds for its files; left out, nothing does. */
      files: FileChoicesArgs.optional(),
    }),
  ),
  /** Looks into the files of a granted folder or file, and tells what `sources.add` would load. */
  'sources.preview': method<SourcePreview, PreviewStep>()(
    z.strictObject({ grant: z.string().uuid(), reading: z.strictObject(readingArgs).optional() }),
  ),
  'sources.remove': method<null>()(z.strictObject({ id: z.number().int() })),
  /** Looks at the source again and loads what is new; with `fromStart`, drops its events and reads everything anew. */
  'sources.reload': method<Source, LoadProgress>()(
    z.strictObject({ id: z.number().int(), fromStart: z.boolean().default(false) }),
  ),
  /** Ends the load of a source after the block it is at, and does not follow it. What was loaded stays. */
  'sources.pause': method<Source>()(z.strictObject({ id: z.number().int() })),
  /** Likewise, as the user's last word on it: nothing offers to go on. */
  'sources.cancel': method<Source>()(z.strictObject({ id: z.number().int() })),
  /** Goes on with a source that was paused or cancelled, from where it stopped. Resolves when all of it is loaded. */
  'sources.resume': method<Source, LoadProgress>()(z.strictObject({ id: z.number().int() })),
} as const;
