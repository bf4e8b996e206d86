import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { UserError } from '../../../shared/problem';

export type Holder = { app: string; pid: number };

/**
 * Takes the workspace's lock file, `NAME.duckdb.lock`, which names the holder. DuckDB's own lock is the one that
 * protects the data, yet it says nothing about the holder, and a POSIX lock is lost when the same process closes any
 * other descriptor of the file.
 * @returns a function that gives the lock back
 * @throws UserError `workspace/held` with the holder's name and pid
 */
export function takeLock(workspacePath: string, app: string): () => void {
  const path = `${workspacePath}.lock`;
  mkdirSync(dirname(path), { recursive: true });
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(path, JSON.stringify({ app, pid: process.pid } satisfies Holder), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (cause) {
      if (!isExisting(cause)) throw unavailable(workspacePath, cause);
      const holder = readHolder(path);
      if (attempt > 0 || (holder !== null && isRunning(holder.pid))) throw heldBy(workspacePath, holder);
      rmSync(path, { force: true });
    }
  }
}

/** The error for a workspace that another process holds. */
export function heldBy(workspacePath: string, holder: Holder | null): UserError {
  const who = holder === null ? 'another process' : `${holder.app}, process ${holder.pid}`;
  return new UserError([
    {
      code: 'workspace/held',
      place: basename(workspacePath),
      message: `The workspace is open in ${who}.`,
      hint: 'Close it there, or name another workspace.',
    },
  ]);
}

function unavailable(workspacePath: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    [
      {
        code: 'workspace/unavailable',
        place: basename(workspacePath),
        message: `The workspace can't be written: ${reason}.`,
        hint: 'Choose a folder that you may write to.',
      },
    ],
    { cause },
  );
}

function readHolder(path: string): Holder | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('app' in value)) return null;
    return { app: String(value.app).slice(0, 80), pid: Number(value.pid) };
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isExisting(cause: unknown): boolean {
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code === 'EEXIST';
}
