import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, printProblem } from '../../shared/problem';
import { Progress } from './output/progress';
import { escapeControls } from './output/text';

/** What every command needs: where results and messages go, and when to stop. */
export type Context = {
  /** The result, and nothing else. */
  print(text: string | Uint8Array): void;
  /** Warnings and explanations. */
  warn(text: string): void;
  progress: Progress;
  signal: AbortSignal;
  resourcesPath: string;
  version: string;
};

/** @param quiet leave out progress and warnings; errors are printed all the same */
export function createContext(signal: AbortSignal, version: string, quiet: boolean): Context {
  const progress = new Progress(quiet ? null : process.stderr);
  return {
    print: (text) => {
      progress.clear();
      process.stdout.write(text);
    },
    warn: (text) => {
      if (quiet) return;
      progress.clear();
      process.stderr.write(`${escapeControls(text)}\n`);
    },
    progress,
    signal,
    resourcesPath: findResources(),
    version,
  };
}

/** One line a problem, on stderr. Text of logs and names of files can't steer the terminal. */
export function printProblems(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${escapeControls(printProblem(problem))}\n`);
}

/** `resources/` beside the bundle: in the installed app, else in the repository. */
function findResources(): string {
  const packaged = (process as { resourcesPath?: string }).resourcesPath;
  if (packaged !== undefined && existsSync(join(packaged, 'sample-rules'))) return packaged;
  return join(__dirname, '..', '..', 'resources');
}
