import { join } from 'node:path';
import { z } from 'zod';
import { leastMemoryMb, type Settings, usualSettings } from '../../shared/settings';
import { readJsonFile, writeJsonFile } from './json-file';

const WindowPlace = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  maximized: z.boolean(),
});

/** Place of the window when it was last closed. */
export type WindowPlace = z.infer<typeof WindowPlace>;

const members = {
  theme: z.enum(['system', 'light', 'dark']),
  zone: z.enum(['utc', 'local']),
  letterKeys: z.boolean(),
  notifications: z.boolean(),
  // What this machine can't give is cut when an engine starts.
  memoryMb: z.number().int().min(leastMemoryMb).max(16_000_000).nullable(),
  threads: z.number().int().min(1).max(1024).nullable(),
};

/** Some of the settings, as the window may change them: nothing else, each within its bounds. */
export const SettingsChanges: z.ZodType<Partial<Settings>> = z.strictObject({
  theme: members.theme.exactOptional(),
  zone: members.zone.exactOptional(),
  letterKeys: members.letterKeys.exactOptional(),
  notifications: members.notifications.exactOptional(),
  memoryMb: members.memoryMb.exactOptional(),
  threads: members.threads.exactOptional(),
});

/** The file: what is missing in it, or no longer valid, is as usual; the rest counts. */
const File = z.object({
  theme: members.theme.catch(usualSettings.theme),
  zone: members.zone.catch(usualSettings.zone),
  letterKeys: members.letterKeys.catch(usualSettings.letterKeys),
  notifications: members.notifications.catch(usualSettings.notifications),
  memoryMb: members.memoryMb.catch(usualSettings.memoryMb),
  threads: members.threads.catch(usualSettings.threads),
  /** Null before the window was closed for the first time. */
  window: WindowPlace.nullable().catch(null),
});

type File = z.infer<typeof File>;

/** Reads what the user set for the app as a whole. A file that is missing or damaged gives the defaults. */
export function readSettings(userDataPath: string): Settings {
  const { window: _, ...settings } = readFile(userDataPath);
  return settings;
}

/** Where the window was; null where that is not known. */
export function readWindowPlace(userDataPath: string): WindowPlace | null {
  return readFile(userDataPath).window;
}

/** Keeps `changes`; a disk that can't be written is reported on stderr only, since no work depends on it. */
export function writeSettings(userDataPath: string, changes: Partial<File>): void {
  try {
    writeJsonFile(settingsPath(userDataPath), { ...readFile(userDataPath), ...changes });
  } catch (cause) {
    console.error('The settings could not be kept:', cause);
  }
}

function readFile(userDataPath: string): File {
  return readJsonFile(settingsPath(userDataPath), File) ?? { ...usualSettings, window: null };
}

function settingsPath(userDataPath: string): string {
  return join(userDataPath, 'settings.json');
}
