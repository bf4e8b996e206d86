import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './json-file';

const Settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** Place of the window when it was last closed; null before. */
  window: z
    .object({
      x: z.number().int(),
      y: z.number().int(),
      width: z.number().int().positive(),
      height: z.number().int().positive(),
      maximized: z.boolean(),
    })
    .nullable(),
});

export type Settings = z.infer<typeof Settings>;

/** Reads what the user set for the app as a whole. A file that is missing or damaged gives the defaults. */
export function readSettings(userDataPath: string): Settings {
  return readJsonFile(settingsPath(userDataPath), Settings) ?? { theme: 'system', window: null };
}

/** Keeps `changes`; a disk that can't be written is reported on stderr only, since no work depends on it. */
export function writeSettings(userDataPath: string, changes: Partial<Settings>): void {
  try {
    writeJsonFile(settingsPath(userDataPath), { ...readSettings(userDataPath), ...changes });
  } catch (cause) {
    console.error('The settings could not be kept:', cause);
  }
}

function settingsPath(userDataPath: string): string {
  return join(userDataPath, 'settings.json');
}
