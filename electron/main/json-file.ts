import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { writeWholeSync } from '../files/whole-file';

/** The content of a small JSON file of ours; null where there is none, or where it is not what `schema` says. */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** Replaces a small JSON file as a whole: whoever reads it, also after a crash, finds the old content or the new. */
export function writeJsonFile(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeWholeSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
