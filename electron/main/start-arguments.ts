import { resolve } from 'node:path';

/** What the app was asked for on its command line. */
export type StartArguments = {
  /** Absolute paths of folders, log files or a workspace, in the order given. */
  paths: string[];
  /** Show the sample logs where there is nothing else to show. */
  sample: boolean;
  /** Absolute; null: the system's place for data of this app. */
  userDataPath: string | null;
};

const userDataFlag = '--user-data-dir=';
const commandLineWords = new Set(['report', 'ingest', 'rules', 'groups', 'events', 'metric', '--help', '--version']);

/**
 * The arguments meant for the app.
 * @param argv with the executable first
 * @param isDefaultApp Electron runs an app that is not packaged, whose path is the first argument that is no flag
 */
export function listAppArguments(argv: string[], isDefaultApp: boolean): string[] {
  const args = argv.slice(1);
  const appPath = isDefaultApp ? args.findIndex((arg) => !arg.startsWith('-')) : -1;
  return args.filter((_, index) => index !== appPath);
}

/**
 * The arguments of a call of the command line, as in `contributor-insights report …`; null where the window is meant.
 * Chromium's own flags may come before. A folder of such a name is opened as `./report`.
 */
export function findCommandLine(args: string[]): string[] | null {
  const start = args.findIndex((arg) => !arg.startsWith('-') || commandLineWords.has(arg));
  return start !== -1 && commandLineWords.has(args[start]!) ? args.slice(start) : null;
}

/** Reads the window's arguments. Flags that are not ours are Chromium's. Paths are relative to `workingDirectory`. */
export function readStartArguments(args: string[], workingDirectory: string): StartArguments {
  const userData = args.find((arg) => arg.startsWith(userDataFlag))?.slice(userDataFlag.length);
  return {
    paths: args.filter((arg) => arg !== '' && !arg.startsWith('-')).map((arg) => resolve(workingDirectory, arg)),
    sample: args.includes('--sample'),
    userDataPath: userData ? resolve(workingDirectory, userData) : null,
  };
}
